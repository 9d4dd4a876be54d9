"""The pictures of many counties together: a map of them, and their coefficients in order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli import judging

if TYPE_CHECKING:
    from junheng.cli.report_set import Order

EVERY = "*"
"""Stands for the county in the list of documents that show several."""
_KIND = "pictures"


def documents(order: Order, ready: judging.Ready, draft: Path) -> Iterator[dict[str, str]]:
    """Draw the counties of an order together, where pictures of several counties are wanted.

    Counties that are judged by different rules (an overlay) are drawn apart.
    """
    if _KIND not in order.kinds or len(order.counties) < 2:  # noqa: PLR2004  # several
        return
    from junheng.report.bundle import bundles
    from junheng.report.pictures import write_province

    regimes = [replace(regime, days={order.year: regime.days[order.year]})
               for regime in ready.regimes if order.year in regime.days]  # fmt: skip
    groups = defaultdict(list)
    found = bundles(
        ready.tables, regimes, input_digest=ready.dataset.digest, language=order.language
    )
    for bundle in found:
        if bundle.code in order.counties:
            groups[bundle.standard.overlays].append(bundle)
    for overlays, mine in groups.items():
        name = "-".join(("province", str(order.year), ready.standard.id, *overlays))
        folder = draft / name
        folder.mkdir(exist_ok=True)
        for path in write_province(mine, folder):
            yield {
                "county": EVERY,
                "year": str(order.year),
                "standard": ready.standard.id,
                "kind": _KIND,
                "file": path.relative_to(draft).as_posix(),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "verdict": "",
            }
