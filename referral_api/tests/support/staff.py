"""Members of staff, and their way into the admin."""

from django.contrib.auth.models import Permission
from django.test import Client

from referral_api.models import User

ROOT, STAFF, OTHER_STAFF = "+79169999901", "+79169999902", "+79169999903"
PASSWORD = "correct horse battery staple"
USERS = "/admin/referral_api/user/"


def make_staff(phone: str, *permissions: str) -> User:
    """No superuser: has only the permissions that are named, such as `change_user`."""
    user = User.objects.create_user(phone, PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def logged_in(phone: str) -> Client:
    client = Client()
    form = {"username": phone, "password": PASSWORD}
    answer = client.post("/admin/login/?next=/admin/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    return client
