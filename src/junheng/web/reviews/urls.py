"""Addresses of the reviews."""

from __future__ import annotations

from django.urls import path

from junheng.web.reviews.views import desk, objections, papers, steps

app_name = "reviews"
urlpatterns = [
    path("reviews/", desk.desk, name="desk"),
    path("reviews/accept/", desk.accept, name="accept"),
    path("reviews/receipts/<int:pk>/", papers.receipt, name="receipt"),
    path("reviews/certificates/<int:pk>/", papers.certificate, name="certificate"),
    path("filings/<int:pk>/steps/", steps.filing, name="filing"),
    path("filings/<int:pk>/steps/findings/", steps.findings, name="findings"),
    path("filings/<int:pk>/steps/differences/", steps.differences, name="differences"),
    path("filings/<int:pk>/steps/<slug:step>/", steps.take, name="take"),
    path("filings/<int:pk>/steps/<slug:step>/item/", steps.item, name="item"),
    path("objections/", objections.county, name="objections"),
    path("objections/public/", objections.public, name="public_objections"),
    path("objections/public/<int:pk>/", objections.answer, name="answer"),
]
