"""junheng backup: one file that holds the database and everything uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import say
from junheng.web.commands.ready import data as data_option
from junheng.web.commands.ready import django_ready


@click.command("backup")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@language_option
def command(out: Path, data: Path, language: str) -> None:
    """备份数据库和全部文件 Back up the database and every file into OUT, also while serving.

    \b
    例 Example:
        junheng backup /backup/junheng-2026-11-22.tar --data /srv/junheng
    """
    django_ready(data)
    from junheng.web.commands import backups

    found = backups.write(out.resolve())
    words = {"files": len(found.files), "rows": sum(found.rows.values())}
    megabytes = out.stat().st_size / 1e6
    click.echo(say("web.backup_done", language, out=out, megabytes=megabytes, **words), err=True)
