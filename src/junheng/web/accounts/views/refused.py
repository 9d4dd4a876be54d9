"""Answering a form whose service refused: the sentence stands with the form, status 422."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.rolls import RollNeedsMending

UNPROCESSABLE = 422


def refuse(form: forms.BaseForm, refusal: WebRefusal) -> None:
    """Put a refusal, or all problems of a workbook, above the form."""
    if isinstance(refusal, RollNeedsMending):
        form.add_error(None, [str(refusal), *refusal.problems])
    else:
        form.add_error(None, str(refusal))


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Show a page; with status 422 if its form was sent and does not hold."""
    form = context.get("form")
    bad = request.method == "POST" and form is not None and not form.is_valid()
    return render(request, template, context, status=UNPROCESSABLE if bad else 200)
