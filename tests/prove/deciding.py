"""Clients that act on one filing at the same moment, round after round, and what must hold after each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any

from cast import Cast
from django.db import connection
from django.db.models import F, Max
from reviewing import NEEDED, Desk

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.models import Entry
from junheng.web.collection.models import Filing, FilingState, Record, Revision
from junheng.web.collection.saving import Edit, save_cells
from junheng.web.reviews import services
from junheng.web.reviews.frozen import frozen_values
from junheng.web.reviews.models import StepTaken
from junheng.web.reviews.situation import Situation
from junheng.web.reviews.steps import STEPS

SCHOOL, COUNTY, CLIENTS = "9901010001", "990101", 8
Act = Callable[[], Any]
KINDS = ["decide"] * 20 + ["edit"] * 4 + ["unlock"]


@dataclass
class Race:
    """All rounds of one run, and what went wrong in them."""

    cast: Cast
    seed: int
    tried: Counter[str] = field(default_factory=Counter)
    double: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk, self.random = Desk(self.cast), random.Random(self.seed)  # noqa: S311  # no secret
        self.acts: list[Act] = []
        self.told: list[str] = [""] * CLIENTS
        self.begin, self.end = Barrier(CLIENTS + 1), Barrier(CLIENTS + 1)

    def run(self, rounds: int) -> None:
        """Run all rounds with the same eight clients, each with a connection of its own."""
        threads = [Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for number in range(rounds):
            kind = self.random.choice(KINDS)
            self.acts = getattr(self, f"_{kind}")(number)
            self.random.shuffle(self.acts)
            before = StepTaken.objects.count()
            self.begin.wait()
            self.end.wait()
            self.tried[kind] += 1
            self._judge(kind, before)
        self.acts = []
        self.begin.wait()
        for thread in threads:
            thread.join()

    def _client(self, number: int) -> None:
        while True:
            self.begin.wait()
            if not self.acts:
                connection.close()
                return
            try:
                self.told[number] = self.acts[number]() or "ok"
            except WebRefusal:
                self.told[number] = "refused"
            except Exception as error:  # noqa: BLE001  # any other answer is a failure of the proof
                self.told[number] = "error"
                self.errors.append(repr(error))
            self.end.wait()

    def _decide(self, _number: int) -> list[Act]:
        """Four accept, four return."""
        self.desk.put(SCHOOL, FilingState.SUBMITTED)
        who = ("county_clerk", "county_approver")
        return [
            self._step(who[n % 2], step)
            for step in ("county_accept", "county_return")
            for n in range(4)
        ]

    def _edit(self, number: int) -> list[Act]:
        """One edits again and again, two submit."""
        self.desk.put(SCHOOL, FilingState.DRAFT)
        record = Record.objects.filter(filing=self.desk.filing(SCHOOL), table="sections").first()
        was = record.reported.get("pupils") if record else None
        submit = [self._step("headmaster", "school_submit") for _ in range(2)]
        return submit + [
            self._cell(was, f"{number}-{n}", 100 + n + number % 7 * 10) for n in range(6)
        ]

    def _unlock(self, _number: int) -> list[Act]:
        """The county sends up while it opens a school again."""
        self.desk.schools_ready()
        self.desk.put(COUNTY, FilingState.DRAFT)
        send = self._step("county_approver", "county_submit", COUNTY)
        return [send, *(self._step("county_clerk", "county_unlock") for _ in range(CLIENTS - 1))]

    def _step(self, who: str, step: str, code: str = SCHOOL) -> Act:
        filing = self.desk.filing(code)
        by = Account.objects.get(username=who)
        said = NEEDED.get(step)

        def act() -> None:
            services.take(step, filing, filing.version, by=by, reasons=said)

        return act

    def _cell(self, was: Any, key: str, value: int) -> Act:
        filing = self.desk.filing(SCHOOL)
        by = Account.objects.get(username="clerk")
        edit = Edit("sections", "primary", "pupils", was, str(value))

        def act() -> str:
            receipt = save_cells(filing, [edit], by=by, client_key=key)
            return "" if receipt.contested or receipt.refused else f"saved {value}"

        return act

    def _judge(self, kind: str, before: int) -> None:
        steps = StepTaken.objects.count() - before
        if kind == "unlock":
            sent = self.desk.filing(COUNTY).state == FilingState.WITH_CITY
            opened = self.desk.filing(SCHOOL).state == FilingState.RETURNED
            self.double += (sent and opened) or steps != 1
        elif kind == "decide":
            self.double += steps != 1 or self.told.count("ok") != 1
        else:
            self.double += steps != 1 or not self._frozen_as_it_stands()
        logged = Entry.objects.filter(action__in=[f"filing.{step}" for step in STEPS]).count()
        self.double += logged != StepTaken.objects.count()

    def _frozen_as_it_stands(self) -> bool:
        """What was submitted is what stands in the record, and the last that was saved."""
        filing = self.desk.filing(SCHOOL)
        taken = filing.steps.order_by("-number").first()
        record = Record.objects.filter(filing=filing, table="sections").first()
        stands = record.reported.get("pupils") if record else None
        kept = frozen_values(taken.frozen).get(SCHOOL, {}).get("sections", {}).get("primary", {})
        last = Revision.objects.filter(record=record).order_by("-pk").first() if record else None
        return kept.get("pupils") == stands and (
            last is None or last.changes["pupils"][1] == stands
        )


def forget_versions() -> None:
    """Take the fence away: change the state whatever it is, and number steps as they come."""
    written = services._written

    def naive(now: Situation, _version: int) -> None:
        rows = Filing.objects.filter(pk=now.filing.pk)
        rows.update(state=now.target, version=F("version") + 1)

    def numbered(now: Situation, _version: int) -> StepTaken:
        last = now.filing.steps.aggregate(last=Max("number"))["last"] or 0
        return written(now, last + 1)

    services._move, services._written = naive, numbered
