"""The application's name and label."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "junheng.web.project"
    label = "project"
