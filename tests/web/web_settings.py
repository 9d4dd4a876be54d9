"""The settings of the product, over a folder of the test run's own."""

import os
import tempfile

os.environ.setdefault("JUNHENG_DATA", tempfile.mkdtemp(prefix="junheng-web-tests-"))

from junheng.web.project.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for tests alone
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
