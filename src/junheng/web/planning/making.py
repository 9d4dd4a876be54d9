"""Making a plan in the background: in rounds, each with a whole plan, so that it can be stopped.

A round is given three times as long as the one before. What it found is judged and scheduled, so
when somebody stops the search the best plan of the rounds so far is there, with its bound. The
search runs beside; this thread tells how far it is, and hears of the wish to stop, every second.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from junheng.evaluate.regimes import day_of
from junheng.model.standard import Standard
from junheng.plan.conflict import conflict
from junheng.plan.costs import Costs, load_costs
from junheng.plan.design import MONEY
from junheng.plan.items import items
from junheng.plan.limits import Limits, load_limits
from junheng.plan.plan import Asked, Plan, make_plan
from junheng.plan.report import Report
from junheng.plan.results import results
from junheng.plan.solve import Effort
from junheng.plan.start import start
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.blobs.services import keep_bytes
from junheng.web.collection.dataset import standard_of
from junheng.web.collection.files import laid_out
from junheng.web.jobs.models import Job
from junheng.web.jobs.services import Apply, Tell, work
from junheng.web.planning.models import Plan as Wanted
from junheng.web.planning.models import PlanResult
from junheng.web.planning.saying import Made, made_of
from junheng.web.verdicts.judging import Case, case_of

T = TypeVar("T")
FIRST_ROUND, TIMES = 5.0, 3.0
_TICK = 0.5
_DONE = ("solved", "infeasible")


class Stopped(Exception):
    """Somebody asked to stop; what the round had found is let go."""


@dataclass
class Search:
    """What both threads know of a search: the best plan of whole rounds, and the wish to stop."""

    asked: Asked
    seconds: float
    began: float = field(default_factory=time.monotonic)
    best: Plan | None = None
    near: float | None = None
    """Yuan of what the present round has found so far, before it is judged and scheduled."""
    stop: bool = False

    @property
    def gone(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def run(self) -> None:
        """Search in rounds until the gap is reached, it is proven impossible, or time is over."""
        for seconds in rounds(self.seconds):
            effort = replace(self.asked.effort, seconds=seconds, progress=self._told)
            try:
                found = make_plan(replace(self.asked, effort=effort))
            except Stopped:
                return
            self.best = better(self.best, found)
            unhurried = (
                found.seconds < seconds
            )  # no solver was cut short: more time changes nothing
            over = self.stop or self.gone + seconds > self.seconds
            if unhurried or over or self.best.state in _DONE:
                return

    def _told(self, _gone: float, cost: float | None) -> None:
        self.near = None if cost is None else cost * MONEY
        if self.stop:
            raise Stopped

    def progress(self) -> dict[str, Any]:
        """Say how far it is, for the page."""
        found = self.best if self.best and self.best.found else None
        proven = found is not None and isfinite(found.solution.bound)
        return {
            "seconds": round(self.gone),
            "cost": found.cost if found else None,
            "bound": found.bound if found and proven else None,
            "gap": found.gap if found and proven else None,
            "near": self.near,
        }


def rounds(seconds: float) -> Iterator[float]:
    """Give how long each round may take, all of them together no longer than there is time.

    >>> list(rounds(60.0)), list(rounds(4.0))
    ([5.0, 15.0, 40.0], [4.0])
    """
    each, left = min(FIRST_ROUND, seconds), seconds
    while each > 0:
        left -= each
        yield each
        following = each * TIMES
        each = min(following, left) if left > each else 0.0


def better(best: Plan | None, found: Plan) -> Plan:
    """Give the cheaper of two plans, held against the better of both bounds."""
    if best is None or not best.found:
        return found
    if found.found and found.cost < best.cost:
        best, found = found, best
    bound = max(best.solution.bound, found.solution.bound)
    held = replace(best, solution=replace(best.solution, bound=bound))
    near = held.gap <= held.asked.effort.gap
    return replace(held, state="solved") if near and held.state == "stopped" else held


@work("planning.plan", long=True)
def make(job: Job, tell: Tell) -> Apply:
    """Make the plan that a job is for; keep what came of it."""
    wanted = Wanted.objects.select_related("filing__campaign", "filing__organisation", "by").get(
        job=job
    )
    case = case_of(wanted.filing)
    search = Search(_asked(wanted, case), float(wanted.arguments["seconds"]))
    with ThreadPoolExecutor(1) as pool:
        _watched(pool.submit(search.run), wanted, search, tell)
        standard, language = standard_of(wanted.filing.campaign), wanted.by.language[:2]
        made = _watched(pool.submit(_made, search, standard, language), wanted, search, tell)

    def apply() -> dict[str, Any]:
        _keep(wanted, made, case.digest)
        return {"plan": wanted.pk}

    return apply


def _watched(looking: Future[T], wanted: Wanted, search: Search, tell: Tell) -> T:
    """Tell of progress and hear of the wish to stop until something has ended; give what it gave."""
    row = Wanted.objects.filter(pk=wanted.pk)
    total = round(search.seconds)
    while wait([looking], _TICK).not_done:
        tell(min(total, round(search.gone)), total)
        row.update(progress=search.progress())
        search.stop = row.values_list("stop_asked", flat=True).get()
    row.update(progress=search.progress())
    return looking.result()


def _asked(wanted: Wanted, case: Case) -> Asked:
    """Bring together what a plan is asked for: the county's data, prices, limits and budgets."""
    given = wanted.arguments
    standard, target = standard_of(wanted.filing.campaign), int(given["target"])
    costs, limits = read_costs(given.get("costs")), _limits(given)
    began = start(case.tables, standard, target, assume_lowest=given["assume_lowest"])
    whole = standard.on(day_of(target, standard, None))
    opened = items(began, case.tables, whole, costs, limits)
    budget = {int(year): float(yuan) for year, yuan in given["budget"].items()} or None
    effort = Effort(float(given["seconds"]), float(given["gap"]))
    return Asked(began, costs, limits, budget, effort, opened.actions, opened)


def read_costs(file: list[str] | None) -> Costs:
    """Read the unit costs that were uploaded, else those that are shipped as an example."""
    if file is None:
        return load_costs()
    with laid_out([file]) as (path,):
        return load_costs(path)


def read_limits(file: list[str] | None) -> Limits:
    """Read the limits that were uploaded, else none."""
    if file is None:
        return Limits()
    with laid_out([file]) as (path,):
        return load_limits(path)


def _limits(given: dict[str, Any]) -> Limits:
    read = read_limits(given.get("limits"))
    heads = {level: float(most) for level, most in given["headcount"].items()}
    return replace(read, headcount=dict(read.headcount) | heads)


def _made(search: Search, standard: Standard, language: str) -> Made:
    """Put what was found into words, tables and files."""
    if search.best is None:
        raise WebRefusal(_("在找到规划之前就停止了，没有结果。"))
    plan = search.best
    report = Report(plan, results(plan), None) if plan.found else Report(plan, None, conflict(plan))
    return made_of(report, standard, language)


def _keep(wanted: Wanted, made: Made, digest: str) -> None:
    brief = made.payload["document"]
    PlanResult.objects.create(
        plan=wanted,
        state=brief["state"],
        cost=brief.get("cost"),
        bound=brief.get("bound"),
        gap=brief.get("gap"),
        digest=digest,
        payload=made.payload,
        workbook=keep_bytes(made.workbook) if made.workbook else None,
        pictures={language: keep_bytes(svg).digest for language, svg in made.pictures.items()},
    )
