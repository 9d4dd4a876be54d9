"""Named effects of steps, beside the change of state. Each runs after the step is written, or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import cast

from junheng.web.collection.models import FilingState
from junheng.web.reviews.models import (
    Answer,
    Certificate,
    Objection,
    ObjectionKind,
    Publication,
    PublicObjection,
    StepTaken,
)
from junheng.web.reviews.situation import Situation
from junheng.web.reviews.terms import last_day
from junheng.web.verdicts.models import Occasion
from junheng.web.verdicts.services import make_official

_OCCASIONS = {
    FilingState.APPROVED: Occasion.APPROVED,
    FilingState.RECOGNISED: Occasion.RECOGNISED,
}
ANSWERED_WITHIN = {
    ObjectionKind.DEFENCE: "defence_answer",
    ObjectionKind.RE_EXAMINATION: "re_examination_answer",
    ObjectionKind.RECONSIDERATION: "reconsideration_answer",
}


def official(now: Situation, _taken: StepTaken) -> None:
    """Make the official verdict on the data as they were sent."""
    occasion = _OCCASIONS.get(now.target, Occasion.SUBMITTED)
    make_official(now.filing, by=now.by, occasion=occasion)


def object_(now: Situation, taken: StepTaken) -> None:
    """Open the objection. A reconsideration goes one level above who decided."""
    kind = cast("ObjectionKind", now.step.objection)
    decision = cast("StepTaken", now.decision)  # the conditions saw to it
    decider = decision.at
    above = kind == ObjectionKind.RECONSIDERATION
    Objection.objects.create(
        filing=now.filing,
        decision=decision,
        kind=kind,
        raised=taken,
        answers=now.level_above(decider) if above else decider,
        due=last_day(ANSWERED_WITHIN[kind], now.today),
    )


def answer(now: Situation, taken: StepTaken) -> None:
    """End the open objection."""
    objection = cast("Objection", now.open_objection)  # the conditions saw to it
    objection.answer, objection.answered = cast("Answer", now.step.answer), taken
    objection.save(update_fields=["answer", "answered"])


def publish(now: Situation, taken: StepTaken) -> None:
    """Begin the publication today."""
    days = int(now.reasons.given["days"])
    end = now.today + dt.timedelta(days=days - 1)
    Publication.objects.create(filing=now.filing, step=taken, begins=now.today, ends=end)


def end_publication(now: Situation, _taken: StepTaken) -> None:
    """Close the publication today if it still runs, and forget how to reach who objected."""
    running = Publication.objects.filter(filing=now.filing, ends__gte=now.today)
    running.update(ends=now.today)
    PublicObjection.objects.filter(publication__filing=now.filing).update(contact="")


def certify(now: Situation, taken: StepTaken) -> None:
    """Issue the certificate."""
    Certificate.objects.create(
        filing=now.filing,
        step=taken,
        number=now.reasons.given["number"],
        issued_on=now.reasons.given["issued_on"],
    )


Effect = Callable[[Situation, StepTaken], None]
EFFECTS: Mapping[str, Effect] = {
    "official": official,
    "object": object_,
    "answer": answer,
    "publish": publish,
    "end_publication": end_publication,
    "certify": certify,
}
