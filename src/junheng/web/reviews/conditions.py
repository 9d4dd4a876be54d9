"""Named conditions of steps: each gives the sentence that refuses, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from junheng.evaluate.recheck import recheck
from junheng.model.reference import Reference
from junheng.model.standard import Recheck
from junheng.web.accounts.models import Kind
from junheng.web.collection import findings
from junheng.web.collection.models import EDITABLE, CampaignState, Filing
from junheng.web.collection.standards import standard_of
from junheng.web.reviews.models import Answer, Certificate, ObjectionKind, PublicObjection
from junheng.web.reviews.situation import Situation
from junheng.web.reviews.terms import last_day, term
from junheng.web.verdicts.models import Official

_NAMED = 5
_FAILED = "filing__campaign__year", "verdict", "payload__counties__0__parts"
WHOLE = "county"
WITHOUT_RULE = Recheck((WHOLE,), 3, Reference("", "", "", "inferred"))
"""Where a standard has no rule of its own, the whole verdict of three years counts."""
ASKED_WITHIN = {
    ObjectionKind.DEFENCE: "defence_ask",
    ObjectionKind.RE_EXAMINATION: "re_examination_ask",
    ObjectionKind.RECONSIDERATION: "reconsideration_ask",
}


def campaign_open(now: Situation) -> str | None:
    """The campaign runs."""
    campaign = now.filing.campaign
    if campaign.state == CampaignState.OPEN:
        return None
    return _("“%(campaign)s”%(state)s，现在不能提交；请与布置任务的单位联系。") % {
        "campaign": campaign.name,
        "state": campaign.get_state_display(),
    }


def no_hard_findings(now: Situation) -> str | None:
    """No finding of logic is open."""
    count = findings.hard(now.filing)
    if not count:
        return None
    return _("还有%(count)d处逻辑错误，请先在本页“检查结果”中逐条改正。") % {"count": count}


def all_schools_accepted(now: Situation) -> str | None:
    """Every school of the county that is open has handed in, and was accepted."""
    late = now.late_schools
    if late:
        named = "、".join(late[:_NAMED]) + ("…" if len(late) > _NAMED else "")
        return _("还有%(count)d所学校没有审核通过：%(named)s。全部通过后才能上报。") % {
            "count": len(late),
            "named": named,
        }
    county = now.filing.organisation
    schools = county.children.filter(kind=Kind.SCHOOL, closed_on__isnull=True)
    return (
        None if schools.exists() else _("%(county)s没有学校，不能上报。") % {"county": county.name}
    )


def county_still_open(now: Situation) -> str | None:
    """The county itself has not sent its data up, or got them back."""
    of_county = Filing.objects.filter(
        campaign=now.filing.campaign_id, organisation=now.filing.county_id
    ).first()
    if of_county is None or of_county.state in EDITABLE:
        return None
    return _("本县数据已上报（%(state)s），学校数据不能再打开；请先请上级退回本县。") % {
        "state": of_county.get_state_display()
    }


def no_open_objection(now: Situation) -> str | None:
    """No objection of the county waits for its answer."""
    objection = now.open_objection
    if objection is None:
        return None
    return _("%(kind)s尚待%(who)s在%(due)s前答复；请等待答复，或先撤回。") % {
        "kind": objection.get_kind_display(),
        "who": objection.answers.name,
        "due": date_format(objection.due),
    }


def open_objection(now: Situation) -> str | None:
    """There is an objection to answer or withdraw."""
    return None if now.open_objection else _("没有待答复的申辩、复查或复核。")


def still_in_term(now: Situation) -> str | None:
    """The objection is raised in its term, and the first of its kind against the decision."""
    kind, decision = now.step.objection, now.decision
    if kind is None or decision is None:
        return _("没有可以提出异议的决定。")
    former = decision.objections.exclude(answer=Answer.WITHDRAWN)
    if former.filter(kind=kind).exists():
        return _("对这一决定已经提出过%(kind)s。") % {"kind": kind.label}
    answered = former.filter(answered__isnull=False).order_by("-pk").first()
    begins = answered.answered.day if answered and answered.answered else decision.day
    end = last_day(ASKED_WITHIN[kind], begins)
    if now.today <= end:
        return None
    return _("%(kind)s应在%(end)s以前提出，期限已过。") % {
        "kind": kind.label,
        "end": date_format(end),
    }


def re_examined_before(now: Situation) -> str | None:
    """A reconsideration follows a re-examination that was dismissed."""
    was = Q(kind=ObjectionKind.RE_EXAMINATION, answer=Answer.DISMISSED)
    if now.decision and now.decision.objections.filter(was).exists():
        return None
    return _("复核要在复查答复之后申请；请先申请复查。")


def passes_or_says_why(now: Situation) -> str | None:
    """The official verdict on the data is a pass; else the decision is one of people, with reasons."""
    judged = Official.objects.filter(filing=now.filing).order_by("-pk").first()
    if (judged and judged.verdict == "pass") or now.reasons.text.strip():
        return None
    verdicts = {"fail": _("不通过"), "not_assessed": _("未定，还缺数据")}
    found = verdicts[judged.verdict] if judged else _("还没有")
    return _(
        "按上报数据计算，本县的结论是“%(verdict)s”。要办理“%(step)s”，请在说明里写明理由；理由随决定留存。"
    ) % {
        "verdict": found,
        "step": now.step.label,
    }


def another_person(now: Situation) -> str | None:
    """Who publishes is not who approved: four eyes."""
    approved = now.filing.steps.filter(step="province_approve").order_by("-number").first()
    if approved is None or approved.by_id != now.by.pk:
        return None
    return _("评估通过由您作出，公示须由另一人办理。")


def days_long_enough(now: Situation) -> str | None:
    """The publication is not shorter than it has to be."""
    least = term("publication", now.today).days
    if int(now.reasons.given.get("days", 0)) >= least:
        return None
    return _("公示不得少于%(least)d天。") % {"least": least}


def publication_over(now: Situation) -> str | None:
    """The last day of the publication is past."""
    publication = now.filing.publications.first()
    if publication is not None and publication.ends < now.today:
        return None
    end = date_format(publication.ends) if publication else "?"
    return _("公示到%(end)s为止，次日起才能结束。") % {"end": end}


def no_open_public_objection(now: Situation) -> str | None:
    """Every objection of the public has its answer."""
    waiting = PublicObjection.objects.filter(
        publication__filing=now.filing, answered_at__isnull=True
    ).count()
    if not waiting:
        return None
    return _("还有%(count)d件公众异议没有答复，答复后才能结束公示。") % {"count": waiting}


def certificate_number_new(now: Situation) -> str | None:
    """No other certificate has the number."""
    number = str(now.reasons.given.get("number", ""))
    if not number or not now.reasons.given.get("issued_on"):
        return _("请写证书编号和认定日期。")
    if Certificate.objects.filter(number=number).exists():
        return _("证书编号%(number)s已经用过，请换一个。") % {"number": number}
    return None


def failed_long_enough(now: Situation) -> str | None:
    """Since the recognition, what the standard watches failed officially so many years in a row."""
    campaign = now.filing.campaign
    rule = standard_of(campaign).recheck or WITHOUT_RULE
    officials = Official.objects.filter(
        filing__organisation=now.filing.organisation_id,
        filing__campaign__standard=campaign.standard,
        filing__campaign__year__gt=campaign.year,
    )
    rows = officials.order_by("pk").values_list(*_FAILED)
    found = {year: {WHOLE: verdict, **(parts or {})} for year, verdict, parts in rows}
    if any(year.revoke for year in recheck(rule, found).values()):
        return None
    sentence = _("认定后没有连续%(years)s年监测不达标的正式结果，不能建议撤销。")
    return sentence % {"years": rule.failing_years}


Condition = Callable[[Situation], str | None]
CONDITIONS: Mapping[str, Condition] = {
    check.__name__: check
    for check in (
        campaign_open,
        no_hard_findings,
        all_schools_accepted,
        county_still_open,
        no_open_objection,
        open_objection,
        still_in_term,
        re_examined_before,
        passes_or_says_why,
        another_person,
        days_long_enough,
        publication_over,
        no_open_public_objection,
        certificate_number_new,
        failed_long_enough,
    )
}
