"""What an account has open: its sessions and its API token."""

from django.db import transaction

from referral_api.services import api_tokens, sessions


def end(*, user_id: int) -> None:
    """Ends all sessions and the API token. An access token stays valid until it expires."""
    with transaction.atomic():
        sessions.end_all(user_id=user_id)
        api_tokens.delete(user_id=user_id)
