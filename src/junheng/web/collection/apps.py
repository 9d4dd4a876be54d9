"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.collection"
    label = "collection"
    verbose_name = _("数据填报")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the worker know what uploads ask for."""
        from junheng.web.collection import statistics, workbooks  # noqa: F401  # they register
