from typing import Annotated
from uuid import UUID

from ninja import Path, Router, Status

from referral_api.authentication import AccessTokenAuth, ApiTokenAuth, AuthedRequest
from referral_api.database import in_one_unit
from referral_api.errors import Unauthenticated
from referral_api.problems import problems, success
from referral_api.services import own_sessions
from schemas.sessions import SESSION_ID, OwnSessionsOut

router = Router(tags=["Login"], auth=[AccessTokenAuth(), ApiTokenAuth()])


@router.get(
    "",
    summary="List your sessions",
    response={200: OwnSessionsOut, **problems(Unauthenticated)},
    openapi_extra=success(200, "Your sessions."),
)
async def list_sessions(request: AuthedRequest) -> own_sessions.OwnSessions:
    """Your logins that are still alive, on all your devices, the newest use first.

    The session of your access token is marked. An API token belongs to no session.
    """
    return await in_one_unit(
        own_sessions.list_own, user_id=request.auth.id, session_id=request.auth.session_id
    )


@router.delete(
    "/{session_id}",
    summary="End a session",
    response={204: None, **problems(Unauthenticated)},
    openapi_extra=success(204, "You have no session of this id any more."),
)
async def end_session(
    request: AuthedRequest,
    session_id: Annotated[
        UUID, Path(description="The `id` of one of your sessions.", examples=[SESSION_ID])
    ],
) -> Status[None]:
    """Ends one of your sessions, as its logout would; also fine where you have none of this id.

    Its access token stays valid until it expires. Your API token stays.
    """
    await in_one_unit(own_sessions.end_one, user_id=request.auth.id, session_id=session_id)
    return Status(204, None)


@router.delete(
    "",
    summary="End your other sessions",
    auth=AccessTokenAuth(),
    response={204: None, **problems(Unauthenticated)},
    openapi_extra=success(204, "Your other sessions have ended."),
)
async def end_other_sessions(request: AuthedRequest) -> Status[None]:
    """Ends all your sessions but the one of your access token, which must be alive.

    Use it when a device is lost. Your API token stays: revoke it, if others may know it.
    """
    await in_one_unit(
        own_sessions.end_others, user_id=request.auth.id, session_id=request.auth.session_id
    )
    return Status(204, None)
