from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from referral_api.admin import known_browsers
from referral_api.admin.login import StaffLoginForm
from referral_api.errors import TooManyRequests
from referral_api.services import limits


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

    def password_change(  # type: ignore[override]  # the stubs forget its redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Their own. A stolen session must not serve to guess the old password."""
        if request.method != "POST":
            return super().password_change(request, extra_context)
        try:
            with limits.charged(limits.wrong_old_passwords.of(request.user.pk)) as charge:
                response = super().password_change(request, extra_context)
                if response.status_code == 302:
                    charge.give_back()
        except TooManyRequests as refusal:
            messages.error(request, str(refusal.detail))
            return redirect("admin:password_change")
        return response
