"""Our errors as Django's."""

import contextlib
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from .errors import NotStarted, Refused


@contextlib.contextmanager
def as_django_errors() -> Iterator[None]:
    """Refused becomes ImproperlyConfigured, NotStarted becomes OperationalError.

    Only this module, `base` and `client` import Django: the supervisor starts fast without it.
    """
    try:
        yield
    except Refused as refusal:
        raise ImproperlyConfigured(str(refusal)) from refusal
    except NotStarted as failure:
        raise OperationalError(str(failure)) from failure
