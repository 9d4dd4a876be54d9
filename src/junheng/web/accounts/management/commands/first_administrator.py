"""junheng manage first_administrator: the first organisation and account of a new installation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import override

from junheng.web.accounts.models import Kind, Organisation
from junheng.web.accounts.people import Place, create
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import PLACES, Role
from junheng.web.accounts.services import found


class Command(BaseCommand):
    """Found the topmost organisation with its administrator; the password is printed this once."""

    help = (
        "设立最上级机构和第一位管理员 Found the topmost organisation and its first administrator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the organisation and the person are called."""
        kinds = sorted(PLACES[Role.ADMINISTRATOR] - {Kind.SCHOOL})
        parser.add_argument("kind", choices=kinds, help="机构类别 Kind of the organisation")
        parser.add_argument("code", help="机构代码 Code of the organisation")
        parser.add_argument("organisation", help="机构名称 Name of the organisation")
        parser.add_argument("username", help="用户名 User name")
        parser.add_argument("name", help="管理员姓名 Name of the person")

    def handle(self, *_args: Any, **given: Any) -> None:
        """Refuse when there is an organisation already: then administrators appoint."""
        with override("zh-hans"), transaction.atomic():
            if Organisation.objects.exists():
                raise CommandError(
                    "已有机构：新账号由管理员在网页上创建。There are organisations already: "
                    "their administrators create accounts on the pages."
                )
            try:
                top = found(
                    Kind(given["kind"]), given["code"], given["organisation"], None, by=None
                )
                place = Place(Role.ADMINISTRATOR, top)
                personal = {"name": given["name"], "post": "", "phone": "", "email": ""}
                slip = create(given["username"], personal, [place], by=None)
            except WebRefusal as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"用户名 User name: {slip.account.username}\n"
            f"临时密码 Temporary password: {slip.password}\n"
            "只显示这一次，首次登录后须修改。Shown this once; to be changed at the first sign-in."
        )
