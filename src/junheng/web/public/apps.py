"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.public"
    label = "public"
    verbose_name = _("公开查询")
    default_auto_field = "django.db.models.BigAutoField"
