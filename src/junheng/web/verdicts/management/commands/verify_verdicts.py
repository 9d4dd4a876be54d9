"""junheng manage verify_verdicts: recompute official verdicts from what was kept, and compare."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from junheng.evaluate.regimes import regimes
from junheng.intake import read
from junheng.report import as_json
from junheng.report.collected import collect
from junheng.web.blobs.services import open_blob
from junheng.web.collection.dataset import standard_of
from junheng.web.verdicts.models import Official
from junheng.web.verdicts.services import digest_of


class Command(BaseCommand):
    help = "重新计算全部正式结论并比较 Recompute every official verdict and compare."

    def handle(self, *_args: object, **_options: object) -> None:
        """Say how many agree; fail naming each that does not."""
        wrong = [
            str(one)
            for one in Official.objects.select_related("filing__campaign")
            if not agrees(one)
        ]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{Official.objects.count()} 个正式结论全部一致 official verdicts agree")


def agrees(official: Official) -> bool:
    """Recompute one verdict from its kept inputs and rules; tell whether it says the same."""
    again = recomputed(official)
    return digest_of(official.payload) == official.digest and json.dumps(
        again, sort_keys=True
    ) == json.dumps(official.payload, sort_keys=True)


def recomputed(official: Official) -> dict[str, Any]:
    """Judge the kept inputs by the kept rules, as `junheng evaluate` would."""
    campaign = official.filing.campaign
    with TemporaryDirectory(prefix="junheng-") as folder, open_blob(official.inputs_id) as file:
        with zipfile.ZipFile(io.BytesIO(file.read())) as archive:
            archive.extractall(folder)
        data = read(Path(folder))
    standard = standard_of(campaign)
    regime = regimes(standard, [campaign.year])[-1]
    found = collect(data.tables, regime)
    return as_json.document([found], [regime], standard, data.digest)
