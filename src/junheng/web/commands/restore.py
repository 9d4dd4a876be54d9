"""junheng restore: put a backup into a new place, after every byte of it was checked."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say
from junheng.web.commands.ready import data as data_option
from junheng.web.commands.ready import django_ready


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
@click.option("--check", is_flag=True, help="只检查，不恢复 Check the backup, restore nothing.")
@language_option
def command(backup: Path, data: Path, language: str, *, check: bool) -> None:
    """恢复备份 Restore BACKUP into a new data folder (and, with DATABASE_URL, an empty database).

    \b
    先检查每个字节，有问题什么都不动。Every byte is checked first; a damaged copy touches nothing.
    例 Examples:
        junheng restore junheng-2026-11-22.tar --check
        junheng restore junheng-2026-11-22.tar --data /srv/junheng-restored
    """
    if not check and _taken(data):
        raise WrongUse("web.restore_not_empty", data=data)
    django_ready(data)
    from junheng.web.commands import backups, dumps

    with backups.opened(backup, data.resolve().parent) as (folder, found):
        if not check:
            dumps.same_engine(found.engine)
            _put(folder, data)
    words = {"files": len(found.files), "rows": sum(found.rows.values()), "data": data}
    click.echo(
        say("web.backup_sound" if check else "web.restore_done", language, **words), err=True
    )


def _taken(data: Path) -> bool:
    """Tell whether a folder holds more than a restore that was broken off leaves."""
    return data.exists() and any(path.name not in ("secret", "blobs") for path in data.iterdir())


def _put(folder: Path, data: Path) -> None:
    """Put the files first and the database last: without it nothing is served."""
    from junheng.web.commands import dumps

    for path in sorted((folder / "blobs").glob("*")):
        place = data / "blobs" / path.name[:2] / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
    if dumps.engine() == "postgresql":
        dumps.fill(folder / "database")
    else:
        (folder / "database").replace(data / "junheng.sqlite3")
