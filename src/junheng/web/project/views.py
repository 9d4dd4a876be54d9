"""Pages of the project itself: the switch of the language, and the sheet of all parts."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from junheng.web.accounts.access import open_to_all
from junheng.web.accounts.models import Account
from junheng.web.collection.models import FilingState
from junheng.web.project import guides


@require_POST
@open_to_all
def language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language: of this browser, and of the mails and next sign-in of who is signed in."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if isinstance(request.user, Account) and chosen in dict(settings.LANGUAGES):
        Account.objects.filter(pk=request.user.pk).update(language=chosen)
    return answer


@require_safe
@open_to_all
def guides_listed(request: HttpRequest) -> HttpResponse:
    """List the guides for people."""
    return render(request, "help/guides.html", {"guides": guides.GUIDES})


@require_safe
@open_to_all
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one guide in the reader's language."""
    if slug not in guides.GUIDES:
        raise Http404
    found = guides.guide(slug, "en" if get_language() == "en" else "zh")
    return render(
        request, "help/guide.html", {"guide": found, "guides": guides.GUIDES, "slug": slug}
    )


@require_safe
@open_to_all
def guide_picture(_request: HttpRequest, name: str) -> FileResponse:
    """Hand out a picture of the guides."""
    try:
        file = guides.picture(name).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, content_type="image/png")


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("姓名"), help_text=_("与证件一致。"))
    number = forms.DecimalField(label=_("教学及辅助用房面积"), max_value=100000)
    kind = forms.ChoiceField(label=_("类别"), choices=FilingState.choices[:4])
    several = forms.MultipleChoiceField(
        label=_("可多选"), choices=FilingState.choices[:3], widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    file = forms.FileField(label=_("文件"), required=False)
    sure = forms.BooleanField(label=_("我已核对"))


@require_safe
@open_to_all
def look(request: HttpRequest) -> HttpResponse:
    """Show every part that pages are made of, in demo mode alone."""
    if not settings.DEMO:
        raise Http404
    today = timezone.localdate()
    states = [(state.value, state.label) for state in FilingState]
    counts = {"draft": 12, "returned": 3, "submitted": 5, "accepted": 40}
    before = {"draft": 0, "returned": 12, "submitted": 15, "accepted": 20}
    labels = dict(states)
    found = {
        "form": Sample(),
        "wrong": Sample({"number": "9999999"}, auto_id="wrong_%s"),
        "states": states,
        "results": [
            ("pass", _("通过")),
            ("fail", _("未通过")),
            ("near", _("接近")),
            ("unknown", _("待定")),
        ],
        "levels": ["info", "success", "warning", "error"],
        "dues": [(today + dt.timedelta(days=days), days) for days in (30, 3, 0, -2)],
        "page": Paginator(range(120), 50).get_page(request.GET.get("page")),
        "whole": sum(counts.values()),
        "shares": [
            {"state": key, "label": labels[key], "count": counts[key], "before": before[key]}
            for key in counts
        ],
    }
    return render(request, "look/look.html", found)
