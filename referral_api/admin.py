from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import TokenProxy

from referral_api.errors import TooManyRequests
from referral_api.models import Activation, User
from referral_api.networks import network_of
from referral_api.services import limits, users


class StaffLoginForm(AdminAuthenticationForm):
    """A failed password costs its network the same as a failed code."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        failure = limits.wrong_logins.of_network(network_of(self.request))
        try:
            with limits.charged(*failure) as charge:
                cleaned: dict[str, Any] = super().clean()  # raises where the password is wrong
                charge.give_back()
        except TooManyRequests as refusal:
            raise ValidationError(str(refusal.detail)) from None
        return cleaned


admin.site.login_form = StaffLoginForm
admin.site.site_header = admin.site.site_title = "Referral API"
admin.site.unregister(Group)
if admin.site.is_registered(TokenProxy):
    admin.site.unregister(TokenProxy)  # it would show digests as if they were keys


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # not generic at run time
    change_password_form = AdminPasswordChangeForm
    list_display = ("phone", "invite_code", "invited_total", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("phone", "invite_code")
    ordering = ("-id",)
    show_full_result_count = False  # a count of all users for each page of the list
    readonly_fields = ("phone", "invite_code", "invited_total", "date_joined", "last_login")
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("phone", "password", "invite_code", "invited_total")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """A disabled account loses its sessions and API token; enabling brings none back."""
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            users.end_access(user_id=obj.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Users are made by proving a phone, staff by `createsuperuser`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An activation is kept, and so are both of its users: switch `active` off instead."""
        return False


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
