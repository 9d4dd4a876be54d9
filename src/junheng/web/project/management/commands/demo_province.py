"""junheng manage demo_province: fill an empty database with a synthetic province."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from junheng.web.accounts.models import Organisation
from junheng.web.collection.services import close_campaign
from junheng.web.project import demo, passing

YEARS = (2024, 2025)


class Command(BaseCommand):
    help = "模拟省 A synthetic province with all roles; passwords are printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask how many counties, and how many schools of each."""
        parser.add_argument("--counties", type=int, default=4)
        parser.add_argument("--schools", type=int, default=None)

    def handle(self, *_args: object, **options: Any) -> None:
        """Fill an empty database; say so and change nothing when it is not empty."""
        if not settings.DEMO:
            raise CommandError("只在演示方式下可用：JUNHENG_DEMO=1。Only with JUNHENG_DEMO=1.")
        if Organisation.objects.exists():
            self.stderr.write(
                "数据库里已有机构，没有改动。The database is not empty; nothing done."
            )
            return
        made_up = demo.data(options["counties"], YEARS, options["schools"])
        frames = passing.beside(made_up, YEARS)
        places = demo.organisations(frames)
        password = f"{secrets.token_urlsafe(9)}-7aA"
        made = demo.people(places, password)
        today = timezone.localdate()
        for year in YEARS:
            day = today - dt.timedelta(days=365 * (YEARS[-1] - year))
            campaign = demo.campaign(places, year, today=day)
            demo.plant(campaign, frames)
            if year < YEARS[-1]:
                passing.certify(campaign, day)
                close_campaign(campaign, by=campaign.created_by)
        for one in made:
            words = f"{one.account.username:<32} {one.get_role_display()} {one.organisation}"
            self.stdout.write(words)
        self.stdout.write(f"密码 password (只显示这一次 shown once): {password}")
