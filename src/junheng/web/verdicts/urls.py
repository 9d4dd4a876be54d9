"""Addresses of verdicts."""

from django.urls import path

from junheng.web.verdicts import views

app_name = "verdicts"
urlpatterns = [
    path("<int:pk>/", views.county, name="county"),
    path("<int:pk>/standing/", views.standing, name="standing"),
    path("<int:pk>/balance/<str:level>/<str:indicator>/", views.balance, name="balance"),
    path("<int:pk>/robustness/", views.robustness, name="robustness"),
    path("schools/<int:pk>/", views.school, name="school"),
    path("official/<int:pk>/", views.official, name="official"),
    path("official/<int:pk>/verdict.json", views.official_json, name="official_json"),
    path("official/<int:pk>/inputs.zip", views.official_inputs, name="official_inputs"),
]
