"""junheng manage: Django's own commands, for administrators of a server."""

from __future__ import annotations

import os

import click


@click.command("manage", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """网站的管理命令 Django's own commands.

    \b
    例 Example:
        junheng manage migrate
        junheng manage check --deploy
    """
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "junheng.web.project.settings")
    execute_from_command_line(["junheng manage", *arguments])
