"""The addresses of the site; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("", include("committee.urls")),
    path("", include("recruitment.urls")),
    path("", include("branches.urls")),
    path("admin/", admin.site.urls),  # organisation data only
    path("healthz/", healthz, name="healthz"),
]
