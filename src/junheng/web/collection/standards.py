"""The standard of a campaign, frozen when it opens: the files themselves are kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import get_language

from junheng.evaluate.regimes import day_of
from junheng.model.load import folder_of, load_standard, shipped
from junheng.model.overlay import load_overlay, shipped_overlays
from junheng.model.standard import Standard
from junheng.report.template_words import uses
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep_bytes, open_blob
from junheng.web.collection.models import Campaign

_DAY_OF_FILES = (1980, 1, 1, 0, 0, 0)


def standard_of(campaign: Campaign) -> Standard:
    """Give the standard that a campaign is judged by, its overlay laid over it.

    Once open, it is read from the frozen files; before, from those that are shipped.
    """
    if campaign.frozen_id is None:
        return _laid_over(campaign.standard, campaign.overlay, campaign.year)
    return _frozen(campaign.frozen_id, campaign.overlay, campaign.year)


def on_its_day(campaign: Campaign) -> Standard:
    """Give the standard with only what is in force for the campaign's school year."""
    if campaign.frozen_id is None:
        return _cut(standard_of(campaign), campaign.year)
    return _frozen_cut(campaign.frozen_id, campaign.overlay, campaign.year)


def names() -> list[tuple[str, str]]:
    """Give the shipped standards, and each of their overlays as "standard+overlay", with labels."""
    language = "en" if get_language() == "en" else "zh"
    found = []
    for name in shipped():
        label = load_standard(name).label.say(language)
        found.append((name, label))
        laid = [load_overlay(each, name) for each in shipped_overlays(name)]
        found += [(f"{name}+{each.id}", f"{label} + {each.label.say(language)}") for each in laid]
    return found


def holds_for(standard: str, overlay: str, county: str) -> bool:
    """Tell whether a county, by its code, is one that an overlay is for."""
    return not overlay or load_overlay(overlay, standard).holds_for(county)


def freeze(standard: str, overlay: str) -> Blob:
    """Keep the files of a standard and its overlay as a zip; the same files give the same bytes."""
    folder = folder_of(standard)
    paths = sorted(folder.glob("*.yaml"))
    paths += [folder / "overlays" / f"{overlay}.yaml"] if overlay else []
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            name = path.relative_to(folder).as_posix()
            archive.writestr(zipfile.ZipInfo(name, _DAY_OF_FILES), path.read_bytes())
    return keep_bytes(kept.getvalue())


@lru_cache(maxsize=32)
def _frozen(digest: str, overlay: str, year: int) -> Standard:
    with TemporaryDirectory(prefix="junheng-") as name, open_blob(digest) as file:
        folder = Path(name)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder)
        return _laid_over(name, overlay, year)


def _laid_over(name: str, overlay: str, year: int) -> Standard:
    standard = load_standard(name)
    if not overlay:
        return standard
    laid = load_overlay(overlay, name)
    day = day_of(year, standard, None)
    in_force = laid.since <= day and (laid.until is None or day <= laid.until)
    return laid.change(standard) if in_force else standard


@lru_cache(maxsize=32)
def _frozen_cut(digest: str, overlay: str, year: int) -> Standard:
    return _cut(_frozen(digest, overlay, year), year)


def _cut(standard: Standard, year: int) -> Standard:
    return standard.on(day_of(year, standard, None))


Uses = Mapping[tuple[str, str], list[str]]
"""By table and column: the indicators and items that use it, with their clause."""


def uses_of(campaign: Campaign) -> Uses:
    """Say who asks for each column under the campaign's standard."""
    if campaign.frozen_id is None:
        return uses(on_its_day(campaign))
    return _frozen_uses(campaign.frozen_id, campaign.overlay, campaign.year)


@lru_cache(maxsize=32)
def _frozen_uses(digest: str, overlay: str, year: int) -> Uses:
    return uses(_frozen_cut(digest, overlay, year))
