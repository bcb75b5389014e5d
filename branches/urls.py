"""Addresses of the branches app: accounts and the roster."""

from django.urls import path

from branches.views import accounts, fresh, institute, login, movements, roster, second_factor

urlpatterns = [
    path("login/", login.LoginView.as_view(), name="login"),
    path("login/code/", login.login_code, name="login-code"),
    path("login/again/", fresh.login_again, name="login-again"),
    path("login/institute/", institute.institute_login, name="institute-login"),
    path("login/institute/callback/", institute.institute_callback, name="institute-callback"),
    path("logout/", login.LogoutView.as_view(), name="logout"),
    path("password/", accounts.password_change, name="password_change"),
    path("password/changed/", accounts.password_change_done, name="password_change_done"),
    path("account/", accounts.account, name="account"),
    path("account/sessions/end/", accounts.sessions_end, name="sessions-end"),
    path("account/sessions/<uuid:code>/end/", accounts.session_end, name="session-end"),
    path("account/second-factor/", second_factor.set_up, name="second-factor-set-up"),
    path("account/second-factor/codes/", second_factor.new_codes, name="second-factor-codes"),
    path("account/second-factor/remove/", second_factor.remove, name="second-factor-remove"),
    path("account/lost-phone/", second_factor.lost_phone, name="lost-phone"),
    path("roster/", roster.roster, name="roster"),
    path("roster/new/", roster.person_add, name="person-add"),
    path("roster/<uuid:code>/", roster.person, name="person"),
    path("roster/<uuid:code>/edit/", roster.person_edit, name="person-edit"),
    path("sent-movements/", movements.movements_sent, name="movements-sent"),
]
