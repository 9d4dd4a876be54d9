"""The application's name and label; the worker keeps the provisional verdicts fresh."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.verdicts"
    label = "verdicts"
    verbose_name = _("评估结论")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the worker look for counties whose data changed."""
        from junheng.web.jobs.services import recurring
        from junheng.web.verdicts.services import keep_fresh

        recurring(keep_fresh)
