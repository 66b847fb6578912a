"""Django REST framework with its usual parts: APIView, serializers, simplejwt, the ORM."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.rivals.common import PAGE, SMS_DELAY, position_of
from benchmarks.rivals.drf_app import work
from benchmarks.rivals.drf_app.pages import page_of
from benchmarks.rivals.drf_app.serializers import (
    CodeRequestSerializer,
    InvitedUsersSerializer,
    InviteSerializer,
    LoginSerializer,
    ProfileSerializer,
)
from referral_api.models import Activation, User


def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def profile(user: User) -> Response:
    activation = Activation.objects.select_related("inviter").filter(invited_user=user).first()
    seen = {"user": user, "activation": activation, "invited_users": page_of(user, PAGE, None)}
    return Response(ProfileSerializer(seen).data)


def validated(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


class ProfileView(APIView):
    def get(self, request: Request) -> Response:
        return profile(request.user)


class InvitedUsersView(APIView):
    def get(self, request: Request) -> Response:
        cursor = request.query_params.get("cursor")
        limit = int(request.query_params.get("limit", PAGE))
        page = page_of(request.user, limit, position_of(cursor) if cursor else None)
        return Response(InvitedUsersSerializer(page).data)


class ActivateInviteView(APIView):
    def post(self, request: Request) -> Response:
        data = validated(InviteSerializer(data=request.data))
        if not work.activate(request.user, data["invite_code"]):
            return Response({"code": "invite_already_activated"}, status.HTTP_409_CONFLICT)
        return profile(request.user)


class PublicView(APIView):
    authentication_classes: tuple[type, ...] = ()
    permission_classes = (AllowAny,)


class CodeView(PublicView):
    def post(self, request: Request) -> Response:
        data = validated(CodeRequestSerializer(data=request.data))
        answer = work.request_code(data["phone"])
        time.sleep(SMS_DELAY)
        return Response(answer, status.HTTP_202_ACCEPTED)


class LoginView(PublicView):
    def post(self, request: Request) -> Response:
        data = validated(LoginSerializer(data=request.data))
        session = work.log_in(data["phone"], data["code"], data["request_id"])
        return (
            Response(session)
            if session
            else Response({"code": "code_invalid"}, status.HTTP_400_BAD_REQUEST)
        )
