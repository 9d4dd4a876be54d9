"""Addresses of the archive."""

from django.urls import path

from junheng.web.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.search, name="search"),
    path("filings/<int:pk>/", views.archive, name="archive"),
    path("filings/<int:pk>/files/", views.hand_in, name="hand_in"),
    path("<int:pk>/", views.piece, name="piece"),
    path("<int:pk>/versions/", views.hand_in_again, name="hand_in_again"),
    path("<int:pk>/lines/", views.lines, name="lines"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("versions/<int:pk>/file/", views.download, name="download"),
    path("versions/<int:pk>/pages/<int:number>.png", views.preview, name="preview"),
    path("versions/<int:pk>/marks/", views.mark, name="mark"),
]
