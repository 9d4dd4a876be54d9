"""Taking in objections of the public."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record
from junheng.web.reviews.models import Publication, PublicObjection

_MOST = 500
"""Of one publication: a flood must not bury what has to be read."""


@transaction.atomic
def object_to(publication: Publication, text: str, contact: str, today: dt.date) -> PublicObjection:
    """Keep an objection; WebRefusal if the publication does not run, or has too many already."""
    if not publication.runs_on(today):
        raise WebRefusal(_("公示已经结束，不能再提出异议。"))
    if publication.objections.count() >= _MOST:
        raise WebRefusal(_("这次公示收到的异议太多，网上不再接收。请书面向省级教育督导机构提出。"))
    new = PublicObjection.objects.create(publication=publication, text=text, contact=contact)
    record(
        "publication.objection",
        by=None,
        organisation=publication.filing.organisation,
        about=f"public-objection:{new.code}",
        details={"publication": publication.pk},
    )
    return new
