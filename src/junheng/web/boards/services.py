"""What is changed on the boards: the planned year of a county, and the outlines of its map."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
from junheng.web.boards import outlines
from junheng.web.boards.models import Drawn, Outline, RoadmapYear


@transaction.atomic
def plan_year(county: Organisation, year: int, *, by: Account) -> None:
    """Set the year in which a county is to be recognised."""
    before = RoadmapYear.objects.filter(county=county).values_list("year", flat=True).first()
    if before == year:
        return
    RoadmapYear.objects.update_or_create(county=county, defaults={"year": year, "by": by})
    details = {"before": before, "now": year}
    record(
        "roadmap.year", by=by, organisation=county, about=f"county:{county.code}", details=details
    )


@transaction.atomic
def keep_outline(
    place: Organisation, file: UploadedFile[bytes], *, by: Account, kind: Drawn = Drawn.BORDERS
) -> None:
    """Check outlines and keep what a map needs of them; raises WebRefusal and changes nothing."""
    if (file.size or 0) > outlines.MOST_BYTES:
        raise WebRefusal(_("边界文件超过5 MB。请用地图软件简化边界后再上传。"))
    content = outlines.cleaned(file.read())
    if kind == Drawn.ZONES:
        _check_zones(place, content)
    blob = keep_bytes(content)
    Outline.objects.update_or_create(place=place, kind=kind, defaults={"blob": blob, "by": by})
    details = {"sha256": blob.digest, "kind": kind.value}
    record(
        "map.outline",
        by=by,
        organisation=place,
        about=f"{place.kind}:{place.code}",
        details=details,
    )


def _check_zones(county: Organisation, content: bytes) -> None:
    """Refuse zones that name no school of the county."""
    own = county.children.filter(kind=Kind.SCHOOL).values_list("code", flat=True)
    named = [outlines.told(area, "school") for area in json.loads(content)["features"]]
    strange = sorted(set(named) - set(own))
    if strange:
        codes = "、".join(code or _("（空）") for code in strange[:5])
        raise WebRefusal(
            _("学区的school属性要写本县学校的代码；这些不是：%(codes)s。") % {"codes": codes}
        )
