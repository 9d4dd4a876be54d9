"""Pages for auditors: the log, its exports, the verifier; and the catalogue of fields for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from junheng.web.accounts.access import Request, allowed, signed_in
from junheng.web.accounts.limits import limited
from junheng.web.accounts.roles import Permission
from junheng.web.audit import export, verify_log
from junheng.web.audit.models import Chain
from junheng.web.audit.services import record
from junheng.web.oversight.catalogue import catalogue
from junheng.web.oversight.forms import Wanted
from junheng.web.oversight.selectors import chains, entries

A_PAGE = 50
FORMS = {
    "jsonl": (export.as_jsonl, "application/jsonl"),
    "csv": (export.as_csv, "text/csv; charset=utf-8"),
}


@allowed(Permission.AUDIT)
@require_http_methods(["GET"])
def log(request: Request) -> HttpResponse:
    """Show what was done in one's trees, newest first."""
    form = Wanted(request.GET, by=request.user)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = list(entries(request.user, wanted)[: A_PAGE + 1]) if form.is_valid() else []
    context = {
        "form": form,
        "entries": rows[:A_PAGE],
        "older": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None,
        "chains": chains(request.user),
    }
    return render(request, "oversight/log.html", context)


@allowed(Permission.AUDIT)
@limited("export")
@require_http_methods(["GET"])
def export_log(request: Request, pk: str, form: str) -> HttpResponseBase:
    """Hand out a whole log as a file; that it was handed out is its last entry."""
    chain = get_object_or_404(chains(request.user), pk=pk)
    with transaction.atomic():
        _note(request, chain, form)
    write, kind = FORMS[form]
    name = f"log-{chain.organisation.code}.{form}"
    return _attached(write(chain), kind, name)


@allowed(Permission.AUDIT)
@limited("export")
@require_http_methods(["GET"])
def heads(request: Request) -> HttpResponseBase:
    """Hand out the heads of all logs of one's trees, to be kept elsewhere."""
    found = list(chains(request.user))
    with transaction.atomic():
        for chain in found:
            _note(request, chain, "heads")
            chain.refresh_from_db(fields=["length", "head"])
    return _attached([export.heads(found).encode()], "application/json", "log-heads.json")


@allowed(Permission.AUDIT)
@require_http_methods(["GET"])
def verifier(_request: Request) -> HttpResponseBase:
    """Hand out the offline verifier."""
    return _attached([Path(verify_log.__file__).read_bytes()], "text/x-python", "verify_log.py")


@signed_in
@require_http_methods(["GET"])
def fields(request: Request) -> HttpResponse:
    """Show every field that is stored: why, by which source, how sensitive, who sees it."""
    return render(request, "oversight/fields.html", {"groups": catalogue()})


def _note(request: Request, chain: Chain, form: str) -> None:
    record(
        "log.export",
        by=request.user,
        organisation=chain.organisation,
        about=f"log:{chain.organisation.code}",
        details={"form": form, "entries": chain.length},
    )


def _attached(content: Iterator[bytes] | list[bytes], kind: str, name: str) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)
