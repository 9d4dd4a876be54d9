"""What every page shows beside its own content: who the reader is, where he may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

import junheng
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.roles import GRANTS, Permission

P = Permission


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation, for those who hold one of its permissions anywhere."""

    label: str | Promise
    route: str
    permissions: frozenset[Permission]

    @property
    def area(self) -> str:
        """Give what all routes of the same part of the site begin with."""
        return self.route.split(":")[0]


WAYS = (
    Way(_("首页"), "home", frozenset(Permission)),
    Way(_("填报"), "collection:campaigns", frozenset({P.SEE, P.CAMPAIGN})),
    Way(_("审核"), "reviews:desk", frozenset({P.REVIEW, P.SUBMIT, P.PUBLISH, P.CERTIFY})),
    Way(_("佐证"), "evidence:search", frozenset({P.SEE})),
    Way(_("规划"), "planning:counties", frozenset({P.REVIEW})),
    Way(_("任务"), "tasks:tasks", frozenset({P.REVIEW, P.ANSWER})),
    Way(_("数据包"), "packages:index", frozenset({P.CAMPAIGN})),
    Way(_("账号"), "accounts:people", frozenset({P.PEOPLE})),
    Way(_("日志"), "oversight:log", frozenset({P.AUDIT})),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Give what base.html shows. Nothing is asked of the database before a page shows it."""
    return {
        "reader_posts": SimpleLazyObject(lambda: _posts(request)),
        "ways": SimpleLazyObject(lambda: _ways(request)),
        "version": junheng.__version__,
        "demo": settings.DEMO,
    }


def _posts(request: HttpRequest) -> list[tuple[str, str | Promise]]:
    """Give the reader's organisations with his role at each, today's only."""
    reader = getattr(request, "user", None)
    if not isinstance(reader, Account):
        return []
    held = scope.held(reader)
    places = Organisation.objects.filter(path__in=[path for path, _ in held])
    names = dict(places.values_list("path", "name"))
    return [(names[path], role.label) for path, role in sorted(held)]


def _ways(request: HttpRequest) -> list[dict[str, Any]]:
    reader = getattr(request, "user", None)
    if not isinstance(reader, Account):
        return []
    may = {permission for _, role in scope.held(reader) for permission in GRANTS[role]}
    here = request.resolver_match.view_name.split(":")[0] if request.resolver_match else ""
    return [
        {"label": way.label, "address": reverse(way.route), "here": way.area == here}
        for way in WAYS
        if way.permissions & may
    ]
