"""What the web server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "junheng.web.project.settings")
application = get_wsgi_application()
get_resolver().check()  # loads the code of every page
gc.freeze()  # it stays: without this each full collection looks at all of it, and a request waits 0.1 s
