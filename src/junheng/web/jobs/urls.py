"""Addresses of background jobs."""

from __future__ import annotations

from django.urls import path

from junheng.web.jobs import views

app_name = "jobs"
urlpatterns = [path("jobs/<int:pk>/", views.one, name="job")]
