"""Every refusal of the API, as a class (RFC 9457 problem types).

Refusal
 ├─ MalformedRequest          400  not JSON
 ├─ CodeInvalid               400  wrong code; the one answer to a caller without a request_id
 ├─ CodeExpired               400  the code of the caller's own request is spent, used or expired
 ├─ Unauthenticated           401  no valid access or API token
 │   └─ TokenInvalid          401  no valid refresh token
 ├─ AccountDisabled           403
 ├─ NotFound                  404  no such address
 ├─ InviteUnknown             404
 ├─ MethodNotAllowed          405
 ├─ InviteOwn                 409
 ├─ InviteAlreadyActivated    409
 ├─ PayloadTooLarge           413
 ├─ InvalidRequest            422  names each wrong field
 ├─ PhoneNotAllowed           422
 ├─ TooManyRequests           429  says when to come again
 ├─ InternalError             500
 ├─ SmsFailed                 502
 └─ Unavailable               503  the database is away; says when to come again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

TYPE_PREFIX = "tag:referral-api,2026:problem:"  # RFC 4151: a name that needs no host
Text = str | Promise  # a Promise is a text in the language of the reader
TRY_AGAIN = _("Try again in {retry_after} seconds.")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON Pointer as a URI fragment (RFC 6901)."""

    pointer: str
    message: Text


class Refusal(Exception):
    """`title` names the kind, `detail` tells a person what to do.

    A refusal that publishes more takes it as a keyword of its `__init__` and keeps it as an
    attribute of the same name: schemas/problem.py reads it from there.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[Text]
    detail: Text

    def __init__(self) -> None:
        super().__init__(self.code)

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.code

    @classmethod
    def example(cls) -> Self:
        """One for the documents."""
        return cls()


class MalformedRequest(Refusal):
    status, code, title = 400, "malformed_request", _("The request is malformed.")
    detail = _("The body must be JSON in UTF-8.")


class CodeInvalid(Refusal):
    status, code, title = 400, "code_invalid", _("This code is not valid.")
    detail = _("Check the code, or request a new one.")

    def __init__(self, *, attempts_left: int | None = None) -> None:
        """`attempts_left`: tries that the caller's `request_id` has left; None without one."""
        super().__init__()
        self.attempts_left = attempts_left

    @classmethod
    def example(cls) -> Self:
        return cls(attempts_left=2)


class CodeExpired(Refusal):
    status, code, title = 400, "code_expired", _("This code can no longer be used.")
    detail = _("Request a new code.")


class Unauthenticated(Refusal):
    status, code, title = 401, "unauthenticated", _("You are not logged in.")
    detail = _("Send a valid access token or API token in the Authorization header.")


class TokenInvalid(Unauthenticated):
    status, code, title = 401, "token_invalid", _("This session has ended.")
    detail = _("The refresh token is invalid, expired or already used. Log in again.")


class AccountDisabled(Refusal):
    status, code, title = 403, "account_disabled", _("This account is disabled.")
    detail = _("Ask the operator of the service.")


class NotFound(Refusal):
    status, code, title = 404, "not_found", _("There is nothing at this address.")
    detail = _("Check the path against the API's documentation.")


class InviteUnknown(Refusal):
    status, code, title = 404, "invite_unknown", _("This invite code does not exist.")
    detail = _("Check the code with the person who gave it to you.")


class MethodNotAllowed(Refusal):
    status, code, title = 405, "method_not_allowed", _("This method is not allowed here.")
    detail = _("The Allow header lists the methods that are.")


class InviteOwn(Refusal):
    status, code, title = 409, "invite_own", _("This is your own invite code.")
    detail = _("Enter the code of the person who invited you.")


class InviteAlreadyActivated(Refusal):
    status, code = 409, "invite_already_activated"
    title = _("You have already activated an invite code.")
    detail = _("An invite code can be activated once.")

    def __init__(self, *, activated_invite_code: str) -> None:
        super().__init__()
        self.activated_invite_code = activated_invite_code

    @classmethod
    def example(cls) -> Self:
        return cls(activated_invite_code="K7M2PX")


class PayloadTooLarge(Refusal):
    status, code, title = 413, "payload_too_large", _("The request is too large.")
    detail = _("Send a smaller body.")


class InvalidRequest(Refusal):
    status, code, title = 422, "invalid_request", _("The request has invalid fields.")
    detail = _("The errors say what is wrong with each field.")

    def __init__(self, *, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def at(cls, field: str, message: Text) -> Self:
        return cls(errors=[FieldError(pointer=f"#/{field}", message=message)])

    @classmethod
    def example(cls) -> Self:
        return cls.at("phone", _("This is not a valid phone number."))


class PhoneNotAllowed(Refusal):
    status, code, title = 422, "phone_not_allowed", _("Numbers of this region are not served.")
    detail = _("Use a phone number of another region.")


class TooManyRequests(Refusal):
    status, code, title = 429, "too_many_requests", _("Too many requests.")

    def __init__(self, *, retry_after: int) -> None:
        """`retry_after`: seconds until the next try can succeed."""
        super().__init__()
        self.retry_after = retry_after
        self.detail = format_lazy(TRY_AGAIN, retry_after=retry_after)

    @classmethod
    def example(cls) -> Self:
        return cls(retry_after=37)


class InternalError(Refusal):
    status, code, title = 500, "internal_error", _("Something went wrong on our side.")
    detail = _("Try again later.")


class SmsFailed(Refusal):
    status, code, title = 502, "sms_failed", _("The SMS could not be sent.")
    detail = _("Check the number, or try again later.")


class Unavailable(Refusal):
    status, code, title = 503, "unavailable", _("The service is not available right now.")

    def __init__(self, *, retry_after: int = 5) -> None:
        """`retry_after`: seconds; a restart of PostgreSQL takes about as long."""
        super().__init__()
        self.retry_after = retry_after
        self.detail = format_lazy(TRY_AGAIN, retry_after=retry_after)
