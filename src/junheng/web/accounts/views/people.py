"""Accounts of the people in one's administrator tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from junheng.web.accounts import people as service
from junheng.web.accounts import scope, second_factor
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.forms import Appoint, NewPerson, Personal
from junheng.web.accounts.models import Account, Appointment
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.accounts.selectors import people, with_appointments, without_people
from junheng.web.accounts.services import appoint, end, may_end
from junheng.web.accounts.views.refused import UNPROCESSABLE, refuse, show
from junheng.web.audit.services import record

PEOPLE = Permission.PEOPLE
A_PAGE, A_FEW = 50, 10


@allowed(PEOPLE)
@require_http_methods(["GET"])
def index(request: Request) -> HttpResponse:
    """List the people of one's tree."""
    text = request.GET.get("q", "").strip()
    found = with_appointments(people(request.user, text), request.user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    empty = without_people(request.user)
    given = {"page": page, "text": text, "empty": empty[:A_FEW], "others": empty.count() - A_FEW}
    return render(request, "accounts/people.html", given)


@allowed(PEOPLE)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Create a person's account; the temporary password is shown this once."""
    chosen = request.GET.getlist("organisation")
    form = NewPerson(request.POST or None, by=request.user, initial={"organisations": chosen})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        try:
            slip = service.create(name, form.personal(), form.places(), by=request.user)
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            return _slip(request, slip)
    return show(request, "accounts/new_person.html", form=form)


@allowed(PEOPLE)
@require_http_methods(["GET"])
def person(request: Request, pk: int) -> HttpResponse:
    """Show a person with phone and mail; that they were seen stands in the log."""
    account = _theirs(request, pk)
    with transaction.atomic():
        place = service.home_of(account)
        if place is not None:
            about = f"account:{account.username}"
            seen = {"fields": list(service.PERSONAL)}
            record("account.see", by=request.user, organisation=place, about=about, details=seen)
    return _page(request, account)


@allowed(PEOPLE)
@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct name, post, phone or mail."""
    form = Personal(request.POST, instance=_theirs(request, pk))
    if not form.is_valid():
        return _page(request, _theirs(request, pk), personal=form, status=UNPROCESSABLE)
    return _step(
        request, pk, lambda account: service.correct(account, form.cleaned_data, by=request.user)
    )


@allowed(PEOPLE)
@require_POST
def renew_password(request: Request, pk: int) -> HttpResponse:
    """Give a new temporary password, shown this once."""
    account = _theirs(request, pk)
    try:
        slip = service.renew_password(account, by=request.user)
    except WebRefusal as refusal:
        return _page(request, account, refusal=str(refusal), status=UNPROCESSABLE)
    return _slip(request, slip)


@allowed(PEOPLE)
@require_POST
def disable(request: Request, pk: int) -> HttpResponse:
    """Disable an account; its sessions end at once."""
    return _step(
        request, pk, lambda account: service.disable(account, by=request.user, reason="by hand")
    )


@allowed(PEOPLE)
@require_POST
def enable(request: Request, pk: int) -> HttpResponse:
    """Enable an account again."""
    return _step(request, pk, lambda account: service.enable(account, by=request.user))


@allowed(PEOPLE)
@require_POST
def take_second_factor(request: Request, pk: int) -> HttpResponse:
    """Remove the second factor of somebody who lost it."""
    return _step(request, pk, lambda account: second_factor.take_away(account, by=request.user))


@allowed(PEOPLE)
@require_POST
def add_appointment(request: Request, pk: int) -> HttpResponse:
    """Appoint a person to one more role."""
    form = Appoint(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, _theirs(request, pk), form=form, status=UNPROCESSABLE)

    @transaction.atomic
    def to_all(account: Account) -> None:
        for place in form.places():
            appoint(account, place.role, place.organisation, by=request.user, ends=place.ends)

    return _step(request, pk, to_all)


@allowed(PEOPLE)
@require_POST
def end_appointment(request: Request, pk: int) -> HttpResponse:
    """End an appointment at once."""
    mine = scope.visible(Appointment.objects.all(), request.user, PEOPLE)
    appointment = get_object_or_404(mine.select_related("organisation__parent", "account"), pk=pk)
    return _step(request, appointment.account_id, lambda _: end(appointment, by=request.user))


def _theirs(request: Request, pk: int) -> Account:
    found: Account = get_object_or_404(with_appointments(people(request.user), request.user), pk=pk)
    return found


def _step(request: Request, pk: int, do: Callable[[Account], object]) -> HttpResponse:
    """Take one step and show the person again, with the refusal if there is one."""
    account = _theirs(request, pk)
    try:
        do(account)
    except WebRefusal as refusal:
        shown = _theirs(request, pk)
        return _page(request, shown, refusal=str(refusal), status=UNPROCESSABLE)
    messages.success(request, _("已办理。"))
    still_there = people(request.user).filter(pk=pk).exists()
    return redirect("accounts:person", pk) if still_there else redirect("accounts:people")


def _page(request: Request, account: Account, *, status: int = 200, **more: Any) -> HttpResponse:
    by = request.user
    mine = [(each, may_end(by, each)) for each in account.mine]  # type: ignore[attr-defined]
    context = {
        "person": account,
        "appointments": mine,
        "may_manage": service.may_manage(by, account),
        "may_disable": service.may_disable(by, account),
        "second_factor": second_factor.has_one(account),
        "personal": Personal(instance=account),
        "form": Appoint(by=by),
        **more,
    }
    return render(request, "accounts/person.html", context, status=status)


def _slip(request: Request, slip: service.Slip) -> HttpResponse:
    return render(request, "accounts/slip.html", {"slip": slip})
