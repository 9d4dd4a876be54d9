"""Addresses of the log and the catalogue of fields."""

from __future__ import annotations

from django.urls import path, re_path

from junheng.web.oversight import views

app_name = "oversight"
urlpatterns = [
    path("log/", views.log, name="log"),
    re_path(r"^log/(?P<pk>[0-9]{1,18})\.(?P<form>jsonl|csv)$", views.export_log, name="export_log"),
    path("log/heads.json", views.heads, name="heads"),
    path("log/verify_log.py", views.verifier, name="verifier"),
    path("fields/", views.fields, name="fields"),
]
