"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.oversight"
    label = "oversight"
    verbose_name = _("日志查询")
    default_auto_field = "django.db.models.BigAutoField"
