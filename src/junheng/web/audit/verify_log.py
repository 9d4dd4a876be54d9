"""Check an exported log without the system that wrote it: one file, Python 3.10 or later, nothing else.

    python verify_log.py LOG [--head HEADS]...

LOG    the export of one organisation's log, as .jsonl or .csv
HEADS  heads taken down before: a .json of the log page, or CODE:NUMBER:DIGEST as on a receipt.
       Several may be given. Heads are worth what the place is worth where they were kept.

Exit status: 0 nothing wrong found, 1 the log was changed, 2 wrong use.

核对导出的日志，不需要写日志的系统：只要这一个文件和 Python。
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
Head = tuple[str, int, str]

START = "0" * 64
FIELDS = (
    "organisation",
    "number",
    "at",
    "actor",
    "action",
    "about",
    "details",
    "previous",
    "digest",
)
BLIND = (
    "没有可对照的日志头：末尾被截掉、或从某条起全部重新计算，都查不出来。请用以前留存的日志头再核对一次。\n"
    "No earlier head was given: entries cut off at the end, or everything hashed anew, cannot be "
    "found. Check again with a head that was kept elsewhere."
)


def digest(entry: Entry) -> str:
    """Give the SHA-256 of an entry without its own digest, written in the one canonical form."""
    kept = {key: entry[key] for key in FIELDS if key != "digest"}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode("utf-8")).hexdigest()


def read(path: Path) -> Iterator[Entry]:
    """Read an export, entry by entry."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            csv.field_size_limit(2**27)
            for row in csv.DictReader(file):
                yield dict(row, number=int(row["number"]), details=json.loads(row["details"]))
        else:
            for line in file:
                yield json.loads(line)


def check(entries: Iterable[Entry], heads: list[Head]) -> tuple[list[str], int, str]:
    """Find what is wrong, in order; `heads` are (organisation, number, digest)."""
    problems: list[str] = []
    known: dict[int, str] = {}
    at, owner = 0, None
    wanted = {number for _, number, _ in heads}
    previous = START
    for at, entry in enumerate(entries, start=1):
        owner = owner or entry["organisation"]
        problems += list(_wrong(entry, at, previous, owner))
        previous = entry["digest"]
        if at in wanted:
            known[at] = previous
    problems += _unlike(heads, owner, known, at)
    return problems, at, previous


def _unlike(
    heads: list[Head], owner: str | None, known: dict[int, str], length: int
) -> Iterator[str]:
    for organisation, number, head in heads:
        if owner is not None and organisation != owner:
            yield f"日志属于{owner}，日志头属于{organisation}；the head is of another log"
        elif number > length:
            yield (
                f"日志只到第{length}条，日志头在第{number}条：末尾缺失，或日志的导出早于日志头；"
                f"the log ends at {length}, the head is of {number}: its end is missing, "
                "or it was exported before the head was taken"
            )
        elif number and known[number] != head:
            yield (
                f"第{number}条与留存的日志头不符，该条或以前的记录被改动、删除；"
                f"entry {number} is not the one of the head that was kept"
            )


def _wrong(entry: Entry, at: int, previous: str, owner: str) -> Iterator[str]:
    if entry["number"] != at:
        yield f"第{at}条的序号是{entry['number']}：有缺失、插入或调换；numbers do not follow at {at}"
    if entry["previous"] != previous:
        yield f"第{at}条与上一条接不上；entry {at} does not follow the one before it"
    if entry["organisation"] != owner:
        yield f"第{at}条属于另一个机构的日志；entry {at} is of another log"
    if digest(entry) != entry["digest"]:
        yield f"第{at}条的内容被改动；the content of entry {at} was changed"


def heads_of(text: str) -> list[Head]:
    """Read heads from a file of the log page, or from a receipt."""
    if text.endswith(".json"):
        found = json.loads(Path(text).read_text("utf-8-sig"))["heads"]
        return [(head["organisation"], head["number"], head["digest"]) for head in found]
    organisation, number, head = text.split(":")
    return [(organisation, int(number), head)]


def main(arguments: list[str] | None = None) -> int:
    """Check one log and say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log")
    parser.add_argument("--head", action="append", default=[], metavar="HEADS")
    given = parser.parse_args(arguments)
    heads = [head for text in given.head for head in heads_of(text)]
    log = Path(given.log)
    first = next(read(log), None)
    own = [head for head in heads if first is None or head[0] == first["organisation"]] or heads
    problems, length, last = check(read(log), own)
    said = [*problems, *([] if own else [BLIND]), f"{length}条记录 entries；最后一条 last: {last}"]
    said.append(
        f"发现{len(problems)}处问题 problems" if problems else "没有发现改动 nothing wrong found"
    )
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
