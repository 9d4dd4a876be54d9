"""The API itself: each door reads and writes through the same selectors and services as the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from junheng import __version__
from junheng.web.accounts import limits, scope
from junheng.web.accounts.legible import is_legible
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.api import services, shapes
from junheng.web.audit.models import Chain
from junheng.web.collection import selectors
from junheng.web.collection.edits import Edit
from junheng.web.collection.models import Campaign, Filing, Source
from junheng.web.collection.saving import save_cells
from junheng.web.verdicts.models import Official
from junheng.web.verdicts.selectors import county_filings, officials

A_PAGE = 200
Key = Path[int]
REFUSED, CONTESTED, TOO_MANY, MISSING, UNREAD, NO_ENTRY = 422, 409, 429, 404, 400, 401
PROBLEMS = {REFUSED: shapes.Problem, MISSING: shapes.Problem, TOO_MANY: shapes.Problem,
            NO_ENTRY: shapes.Problem, UNREAD: shapes.Problem}  # fmt: skip


class TooMany(Exception):
    """One request too many."""


class ByToken(HttpBearer):
    """Lets in by a token alone: a session is no key here, and a token is no session."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        """Give the token's owner, limited to what the token may."""
        owner = services.owner_of(token, timezone.localdate())
        if owner is not None:
            request.user = owner
            if limits.is_over("api", request):
                raise TooMany
        return owner


class Legible(Parser):
    """Reads JSON, and refuses what no database can hold."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Give what was sent; ninja answers any error as not read."""
        content = super().parse_body(request)
        if not is_legible(content):
            raise ValueError(request.path)
        return content


api = NinjaAPI(
    title="junheng 均衡",
    version=__version__,
    auth=ByToken(),
    parser=Legible(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="doors",
)


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, _error: TooMany) -> HttpResponse:
    answer = api.create_response(request, {"problem": _("请求太多，请稍后再试。")}, status=TOO_MANY)
    answer["Retry-After"] = "60"
    return answer


@api.exception_handler(WebRefusal)
def _refused(request: HttpRequest, refusal: WebRefusal) -> HttpResponse:
    return api.create_response(request, {"problem": str(refusal)}, status=REFUSED)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return api.create_response(
        request, {"problem": _("没有这一项，或者您无权查看。")}, status=MISSING
    )


@api.exception_handler(AuthenticationError)
def _no_entry(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    problem = _("请出示有效的令牌：Authorization: Bearer …。")
    return api.create_response(request, {"problem": problem}, status=NO_ENTRY)


@api.exception_handler(HttpError)
def _not_read(request: HttpRequest, error: HttpError) -> HttpResponse:
    problem = _("没有看懂所发的内容，请按接口说明用JSON发送。")
    return api.create_response(request, {"problem": problem}, status=error.status_code)


@api.exception_handler(ValidationError)
def _unread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors)
    return api.create_response(request, {"problem": said}, status=REFUSED)


def _page(number: int) -> slice:
    return slice((number - 1) * A_PAGE, number * A_PAGE)


Page = Query(1, ge=1, le=100_000)  # type: ignore[type-arg]  # a function of ninja


@api.get("/organisations", response={200: list[shapes.OrganisationOut], **PROBLEMS})
def organisations(request: HttpRequest, page: int = Page) -> Any:
    """List the organisations in one's tree."""
    rows = scope.organisations(_account(request)).select_related("parent").order_by("path")
    return [
        {"code": o.code, "name": o.name, "kind": o.kind, "parent": _code(o.parent)}
        for o in rows[_page(page)]
    ]


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]  # the token's owner
    return account


def _code(organisation: Organisation | None) -> str | None:
    return organisation.code if organisation else None


@api.get("/campaigns", response={200: list[shapes.CampaignOut], **PROBLEMS})
def campaigns(request: HttpRequest, page: int = Page) -> Any:
    """List the campaigns that one may see."""
    rows: list[Campaign] = list(selectors.campaigns(_account(request))[_page(page)])
    return rows


