"""Where each figure of a paper comes from: numbered as it is used, listed in the last annex."""

from __future__ import annotations

from dataclasses import dataclass, field

from junheng.errors import say
from junheng.report.letters.paper import Table


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the verdict or of the input, and which of its rows and columns."""

    table: str
    rows: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is printed, and where it comes from."""

    text: str
    source: Source | None
    """None for what is no finding: the county's code, the year, the name of the standard."""


@dataclass
class Sources:
    """Numbers sources in the order of their use; the same source and figure keep their number."""

    listed: dict[tuple[str, Source], int] = field(default_factory=dict)

    def number(self, figure: Figure) -> int | None:
        """Give the number of a figure's source; None for a figure that needs none."""
        if figure.source is None:
            return None
        return self.listed.setdefault((figure.text, figure.source), len(self.listed) + 1)


def sources_table(sources: Sources, language: str) -> Table:
    """List where every figure of a paper comes from, by its number."""
    rows = tuple((str(at), text, source.table, source.rows)
                 for (text, source), at in sources.listed.items())  # fmt: skip
    heads = tuple(
        say(f"letters.h_{name}", language) for name in ("number", "figure", "table", "rows")
    )
    caption = say("letters.caption_sources", language, n=len(rows))
    return Table(caption, heads, rows, (0.8, 2.1, 2.4, 3.7), ("centre", "left", "left", "left"))
