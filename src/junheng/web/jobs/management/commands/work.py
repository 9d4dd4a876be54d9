"""junheng manage work: the worker, as `junheng serve` starts it."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from junheng.web.jobs.worker import run_forever

BEHIND = 10


class Command(BaseCommand):
    help = "后台任务的工作进程 The worker of background jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask which jobs."""
        parser.add_argument("--long", action="store_true", help="只做耗时的任务 Long jobs alone.")

    def handle(self, *_args: object, **options: Any) -> None:
        """Work until told to stop, always behind the pages: who saves waits for no verdict or plan."""
        os.nice(BEHIND)
        run_forever(long=options["long"])
