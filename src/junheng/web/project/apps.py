"""The application's name and label."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "junheng.web.project"
    label = "project"

    def ready(self) -> None:
        """Register the system checks."""
        from junheng.web.project import checks  # noqa: F401
