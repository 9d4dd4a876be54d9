"""Addresses of what is open to the public."""

from __future__ import annotations

from django.urls import path

from junheng.web.public import views

app_name = "public"
urlpatterns = [
    path("", views.counties, name="counties"),
    path("<int:pk>/", views.county, name="county"),
    path("<int:pk>/objection/", views.objection, name="objection"),
    path("answer/", views.answer, name="answer"),
]
