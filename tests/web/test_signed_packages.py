"""A county's package is received as it was sent, by whom it is meant for, and once."""

from __future__ import annotations

import json

import pytest
from filled import account, frames
from levels import (
    COUNTY,
    Levels,
    everything,
    of,
    refused,
    reviewer,
)
from reviewing import ITEM

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.blobs.services import open_blob
from junheng.web.collection.dataset import tables
from junheng.web.collection.models import Filing, FilingState, Record, Revision
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.models import Piece, Version
from junheng.web.packages import keys, services
from junheng.web.packages.archive import BadPackage, pack, unpack
from junheng.web.packages.checking import examine
from junheng.web.packages.models import Received, TrustedKey
from junheng.web.project import demo
from junheng.web.reviews.services import take
from junheng.web.reviews.situation import Reasons
from junheng.web.verdicts.management.commands.verify_verdicts import agrees
from junheng.web.verdicts.models import Official

pytestmark = pytest.mark.django_db


def test_what_was_sent_is_what_was_received(levels: Levels) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    path = levels.file(sent.first)
    before = everything()
    examine(path, by=None)
    assert everything() == before
    received = services.receive_file(path, by=reviewer())
    filing.refresh_from_db()
    there = tables(filing)
    assert {
        name: frame.equals(sent.tables[name]) for name, frame in there.items()
    } == dict.fromkeys(there, True)
    official = Official.objects.get(filing=filing)
    assert official.digest == sent.verdict
    assert agrees(official)
    assert filing.state == FilingState.WITH_CITY
    assert {
        f.state for f in Filing.objects.filter(county=filing.organisation).exclude(pk=filing.pk)
    } == {FilingState.ACCEPTED}
    version = Version.objects.get()
    with open_blob(version.blob_id) as file:
        assert file.read() == sent.content
    assert (version.name, len(version.previews)) == ("学历证书.pdf", 1)
    lines = [line.code for line in version.piece.lines.all()]
    assert lines == [of_filing(version.piece.filing)[0].code]
    origins = set(Revision.objects.values_list("origin", flat=True))
    assert origins == {f"package {received.digest[:16]}"}
    assert received.differences == []
    with open_blob(received.blob_id) as file:
        assert file.read() == sent.first


def test_the_same_content_at_the_same_moment_is_the_same_file(levels: Levels) -> None:
    sent = levels.county()
    found = unpack(levels.file(sent.first))
    levels.at("county")
    told = found.manifest.model_dump(mode="json", exclude={"members"})
    assert pack(told, found.members) == sent.first


def test_a_package_received_twice_is_said_and_changes_nothing(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    services.receive_file(levels.file(sent.first), by=reviewer())
    assert "已在" in refused(levels, sent.first)


def test_statistics_of_this_level_stay_and_the_differences_are_listed(levels: Levels) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    told = unpack(levels.file(sent.first))
    code, rows = next(
        (code, rows)
        for code, rows in json.loads(told.members["records.json"]).items()
        if code != COUNTY
    )
    row = next(r for r in rows if r["table"] == "sections" and r["statistics"].get("pupils"))
    school = of(filing.campaign, code)
    own = {"pupils": row["statistics"]["pupils"] + 7}
    Record.objects.create(filing=school, table="sections", key=row["key"], statistics=own)
    received = services.receive_file(levels.file(sent.first), by=reviewer())
    kept = Record.objects.get(filing=school, table="sections", key=row["key"])
    assert kept.statistics == row["statistics"] | own
    assert [(d["column"], d["here"] - d["package"]) for d in received.differences] == [
        ("pupils", 7)
    ]


def test_a_later_package_is_received_after_a_return_and_an_older_one_or_another_history_never(
    levels: Levels,
) -> None:
    sent, other = levels.county(), levels.another_county()
    filing = levels.city(sent.public)
    services.receive_file(levels.file(sent.later), by=reviewer())
    assert "不能再接收数据" in refused(levels, sent.first)
    back(filing)
    assert "日志只到第" in refused(levels, sent.first)
    assert "条与留存的日志头不符" in refused(levels, other.later)


def test_a_package_after_a_return_brings_what_is_new_alone(levels: Levels) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    services.receive_file(levels.file(sent.first), by=reviewer())
    back(filing)
    revisions = Revision.objects.count()
    services.receive_file(levels.file(sent.later), by=reviewer())
    assert Revision.objects.count() == revisions
    assert (Piece.objects.count(), Version.objects.count(), Received.objects.count()) == (1, 1, 2)
    filing.refresh_from_db()
    assert filing.state == FilingState.WITH_CITY
    assert filing.steps.order_by("-number").values_list("step", flat=True)[0] == "county_resubmit"


def back(filing: Filing) -> None:
    filing.refresh_from_db()
    take("city_return", filing, filing.version, by=reviewer(), reasons=Reasons(items=[ITEM]))


def test_only_a_trusted_key_of_that_county_counts(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    found = unpack(levels.file(sent.first))
    levels.at("stranger")
    stranger = pack(found.manifest.model_dump(mode="json", exclude={"members"}), found.members)
    public = keys.public()
    levels.at("city")
    assert keys.fingerprint(public) in refused(levels, stranger)
    neighbour = next(c for c in frames()["schools"]["county"].unique() if c != COUNTY)
    key = TrustedKey.objects.get()
    TrustedKey.objects.update(organisation=Filing.objects.get(organisation__code=neighbour).county)
    assert "没有登记过指纹" in refused(levels, sent.first)
    TrustedKey.objects.update(organisation=Filing.objects.get(organisation__code=COUNTY).county)
    services.revoke(key.__class__.objects.get(), by=reviewer())
    assert "停用" in refused(levels, sent.first)


def test_a_fingerprint_heard_otherwise_is_not_registered_and_only_from_above(
    levels: Levels,
) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    county, other = filing.organisation, "ab" * 32
    with pytest.raises(WebRefusal, match="指纹与这个公钥不符"):
        services.trust(county, other, keys.fingerprint(sent.public), by=reviewer())
    approver = account("county_approver", COUNTY)
    with pytest.raises(WebRefusal, match="上级登记"):
        services.trust(county, other, keys.fingerprint(other), by=approver)
    assert TrustedKey.objects.count() == 1


def test_nobody_receives_their_own_county_or_one_elsewhere(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    path = levels.file(sent.first)
    for name in (f"county_approver-{COUNTY}", f"publisher-{demo.PROVINCE}"):
        with pytest.raises(BadPackage, match="cannot receive"):
            services.receive_file(path, by=Account.objects.get(username=name))
