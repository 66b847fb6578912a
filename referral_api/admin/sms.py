"""What became of the SMS, and the regions that the alarm has closed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from referral_api.admin.shown_only import ShownOnly
from referral_api.models import SmsCount, SmsRegion
from referral_api.services import sms_counts

BUTTON = '<button type="submit" name="open" value="{}">{}</button>'


@admin.register(SmsCount)
class SmsCountAdmin(ShownOnly):
    list_display = ("hour", "region", "sender", "sent", "refused", "uncertain", "confirmed")
    list_display_links = None
    list_filter = ("region", "sender")
    ordering = ("-hour", "region", "sender")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SmsCount]:
        counts: QuerySet[SmsCount] = super().get_queryset(request)
        return counts.annotate(logins=Coalesce(Sum("confirmations__logins"), 0))

    @admin.display(description=_("confirmed by a login"), ordering="logins")
    def confirmed(self, count: Any) -> int:
        return int(count.logins)


@admin.register(SmsRegion)
class SmsRegionAdmin(ShownOnly):
    """Those that were closed last come first, each with a button that opens it."""

    list_display = ("region", "is_open", "closed_until")
    list_display_links = None
    ordering = (F("closed_until").desc(nulls_last=True), "region")
    actions = None

    def may_open(self, request: HttpRequest) -> bool:
        return request.user.has_perm("referral_api.change_smsregion")

    def get_list_display(self, request: HttpRequest) -> Any:
        if self.may_open(request):
            return (*self.list_display, "opener")
        return self.list_display

    @admin.display(description=_("open"), boolean=True)
    def is_open(self, region: SmsRegion) -> bool:
        return not region.is_closed

    @admin.display(description="")
    def opener(self, region: SmsRegion) -> str:
        if not region.is_closed:
            return ""
        return format_html(BUTTON, region.region, _("Open to strangers"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list is a form of Django's, which also sends what the buttons in it say."""
        region = request.POST.get("open")
        if region is None:
            return super().changelist_view(request, extra_context)
        if not self.may_open(request):
            raise PermissionDenied
        if sms_counts.open_region(region=region):
            opened = SmsRegion.objects.get(region=region)
            self.log_change(request, opened, str(_("Opened to strangers.")))
            text = _("%(region)s is open to strangers.") % {"region": region}
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())
