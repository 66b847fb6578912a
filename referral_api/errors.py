"""Every refusal of the API, as a class (RFC 9457 problem types).

Refusal
 ├─ MalformedRequest          400  not JSON, or for a host that is not ours
 ├─ CodeInvalid               400  wrong code; the one answer to a caller without a request_id
 ├─ CodeExpired               400  the code of the caller's own request is spent, used or expired
 ├─ Unauthenticated           401  no valid access or API token
 │   └─ TokenInvalid          401  no valid refresh token
 ├─ AccountDisabled           403
 ├─ LoginNotRecent            403  the session is alive, but its login is too long ago
 ├─ HttpsRequired             403  sent in clear
 ├─ NotFound                  404  no such address
 ├─ InviteUnknown             404
 ├─ MethodNotAllowed          405
 ├─ RequestTimeout            408  the request came too slowly; the connection is closed
 ├─ InviteOwn                 409
 ├─ InviteAlreadyActivated    409
 ├─ PhoneTaken                409
 ├─ PayloadTooLarge           413
 ├─ UnsupportedMediaType      415  a body that does not say that it is JSON
 ├─ InvalidRequest            422  names each wrong field
 ├─ PhoneNotAllowed           422
 ├─ TooManyRequests           429  says when to come again
 ├─ HeadersTooLarge           431  the connection is closed
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
MOST_FIELD_ERRORS = 20  # an honest request has fewer fields, and a hostile one thousands
TRY_AGAIN = _("Try again in {retry_after} seconds.")
NOT_JSON = _("The body must be JSON in UTF-8, and no object may have a name twice.")
UNKNOWN_HOST = _(
    "The service does not answer to this host name. Its operator lists the names in ALLOWED_HOSTS."
)


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
    status = 400
    code = "malformed_request"
    title = _("The request is malformed.")

    def __init__(self, *, detail: Text = NOT_JSON) -> None:
        super().__init__()
        self.detail = detail

    @classmethod
    def for_host(cls) -> Self:
        return cls(detail=UNKNOWN_HOST)


class CodeInvalid(Refusal):
    status = 400
    code = "code_invalid"
    title = _("This code is not valid.")
    detail = _("Check the code, or request a new one.")

    def __init__(self, *, attempts_left: int | None = None) -> None:
        """`attempts_left`: tries that the caller's `request_id` has left; None without one."""
        super().__init__()
        self.attempts_left = attempts_left

    @classmethod
    def example(cls) -> Self:
        return cls(attempts_left=2)


class CodeExpired(Refusal):
    status = 400
    code = "code_expired"
    title = _("This code can no longer be used.")
    detail = _("Request a new code.")


class Unauthenticated(Refusal):
    status = 401
    code = "unauthenticated"
    title = _("You are not logged in.")
    detail = _("Send a valid access token or API token in the Authorization header.")


class TokenInvalid(Unauthenticated):
    status = 401
    code = "token_invalid"
    title = _("This session has ended.")
    detail = _("The refresh token is invalid, expired or already used. Log in again.")


class AccountDisabled(Refusal):
    status = 403
    code = "account_disabled"
    title = _("This account is disabled.")
    detail = _("Ask the operator of the service.")


class LoginNotRecent(Refusal):
    status = 403
    code = "login_not_recent"
    title = _("Your login is too long ago for this.")
    detail = _("Log in again with a new code, then repeat it within 10 minutes.")


class HttpsRequired(Refusal):
    status = 403
    code = "https_required"
    title = _("This service is used over https:// only.")
    detail = _("Send the request to the https:// address. Others may have read what it held.")


class NotFound(Refusal):
    status = 404
    code = "not_found"
    title = _("There is nothing at this address.")
    detail = _("Check the path against the API's documentation.")


class InviteUnknown(Refusal):
    status = 404
    code = "invite_unknown"
    title = _("This invite code does not exist.")
    detail = _("Check the code with the person who gave it to you.")


class MethodNotAllowed(Refusal):
    status = 405
    code = "method_not_allowed"
    title = _("This method is not allowed here.")
    detail = _("The Allow header lists the methods that are.")


class RequestTimeout(Refusal):
    status = 408
    code = "request_timeout"
    title = _("The request came too slowly.")
    detail = _("Send it again, on a new connection.")


class InviteOwn(Refusal):
    status = 409
    code = "invite_own"
    title = _("This is your own invite code.")
    detail = _("Enter the code of the person who invited you.")


class InviteAlreadyActivated(Refusal):
    status = 409
    code = "invite_already_activated"
    title = _("You have already activated an invite code.")
    detail = _("An invite code can be activated once.")

    def __init__(self, *, activated_invite_code: str | None) -> None:
        """`activated_invite_code`: None where it was in an account that was deleted."""
        super().__init__()
        self.activated_invite_code = activated_invite_code

    @classmethod
    def example(cls) -> Self:
        return cls(activated_invite_code="K7M2PX")


class PhoneTaken(Refusal):
    status = 409
    code = "phone_taken"
    title = _("This phone number belongs to another account.")
    detail = _("Log in with it, and delete that account first.")


class PayloadTooLarge(Refusal):
    status = 413
    code = "payload_too_large"
    title = _("The request is too large.")
    detail = _("Send a smaller body.")


class UnsupportedMediaType(Refusal):
    status = 415
    code = "unsupported_media_type"
    title = _("The body has a type that is not supported.")
    detail = _("Send JSON in UTF-8, with the header Content-Type: application/json.")


class InvalidRequest(Refusal):
    status = 422
    code = "invalid_request"
    title = _("The request has invalid fields.")
    detail = _("The errors say what is wrong with each field.")

    def __init__(self, *, errors: Sequence[FieldError]) -> None:
        """`errors`: the first MOST_FIELD_ERRORS are told."""
        super().__init__()
        self.errors = errors[:MOST_FIELD_ERRORS]

    @classmethod
    def at(cls, field: str, message: Text) -> Self:
        return cls(errors=[FieldError(pointer=f"#/{field}", message=message)])

    @classmethod
    def example(cls) -> Self:
        return cls.at("phone", _("This is not a valid phone number."))


class PhoneNotAllowed(Refusal):
    status = 422
    code = "phone_not_allowed"
    title = _("This phone number is not served.")
    detail = _("Use a mobile number, or one of another region.")


class TooManyRequests(Refusal):
    status = 429
    code = "too_many_requests"
    title = _("Too many requests.")

    def __init__(self, *, retry_after: int) -> None:
        """`retry_after`: seconds until the next try can succeed."""
        super().__init__()
        self.retry_after = retry_after
        self.detail = format_lazy(TRY_AGAIN, retry_after=retry_after)

    @classmethod
    def example(cls) -> Self:
        return cls(retry_after=37)


class HeadersTooLarge(Refusal):
    status = 431
    code = "headers_too_large"
    title = _("The headers of the request are too large.")
    detail = _("Send fewer or smaller headers.")


class InternalError(Refusal):
    status = 500
    code = "internal_error"
    title = _("Something went wrong on our side.")
    detail = _("Try again later.")


class SmsFailed(Refusal):
    status = 502
    code = "sms_failed"
    title = _("The SMS could not be sent.")
    detail = _("Check the number, or try again later.")


class Unavailable(Refusal):
    status = 503
    code = "unavailable"
    title = _("The service is not available right now.")

    def __init__(self, *, retry_after: int = 5) -> None:
        """`retry_after`: seconds; a restart of PostgreSQL takes about as long."""
        super().__init__()
        self.retry_after = retry_after
        self.detail = format_lazy(TRY_AGAIN, retry_after=retry_after)
