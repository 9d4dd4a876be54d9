"""The one table of steps: who takes each, from which states, to which, under which conditions.

Nothing else says how a filing moves. `services.take` carries out a row; pages and queues read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Kind
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import FilingState as S
from junheng.web.reviews.models import Answer, ObjectionKind

NATION, PROVINCE, CITY = Kind.NATION, Kind.PROVINCE, Kind.CITY
COUNTY, SCHOOL = Kind.COUNTY, Kind.SCHOOL
FILL_IN = frozenset({S.DRAFT, S.RETURNED})
DECIDED = frozenset({S.RETURNED, S.NOT_RECOGNISED, S.REVOKED})
"""Where a county stands after a decision against it."""


class Party(StrEnum):
    """An actor who is not of one kind: whoever has to answer the open objection."""

    ANSWERING = "answering"


class Move(StrEnum):
    """A target that is not one state."""

    STAY = "stay"
    BACK = "back"
    """Where the filing stood before the decision objected to."""


class Needs(StrEnum):
    """What must be written when a step is taken."""

    NOTHING = "nothing"
    TEXT = "text"
    ITEMS = "items"
    """At least one reason that names its item."""


Target = S | Move | Mapping[Kind, S]
"""A state; or by the nearest level above that the county has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row."""

    id: str
    label: Promise
    done: Promise
    """The same in a sentence about the past."""
    whose: Kind
    sources: frozenset[S]
    target: Target
    at: Kind | Party
    """Where the actor holds the permission: exactly there, not above."""
    permission: Permission
    needs: Needs = Needs.NOTHING
    asks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    freezes: bool = False
    """Keep what was submitted, word by word, under its hash."""
    term: str | None = None
    """Within how many days the next step is due (terms.yaml); None: no term but the campaign's."""
    told: tuple[Kind, ...] = ()
    awaited: bool = True
    """Whether the filing waits for this step; the others may be taken, but nobody is reminded."""
    decides: bool = False
    """A decision against the county, which it may object to."""
    objection: ObjectionKind | None = None
    answer: Answer | None = None
    look: str = "primary"


