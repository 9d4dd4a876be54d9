"""Addresses of the planning workbench."""

from __future__ import annotations

from django.urls import path

from junheng.web.planning.views import plans, workbench

app_name = "planning"
urlpatterns = [
    path("", workbench.counties, name="counties"),
    path("<int:pk>/", workbench.gaps, name="gaps"),
    path("<int:pk>/what-if/", workbench.what_if, name="what_if"),
    path("<int:pk>/what-if/keep/", workbench.keep, name="keep"),
    path("<int:pk>/problems/", workbench.problems, name="problems"),
    path("<int:pk>/plans/", plans.listed, name="plans"),
    path("<int:pk>/plans/new/", plans.new, name="new_plan"),
    path("<int:pk>/plans/compare/", plans.compare, name="compare"),
    path("plans/<int:pk>/", plans.one, name="plan"),
    path("plans/<int:pk>/stop/", plans.stop, name="stop"),
    path("plans/<int:pk>/plan.xlsx", plans.workbook, name="workbook"),
    path("plans/<int:pk>/way.svg", plans.picture, name="picture"),
    path("plans/<int:pk>/tasks/", plans.to_tasks, name="to_tasks"),
]
