"""What was acknowledged is never lost, and nothing is done by halves: `prove_kills.py --n 200 --seed S`.

A served installation is killed (`kill -9`: a page process, the worker, the server, all of it) at
random moments, while a clerk saves, another fills in workbooks, a headmaster submits and a county
returns. Then every acknowledged save, workbook and step must be in the database, whole, once, and told in an unbroken log.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "web")]

from serving import PASSWORD, PATIENCE, Importer, Person, Saver, Served, Stepper  # noqa: E402  # after the path

COUNTY = "990101"
SCHOOLS = [f"{COUNTY}000{n}" for n in (1, 2, 3)]
PAUSE = 20
"""After so many kills everybody may get something done: a workbook takes longer than most lives."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="junheng-kills-") as folder:
        os.environ["JUNHENG_DATA"] = str(Path(folder) / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "junheng.web.project.settings"
        filings = fill()
        found = Killed(Path(folder) / "data", filings)
        found.run(asked.n, random.Random(asked.seed))  # noqa: S311  # dice of the caller
        return found.said(asked.n, asked.seed)


def fill() -> list[int]:
    """Fill the database with a county of three schools; give the filings of the schools."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from junheng.web.collection.models import Filing
    from junheng.web.project import demo

    call_command("migrate", verbosity=0)
    frames = demo.data(1, (2025, 2025), len(SCHOOLS))
    places = demo.organisations(frames)
    demo.people(places, PASSWORD)
    demo.plant(demo.campaign(places, 2025, today=timezone.localdate()), frames)
    filings = Filing.objects.filter(organisation__code__in=SCHOOLS).order_by("organisation__code")
    found = list(filings.values_list("pk", flat=True))
    connection.close()
    return found


class Killed:
    """The run, and what it found."""

    def __init__(self, data: Path, filings: list[int]) -> None:
        self.served, self.filings = Served(data), filings
        self.stop = threading.Event()
        self.kinds: dict[str, int] = {}
        self.saver: Saver | None = None
        self.importer: Importer | None = None
        self.stepper: Stepper | None = None
        self.bad: list[str] = []

    def run(self, kills: int, dice: random.Random) -> None:
        """Kill so many times while people work, then look at what is there."""
        self.served.start()
        try:
            self._people()
            for number in range(kills):
                if number % PAUSE == PAUSE - 1:
                    self._let_each_do_something()
                time.sleep(dice.uniform(0.2, 3.0))
                kind = self.served.kill(dice)
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
            self.served.wait_until_up()
            self._let_each_do_something()
        finally:
            self.stop.set()
            for thread in self._at_work():
                if thread is not None:
                    thread.join(200)
            self.served.stop()
        self._judge()

    def _let_each_do_something(self) -> None:
        """Wait until everybody was acknowledged once more: what is not acknowledged cannot be lost."""
        before, until = self._acknowledged(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if all(now > was for now, was in zip(self._acknowledged(), before, strict=True)):
                return
            if any(one is not None and one.odd for one in self._at_work()):
                return
            time.sleep(0.2)

    def _acknowledged(self) -> list[int]:
        return [len(one.acknowledged) if one is not None else 0 for one in self._at_work()]

    def _at_work(self) -> tuple[Saver | None, Importer | None, Stepper | None]:
        return self.saver, self.importer, self.stepper

    def _people(self) -> None:
        first, second = (Person(self.served, f"school_clerk-{code}") for code in SCHOOLS[:2])
        self.saver = Saver(first, self.filings[0], self.stop)
        self.importer = Importer(second, self.filings[1], self.stop)
        head = Person(self.served, f"headmaster-{SCHOOLS[2]}")
        county = Person(self.served, f"county_approver-{COUNTY}")
        self.stepper = Stepper(head, county, self.filings[2], self.stop)
        for thread in (self.saver, self.importer, self.stepper):
            thread.start()

    def _judge(self) -> None:
        from junheng.web.audit.models import Entry
        from junheng.web.collection.models import Filing, Save
        from junheng.web.reviews.models import StepTaken

        assert self.saver is not None
        assert self.importer is not None
        self._judge_saver(self.saver)
        self._judge_importer(self.importer)
        told = Entry.objects.filter(action="filing.save").count()
        if told != Save.objects.count():
            self.bad.append(f"{Save.objects.count()} saves, {told} told in the log")
        taken = set(StepTaken.objects.values_list("step", "number"))
        assert self.stepper is not None
        self.bad += [f"odd answer {odd}" for odd in self.stepper.odd]
        self.bad += [f"lost step {one}" for one in self.stepper.acknowledged if one not in taken]
        if Filing.objects.get(pk=self.stepper.filing).version != len(taken) + 1:
            self.bad.append(f"{len(taken)} steps, but another version")
        self.bad += self._log()

    def _judge_saver(self, saver: Saver) -> None:
        from junheng.web.collection.models import Record, Revision, Save

        self.bad += [f"odd answer {odd}" for odd in saver.odd]
        held = {save.key: save for save in Save.objects.filter(filing=saver.filing)}
        self.bad += [f"lost save {key}" for key in saver.acknowledged.keys() - held.keys()]
        whole = len(saver.CELLS)
        halves = [key for key, save in held.items() if len(save.receipt["saved"]) != whole]
        self.bad += [f"half save {key}" for key in halves]
        revised = Revision.objects.filter(record__filing=saver.filing).count()
        if revised != len(held):
            self.bad.append(f"{len(held)} saves, {revised} revisions")
        record = Record.objects.get(filing=saver.filing, table="schools")
        newest = held and max(held.values(), key=lambda save: save.pk).receipt["saved"]
        if any(record.reported[cell["column"]] != cell["value"] for cell in newest or ()):
            self.bad.append(f"filing {saver.filing} does not hold its newest save")

    def _judge_importer(self, importer: Importer) -> None:
        from junheng.web.collection.models import Record, Revision

        self.bad += [f"odd answer {odd}" for odd in importer.odd]
        of_filing = Revision.objects.filter(record__filing=importer.filing)
        revisions = of_filing.filter(record__table="schools").order_by("pk")
        written = []
        for revision in revisions:
            now = [revision.changes.get(name, [None, None])[1] for name in importer.CELLS.values()]
            if None in now:
                self.bad.append(f"half a workbook: {revision.changes}")
            written.append([float(value or 0) for value in now])
        for job, values in importer.acknowledged.items():
            if written.count(values) != 1:
                self.bad.append(
                    f"workbook of job {job}: lost, or written {written.count(values)} times"
                )
        for job, values in importer.given_up.items():
            if values in written:
                self.bad.append(f"workbook of job {job}: given up, and written")
        record = Record.objects.get(filing=importer.filing, table="schools")
        held = [float(record.reported.get(name, 0)) for name in importer.CELLS.values()]
        if written and held != written[-1]:
            self.bad.append("the last workbook is not what is held")

    def _log(self) -> list[str]:
        import sqlite3

        from junheng.web.audit.verify_log import check
        from junheng.web.commands import dumps

        with sqlite3.connect(self.served.data / "junheng.sqlite3") as held:
            entries = [e for e in dumps.entries(held) if e["organisation"] == COUNTY]
            problems, _, _ = check(entries, [dumps.heads(held)[COUNTY]])
        return problems

    def said(self, kills: int, seed: int) -> int:
        """Say what was found; the exit status."""
        assert self.stepper is not None
        assert self.saver is not None
        assert self.importer is not None
        saves, steps = len(self.saver.acknowledged), len(self.stepper.acknowledged)
        books = len(self.importer.acknowledged)
        enough = saves >= kills / 4 and steps >= kills / 20 and books >= kills / 40
        holds = not self.bad and enough and sum(self.kinds.values()) == kills
        lines = [
            *self.bad[:10],
            f"killed {self.kinds}, acknowledged {saves} saves, {books} workbooks, {steps} steps",
            f"{len(self.importer.given_up)} workbooks given up after three kills each, as was said",
        ]
        lost = sum("lost" in one for one in self.bad)
        half = len(self.bad) - lost
        lines.append(
            f"PROOF kills tried={kills} lost={lost} half={half} seed={seed} "
            f"{'PASS' if holds else 'FAIL'}"
        )
        sys.stdout.write("\n".join(lines) + "\n")
        return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
