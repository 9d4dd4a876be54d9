"""junheng package: a signed file that carries a county's data and verdict to the level above."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say
from junheng.web.commands.ready import data as data_option
from junheng.web.commands.ready import django_ready


@click.command("package")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--county", help="县代码 Code of the county.")
@click.option("--campaign", help="填报任务的名称或编号 Name or number of the campaign.")
@click.option("--key", is_flag=True, help="只显示公钥和指纹 Show the public key alone.")
@data_option
@language_option
def command(
    out: Path | None,
    county: str | None,
    campaign: str | None,
    data: Path,
    language: str,
    *,
    key: bool,
) -> None:
    """制作数据包 Write the signed package of a county that has sent its data up, into OUT.

    \b
    例 Examples:
        junheng package --key
        junheng package --county 990101 --campaign 1 990101-2025.junheng
    """
    django_ready(data)
    from junheng.web.packages import keys

    if key:
        shown = {"public": keys.public(), "fingerprint": keys.fingerprint(keys.public())}
        click.echo(say("web.package_key", language, **shown))
        return
    if out is None or not county or not campaign:
        raise WrongUse("web.package_wants")
    if out.exists():
        raise WrongUse("web.backup_exists", out=out)
    digest = _write(out, county, campaign)
    words = {"out": out, "megabytes": out.stat().st_size / 1e6, "digest": digest}
    click.echo(say("web.package_done", language, **words))


def _write(out: Path, county: str, campaign: str) -> str:
    """Make a package, tell the log, and put the file in its place whole; give its digest."""
    from django.db import transaction
    from django.utils import timezone

    from junheng.web.packages import archive, services
    from junheng.web.packages.making import assemble

    filing = services.county_filing(county, campaign)
    content = assemble(filing, timezone.now())
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(content)
        with transaction.atomic():
            services.tell_made(filing, content, by=None)
            draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return archive.digest_of(content)
