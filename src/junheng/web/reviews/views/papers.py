"""What is printed: receipts and certificates."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.roles import Permission
from junheng.web.reviews import selectors
from junheng.web.reviews.models import Certificate, StepTaken
from junheng.web.reviews.steps import STEPS

HEAD = 16


@allowed(Permission.SEE, Permission.PUBLISH)
@require_safe
def receipt(request: Request, pk: int) -> HttpResponse:
    """Show the receipt of a step: what, when, by whom, which data, and where it stands in the log."""
    mine = StepTaken.objects.filter(filing__in=selectors.reviewable(request.user))
    related = ("filing__organisation", "filing__campaign", "filing__county", "by", "at", "frozen")
    taken = get_object_or_404(mine.select_related(*related), pk=pk)
    head = taken.log_digest[:HEAD]
    chain = taken.filing.county.code
    text = f"junheng log {chain} {taken.log_number} {head}"
    if taken.frozen_id:
        text += f" data {taken.frozen_id}"
    given = {
        "taken": taken,
        "step": STEPS[taken.step],
        "head": " ".join(head[i : i + 4] for i in range(0, HEAD, 4)),
        "chain": chain,
        "code": _picture(text),
    }
    return render(request, "reviews/receipt.html", given)


@allowed(Permission.SEE, Permission.PUBLISH)
@require_safe
def certificate(request: Request, pk: int) -> HttpResponse:
    """Show a certificate; one that holds no longer says so across the sheet."""
    mine = Certificate.objects.filter(filing__in=selectors.reviewable(request.user))
    related = ("filing__organisation__parent", "filing__campaign", "step__by", "step__at")
    one = get_object_or_404(mine.select_related(*related), pk=pk)
    check = f"{reverse('public:certificate')}?{urlencode({'number': one.number})}"
    revoked = one.filing.steps.filter(step="revoke").order_by("-number").first()
    official = one.filing.officials.filter(occasion="recognised").first()
    given = {
        "certificate": one,
        "revoked": revoked,
        "official": official,
        "check": check,
        "code": _picture(request.build_absolute_uri(check)),
    }
    return render(request, "reviews/certificate.html", given)


def _picture(text: str) -> str:
    return segno.make(text, error="m").png_data_uri(scale=4)
