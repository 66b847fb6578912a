from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from referral_api.models import Activation


@admin.register(Activation)
class ActivationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ("invited_user", "inviter", "activated_at")
    list_select_related = ("invited_user", "inviter")
    search_fields = ("invited_user__phone", "inviter__phone", "inviter__invite_code")
    ordering = ("-activated_at",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
