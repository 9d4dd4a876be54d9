"""The page of `junheng standards show`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from junheng.cli import paper
from junheng.model.limit import Case, Limit
from junheng.model.standard import Item, Part, Standard
from junheng.report.words import Words

_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "<", "above": ">"}


def print_standard(standard: Standard, language: str) -> None:
    """Print a standard for a reader: indicators, parts, items, vetoes, eligibility, easements."""
    words, console = Words(standard, language), paper.console(paper.WIDE)
    console.print(f"{standard.id}  {standard.label.say(language)}", style="bold")
    for document in standard.documents.values():
        console.print(f"  {document.number} {document.title}")
    console.print(words.say("in_force_since", since=standard.since))
    if standard.indicators:
        console.print(_indicators(standard, words))
    for part in standard.parts:
        _print_part(part, words, console)
    for name, items in (("veto", standard.veto), ("eligibility", standard.eligibility)):
        if items:
            console.print(_items(words.say(name), items, words))
    if standard.easements:
        console.print(_easements(standard, words))
    if standard.note:
        console.print(standard.note, style="dim")


def _indicators(standard: Standard, words: Words) -> Table:
    table = paper.table(words.say("indicators_title"))
    paper.columns(
        table, [("", "left"), *words.headings("indicator", "id", "amount", "limit", "source")]
    )
    for indicator in standard.indicators:
        amount = " + ".join(indicator.amount.plus) + "".join(
            f" − {n}" for n in indicator.amount.minus
        )
        unit = words.unit(indicator.unit)
        limits = "\n".join(f"{limit_said(limit, words)} {unit}" for limit in indicator.limits)
        basis = words.say(f"basis_{indicator.reference.basis}")
        table.add_row(*words.numbered(indicator.id), indicator.id, amount, limits, basis)
    return table


def limit_said(limit: Limit, words: Words) -> str:
    """Write a limit with its cases and dates."""
    cases = "; ".join(_case(case, _SIGNS[limit.comparison], words) for case in limit.cases)
    until = f"–{limit.until}" if limit.until else ""
    return f"{cases} ({limit.since}{until})"


def _case(case: Case, sign: str, words: Words) -> str:
    value = case.fact or f"{case.value:g}"
    where = ", ".join(
        "/".join(words.level(w) if t.column == "level" else w for w in t.words)
        if t.op == "among"
        else f"{t.column}{_SIGNS[t.op]}{t.number:g}"
        for t in case.where
    )
    return f"{where} {sign}{value}".strip()


def _print_part(part: Part, words: Words, console: Console) -> None:
    console.print()
    console.print(f"{part.label.say(words.language)} ({part.id})", style="bold")
    for rule in part.sections:
        floor = "" if rule.floor is None else words.say("rule_floor", floor=f"{rule.floor:.0%}")
        console.print(
            "  "
            + words.say("rule_line", at_least=rule.at_least, of=len(rule.indicators), floor=floor)
        )
    for limit in part.balance.limits if part.balance else ():
        judged = words.say(f"balance_{part.balance.judged}" if part.balance else "")
        console.print(f"  {judged} {limit_said(limit, words)}")
    if part.waits_for:
        console.print("  " + part.waits_for.say(words.language), style="yellow")
    if part.items:
        for limit in part.items.limits:
            console.print("  " + limit_said(limit, words))
        console.print(_items("", part.items.items, words))


def _items(title: str, items: Iterable[Item], words: Words) -> Table:
    table = paper.table(title)
    paper.columns(table, words.headings("item", "asks", "source"))
    for item in items:
        asks = "\n".join(
            f"{c.label.say(words.language)} [{words.say('kind_' + c.kind)}] "
            + " ".join(limit_said(limit, words) for limit in c.limits)
            for c in item.checks
        )
        table.add_row(words.item(item.id), asks, words.say(f"basis_{item.reference.basis}"))
    return table


def _easements(standard: Standard, words: Words) -> Table:
    title = words.say("easements_title")
    table = paper.table(title)
    paper.columns(table, words.headings("easement", "periods", "text"))
    for relief in standard.easements:
        periods = "\n".join(f"{p.since}–{p.until or ''}" for p in relief.periods)
        table.add_row(relief.label.say(words.language), periods, relief.text)
    return table