@api.get("/campaigns/{campaign}/filings", response={200: list[shapes.FilingOut], **PROBLEMS})
def filings(request: HttpRequest, campaign: Key, page: int = Page) -> Any:
    """List the filings of a campaign in one's tree."""
    own = get_object_or_404(selectors.campaigns(_account(request)), pk=campaign)
    rows = selectors.filings(_account(request)).filter(campaign=own).order_by("pk")
    return [_filing(row) for row in rows[_page(page)]]


def _filing(row: Filing) -> dict[str, Any]:
    return {
        "id": row.pk,
        "campaign": row.campaign_id,
        "organisation": row.organisation.code,
        "county": row.county.code,
        "state": row.state,
        "version": row.version,
    }


@api.get("/filings/{filing}", response={200: shapes.FilingWithRecords, **PROBLEMS})
def filing(request: HttpRequest, filing: Key) -> Any:
    """Give a filing with its records, each in its three columns."""
    found = get_object_or_404(selectors.filings(_account(request)), pk=filing)
    records = found.records.filter(removed=False).order_by("table", "key")
    return {**_filing(found), "records": list(records)}


@api.post(
    "/filings/{filing}/cells",
    response={200: shapes.ReceiptOut, CONTESTED: shapes.ReceiptOut, **PROBLEMS},
)
def cells(request: HttpRequest, filing: Key, save: shapes.SaveIn) -> Any:
    """Save cells: what another changed meanwhile is not overwritten, and told (409)."""
    found = get_object_or_404(selectors.filings(_account(request)), pk=filing)
    edits = [Edit(**one.model_dump()) for one in save.edits]
    receipt = save_cells(
        found,
        edits,
        by=_account(request),
        client_key=save.key,
        source=Source(save.source),
    )
    return Status(CONTESTED if receipt.contested else 200, asdict(receipt))


@api.get("/filings/{filing}/standing", response={200: shapes.StandingOut, **PROBLEMS})
def standing(request: HttpRequest, filing: Key) -> Any:
    """Give where a county stands on its data as they are now."""
    found = get_object_or_404(county_filings(_account(request)), pk=filing)
    now = getattr(found, "standing", None)
    if now is None:
        raise Http404
    return {
        "county": found.organisation.code,
        "campaign": found.campaign_id,
        "stale": now.data_version < found.data_version,
        **{n: getattr(now, n) for n in ("verdict", "computed_at", "problem", "payload")},
    }


@api.get("/verdicts", response={200: list[shapes.OfficialOut], **PROBLEMS})
def verdicts(request: HttpRequest, page: int = Page) -> Any:
    """List the official verdicts that one may see."""
    rows = officials(_account(request)).defer("payload").order_by("-pk")
    return [_official(row) for row in rows[_page(page)]]


def _official(row: Official) -> dict[str, Any]:
    names = ("id", "occasion", "at", "verdict", "digest", "standard", "standard_digest")
    return {
        **{name: getattr(row, name) for name in names},
        "code_version": row.code_version,
        "county": row.filing.organisation.code,
        "campaign": row.filing.campaign_id,
    }


@api.get("/verdicts/{verdict}", response={200: dict[str, Any], **PROBLEMS})
def verdict(request: HttpRequest, verdict: Key) -> Any:
    """Give an official verdict whole, in the form of `junheng evaluate --format json`."""
    return get_object_or_404(officials(_account(request)), pk=verdict).payload


@api.get("/log/heads", response={200: list[shapes.HeadOut], **PROBLEMS})
def heads(request: HttpRequest) -> Any:
    """Give the heads of the logs in one's tree, to be kept where their owner cannot reach."""
    chains = Chain.objects.select_related("organisation").order_by("organisation__path")
    seen = scope.visible(chains, _account(request), Permission.AUDIT)
    return [{"organisation": c.organisation.code, "length": c.length, "head": c.head} for c in seen]
