"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.boards"
    label = "boards"
    verbose_name = _("看板")
    default_auto_field = "django.db.models.BigAutoField"
