"""What the page's scripts say by themselves. A refusal comes from the API with its own sentence."""

from django.utils.translation import gettext_lazy as _

# What is wrong with a field, by its JSON pointer in the body.
FIELDS = {
    "#/phone": _("This is not a valid phone number."),
    "#/code": _("Enter the digits of the code."),
}

SENTENCES = {
    "offline": _("The service cannot be reached."),
    "offline_detail": _("Check your connection and try again; nothing you entered is lost."),
    "server_error": _("Something went wrong on our side."),
    "server_error_detail": _("Try again later."),
    "session_ended": _("Your session has ended. Log in again."),
    "wait": _("You can try again in {time}."),
    "wait_over": _("You can try again now."),
    "tries_left": _("Tries left: {tries}."),
    "sent_to": _("We sent a code to {phone}."),
    "enter_known": _("Enter the latest code that was sent to {phone}."),
    "valid_until": _("It has {length} digits and is valid until {time}."),
    "resend_in": _("You can have it sent again in {time}."),
    "copied": _("Copied"),
    "copy_failed": _("Copying is not allowed here: the text is selected, copy it by hand."),
    "share_text": _("Join me with my invite code {code}:"),
    "invited_by": _("You activated this code on {time}."),
    "invited_now": _("Done: the invite code {code} is activated."),
    "new_invited": _("People you invited: {total}."),
    "more_loaded": _("{shown} of {total} shown."),
    "token_revoked": _("The API token no longer works."),
    "unknown_device": _("An unknown device"),
    "browser_on_system": _("{browser} on {system}"),
    "this_session": _("this session"),
    "last_used": _("last used on {time}"),
    "end_session": _("End"),
    "end_session_of": _("End the session: {device}"),
    "sessions_shown": _("Sessions: {total}."),
    "phone_changed": _("Done: your phone is {phone}."),
    "last_digits": _("These are not the last four digits of your phone."),
    "log_in_again": _("Log in again, then repeat it within 10 minutes."),
    "account_deleted": _("Your account is deleted."),
    "logged_out": _("You are logged out."),
}
