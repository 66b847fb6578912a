"""Every refusal of the API, as a class (RFC 9457 problem types).

Refusal
 ├─ MalformedRequest          400  not JSON
 ├─ CodeInvalid               400  wrong code; unbound callers see nothing else
 ├─ CodeExpired               400  the caller's own code is spent, used, expired or superseded
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

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """`title` names the kind, `detail` tells a person what to do; `members` are published beside them."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str | Promise]
    detail: ClassVar[str | Promise]

    def __init__(self, **members: Any) -> None:
        super().__init__(self.code)
        self.members = members


class MalformedRequest(Refusal):
    status, code, title = 400, "malformed_request", _("The request is malformed.")
    detail = _("The body must be JSON in UTF-8.")


class CodeInvalid(Refusal):
    status, code, title = 400, "code_invalid", _("This code is not valid.")
    detail = _("Check the code, or request a new one.")


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
    status, code, title = (
        409,
        "invite_already_activated",
        _("You have already activated an invite code."),
    )
    detail = _("An invite code can be activated once.")


class PayloadTooLarge(Refusal):
    status, code, title = 413, "payload_too_large", _("The request is too large.")
    detail = _("Send a smaller body.")


class InvalidRequest(Refusal):
    status, code, title = 422, "invalid_request", _("The request has invalid fields.")
    detail = _("The errors say what is wrong with each field.")

    @classmethod
    def at(cls, field: str, message: str | Promise) -> "InvalidRequest":
        return cls(errors=[{"pointer": f"#/{field}", "message": message}])


class PhoneNotAllowed(Refusal):
    status, code, title = 422, "phone_not_allowed", _("Numbers of this region are not served.")
    detail = _("Use a phone number of another region.")


class TooManyRequests(Refusal):
    status, code, title = 429, "too_many_requests", _("Too many requests.")
    detail = _("Try again in %(retry_after)d seconds.")


class InternalError(Refusal):
    status, code, title = 500, "internal_error", _("Something went wrong on our side.")
    detail = _("Try again later.")


class SmsFailed(Refusal):
    status, code, title = 502, "sms_failed", _("The SMS could not be sent.")
    detail = _("Check the number, or try again later.")


class Unavailable(Refusal):
    status, code, title = 503, "unavailable", _("The service is not available right now.")
    detail = _("Try again in %(retry_after)d seconds.")

    def __init__(self, retry_after: int = 5, **members: Any) -> None:
        super().__init__(retry_after=retry_after, **members)
