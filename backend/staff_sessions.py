"""The sessions of staff in the admin (SESSION_ENGINE)."""

from django.conf import settings
from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def get_expire_at_browser_close(self) -> bool:
        """Without a look into the session, because no session has a rule of its own.

        Django asks after each request. Where the database is away, the look would turn a 503 into
        a 500.
        """
        return bool(settings.SESSION_EXPIRE_AT_BROWSER_CLOSE)
