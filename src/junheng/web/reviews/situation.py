"""What a step is taken in: the filing, the actor, what was said; and who stands where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.collection.models import Filing, FilingState
from junheng.web.reviews.frozen import changed
from junheng.web.reviews.models import Answer, Objection, StepTaken
from junheng.web.reviews.steps import STEPS, Move, Party, Step

DECISIONS = tuple(step.id for step in STEPS.values() if step.decides)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is said when a step is taken: in general, item by item, and what the step asks for."""

    text: str = ""
    items: Sequence[Mapping[str, str]] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Situation:
    """One step about to be taken. `filing` is as it was read; the database decides whether it still is."""

    step: Step
    filing: Filing
    by: Account
    reasons: Reasons
    today: dt.date

    @cached_property
    def above(self) -> Mapping[str, Organisation]:
        """The organisations above the filing's, and itself, by kind."""
        keys = self.filing.organisation.keys
        return {found.kind: found for found in Organisation.objects.filter(pk__in=keys)}

    @cached_property
    def actor_at(self) -> Organisation | None:
        """Where the actor must hold the permission; None when there is no such place."""
        if self.step.at == Party.ANSWERING:
            return self.open_objection.answers if self.open_objection else None
        return self.above.get(self.step.at)

    @property
    def permitted(self) -> bool:
        """Tell whether the actor holds the permission at exactly that place."""
        return self.actor_at is not None and scope.may_at(
            self.by, self.step.permission, self.actor_at
        )

    @cached_property
    def open_objection(self) -> Objection | None:
        """The county's objection that is not answered yet."""
        rows = self.filing.objections.filter(answer=Answer.OPEN)
        return rows.select_related("answers", "decision").first()

    @cached_property
    def decision(self) -> StepTaken | None:
        """The last decision against the county."""
        return self.filing.steps.filter(step__in=DECISIONS).order_by("-number").first()

    @cached_property
    def target(self) -> FilingState:
        """The state the step leads to."""
        target = self.step.target
        if target == Move.STAY:
            return FilingState(self.filing.state)
        if target == Move.BACK:
            return self._before_the_decision()
        if isinstance(target, FilingState):
            return target
        return next(state for kind, state in target.items() if kind in self.above)

    def _before_the_decision(self) -> FilingState:
        here = FilingState(self.filing.state)
        # What the county has begun to change it has to send again.
        touched = here == FilingState.RETURNED and (self.late_schools or changed(self.filing))
        if self.open_objection is None or touched:
            return here
        before = FilingState(self.open_objection.decision.source)
        # What was withdrawn from publication is published again, for the full time.
        return FilingState.APPROVED if before == FilingState.IN_PUBLICATION else before

    @cached_property
    def late_schools(self) -> list[str]:
        """The open schools of the county that have no accepted filing, by name."""
        ready = Filing.objects.filter(campaign=self.filing.campaign_id, state=FilingState.ACCEPTED)
        schools = Organisation.objects.filter(
            parent=self.filing.county_id, kind=Kind.SCHOOL, closed_on__isnull=True
        ).exclude(pk__in=ready.values("organisation"))
        return list(schools.order_by("code").values_list("name", flat=True))

    def level_above(self, organisation: Organisation) -> Organisation:
        """Give the level above an organisation, or itself at the top."""
        parents = (o for o in self.above.values() if o.pk == organisation.parent_id)
        return next(parents, organisation)
