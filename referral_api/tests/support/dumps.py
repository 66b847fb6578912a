"""Every row of every table as text, as a dump of the database has it."""

from django.apps import apps
from django.db import connection


def dump() -> str:
    lines = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.proxy:
                cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
                lines += [row for (row,) in cursor.fetchall()]
    return "\n".join(lines)
