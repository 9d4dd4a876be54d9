"""junheng manage remind: send the reminders that are due today."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from junheng.web.reviews.reminders import remind


class Command(BaseCommand):
    help = "提醒即将到期和逾期的事项 Remind people of near and missed deadlines, each once."

    def handle(self, *_args: object, **_options: object) -> None:
        """Say how many people were reminded."""
        count = remind(timezone.localdate())
        self.stdout.write(f"提醒{count}人次 {count} reminders")
