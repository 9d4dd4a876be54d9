"""The commands, each loaded only when it is called, so that every one starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from errno import ENOSPC
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import click

from junheng import __version__
from junheng.errors import JunhengError, WrongUse, say

Command = TypeVar("Command", bound=Callable[..., object])
_COMMANDS = {
    "evaluate": "junheng.cli.evaluate",
    "explain": "junheng.cli.explain",
    "robustness": "junheng.cli.robustness",
    "check": "junheng.cli.check",
    "gaps": "junheng.cli.gaps",
    "plan": "junheng.cli.plan",
    "project": "junheng.cli.project",
    "whatif": "junheng.cli.whatif",
    "site": "junheng.cli.site",
    "site-demo": "junheng.cli.site_demo",
    "rotate": "junheng.cli.rotate",
    "derive": "junheng.cli.derive",
    "standards": "junheng.cli.standards",
    "demo": "junheng.cli.demo",
    "template": "junheng.cli.template",
    "gather": "junheng.cli.gather",
    "import": "junheng.cli.import_",
    "report": "junheng.cli.report",
    "serve": "junheng.web.commands.serve",
    "backup": "junheng.web.commands.backup",
    "restore": "junheng.web.commands.restore",
    "package": "junheng.web.commands.package",
    "receive": "junheng.web.commands.receive",
    "manage": "junheng.web.commands.manage",
}
NO_ROOM, WRONG_USE, NEEDS_MENDING = 1, 2, 3


class Commands(click.Group):
    """Loads the module of a command when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Name the commands in the order in which one meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command; None when there is none of that name."""
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[name]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; say what went wrong in the reader's language, with the right status."""
        try:
            return super().invoke(ctx)
        except JunhengError as error:
            click.echo(error.say(_language(sys.argv)), err=True)
            ctx.exit(WRONG_USE if isinstance(error, WrongUse) else NEEDS_MENDING)
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            folder = os.environ.get("TMPDIR", "/tmp")  # noqa: S108  # named, not written to
            click.echo(say("cli.no_room", _language(sys.argv), folder=folder), err=True)
            ctx.exit(NO_ROOM)
        except KeyboardInterrupt:
            click.echo(
                "已中断，没有留下写了一半的结果。/ Interrupted; nothing half-written remains.",
                err=True,
            )
            ctx.exit(130)


def _language(arguments: list[str]) -> str:
    """Find the language asked for, even when the command did not get as far as reading it."""
    return "en" if "--language=en" in arguments or _follows("--language", "en", arguments) else "zh"


def _follows(name: str, value: str, arguments: list[str]) -> bool:
    return (name, value) in pairwise(arguments)


language = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="语言 Language of words.",
)
form = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="给人看的表，或JSON What people read, or JSON.",
)


def out(words: str, *, file: bool = False) -> Callable[[Command], Command]:
    """Give the option that says where results are written: a folder, or perhaps a file."""
    return click.option("--out", type=click.Path(path_type=Path, file_okay=file), help=words)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="junheng")
def cli() -> None:
    """均衡：义务教育均衡发展督导评估 Judge and explain balanced compulsory education.

    \b
    例 Examples:
        junheng demo out/demo
        junheng evaluate out/demo --standard cn-quality-2017
        junheng explain out/demo --standard cn-quality-2017 --level primary --indicator sports_area
    """
