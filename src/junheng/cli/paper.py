"""Where pages are printed: the terminal as wide as it is, anything else wide enough for the tables."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

WIDE = 120
_SHORT = 12


def console(least: int = 80) -> Console:
    """Give a console at least so many columns wide; a narrower terminal wraps the lines itself."""
    made = Console(highlight=False, soft_wrap=False)
    if not made.is_terminal or made.width < least:
        made = Console(highlight=False, width=max(least, WIDE if not made.is_terminal else 0))
    return made


def table(title: str = "") -> Table:
    """Give an empty table in the one style of all pages: no lines, the heading dim."""
    return Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        header_style="dim",
    )


def columns(into: Table, headings: list[tuple[str, str]]) -> None:
    """Add columns; words fold where they must, numbers never do."""
    for heading, side in headings:
        if side == "right":
            into.add_column(_folded(heading), justify="right", no_wrap=True)
        else:
            into.add_column(heading, overflow="fold")


def _folded(heading: str) -> str:
    """Break a long Chinese heading over lines, so that it does not squeeze the numbers below it."""
    if heading.isascii():
        return heading.replace(" ", "\n") if len(heading) > _SHORT else heading
    return "\n".join(heading[i : i + _SHORT // 2] for i in range(0, len(heading), _SHORT // 2))
