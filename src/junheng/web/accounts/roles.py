"""Which roles there are, at which organisations, and what each may do. Data; `scope` applies it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """What one may do in the tree of the organisation at which one is appointed."""

    SEE = "see", _("查看数据")
    FILL = "fill", _("填报")
    SUBMIT = "submit", _("提交本单位")
    REVIEW = "review", _("审核、退回、通过下级")
    COUNT = "count", _("登记核查数")
    MARK = "mark", _("批注佐证材料")
    CAMPAIGN = "campaign", _("布置填报任务")
    PUBLISH = "publish", _("公示")
    CERTIFY = "certify", _("认定、撤销")
    ANSWER = "answer", _("办理任务")
    PEOPLE = "people", _("管理账号")
    AUDIT = "audit", _("查看日志")


class Role(models.TextChoices):
    """What a person is appointed as."""

    SCHOOL_CLERK = "school_clerk", _("学校填报员")
    HEADMASTER = "headmaster", _("校长")
    COUNTY_CLERK = "county_clerk", _("县级经办人")
    COUNTY_APPROVER = "county_approver", _("县级审核人")
    DEPARTMENT = "department", _("部门经办人")
    CITY_REVIEWER = "city_reviewer", _("市级复核人")
    PROVINCIAL_REVIEWER = "provincial_reviewer", _("省级评估人")
    NATIONAL_REVIEWER = "national_reviewer", _("国家评估人")
    EXPERT = "expert", _("专家")
    PUBLISHER = "publisher", _("公示发布人")
    ADMINISTRATOR = "administrator", _("账号管理员")
    AUDITOR = "auditor", _("审计员")


P = Permission
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.SCHOOL_CLERK: frozenset({P.SEE, P.FILL, P.ANSWER}),
    Role.HEADMASTER: frozenset({P.SEE, P.FILL, P.SUBMIT, P.ANSWER}),
    Role.COUNTY_CLERK: frozenset({P.SEE, P.FILL, P.REVIEW, P.ANSWER}),
    Role.COUNTY_APPROVER: frozenset({P.SEE, P.REVIEW, P.SUBMIT, P.CAMPAIGN}),
    Role.DEPARTMENT: frozenset({P.ANSWER}),
    Role.CITY_REVIEWER: frozenset({P.SEE, P.REVIEW, P.COUNT, P.MARK, P.CAMPAIGN}),
    Role.PROVINCIAL_REVIEWER: frozenset({P.SEE, P.REVIEW, P.COUNT, P.MARK, P.CAMPAIGN}),
    Role.NATIONAL_REVIEWER: frozenset({P.SEE, P.REVIEW, P.COUNT, P.MARK, P.CAMPAIGN, P.CERTIFY}),
    Role.EXPERT: frozenset({P.SEE, P.COUNT, P.MARK}),
    Role.PUBLISHER: frozenset({P.PUBLISH}),
    Role.ADMINISTRATOR: frozenset({P.PEOPLE}),
    Role.AUDITOR: frozenset({P.AUDIT}),
}
"""A person's rights are the sum of the appointments that hold today."""

APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that nobody holds together with another: who administers or audits does no other work."""

PLACES: Mapping[Role, frozenset[str]] = {
    Role.SCHOOL_CLERK: frozenset({"school"}),
    Role.HEADMASTER: frozenset({"school"}),
    Role.COUNTY_CLERK: frozenset({"county"}),
    Role.COUNTY_APPROVER: frozenset({"county"}),
    Role.DEPARTMENT: frozenset({"department"}),
    Role.CITY_REVIEWER: frozenset({"city"}),
    Role.PROVINCIAL_REVIEWER: frozenset({"province"}),
    Role.NATIONAL_REVIEWER: frozenset({"nation"}),
    Role.EXPERT: frozenset({"county"}),
    Role.PUBLISHER: frozenset({"province", "nation"}),
    Role.ADMINISTRATOR: frozenset({"nation", "province", "city", "county", "school"}),
    Role.AUDITOR: frozenset({"nation", "province", "city", "county"}),
}
"""The kinds of organisation at which each role can be held. An expert is appointed county by county."""
