"""What a client says of itself."""

from django.http import HttpRequest

from referral_api.formats import USER_AGENT_MAX_LENGTH


def user_agent_of(request: HttpRequest) -> str:
    """The User-Agent header as it was sent, cut to what is kept; empty where there was none."""
    sent: str = request.META.get("HTTP_USER_AGENT", "")
    return sent.replace("\0", "")[:USER_AGENT_MAX_LENGTH]  # PostgreSQL's text has no NUL
