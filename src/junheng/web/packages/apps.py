"""The application's name and label; the worker knows what its pages ask for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.packages"
    label = "packages"
    verbose_name = _("数据包")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the worker does."""
        from junheng.web.packages import services  # noqa: F401  # it registers
