from django.http import HttpRequest
from ninja import Router, Status

from referral_api.auth import AccessTokenAuth, ApiTokenAuth, AuthedRequest
from referral_api.client_address import client_address
from referral_api.errors import (
    AccountDisabled,
    CodeExpired,
    CodeInvalid,
    PhoneNotAllowed,
    SmsFailed,
    TokenInvalid,
    TooManyRequests,
    Unauthenticated,
)
from referral_api.problems import problems
from referral_api.services import code_requests, login, sessions
from schemas.auth import (
    ApiTokenOut,
    CodeRequestedOut,
    CodeRequestIn,
    LoginIn,
    LoginOut,
    RefreshIn,
    SessionOut,
)

router = Router(tags=["Login"])


@router.post(
    "/code",
    summary="Request a one-time code",
    response={202: CodeRequestedOut, **problems(PhoneNotAllowed, TooManyRequests, SmsFailed)},
)
async def request_code(
    request: HttpRequest, data: CodeRequestIn
) -> Status[code_requests.CodeRequested]:
    """Sends a code to the phone, and answers alike whether the phone has an account or not.

    While a code lives, a further request sends the same code again, under a new `request_id` and not before
    `resend_in` seconds; the code's life is never prolonged. A code is sent three times at most.
    """
    return Status(
        202, await code_requests.request_code(phone=data.phone, address=client_address(request))
    )


@router.post(
    "/login",
    summary="Log in with the code",
    response={
        200: LoginOut,
        **problems(CodeInvalid, CodeExpired, AccountDisabled, TooManyRequests),
    },
)
async def log_in(request: HttpRequest, data: LoginIn) -> login.Login:
    """Exchanges phone and code for a session. The first login creates the account.

    With the `request_id` of your code request you have three tries of your own; without it you share three with
    everybody else who tries this phone. A code opens once.
    """
    return await login.log_in(**dict(data), address=client_address(request))


@router.post(
    "/refresh", summary="Refresh the session", response={200: SessionOut, **problems(TokenInvalid)}
)
async def refresh_session(request: HttpRequest, data: RefreshIn) -> sessions.Tokens:
    """Exchanges a refresh token for a new pair. Each refresh token can be used once.

    A spent one that comes back later than 10 seconds after its use ends its session; other logins of the user go on.
    """
    return await sessions.refresh(refresh=data.refresh)


@router.post("/logout", summary="Log out", response={204: None, **problems(TokenInvalid)})
async def log_out(request: HttpRequest, data: RefreshIn) -> Status[None]:
    """Ends the session of this refresh token. Its access token expires by itself, within 15 minutes by default."""
    await sessions.log_out(refresh=data.refresh)
    return Status(204, None)


@router.post(
    "/api-token",
    summary="Create an API token",
    auth=AccessTokenAuth(),
    response={201: ApiTokenOut, **problems(Unauthenticated)},
)
async def create_api_token(request: AuthedRequest) -> Status[dict[str, str]]:
    """Gives you a long-lived token for scripts, shown this once. It replaces an older one."""
    return Status(201, {"token": await sessions.create_api_token(user_id=request.auth.id)})


@router.delete(
    "/api-token",
    summary="Revoke the API token",
    auth=[AccessTokenAuth(), ApiTokenAuth()],
    response={204: None, **problems(Unauthenticated)},
)
async def revoke_api_token(request: AuthedRequest) -> Status[None]:
    """Revokes your API token; also fine where you have none."""
    await sessions.revoke_api_token(user_id=request.auth.id)
    return Status(204, None)
