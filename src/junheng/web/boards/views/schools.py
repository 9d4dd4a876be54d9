"""The page of a school, and its report card."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.limits import limited
from junheng.web.accounts.roles import Permission
from junheng.web.boards import school as reading
from junheng.web.boards.cards import FORMS
from junheng.web.boards.cards import card as card_of
from junheng.web.collection.findings import found
from junheng.web.collection.models import Filing
from junheng.web.evidence.models import Piece
from junheng.web.verdicts import selectors


@require_safe
@allowed(Permission.SEE)
def school(request: Request, pk: int) -> HttpResponse:
    """Show a school against the limits, its last years, what it lacks and what that costs."""
    filing = _filing(request, pk)
    of_county = selectors.county_filing_of(filing)
    standing = selectors.standing_of(of_county)
    evidence = scope.visible(Piece.objects.filter(filing=filing, withdrawn=False), request.user,
                             at="filing__organisation").count()  # fmt: skip
    context = {
        "filing": filing,
        "of_county": of_county,
        "sees_county": scope.may(request.user, Permission.SEE, filing.county),
        "standing": standing,
        "stale": selectors.stale(of_county, standing),
        "evidence": evidence,
        "findings": found(filing, selectors.language()),
        **reading.context(filing, of_county, standing, timezone.localdate()),
    }
    return render(request, "boards/school.html", context)


@require_safe
@allowed(Permission.SEE)
@limited("export")
def card(request: Request, pk: int, form: str) -> HttpResponse:
    """Hand out a school's report card."""
    filing = _filing(request, pk)
    if form not in FORMS:
        raise Http404
    code = filing.organisation.code
    content = card_of(selectors.county_filing_of(filing), code, form, selectors.language())
    if content is None:
        raise Http404
    disposition = {"Content-Disposition": f'attachment; filename="school-card-{code}.{form}"'}
    return HttpResponse(content, content_type=FORMS[form], headers=disposition)


def _filing(request: Request, pk: int) -> Filing:
    return get_object_or_404(selectors.school_filings(request.user), pk=pk)
