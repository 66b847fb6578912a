from django.contrib import admin

from referral_api.admin.shown_only import ShownOnly
from referral_api.models import Activation


@admin.register(Activation)
class ActivationAdmin(ShownOnly):
    list_display = ("invited_user", "inviter", "activated_at")
    list_select_related = ("invited_user", "inviter")
    search_fields = ("invited_user__phone", "inviter__phone", "inviter__invite_code")
    ordering = ("-activated_at",)
