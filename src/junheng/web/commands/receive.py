"""junheng receive: check a county's package in every respect, then take it in."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say
from junheng.web.commands.ready import data as data_option
from junheng.web.commands.ready import django_ready


@click.command("receive")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="只检查，不接收 Check alone, receive nothing.")
@click.option("--by", help="接收人的用户名 User name of who receives it.")
@data_option
@language_option
def command(file: Path, by: str | None, data: Path, language: str, *, check: bool) -> None:
    """接收数据包 Check a county's package FILE and take it in; a bad one changes nothing.

    \b
    例 Examples:
        junheng receive 990101-2025.junheng --check
        junheng receive 990101-2025.junheng --by city-reviewer
    """
    django_ready(data)
    from django.utils import translation

    with translation.override("en" if language == "en" else "zh-hans"):
        click.echo(_done(file, by, language, check=check))


def _done(file: Path, by: str | None, language: str, *, check: bool) -> str:
    """Check or receive a package; give the sentence that says so."""
    from junheng.web.accounts.models import Account
    from junheng.web.packages import services
    from junheng.web.packages.checking import examine

    account = Account.objects.filter(username=by or "", is_active=True).first()
    if account is None and (by or not check):
        raise WrongUse("web.receive_by", by=by or "-")
    if check or account is None:
        package = examine(file, by=account).package
        words = {"county": package.manifest.county.name, "digest": package.digest[:16]}
        return say("web.receive_sound", language, **words)
    received = services.receive_file(file, by=account)
    words = {"county": received.filing.organisation.name, "digest": received.digest[:16]}
    return say("web.receive_done", language, differences=len(received.differences), **words)
