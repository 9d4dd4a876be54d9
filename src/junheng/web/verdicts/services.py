"""Making verdicts: provisional ones as data change, official ones as steps are taken."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from junheng import __version__
from junheng.errors import JunhengError
from junheng.web.accounts.models import Account, Kind
from junheng.web.audit.chain import canonical
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
from junheng.web.collection.models import CampaignState, Filing
from junheng.web.verdicts.judging import case_of
from junheng.web.verdicts.models import Official, Standing
from junheng.web.verdicts.summing import board, settings, summary

RUN = (CampaignState.OPEN, CampaignState.CLOSED)
REST = dt.timedelta(seconds=0.4)
"""While many save in a county it is judged so often, and once more after the last: within a second."""


def keep_fresh() -> bool:
    """Judge one county whose verdict is stale, unless it was judged a moment ago; for the worker."""
    now = timezone.now()
    rested = Q(standing__computed_at__lt=now - REST) | Q(standing__computed_at__gt=now)
    return refresh_one(Q(standing__isnull=True) | rested)


def refresh_one(which: Q = Q()) -> bool:  # noqa: B008  # it is never changed
    """Judge the county whose provisional verdict has been stale longest; False when none is."""
    stale = Q(standing__isnull=True) | Q(standing__data_version__lt=F("data_version"))
    ours = Filing.objects.filter(stale, organisation__kind=Kind.COUNTY, campaign__state__in=RUN)
    filing = (
        ours.filter(which)
        .select_related("campaign", "organisation")
        .order_by(F("standing__computed_at").asc(nulls_first=True))
        .first()
    )
    if filing is None:
        return False
    refresh(filing)
    return True


def refresh(filing: Filing) -> None:
    """Judge a county's data as they stand now; an older judgement never replaces a newer one.

    The data version is read before the data: what is saved meanwhile leaves the standing stale.
    """
    beside: dict[str, Any] = {}
    compared: dict[str, Any] = {}
    try:
        case = case_of(filing)
        payload, problem = case.payload(), ""
        beside, compared = board(case, payload), settings(case, payload)
    except JunhengError as error:
        payload, problem = {}, error.say("zh")
    county = payload["counties"][0] if payload.get("counties") else {}
    found = {
        "data_version": filing.data_version,
        "computed_at": timezone.now(),
        "verdict": county.get("verdict", "not_assessed"),
        "summary": summary(county) | compared,
        "payload": payload,
        "board": beside,
        "problem": problem,
    }
    with transaction.atomic():
        older = Standing.objects.filter(filing=filing, data_version__lte=filing.data_version)
        if not older.update(**found):
            Standing.objects.get_or_create(filing=filing, defaults=found)


@transaction.atomic
def make_official(filing: Filing, *, by: Account, occasion: str) -> Official:
    """Judge a county's data and keep the verdict with everything it rests on."""
    case = case_of(filing)
    payload = case.payload()
    official = Official.objects.create(
        filing=filing,
        occasion=occasion,
        by=by,
        verdict=payload["counties"][0]["verdict"],
        payload=payload,
        digest=digest_of(payload),
        inputs=keep_bytes(case.archive()),
        standard=case.standard.id,
        standard_digest=case.standard.digest,
        code_version=__version__,
    )
    record(
        "verdict.official",
        by=by,
        organisation=filing.organisation,
        about=f"verdict:{official.pk}",
        details={"digest": official.digest, "verdict": official.verdict, "occasion": occasion},
    )
    return official


def digest_of(payload: dict[str, Any]) -> str:
    """Give the SHA-256 of a verdict in its canonical form."""
    return hashlib.sha256(canonical(payload)).hexdigest()
