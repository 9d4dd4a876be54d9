"""What is changed on the boards: the planned year of a county, and the outlines of its map."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
from junheng.web.boards import outlines
from junheng.web.boards.models import Outline, RoadmapYear


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
def keep_outline(county: Organisation, file: UploadedFile[bytes], *, by: Account) -> None:
    """Check outlines and keep what a map needs of them; raises WebRefusal and changes nothing."""
    if (file.size or 0) > outlines.MOST_BYTES:
        raise WebRefusal(_("边界文件超过5 MB。请用地图软件简化边界后再上传。"))
    blob = keep_bytes(outlines.cleaned(file.read()))
    Outline.objects.update_or_create(county=county, defaults={"blob": blob, "by": by})
    details = {"sha256": blob.digest}
    record(
        "map.outline", by=by, organisation=county, about=f"county:{county.code}", details=details
    )
