"""Objections of counties, and of the public."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.reviews import selectors, services
from junheng.web.reviews.forms import AnswerForm

_A_PAGE = 50


@allowed(Permission.REVIEW, Permission.SUBMIT, Permission.CERTIFY)
@require_safe
def county(request: Request) -> HttpResponse:
    """List the objections of counties."""
    page = Paginator(selectors.objections(request.user), _A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    listed = [(one, (one.due - today).days) for one in page]
    return render(request, "reviews/objections.html", {"page": page, "listed": listed})


@allowed(Permission.REVIEW, Permission.PUBLISH, Permission.CERTIFY)
@require_safe
def public(request: Request) -> HttpResponse:
    """List the objections of the public."""
    rows = selectors.public_objections(request.user)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/public_objections.html", {"page": page})


@allowed(Permission.REVIEW, Permission.PUBLISH, Permission.CERTIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """Show one objection of the public; answer it."""
    one = get_object_or_404(selectors.public_objections(request.user), pk=pk)
    form = AnswerForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_public(one, form.cleaned_data["answer"], by=request.user)
        except WebRefusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已答复。"))
            return redirect("reviews:public_objections")
    given = {"objection": one, "form": form, "refusal": refusal}
    given["may_answer"] = services.may_answer(one, request.user)
    return render(
        request, "reviews/answer.html", given, status=422 if request.method == "POST" else 200
    )
