from typing import Any

from rest_framework import serializers

from benchmarks.rivals.common import PUBLIC_URL, to_e164
from referral_api.models import Activation


class PhoneField(serializers.CharField):
    def to_internal_value(self, data: object) -> str:
        try:
            return to_e164(super().to_internal_value(data))
        except ValueError:
            raise serializers.ValidationError("This is not a valid phone number.") from None


class InvitedUserSerializer(serializers.ModelSerializer):
    phone = serializers.CharField(source="invited_user.phone")

    class Meta:
        model = Activation
        fields = ("phone", "activated_at")


class InvitedUsersSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    items = InvitedUserSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ProfileSerializer(serializers.Serializer):
    phone = serializers.CharField(source="user.phone")
    invite_code = serializers.CharField(source="user.invite_code")
    invite_link = serializers.SerializerMethodField()
    activated_invite_code = serializers.CharField(
        source="activation.inviter.invite_code", default=None
    )
    activated_at = serializers.DateTimeField(source="activation.activated_at", default=None)
    invited_users = InvitedUsersSerializer()

    def get_invite_link(self, profile: dict[str, Any]) -> str:
        return f"{PUBLIC_URL}/i/{profile['user'].invite_code}"


class InviteSerializer(serializers.Serializer):
    invite_code = serializers.CharField(max_length=64)


class CodeRequestSerializer(serializers.Serializer):
    phone = PhoneField()


class LoginSerializer(serializers.Serializer):
    phone = PhoneField()
    code = serializers.CharField(max_length=16)
    request_id = serializers.UUIDField()
