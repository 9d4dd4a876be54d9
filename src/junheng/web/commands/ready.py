"""Getting the web application ready for a command: where its data is, and that it is installed."""

from __future__ import annotations

import os
from pathlib import Path

import click

from junheng.errors import WrongUse

data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="JUNHENG_DATA",
    default="junheng-data",
    show_default=True,
    help="数据文件夹 Folder of the database and files.",
)


def django_ready(data: Path) -> None:
    """Set Django up over a data folder; WrongUse when it is not installed."""
    os.environ["JUNHENG_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "junheng.web.project.settings")
    try:
        import django
        import whitenoise  # noqa: F401  # the one that Django alone does not bring
    except ModuleNotFoundError as missing:
        raise WrongUse("web.missing") from missing
    django.setup()
