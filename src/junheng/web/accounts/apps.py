"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.accounts"
    label = "accounts"
    verbose_name = _("人员与机构")
    default_auto_field = "django.db.models.BigAutoField"
