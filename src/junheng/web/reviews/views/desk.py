"""What waits for me, and accepting several schools at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.numbers import numbers_in
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import Filing, FilingState
from junheng.web.reviews import selectors
from junheng.web.reviews.forms import DeskForm
from junheng.web.reviews.services import Outcome, accept_all
from junheng.web.reviews.terms import due_within

PUBLIC = (Permission.REVIEW, Permission.PUBLISH, Permission.CERTIFY)
"""Who reads what the public objects to."""
_A_PAGE = 50
_REFUSALS_SHOWN = 20


@allowed(Permission.REVIEW, Permission.SUBMIT, Permission.PUBLISH, Permission.CERTIFY)
@require_safe
def desk(request: Request) -> HttpResponse:
    """List what waits for a step of mine."""
    form = DeskForm(request.GET)
    form.is_valid()
    rows = _narrowed(selectors.queue(request.user), form)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    listed = [selectors.waiting(filing, today) for filing in page]
    schools = any(one.filing.state == FilingState.SUBMITTED for one in listed)
    public = any(scope.holds(request.user, each) for each in PUBLIC)
    given = {"form": form, "page": page, "listed": listed, "schools": schools, "today": today}
    return render(request, "reviews/desk.html", given | {"public": public})


def _narrowed(rows: QuerySet[Filing], form: DeskForm) -> QuerySet[Filing]:
    if words := form.cleaned_data.get("q"):
        rows = rows.filter(
            Q(organisation__name__icontains=words) | Q(organisation__code__startswith=words)
        )
    if tone := form.cleaned_data.get("tone"):
        rows = selectors.due_between(rows, *due_within(tone, timezone.localdate()))
    return rows


@allowed(Permission.REVIEW)
@require_POST
def accept(request: Request) -> HttpResponse:
    """Accept the chosen schools, each on its own, and tell what became of them."""
    pairs = (numbers_in(each.split(":")) for each in request.POST.getlist("chosen"))
    chosen = {pair[0]: pair[-1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004
    seen = selectors.reviewable(request.user).filter(pk__in=chosen)
    rows = seen.select_related("organisation", "campaign", "county").order_by("organisation__code")
    outcomes = accept_all([(filing, chosen[filing.pk]) for filing in rows], by=request.user)
    _tell(request, outcomes)
    return redirect("reviews:desk")


def _tell(request: Request, outcomes: list[Outcome]) -> None:
    refused = [one for one in outcomes if one.refusal]
    done = len(outcomes) - len(refused)
    if not outcomes:
        messages.warning(request, _("没有选中学校。请先勾选，再点“通过所选学校”。"))
    if done:
        said = _("已通过%(n)d所学校。") % {"n": done}
        messages.success(request, said)
    for one in refused[:_REFUSALS_SHOWN]:
        words = {"name": one.filing.organisation.name, "why": one.refusal}
        messages.error(request, _("%(name)s没有通过：%(why)s") % words)
    if len(refused) > _REFUSALS_SHOWN:
        more = len(refused) - _REFUSALS_SHOWN
        messages.error(request, _("另有%(n)d所没有通过。") % {"n": more})
