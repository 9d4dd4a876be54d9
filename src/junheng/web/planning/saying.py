"""What came of a plan, in both languages: sentences, sheets, tasks, picture, workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from junheng.errors import say
from junheng.model.standard import Standard
from junheng.plan.report import Report, document
from junheng.plan.wording import money
from junheng.report import plan_workbook
from junheng.report.plan_book import Book, book_of
from junheng.report.plan_chart import path

LANGUAGES = ("zh", "en")
_LISTED = 40


@dataclass(frozen=True)
class Made:
    """What is kept of a plan."""

    payload: dict[str, Any]
    workbook: bytes = b""
    pictures: dict[str, bytes] = field(default_factory=dict)


def made_of(report: Report, standard: Standard, language: str) -> Made:
    """Put a report into words; with a plan, into tables, a workbook and pictures."""
    payload: dict[str, Any] = {"document": document(report)}
    if report.results is None:
        return Made(payload | {each: _not_found(report, each) for each in LANGUAGES})
    books = {each: book_of(report, standard, each) for each in LANGUAGES}
    payload |= {each: _found(book) for each, book in books.items()}
    pictures = {each: path(book).svg().encode() for each, book in books.items()}
    return Made(payload, _workbook(books[language]), pictures)


def _workbook(book: Book) -> bytes:
    with TemporaryDirectory(prefix="junheng-") as folder:
        out = Path(folder) / "plan.xlsx"
        plan_workbook.write(book, out)
        return out.read_bytes()


def _found(book: Book) -> dict[str, Any]:
    sheets = {}
    for name, rows in plan_workbook.SHEETS.items():
        heads, *body = rows(book)
        words = [str(one) if isinstance(one, int) else book.say(f"h_{one}") for one in heads]
        if body:
            sheets[name] = {"title": book.say(f"sheet_{name}"), "heads": words, "rows": body}
    plan = book.plan
    said = {"gap": plan.gap}
    return {
        "sheets": sheets,
        "head": book.say(
            "cost_line",
            cost=money(plan.cost, book.language),
            bound=money(plan.bound, book.language),
        ),
        "state": book.say(f"state_{plan.state}", **said),
        "rests_on": list(_rests_on(book)),
    }


def _rests_on(book: Book) -> Iterator[str]:
    """Say how it was found, and what is only assumed."""
    plan, start = book.plan, book.plan.asked.start
    first = plan.solution.first_seconds or 0.0
    yield book.say("solver_line", solver=plan.solution.solver, seconds=plan.seconds, first=first)
    if start.assumed:
        yield book.say("assumed_title", n=len(start.assumed))
        yield from (one.say(book.language) for one in start.assumed[:_LISTED])


def _not_found(report: Report, language: str) -> dict[str, Any]:
    """Say why there is no plan: which limits conflict, and how far each would have to give way."""
    plan, found = report.plan, report.conflict
    if found is None:
        clash = say(f"plan.limit_{plan.clash}", language) if plan.clash else ""
        line = say("plan.clash_line", language, what=clash) if clash else ""
        return {"head": line, "limits": [], "ways": []}
    smallest = say(f"plan.conflict_{'smallest' if found.smallest else 'spared'}", language)
    words = (language, plan.asked.start.standard, plan.asked.costs)
    return {
        "head": say(
            "plan.infeasible_line",
            language,
            target=plan.asked.start.target,
            n=len(found.limits),
            smallest=smallest,
        ),
        "limits": [one.words(*words) for one in found.limits],
        "ways": [one.words(*words) for one in found.ways],
    }
