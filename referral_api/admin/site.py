from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from referral_api.admin import known_browsers
from referral_api.admin.login import StaffLoginForm


class StaffSite(admin.AdminSite):
    site_header = site_title = "Referral API"
    login_form = StaffLoginForm

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """After the right password, the browser is known for this account."""
        response = super().login(request, extra_context)
        succeeded = request.method == "POST" and response.status_code == 302
        if succeeded and request.user.is_authenticated:
            known_browsers.remember(request, response, phone=request.user.phone)
        return response
