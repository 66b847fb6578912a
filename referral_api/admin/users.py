from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from referral_api.admin.passwords import PasswordOfUserForm
from referral_api.models import User
from referral_api.services import accounts, users

RIGHTS = ("is_staff", "is_superuser", "user_permissions")
DATES = ("date_joined", "last_login")

admin.site.unregister(Group)  # the import of Django's own UserAdmin has registered it


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rights and passwords are given by superusers alone.

    Staff with the permission to change users switch accounts off and on, but not those of staff.
    Otherwise they could make themselves superusers (OWASP ASVS 5.0 8.2.3).
    """

    change_password_form = PasswordOfUserForm
    list_display = ("phone", "invite_code", "invited_total", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("phone", "invite_code")
    ordering = ("-id",)
    show_full_result_count = False  # a count of all users for each page of the list
    readonly_fields = ("phone", "invite_code", "invited_total", *DATES)
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("phone", "password", "invite_code", "invited_total")}),
        (_("Permissions"), {"fields": ("is_active", *RIGHTS)}),
        (_("Dates"), {"fields": DATES}),
    )
    fieldsets_without_password = (
        (None, {"fields": ("phone", "invite_code", "invited_total")}),
        *fieldsets[1:],
    )
    actions = ("end_access",)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """A disabled account loses its sessions and API token; enabling brings none back.

        Only what was changed is written: the other columns may have changed meanwhile, as the total
        of invited users does.
        """
        columns = [name for name in form.changed_data if name != "user_permissions"]
        obj.save(update_fields=columns)
        if "is_active" in form.changed_data:
            users.end_access(user_id=obj.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Users are made by proving a phone, staff by `createsuperuser`."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of one account, or, where `obj` is None, of any."""
        if obj is not None and is_privileged(obj) and not is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for a change: accounts of staff are left to superusers."""
        if obj is not None and is_privileged(obj) and not is_superuser(request):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """An account is deleted on its own page, one at a time."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the page that asks for a confirmation lists; the service knows what hangs on it."""
        return [str(user) for user in objs], {str(_("users")): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        accounts.delete(user_id=obj.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """A deleted account has a row without a phone, and nothing to see or change."""
        users_with_phone: QuerySet[User] = super().get_queryset(request).filter(phone__isnull=False)
        return users_with_phone

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By the filters of the page alone: others would find out a digest, letter by letter."""
        return lookup.removesuffix("__exact") in self.list_filter

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if is_superuser(request) else self.fieldsets_without_password

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if is_superuser(request):
            return self.readonly_fields
        return (*self.readonly_fields, *RIGHTS)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 -- Django's name
        form_url: str = "",
    ) -> HttpResponse:
        """A password is for staff alone, so only a superuser sets it."""
        if not is_superuser(request):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    @admin.action(description=_("End sessions and API token"), permissions=["change"])
    def end_access(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Of each account that the caller may change (OWASP ASVS 5.0 7.4.5)."""
        ended = 0
        for user in queryset:
            if self.has_change_permission(request, user):
                users.end_access(user_id=user.pk)
                self.log_change(request, user, str(_("Ended its sessions and its API token.")))
                ended += 1
        text = _("Accounts whose sessions and API token are ended: %(count)d.")
        self.message_user(request, text % {"count": ended}, messages.SUCCESS)
        if ended < len(queryset):
            self.message_user(
                request, _("Accounts of staff are left to superusers."), messages.WARNING
            )


def is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def is_privileged(user: User) -> bool:
    return user.is_staff or user.is_superuser