# fmt: off
_ROWS = (
    # school -> county
    Step(
        id="school_submit", label=_("提交到县"), done=_("提交"), whose=SCHOOL, sources=FILL_IN,
        target=S.SUBMITTED, at=SCHOOL, permission=Permission.SUBMIT,
        conditions=("campaign_open", "no_hard_findings"), freezes=True, told=(COUNTY,),
    ),
    Step(
        id="county_return", label=_("退回学校"), done=_("退回"), whose=SCHOOL,
        sources=frozenset({S.SUBMITTED}), target=S.RETURNED, at=COUNTY,
        permission=Permission.REVIEW, needs=Needs.ITEMS, term="school_correction", told=(SCHOOL,),
        look="warning",
    ),
    Step(
        id="county_accept", label=_("审核通过"), done=_("审核通过"), whose=SCHOOL,
        sources=frozenset({S.SUBMITTED}), target=S.ACCEPTED, at=COUNTY,
        permission=Permission.REVIEW, told=(SCHOOL,),
    ),
    Step(
        id="county_unlock", label=_("重新打开，退回学校"), done=_("重新打开并退回"), whose=SCHOOL,
        sources=frozenset({S.ACCEPTED}), target=S.RETURNED, at=COUNTY,
        permission=Permission.REVIEW, needs=Needs.ITEMS, conditions=("county_still_open",),
        term="school_correction", told=(SCHOOL,), awaited=False, look="warning",
    ),
    # county -> city -> province
    Step(
        id="county_submit", label=_("上报"), done=_("上报"), whose=COUNTY,
        sources=frozenset({S.DRAFT}), target={CITY: S.WITH_CITY, PROVINCE: S.WITH_PROVINCE},
        at=COUNTY, permission=Permission.SUBMIT,
        conditions=("campaign_open", "all_schools_accepted", "no_hard_findings"),
        effects=("official",), freezes=True, term="level_review", told=(CITY, PROVINCE),
    ),
    Step(
        id="county_resubmit", label=_("整改后重新上报"), done=_("整改后重新上报"), whose=COUNTY,
        sources=frozenset({S.RETURNED}), target={CITY: S.WITH_CITY, PROVINCE: S.WITH_PROVINCE},
        at=COUNTY, permission=Permission.SUBMIT, needs=Needs.TEXT,
        conditions=("no_open_objection", "all_schools_accepted", "no_hard_findings"),
        effects=("official",), freezes=True, term="level_review", told=(CITY, PROVINCE),
    ),
    Step(
        id="city_return", label=_("退回县"), done=_("退回"), whose=COUNTY,
        sources=frozenset({S.WITH_CITY}), target=S.RETURNED, at=CITY,
        permission=Permission.REVIEW, needs=Needs.ITEMS, term="rectification", told=(COUNTY,),
        decides=True, look="warning",
    ),
    Step(
        id="city_approve", label=_("复核通过，报省"), done=_("复核通过"), whose=COUNTY,
        sources=frozenset({S.WITH_CITY}), target=S.WITH_PROVINCE, at=CITY,
        permission=Permission.REVIEW, term="level_review", told=(COUNTY, PROVINCE),
    ),
    Step(
        id="province_return", label=_("退回县"), done=_("退回"), whose=COUNTY,
        sources=frozenset({S.WITH_PROVINCE}), target=S.RETURNED, at=PROVINCE,
        permission=Permission.REVIEW, needs=Needs.ITEMS, term="rectification",
        told=(COUNTY, CITY), decides=True, look="warning",
    ),
    Step(
        id="province_approve", label=_("评估通过，待公示"), done=_("评估通过"), whose=COUNTY,
        sources=frozenset({S.WITH_PROVINCE}), target=S.APPROVED, at=PROVINCE,
        permission=Permission.REVIEW, conditions=("passes_or_says_why",), effects=("official",),
        term="publishing",
        told=(COUNTY, CITY, PROVINCE),
    ),
    Step(
        id="province_withdraw", label=_("撤回通过，退回县"), done=_("撤回通过并退回"),
        whose=COUNTY, sources=frozenset({S.APPROVED, S.IN_PUBLICATION}), target=S.RETURNED,
        at=PROVINCE, permission=Permission.REVIEW, needs=Needs.ITEMS,
        effects=("end_publication",), term="rectification", told=(COUNTY, CITY), awaited=False,
        decides=True, look="warning",
    ),
    # publication
    Step(
        id="publish", label=_("开始公示"), done=_("开始公示"), whose=COUNTY,
        sources=frozenset({S.APPROVED}), target=S.IN_PUBLICATION, at=PROVINCE,
        permission=Permission.PUBLISH, asks=("days",),
        conditions=("another_person", "days_long_enough"), effects=("publish",),
        told=(COUNTY, CITY),
    ),
    Step(
        id="close_publication", label=_("结束公示，报国家"), done=_("结束公示"), whose=COUNTY,
        sources=frozenset({S.IN_PUBLICATION}), target=S.WITH_NATION, at=PROVINCE,
        permission=Permission.PUBLISH,
        conditions=("publication_over", "no_open_public_objection"), effects=("end_publication",),
        term="level_review", told=(COUNTY, NATION),
    ),
    # nation
    Step(
        id="nation_return", label=_("退回县"), done=_("退回"), whose=COUNTY,
        sources=frozenset({S.WITH_NATION}), target=S.RETURNED, at=NATION,
        permission=Permission.REVIEW, needs=Needs.ITEMS, term="rectification",
        told=(COUNTY, CITY, PROVINCE), decides=True, look="warning",
    ),
    Step(
        id="recognise", label=_("认定"), done=_("认定"), whose=COUNTY,
        sources=frozenset({S.WITH_NATION}), target=S.RECOGNISED, at=NATION,
        permission=Permission.CERTIFY, asks=("certificate",),
        conditions=("certificate_number_new", "passes_or_says_why"),
        effects=("official", "certify"),
        told=(COUNTY, CITY, PROVINCE), look="success",
    ),
    Step(
        id="not_recognise", label=_("不予认定"), done=_("不予认定"), whose=COUNTY,
        sources=frozenset({S.WITH_NATION}), target=S.NOT_RECOGNISED, at=NATION,
        permission=Permission.CERTIFY, needs=Needs.ITEMS, told=(COUNTY, CITY, PROVINCE),
        decides=True, look="danger",
    ),
    Step(
        id="propose_revocation", label=_("建议撤销"), done=_("建议撤销"), whose=COUNTY,
        sources=frozenset({S.RECOGNISED}), target=Move.STAY, at=PROVINCE,
        permission=Permission.REVIEW, needs=Needs.TEXT, conditions=("failed_long_enough",),
        told=(COUNTY, NATION), awaited=False, look="danger",
    ),
    Step(
        id="revoke", label=_("撤销认定"), done=_("撤销认定"), whose=COUNTY,
        sources=frozenset({S.RECOGNISED}), target=S.REVOKED, at=NATION,
        permission=Permission.CERTIFY, needs=Needs.TEXT, told=(COUNTY, CITY, PROVINCE),
        awaited=False, decides=True, look="danger",
    ),
    # objections of the county
    Step(
        id="defend", label=_("提出申辩"), done=_("提出申辩"), whose=COUNTY, sources=DECIDED,
        target=Move.STAY, at=COUNTY, permission=Permission.SUBMIT, needs=Needs.TEXT,
        conditions=("no_open_objection", "still_in_term"), effects=("object",), awaited=False,
        objection=ObjectionKind.DEFENCE, look="secondary",
    ),
    Step(
        id="ask_re_examination", label=_("申请复查"), done=_("申请复查"), whose=COUNTY,
        sources=DECIDED, target=Move.STAY, at=COUNTY, permission=Permission.SUBMIT,
        needs=Needs.TEXT, conditions=("no_open_objection", "still_in_term"), effects=("object",),
        awaited=False, objection=ObjectionKind.RE_EXAMINATION, look="secondary",
    ),
    Step(
        id="ask_reconsideration", label=_("申请复核"), done=_("申请复核"), whose=COUNTY,
        sources=DECIDED, target=Move.STAY, at=COUNTY, permission=Permission.SUBMIT,
        needs=Needs.TEXT, conditions=("no_open_objection", "re_examined_before", "still_in_term"),
        effects=("object",), awaited=False, objection=ObjectionKind.RECONSIDERATION,
        look="secondary",
    ),
    Step(
        id="withdraw_objection", label=_("撤回申辩、复查或复核"), done=_("撤回申辩、复查或复核"),
        whose=COUNTY, sources=DECIDED, target=Move.STAY, at=COUNTY, permission=Permission.SUBMIT,
        conditions=("open_objection",), effects=("answer",), awaited=False,
        answer=Answer.WITHDRAWN, look="secondary",
    ),
    Step(
        id="uphold", label=_("异议成立，撤回原决定"), done=_("认定异议成立，撤回原决定"),
        whose=COUNTY, sources=DECIDED, target=Move.BACK, at=Party.ANSWERING,
        permission=Permission.REVIEW, needs=Needs.TEXT, conditions=("open_objection",),
        effects=("answer",), term="level_review", told=(COUNTY,), answer=Answer.UPHELD,
        look="success",
    ),
    Step(
        id="dismiss", label=_("异议不成立，维持原决定"), done=_("认定异议不成立，维持原决定"),
        whose=COUNTY, sources=DECIDED, target=Move.STAY, at=Party.ANSWERING,
        permission=Permission.REVIEW, needs=Needs.TEXT, conditions=("open_objection",),
        effects=("answer",), told=(COUNTY,), answer=Answer.DISMISSED, look="danger",
    ),
)
# fmt: on
STEPS: Mapping[str, Step] = {row.id: row for row in _ROWS}
