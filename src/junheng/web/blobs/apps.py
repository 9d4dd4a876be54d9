"""The application's name and label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "junheng.web.blobs"
    label = "blobs"
    verbose_name = _("文件库")
    default_auto_field = "django.db.models.BigAutoField"
