"""Addresses of packages."""

from __future__ import annotations

from django.urls import path

from junheng.web.packages import views

app_name = "packages"
urlpatterns = [
    path("", views.index, name="index"),
    path("make/<int:pk>/", views.make, name="make"),
    path("made/<int:pk>/file/", views.made, name="made"),
    path("keys/new/", views.trust, name="trust"),
    path("keys/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("receive/", views.receive, name="receive"),
    path("received/<int:pk>/", views.received, name="received"),
    path("received/<int:pk>/file/", views.received_file, name="received_file"),
]
