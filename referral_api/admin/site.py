from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from referral_api.admin import known_browsers
from referral_api.admin.login import StaffLoginForm
from referral_api.admin.passwords import OwnPasswordForm


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
            known_browsers.remember(request, response, phone=request.user.get_username())
        return response

    def password_change(  # type: ignore[override]  # the stubs forget its redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """As Django's, which has no setting for the form."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context=self.each_context(request),
        )
        return view(request)
