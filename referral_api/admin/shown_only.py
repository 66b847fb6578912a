from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ShownOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows that staff look at, and that nobody makes, changes or deletes here."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
