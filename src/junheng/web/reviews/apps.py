"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.reviews"
    label = "reviews"
    verbose_name = _("审核认定")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the worker does."""
        from junheng.web.reviews import reminders  # noqa: F401
