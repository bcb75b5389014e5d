"""Addresses of the branches app: accounts and the roster."""

from django.urls import path

from branches.views import accounts, roster

urlpatterns = [
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.password_change, name="password_change"),
    path("password/changed/", accounts.password_change_done, name="password_change_done"),
    path("account/", accounts.account, name="account"),
    path("roster/", roster.roster, name="roster"),
    path("roster/new/", roster.person_add, name="person-add"),
    path("roster/<uuid:code>/", roster.person, name="person"),
    path("roster/<uuid:code>/edit/", roster.person_edit, name="person-edit"),
]
