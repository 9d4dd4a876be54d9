"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.planning"
    label = "planning"
    verbose_name = _("规划与任务")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the worker know how plans are made."""
        from junheng.web.planning import making  # noqa: F401  # it registers
