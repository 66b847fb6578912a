from django.urls import path

from benchmarks.rivals.drf_app import views

urlpatterns = [
    path("livez", views.livez),
    path("api/v1/profile", views.ProfileView.as_view()),
    path("api/v1/profile/activate-invite", views.ActivateInviteView.as_view()),
    path("api/v1/profile/invited-users", views.InvitedUsersView.as_view()),
    path("api/v1/auth/code", views.CodeView.as_view()),
    path("api/v1/auth/login", views.LoginView.as_view()),
]
