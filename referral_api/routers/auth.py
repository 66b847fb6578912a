from django.http import HttpRequest
from ninja import Router, Status

from referral_api.authentication import AccessTokenAuth, ApiTokenAuth, AuthedRequest
from referral_api.database import in_one_unit
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
from referral_api.networks import network_of
from referral_api.problems import problems, success
from referral_api.services import api_tokens, code_requests, login, sessions
from referral_api.user_agents import user_agent_of
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
    openapi_extra=success(202, "The code was sent."),
)
async def request_code(
    request: HttpRequest, data: CodeRequestIn
) -> Status[code_requests.CodeRequested]:
    """Sends a code to the phone, and answers alike whether the phone has an account or not.

    While a code lives, a further request sends the same code again, under a new `request_id` and
    not before `resend_in` seconds. The code's life is never prolonged, and the same code is sent a
    few times at most. In the last quarter of its life a request makes a new code; the older one
    opens until the moment that its answer named.

    With the `device_token` of an earlier login, the limits are your device's own: nothing that
    strangers do with this phone makes you wait.
    """
    requested = await code_requests.request_code(
        phone=data.phone, network=network_of(request), device_token=data.device_token
    )
    return Status(202, requested)


@router.post(
    "/login",
    summary="Log in with the code",
    response={
        200: LoginOut,
        **problems(CodeInvalid, CodeExpired, AccountDisabled, TooManyRequests),
    },
    openapi_extra=success(200, "You are logged in."),
)
async def log_in(request: HttpRequest, data: LoginIn) -> login.Login:
    """Exchanges phone and code for a session. The first login creates the account.

    With the `request_id` of your code request you have tries of your own. Without it you share
    the same number of tries with everybody else who tries this phone. A code opens once. Keep the
    `device_token` of the answer for the next login from this device.
    """
    return await in_one_unit(
        login.log_in,
        phone=data.phone,
        code=data.code,
        request_id=data.request_id,
        invite_code=data.invite_code,
        device_token=data.device_token,
        network=network_of(request),
        user_agent=user_agent_of(request),
    )


@router.post(
    "/refresh",
    summary="Refresh the session",
    response={200: SessionOut, **problems(TokenInvalid)},
    openapi_extra=success(200, "A new pair of tokens."),
)
async def refresh_session(request: HttpRequest, data: RefreshIn) -> sessions.Tokens:
    """Exchanges a refresh token for a new pair. Each refresh token has one successor.

    If the answer was lost, ask again within 30 seconds: the same refresh token then gets the same
    successor. A spent one that comes back later ends its session. The user's other sessions go on.
    However often it is refreshed, a session ends 180 days after its login by default.
    """
    return await in_one_unit(sessions.refresh, refresh_token=data.refresh)


@router.post(
    "/logout",
    summary="Log out",
    response={204: None, **problems(TokenInvalid)},
    openapi_extra=success(204, "The session has ended."),
)
async def log_out(request: HttpRequest, data: RefreshIn) -> Status[None]:
    """Ends the session of this refresh token. Its access token stays valid until it expires.

    It creates no API token any more.
    """
    await in_one_unit(sessions.log_out, refresh_token=data.refresh)
    return Status(204, None)


@router.post(
    "/api-token",
    summary="Create an API token",
    auth=AccessTokenAuth(),
    response={201: ApiTokenOut, **problems(Unauthenticated)},
    openapi_extra=success(201, "The token, shown this once."),
)
async def create_api_token(request: AuthedRequest) -> Status[dict[str, str]]:
    """Gives you a long-lived token for scripts, shown this once. It replaces an older one.

    The session of your access token must be alive: after its logout this is refused.
    """
    token = await in_one_unit(
        api_tokens.create, user_id=request.auth.id, session_id=request.auth.session_id
    )
    return Status(201, {"token": token})


@router.delete(
    "/api-token",
    summary="Revoke the API token",
    auth=[AccessTokenAuth(), ApiTokenAuth()],
    response={204: None, **problems(Unauthenticated)},
    openapi_extra=success(204, "You have no API token any more."),
)
async def revoke_api_token(request: AuthedRequest) -> Status[None]:
    """Revokes your API token; also fine where you have none."""
    await in_one_unit(api_tokens.revoke, user_id=request.auth.id)
    return Status(204, None)
