"""Whether a certificate holds: anybody asks by the number that is printed on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from junheng.web.accounts.access import open_to_all
from junheng.web.public.forms import NumberForm
from junheng.web.public.pages import for_everybody
from junheng.web.reviews.models import Certificate, StepTaken
from junheng.web.verdicts.models import Occasion, Official


@open_to_all
@require_safe
@for_everybody
def certificate(request: HttpRequest) -> HttpResponse:
    """Tell of which county a certificate with this number is, and whether it holds."""
    asked = "number" in request.GET
    form = NumberForm(request.GET if asked else None)
    found = issued(form.cleaned_data["number"]) if form.is_valid() else None
    if asked and not form.errors and found is None:
        form.add_error("number", _("没有发过这个编号的证书，请核对。"))
    given = {
        "form": form,
        "certificate": found,
        "revoked": revoked(found) if found else None,
        "official": rests_on(found) if found else None,
        "here": "certificate",
    }
    return render(request, "public/certificate.html", given, status=422 if form.errors else 200)


def issued(number: str) -> Certificate | None:
    """Give the certificate that was issued under a number; None if there is none."""
    related = ("filing__organisation__parent", "filing__campaign", "step__at")
    return Certificate.objects.filter(number=number).select_related(*related).first()


def revoked(found: Certificate) -> StepTaken | None:
    """Give the step that revoked a certificate; None while it holds."""
    if found.valid:
        return None
    return found.filing.steps.filter(step="revoke").order_by("-number").first()


def rests_on(found: Certificate) -> Official | None:
    """Give the official verdict that was made with a certificate."""
    made = Official.objects.filter(filing=found.filing_id, occasion=Occasion.RECOGNISED)
    return made.filter(at__gte=found.step.taken_at).order_by("pk").first()
