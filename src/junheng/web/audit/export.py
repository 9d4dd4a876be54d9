"""The log as files: whole chains, in the forms that `verify_log.py` reads, and their heads."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from junheng.web.audit.chain import canonical
from junheng.web.audit.models import Chain, Entry
from junheng.web.audit.verify_log import FIELDS


def row(entry: Entry, code: str) -> dict[str, Any]:
    """Give an entry as it was hashed, with its digest; `code` is that of the log's organisation."""
    at = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    found = {name: getattr(entry, name) for name in FIELDS if name not in ("organisation", "at")}
    return found | {"organisation": code, "at": at}


def as_jsonl(chain: Chain) -> Iterator[bytes]:
    """Write a chain, one entry a line."""
    for entry in _rows(chain):
        yield canonical(entry) + b"\n"


def as_csv(chain: Chain) -> Iterator[bytes]:
    """Write a chain as a table; no cell can be taken for a formula, for none begins like one."""
    yield "\ufeff".encode()
    yield _line(FIELDS)
    for entry in _rows(chain):
        entry["details"] = canonical(entry["details"]).decode()
        yield _line([entry[name] for name in FIELDS])


def heads(chains: Iterable[Chain]) -> str:
    """Write down where each chain stands, to be kept elsewhere."""
    listed = [
        {"organisation": each.organisation.code, "number": each.length, "digest": each.head}
        for each in chains
    ]
    taken = timezone.now().isoformat(timespec="seconds")
    return json.dumps({"taken": taken, "heads": listed}, ensure_ascii=False, indent=1)


def _rows(chain: Chain) -> Iterator[dict[str, Any]]:
    code = chain.organisation.code
    for entry in chain.entries.order_by("number").iterator():
        yield row(entry, code)


def _line(cells: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
