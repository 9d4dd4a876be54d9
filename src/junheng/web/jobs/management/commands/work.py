"""junheng manage work: the worker, as `junheng serve` starts it."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from junheng.web.jobs.worker import run_forever


class Command(BaseCommand):
    help = "后台任务的工作进程 The worker of background jobs."

    def handle(self, *_args: object, **_options: object) -> None:
        """Work until told to stop."""
        run_forever()
