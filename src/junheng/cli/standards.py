"""junheng standards: which standards there are, what one says, whether one's own makes sense."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import click

from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.errors import say


@click.group("standards")
def command() -> None:
    """查看和检查标准 List, show and check standards.

    \b
    例 Examples:
        junheng standards list
        junheng standards show cn-quality-2017
        junheng standards check my-standard/
    """


@command.command("list")
@language_option
def list_command(language: str) -> None:
    """有哪些标准 Name the standards and overlays that come with the program."""
    from junheng.model.load import load_standard, shipped
    from junheng.model.overlay import load_overlay, shipped_overlays

    for name in shipped():
        standard = load_standard(name)
        click.echo(f"{name}\t{standard.label.say(language)}\t{standard.since}")
        for overlay in shipped_overlays(name):
            label = load_overlay(overlay, name).label.say(language)
            click.echo(f"  --overlay {overlay}\t{label}")


@command.command("show")
@click.argument("name")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天有效的规定 Day whose rules hold."
)
@click.option("--overlay", "overlays", multiple=True, help="省级规定 Provincial overlay.")
@format_option
@language_option
def show_command(
    name: str, as_of: dt.datetime | None, overlays: tuple[str, ...], form: str, language: str
) -> None:
    """标准说了什么 Show what a standard says: limits, items, clauses, how sure we are of each.

    \b
    例 Example:
        junheng standards show cn-quality-2017 --as-of 2021-09-01
    """
    from junheng.cli.standard_page import print_standard
    from junheng.model.load import load_standard
    from junheng.model.overlay import load_overlay

    standard = load_standard(name)
    for overlay in overlays:
        standard = load_overlay(overlay, name).change(standard)
    if as_of:
        standard = standard.on(as_of.date())
    if form == "json":
        click.echo(json.dumps(_plain(standard), ensure_ascii=False, indent=1, default=str))
    else:
        print_standard(standard, language)


def _plain(standard: Any) -> Any:
    return dataclasses.asdict(standard)


@command.command("check")
@click.argument("path")
@language_option
def check_command(path: str, language: str) -> None:
    """检查自己写的标准 Check a standard of one's own; every slip is listed with file and line.

    \b
    例 Example:
        junheng standards check examples/california/standard
    """
    from junheng.model.load import folder_of, load_standard
    from junheng.model.overlay import load_overlay, shipped_overlays

    standard = load_standard(path)
    overlays = shipped_overlays(path)
    for overlay in overlays:
        load_overlay(overlay, path)
    items = len(standard.every_item())
    click.echo(say("cli.standard_in_order", language, found=folder_of(path).name, id=standard.id,
                   indicators=len(standard.indicators), items=items, overlays=len(overlays)))  # fmt: skip
