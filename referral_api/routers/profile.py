from typing import Annotated

from ninja import Query, Router, Status

from referral_api.authentication import AccessTokenAuth, ApiTokenAuth, AuthedRequest
from referral_api.database import in_one_unit
from referral_api.errors import (
    CodeExpired,
    CodeInvalid,
    InviteAlreadyActivated,
    InviteOwn,
    InviteUnknown,
    LoginNotRecent,
    PhoneTaken,
    TooManyRequests,
    Unauthenticated,
)
from referral_api.networks import network_of
from referral_api.problems import problems, success
from referral_api.services import account_export, accounts, invites, phone_change, profiles
from schemas.account import AccountExportOut
from schemas.fields import WholeNumberIn
from schemas.profile import ActivateInviteIn, ChangePhoneIn, InvitedUsersOut, ProfileOut

router = Router(tags=["Profile"], auth=[AccessTokenAuth(), ApiTokenAuth()])


@router.get(
    "",
    summary="Read your profile",
    response={200: ProfileOut, **problems(Unauthenticated)},
    openapi_extra=success(200, "Your profile."),
)
async def read_profile(request: AuthedRequest) -> profiles.Profile:
    """Your phone, your invite code, the code you activated, and the first page of those who
    activated yours.
    """
    return await in_one_unit(profiles.read, user_id=request.auth.id)


@router.delete(
    "",
    summary="Delete your account",
    auth=AccessTokenAuth(),
    response={204: None, **problems(Unauthenticated, LoginNotRecent)},
    openapi_extra=success(204, "Your account is deleted."),
)
async def delete_account(request: AuthedRequest) -> Status[None]:
    """Deletes your account with your phone, your sessions and your API token. It cannot be undone.

    The login of your session must be at most 10 minutes old. Your invite code is unknown from then
    on, and nobody gets it again; those who activated it keep it. You leave the list of the person
    who invited you. If you had activated a code, your phone cannot activate another in a new
    account.
    """
    await in_one_unit(
        accounts.delete_own, user_id=request.auth.id, session_id=request.auth.session_id
    )
    return Status(204, None)


@router.put(
    "/phone",
    summary="Change your phone",
    auth=AccessTokenAuth(),
    response={
        200: ProfileOut,
        **problems(
            Unauthenticated, LoginNotRecent, CodeInvalid, CodeExpired, PhoneTaken, TooManyRequests
        ),
    },
    openapi_extra=success(200, "Your profile, with the new phone."),
)
async def change_phone(request: AuthedRequest, data: ChangePhoneIn) -> profiles.Profile:
    """Moves your account to another phone. Request a code for the new phone first, then send it
    here with its `request_id`.

    The login of your session must be at most 10 minutes old. Your invite code, your sessions and
    all else stay. That a phone belongs to another account is told only after the right code.
    """
    return await in_one_unit(
        phone_change.change,
        user_id=request.auth.id,
        session_id=request.auth.session_id,
        phone=data.phone,
        code=data.code,
        request_id=data.request_id,
        network=network_of(request),
    )


@router.get(
    "/export",
    summary="Export your account",
    response={200: AccountExportOut, **problems(Unauthenticated)},
    openapi_extra=success(200, "Everything that is held about you."),
)
async def export_account(request: AuthedRequest) -> account_export.AccountExport:
    """Everything that the service holds about you, in one answer: it is long where you invited
    many.
    """
    return await in_one_unit(
        account_export.export, user_id=request.auth.id, session_id=request.auth.session_id
    )


@router.post(
    "/activate-invite",
    summary="Activate an invite code",
    response={
        200: ProfileOut,
        **problems(
            Unauthenticated, InviteUnknown, InviteOwn, InviteAlreadyActivated, TooManyRequests
        ),
    },
    openapi_extra=success(
        200, "Your profile, with the code you activated.", show=["Activated a code"]
    ),
)
async def activate_invite(request: AuthedRequest, data: ActivateInviteIn) -> profiles.Profile:
    """Names the person who invited you. It can be done once."""
    return await in_one_unit(
        invites.activate, user_id=request.auth.id, invite_code=data.invite_code
    )


@router.get(
    "/invited-users",
    summary="List the users you invited",
    response={200: InvitedUsersOut, **problems(Unauthenticated)},
    openapi_extra=success(200, "A page of the users you invited."),
)
async def list_invited_users(
    request: AuthedRequest,
    limit: Annotated[WholeNumberIn, Query(50, ge=1, le=200, description="Users on a page.")],
    cursor: Annotated[
        str, Query("", max_length=64, description="`next_cursor` of the page before.")
    ],
) -> profiles.InvitedUsers:
    """Those who activated your code, the newest first. Follow `next_cursor` until it is `null`."""
    return await in_one_unit(
        profiles.list_invited_users, user_id=request.auth.id, limit=limit, cursor=cursor or None
    )
