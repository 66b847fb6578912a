"""Who is calling."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja.security.http import HttpAuthBase

from referral_api.database import in_one_unit
from referral_api.services import api_tokens, sessions


@dataclass(frozen=True)
class Caller:
    id: int
    session_id: UUID | None  # an API token belongs to no session


class AuthedRequest(HttpRequest):
    """A request that passed one of the schemes below."""

    auth: Caller


class AccessTokenAuth(HttpAuthBase):
    """`Authorization: Bearer <access>`."""

    openapi_scheme: Literal["bearer"] = "bearer"
    openapi_bearerFormat = "JWT"  # noqa: N815 -- OpenAPI's name
    openapi_description = (
        "The `access` of a login: `Authorization: Bearer <access>`. It lives 15 minutes by default."
    )

    async def authenticate(self, request: HttpRequest) -> Caller | None:
        token = credentials(request, "bearer")
        if not token:
            return None
        claims = sessions.read_access_token(token)
        if claims is None:
            return None
        return Caller(id=claims.user_id, session_id=claims.session_id)

    __call__ = authenticate


class ApiTokenAuth(HttpAuthBase):
    """`Authorization: Token <key>`."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Authorization"
    openapi_description = (
        "The long-lived token of `POST /auth/api-token`, with its prefix: `Token <key>`. "
        "For scripts and Postman."
    )

    async def authenticate(self, request: HttpRequest) -> Caller | None:
        token = credentials(request, "token")
        if not token:
            return None
        user_id = await in_one_unit(api_tokens.user_of, token=token)
        return Caller(id=user_id, session_id=None) if user_id else None

    __call__ = authenticate


def credentials(request: HttpRequest, scheme: str) -> str | None:
    """What follows the scheme in the Authorization header.

    The case of the scheme does not matter (RFC 9110 §11.6.2).
    """
    given, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return rest.strip() if given.lower() == scheme else None
