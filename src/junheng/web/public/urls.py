"""Addresses of what is open to the public."""

from __future__ import annotations

from django.urls import path

from junheng.web.public import certificates, views

app_name = "public"
urlpatterns = [
    path("", views.counties, name="counties"),
    path("counties.<str:form>", views.counties_file, name="counties_file"),
    path("data/", views.data, name="data"),
    path("<int:pk>/", views.county, name="county"),
    path("<int:pk>/result.<str:form>", views.result, name="result"),
    path("<int:pk>/objection/", views.objection, name="objection"),
    path("answer/", views.answer, name="answer"),
    path("certificate/", certificates.certificate, name="certificate"),
]
