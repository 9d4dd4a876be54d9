"""Root addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from junheng.web.project import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("junheng.web.accounts.urls")),
    path("", include("junheng.web.oversight.urls")),
    path("", include("junheng.web.boards.urls")),
    path("", include("junheng.web.collection.urls")),
    path("", include("junheng.web.jobs.urls")),
    path("language/", views.language, name="language"),
    path("look/", views.look, name="look"),
    path("help/", views.guides_listed, name="help"),
    path("help/<slug:slug>/", views.guide, name="guide"),
    path("help/pictures/<str:name>", views.guide_picture, name="guide_picture"),
    path("api/", include("junheng.web.api.urls")),
    path("evidence/", include("junheng.web.evidence.urls")),
    path("verdicts/", include("junheng.web.verdicts.urls")),
    path("", include("junheng.web.reviews.urls")),
    path("public/", include("junheng.web.public.urls")),
    path("planning/", include("junheng.web.planning.urls")),
    path("tasks/", include("junheng.web.planning.task_urls")),
    path("packages/", include("junheng.web.packages.urls")),
]
