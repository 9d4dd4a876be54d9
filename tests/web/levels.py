"""Two installations that exchange packages: a county's, and the level's above it."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from filled import account, frames, province
from papers import pdf

from junheng.web.accounts.models import Account
from junheng.web.collection.dataset import tables
from junheng.web.collection.models import Campaign, Filing, FilingState
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.services import hand_in
from junheng.web.packages import keys, services
from junheng.web.packages.archive import BadPackage
from junheng.web.packages.making import assemble
from junheng.web.project import demo
from junheng.web.reviews.services import take

COUNTY, CITY = "990101", "990100"


@dataclasses.dataclass
class Sent:
    """What a county's installation sent: two packages of one log, and what was in its database."""

    public: str
    first: bytes
    later: bytes
    tables: dict[str, Any]
    verdict: str
    content: bytes


class Levels:
    """Two installations, one after the other in the same database; each has its own data folder."""

    kept: ClassVar[list[Sent]] = []

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder, self.settings = folder, settings

    def at(self, name: str) -> None:
        """Work in the data folder of one of them."""
        self.settings.DATA = self.folder / name
        self.settings.DATA.mkdir(exist_ok=True)

    def county(self) -> Sent:
        """Give what a county sent, made once for all tests."""
        if not self.kept:
            self.kept.append(self.another_county())
        return self.kept[0]

    def another_county(self) -> Sent:
        """Fill a county, send it up, package it twice; then forget its database."""
        self.at("county")
        with transaction.atomic():
            _, campaign = province()
            filing = of(campaign, COUNTY)
            content = submit(filing)
            filing.refresh_from_db()
            first = assemble(filing, timezone.now())
            with transaction.atomic():
                services.tell_made(filing, first, by=None)
            later = assemble(filing, timezone.now())
            official = filing.officials.get()
            sent = Sent(keys.public(), first, later, tables(filing), official.digest, content)
            transaction.set_rollback(True)
        return sent

    def city(self, public: str) -> Filing:
        """Found the level above: places, people and the same campaign, without data."""
        self.at("city")
        places = demo.organisations(frames())
        demo.people(places, "Correct-horse-7")
        campaign = demo.campaign(places, 2025, today=timezone.localdate())
        county = places[COUNTY]
        services.trust(county, public, keys.fingerprint(public), by=reviewer())
        return of(campaign, COUNTY)

    def file(self, content: bytes, name: str = "990101-2025.junheng") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


def of(campaign: Campaign, code: str) -> Filing:
    rows = Filing.objects.select_related("campaign", "organisation")
    return rows.get(campaign=campaign, organisation__code=code)


def reviewer() -> Account:
    return Account.objects.get(username=f"city_reviewer-{CITY}")


def submit(filing: Filing) -> bytes:
    """Hand in evidence for one school, have all accepted, send the county up."""
    schools = Filing.objects.filter(county=filing.organisation, campaign=filing.campaign)
    school = schools.exclude(pk=filing.pk).select_related("organisation", "campaign").first()
    assert school is not None
    clerk = account("school_clerk", school.organisation.code)
    content = pdf("教师学历证书（模拟）")
    hand_in(school, ContentFile(content, "学历证书.pdf"), [of_filing(school)[0].code], by=clerk)
    schools.exclude(pk=filing.pk).update(state=FilingState.ACCEPTED)
    take("county_submit", filing, filing.version, by=account("county_approver", COUNTY))
    return content


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("levels")


@pytest.fixture
def levels(folder: Path, settings: Any) -> Levels:
    return Levels(folder, settings)


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=str)
        for model in apps.get_models()
    }


def refused(levels: Levels, content: bytes) -> str:
    """Try to receive it; give the sentences, and see that nothing was changed."""
    before = everything()
    with pytest.raises(BadPackage) as caught:
        services.receive_file(levels.file(content), by=reviewer())
    assert everything() == before
    assert caught.value.say("en").startswith("The package was not received and nothing was changed")
    return caught.value.say("zh")


def rezipped(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Write the zip anew with members changed or left out, and the old signature."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(zipfile.ZipInfo(name), changed)
    return kept.getvalue()


def flipped(wanted: str) -> Callable[[bytes], bytes]:
    """Flip one bit in the middle of each member whose name begins so."""

    def change(name: str, content: bytes) -> bytes:
        if not name.startswith(wanted):
            return content
        middle = len(content) // 2
        return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]

    return lambda content: rezipped(content, change)
