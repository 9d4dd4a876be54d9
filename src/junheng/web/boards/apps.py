"""The application's name and label; the worker looks ahead a year when nothing else waits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.boards"
    label = "boards"
    verbose_name = _("看板")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the worker look ahead for counties whose data have come to rest."""
        from junheng.web.boards.ahead import look_ahead_one
        from junheng.web.jobs.services import recurring

        recurring(look_ahead_one)
