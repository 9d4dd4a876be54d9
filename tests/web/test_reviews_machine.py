"""Whatever people try, in whatever order: no filing comes where the procedure does not lead."""

from __future__ import annotations

import datetime as dt
import os
from itertools import pairwise

import pytest
from cast import Cast
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from reviewing import NEEDED, Desk

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.collection.models import Filing, FilingState
from junheng.web.reviews import conditions, effects, services
from junheng.web.reviews.models import Answer, Certificate, Objection, StepTaken
from junheng.web.reviews.situation import Reasons
from junheng.web.reviews.steps import STEPS

SCHOOL_WAYS = {
    "draft": {"submitted"},
    "returned": {"submitted"},
    "submitted": {"accepted", "returned"},
    "accepted": {"returned"},
}
COUNTY_WAYS = {
    "draft": {"with_city"},
    "returned": {"returned", "with_city", "with_province", "approved", "with_nation"},
    "with_city": {"with_province", "returned"},
    "with_province": {"approved", "returned"},
    "approved": {"in_publication", "returned"},
    "in_publication": {"with_nation", "returned"},
    "with_nation": {"recognised", "not_recognised", "returned"},
    "recognised": {"recognised", "revoked"},
    "not_recognised": {"not_recognised", "with_nation"},
    "revoked": {"revoked", "recognised"},
}
"""The procedure, written by hand beside the table of steps: from where to where."""
CODES = ("990101", "9901010001", "9901010002")
WHO = ("headmaster", "second_head", "county_approver", "county_clerk", "city", "province",
       "publisher", "nation", "expert", "neighbour_approver", "administrator")  # fmt: skip
HANDS = {
    "school": ("headmaster", "second_head"),
    "county": ("county_approver",),
    "city": ("city",),
    "province": ("province", "publisher"),
    "nation": ("nation",),
    "answering": ("city", "province", "nation"),
}
EXAMPLES = int(os.environ.get("JUNHENG_MACHINE_EXAMPLES", "12"))
ENOUGH = 12
"""So many different steps have to be taken in a run, or it has shown nothing."""


class Procedure(RuleBasedStateMachine):
    """One county and its two schools; people act with fresh or stale pages."""

    cast: Cast
    ever: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.desk = Desk(self.cast)
        self.seen: dict[str, Filing] = {code: self.desk.filing(code) for code in CODES}
        self.taken = dict.fromkeys(CODES, 0)
        self.numbers = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(state=st.sampled_from(sorted(COUNTY_WAYS)))
    def begin_anywhere(self, state: str) -> None:
        self.desk.schools_ready()
        self.desk.put("990101", FilingState(state))

    @rule(code=st.sampled_from(CODES))
    def reload(self, code: str) -> None:
        self.seen[code] = self.desk.filing(code)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.desk.today += dt.timedelta(days=days)

    @rule(
        code=st.sampled_from(CODES), who=st.sampled_from(WHO), step=st.sampled_from(sorted(STEPS))
    )
    def try_anything(self, code: str, who: str, step: str) -> None:
        self._try(code, who, step)

    @rule(data=st.data(), code=st.sampled_from((*CODES, "990101", "990101")))
    def try_what_fits(self, data: st.DataObject, code: str) -> None:
        """Most of what people try fits the state: so the run comes far."""
        self.reload(code)
        filing = self.seen[code]
        fitting = [
            step.id for step in STEPS.values()
            if filing.state in step.sources and step.whose == filing.organisation.kind
        ]  # fmt: skip
        step = data.draw(st.sampled_from(fitting))
        for who in HANDS[STEPS[step].at]:
            self.reload(code)
            if self.seen[code].version == filing.version:
                self._try(code, who, step)

    def _try(self, code: str, who: str, step: str) -> None:
        filing, reasons = self.seen[code], NEEDED.get(step, Reasons())
        if step == "recognise":
            self.numbers += 1
            reasons = Reasons(
                given={"number": f"模拟-{self.numbers}", "issued_on": self.desk.today}
            )
        before = self.desk.filing(code)
        by = Account.objects.get(username=who)
        try:
            taken = services.take(
                step, filing, filing.version, by=by, reasons=reasons, today=self.desk.today
            )
        except WebRefusal:
            after = self.desk.filing(code)
            assert (after.state, after.version) == (before.state, before.version)
            return
        ways = COUNTY_WAYS if code == "990101" else SCHOOL_WAYS
        assert filing.version == before.version, "a stale page won"
        assert taken.target in ways[before.state], (step, before.state, taken.target)
        self.taken[code] += 1
        self.ever.add(step)

    @invariant()
    def each_step_stands_in_the_history_once(self) -> None:
        for code in CODES:
            filing = self.desk.filing(code)
            history = list(StepTaken.objects.filter(filing=filing).order_by("number"))
            assert len(history) == self.taken[code] == filing.version - 1
            for earlier, later in pairwise(history):
                assert (earlier.number + 1, earlier.target) == (later.number, later.source)
            assert not history or history[-1].target == filing.state

    @invariant()
    def nothing_is_sent_up_without_its_schools(self) -> None:
        if self.desk.filing("990101").state in {"with_city", "with_province", "with_nation"}:
            assert {self.desk.filing(code).state for code in CODES[1:]} == {"accepted"}

    @invariant()
    def only_who_was_recognised_has_a_certificate(self) -> None:
        recognised = StepTaken.objects.filter(step="recognise").count()
        assert Certificate.objects.count() == recognised
        assert Objection.objects.filter(answer=Answer.OPEN).count() <= 1


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks and verdicts have tests of their own; here they would take most of the time."""
    monkeypatch.setitem(conditions.CONDITIONS, "no_hard_findings", lambda _now: None)
    monkeypatch.setitem(effects.EFFECTS, "official", lambda _now, _taken: None)


def test_no_sequence_of_steps_leads_where_the_procedure_does_not(cast: Cast, light: None) -> None:
    from junheng.web.accounts.services import appoint

    second = Account.objects.create(username="second_head", name="模拟second_head")
    appoint(second, "headmaster", cast.places["9901010002"], by=None)
    Procedure.cast, Procedure.ever = cast, set()
    few = settings(
        max_examples=EXAMPLES, stateful_step_count=30, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(Procedure, settings=few)
    assert len(Procedure.ever) >= ENOUGH, sorted(Procedure.ever)
