"""Taking steps: may I, can it, do it. Nothing else changes the state of a filing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.models import Entry
from junheng.web.audit.services import record
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing
from junheng.web.collection.stored import lock
from junheng.web.jobs.services import enqueue
from junheng.web.reviews.conditions import CONDITIONS
from junheng.web.reviews.effects import EFFECTS
from junheng.web.reviews.frozen import freeze
from junheng.web.reviews.models import PublicObjection, StepTaken
from junheng.web.reviews.situation import Reasons, Situation
from junheng.web.reviews.steps import STEPS, Needs
from junheng.web.reviews.terms import last_day

_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one filing among several: taken, or the sentence that refused it."""

    filing: Filing
    refusal: str


def take(
    step: str,
    filing: Filing,
    version: int,
    *,
    by: Account,
    reasons: Reasons | None = None,
    today: dt.date | None = None,
) -> StepTaken:
    """Take a step on a filing that was read at a version; WebRefusal says why it cannot be.

    Of two people who act on the same version one wins; the other is told who did what, and when.
    """
    day = today or timezone.localdate()
    now = Situation(STEPS[step], filing, by, reasons or Reasons(), day)
    with transaction.atomic():
        _may(now)
        _can(now, version)
        lock(filing)  # conditions look at several filings of the county
        _move(now, version)
        return _written(now, version)


def arrive(step: str, filing: Filing, entry: Entry, *, by: Account, text: str) -> StepTaken:
    """Let a filing stand where a step led it that was taken in another installation.

    Who receives is `by`; who took the step is told by the text, and by the package that is kept.
    What the step asks for was asked there. WebRefusal if the filing moved meanwhile.
    """
    now = Situation(STEPS[step], filing, by, Reasons(text), timezone.localdate())
    with transaction.atomic():
        lock(filing)
        _move(now, filing.version)
        return _taken(now, filing.version, entry, freeze(filing) if now.step.freezes else None)


def accept_all(filings: Iterable[tuple[Filing, int]], *, by: Account) -> list[Outcome]:
    """Accept the filings of several schools, each on its own; tell what became of each."""
    outcomes = []
    for filing, version in filings:
        try:
            take("county_accept", filing, version, by=by)
        except WebRefusal as refusal:
            outcomes.append(Outcome(filing, str(refusal)))
        else:
            outcomes.append(Outcome(filing, ""))
    return outcomes


@transaction.atomic
def answer_public(objection: PublicObjection, answer: str, *, by: Account) -> None:
    """Answer an objection of the public, once; WebRefusal if that may not or cannot be."""
    county = objection.publication.filing.organisation
    if not may_answer(objection, by):
        raise WebRefusal(_("只有公示发布人能答复公众异议。"))
    if not answer.strip():
        raise WebRefusal(_("请写答复内容。"))
    said = {"answer": answer.strip(), "answered_by": by, "answered_at": timezone.now()}
    waiting = PublicObjection.objects.filter(pk=objection.pk, answered_at__isnull=True)
    if not waiting.update(**said):
        raise WebRefusal(_("这件异议已经答复过。"))
    record(
        "publication.answer",
        by=by,
        organisation=county,
        about=f"public-objection:{objection.code}",
        details={"answer": answer.strip()},
    )


def may_answer(objection: PublicObjection, account: Account) -> bool:
    """Tell whether a person answers the public for this county."""
    return scope.may(account, Permission.PUBLISH, objection.publication.filing.organisation)


def _may(now: Situation) -> None:
    if now.step.whose != now.filing.organisation.kind or not now.permitted:
        raise WebRefusal(
            _("您不能对%(organisation)s办理“%(step)s”。")
            % {"organisation": now.filing.organisation.name, "step": now.step.label}
        )


def _can(now: Situation, version: int) -> None:
    if now.filing.state not in now.step.sources:
        raise _too_late(now, version)
    _said_enough(now)


def _said_enough(now: Situation) -> None:
    text, items = now.reasons.text.strip(), now.reasons.items
    if now.step.needs == Needs.TEXT and not text:
        raise WebRefusal(_("办理“%(step)s”要写明理由。") % {"step": now.step.label})
    if now.step.needs == Needs.ITEMS and not items:
        raise WebRefusal(
            _("办理“%(step)s”要逐项写明理由：请至少选一项并说明。") % {"step": now.step.label}
        )
    if any(not item.get("why", "").strip() for item in items):
        raise WebRefusal(_("每一项都要写明理由。"))
    if any(len(said) > _LONGEST for said in (text, *(item["why"] for item in items))):
        raise WebRefusal(_("理由太长，请不超过%(most)d字。") % {"most": _LONGEST})


def _move(now: Situation, version: int) -> None:
    """Change the state if it still is as it was read. This alone decides who wins."""
    term = now.step.term
    mine = Filing.objects.filter(pk=now.filing.pk, state=now.filing.state, version=version)
    moved = mine.update(
        state=now.target,
        version=version + 1,
        state_since=timezone.now(),
        due=last_day(term, now.today) if term else None,
    )
    if not moved:
        raise _too_late(now, version)


def _written(now: Situation, version: int) -> StepTaken:
    for name in now.step.conditions:
        if sentence := CONDITIONS[name](now):
            raise WebRefusal(sentence)
    frozen = freeze(now.filing) if now.step.freezes else None
    taken = _taken(now, version, _logged(now, version, frozen), frozen)
    for name in now.step.effects:
        EFFECTS[name](now, taken)
    if now.step.told:
        where = now.filing.organisation
        enqueue("reviews.tell", by=now.by, organisation=where, arguments={"taken": taken.pk})
    return taken


def _taken(now: Situation, version: int, entry: Entry, frozen: Blob | None) -> StepTaken:
    return StepTaken.objects.create(
        filing=now.filing,
        number=version,
        step=now.step.id,
        source=now.filing.state,
        target=now.target,
        by=now.by,
        at=cast("Organisation", now.actor_at),  # `_may` saw to it
        taken_at=entry.at,
        day=now.today,
        text=now.reasons.text.strip(),
        items=[dict(item) for item in now.reasons.items],
        frozen=frozen,
        log_number=entry.number,
        log_digest=entry.digest,
    )


def _logged(now: Situation, version: int, frozen: Blob | None) -> Entry:
    return record(
        f"filing.{now.step.id}",
        by=now.by,
        organisation=now.filing.organisation,
        about=f"filing:{now.filing.pk}",
        details={
            "version": version,
            "from": now.filing.state,
            "to": now.target,
            "text": now.reasons.text.strip(),
            "items": [dict(item) for item in now.reasons.items],
            "given": {key: str(value) for key, value in now.reasons.given.items()},
            "frozen": frozen.digest if frozen else None,
        },
    )


def _too_late(now: Situation, version: int) -> WebRefusal:
    later = now.filing.steps.filter(number__gte=version).select_related("by", "at")
    other = later.order_by("-number").first()
    if other is None:
        words = {"state": now.filing.get_state_display(), "step": now.step.label}
        return WebRefusal(_("现在的状态是“%(state)s”，不能办理“%(step)s”。") % words)
    return WebRefusal(
        _("%(who)s（%(where)s）已在%(when)s办理“%(what)s”。请刷新页面，看过再决定。")
        % {
            "who": other.by.name,
            "where": other.at.name,
            "when": date_format(timezone.localtime(other.taken_at), "DATETIME_FORMAT"),
            "what": STEPS[other.step].done,
        }
    )
