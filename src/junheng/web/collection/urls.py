"""Addresses of campaigns, filings and uploads."""

from __future__ import annotations

from django.urls import path

from junheng.web.collection.views import campaigns, filings, uploads

app_name = "collection"
urlpatterns = [
    path("campaigns/", campaigns.listed, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="new_campaign"),
    path("campaigns/<int:pk>/", campaigns.one, name="campaign"),
    path("campaigns/<int:pk>/open/", campaigns.begin, name="open_campaign"),
    path("campaigns/<int:pk>/take-in/", campaigns.take_in, name="take_in"),
    path("campaigns/<int:pk>/close/", campaigns.close, name="close_campaign"),
    path("filings/<int:pk>/", filings.one, name="filing"),
    path("filings/<int:pk>/cells/", filings.cells, name="cells"),
    path("filings/<int:pk>/rows/", filings.rows, name="rows"),
    path("filings/<int:pk>/checks/", filings.checks, name="checks"),
    path("filings/<int:pk>/history/", filings.history, name="history"),
    path("filings/<int:pk>/template/", uploads.template, name="template"),
    path("filings/<int:pk>/workbook/", uploads.workbook, name="workbook"),
    path("filings/<int:pk>/statistics/", uploads.exports, name="statistics"),
    path("filings/<int:pk>/uploads/<int:job_pk>/", uploads.one, name="upload"),
]
