"""A county's package is received as it was sent, or refused with every reason and nothing changed."""

from __future__ import annotations

import dataclasses
import io
import json
import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from filled import account, frames, province
from papers import pdf
from reviewing import ITEM

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.chain import canonical, digest
from junheng.web.blobs.services import open_blob
from junheng.web.collection.dataset import tables
from junheng.web.collection.models import Campaign, Filing, FilingState, Record, Revision
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.models import Piece, Version
from junheng.web.evidence.services import hand_in
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import do
from junheng.web.jobs.services import take as take_job
from junheng.web.packages import keys, services
from junheng.web.packages.archive import BadPackage, pack, unpack
from junheng.web.packages.checking import examine
from junheng.web.packages.making import assemble
from junheng.web.packages.models import Made, Received, TrustedKey
from junheng.web.project import demo
from junheng.web.reviews.services import take
from junheng.web.reviews.situation import Reasons
from junheng.web.verdicts.management.commands.verify_verdicts import agrees
from junheng.web.verdicts.models import Official

pytestmark = pytest.mark.django_db
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


@pytest.fixture(scope="module")
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


def left_out(wanted: str) -> Callable[[bytes], bytes]:
    return lambda content: rezipped(content, lambda n, c: None if n.startswith(wanted) else c)


def with_more(name: str, more: bytes) -> Callable[[bytes], bytes]:
    def add(content: bytes) -> bytes:
        kept = io.BytesIO(content)
        with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, more)
        return kept.getvalue()

    return add


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    **{
        f"a flipped bit in {name}": (flipped(name), "与清单不符")
        for name in (
            "records.json", "steps.json", "log.jsonl", "verdict.json", "inputs.zip",
            "evidence.json", "evidence/",
        )
    },
    "a changed manifest": (
        lambda c: rezipped(
            c, lambda n, m: m.replace(b'"year":2025', b'"year":2024') if n == "manifest.json" else m
        ),
        "签名与内容不符",
    ),
    "a broken manifest": (
        lambda c: rezipped(c, lambda n, m: m[:-1] if n == "manifest.json" else m),
        "manifest.json 的内容不合格式",
    ),
    "another signature": (
        lambda c: rezipped(
            c,
            lambda n, m: canonical(json.loads(m) | {"signature": "0" * 128})
            if n == "signature.json" else m,
        ),
        "签名与内容不符",
    ),
    "no signature": (left_out("signature.json"), "缺少 signature.json"),
    "no log": (left_out("log.jsonl"), "缺少 log.jsonl"),
    "no file of evidence": (left_out("evidence/"), "缺少 evidence/"),
    "a file that is not on the list": (with_more("virus.exe", b"MZ"), "多出清单里没有的 virus.exe"),
    "a path out of the folder": (with_more("../escaped", b"x"), "escaped"),
    "a zip bomb": (with_more("bomb.json", b"0" * 50_000_000), "bomb.json"),
    "half a file": (lambda c: c[: len(c) // 2], "不是数据包"),
    "no zip": (lambda c: b"junheng", "不是数据包"),
}  # fmt: skip


def test_every_damage_is_named_and_changes_nothing(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    for name, (damage, sentence) in DAMAGES.items():
        assert sentence in refused(levels, damage(sent.first)), name


def test_all_that_is_wrong_is_said_at_once(levels: Levels) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    TrustedKey.objects.update(revoked_at=timezone.now())
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.WITH_PROVINCE)
    said = refused(levels, flipped("log.jsonl")(flipped("records.json")(sent.first)))
    for sentence in ("log.jsonl 与清单不符", "records.json 与清单不符", "停用", "不能再接收数据"):
        assert sentence in said


def resigned(
    levels: Levels, content: bytes, change: Callable[[Any, dict[str, bytes]], None]
) -> bytes:
    """Change what a package says and sign it anew with the county's own key."""
    found = unpack(levels.file(content))
    told = found.manifest.model_dump(mode="json", exclude={"members"})
    members = dict(found.members)
    change(told, members)
    levels.at("county")
    again = pack(told, members)
    levels.at("city")
    return again


def other_numbers(told: Any, members: dict[str, bytes]) -> None:
    records = json.loads(members["records.json"])
    rows = next(rows for code, rows in records.items() if code != COUNTY)
    row = next(r for r in rows if r["table"] == "sections" and r["statistics"].get("pupils"))
    row["statistics"]["pupils"] += 1
    members["records.json"] = canonical(records)


def impossible_numbers(told: Any, members: dict[str, bytes]) -> None:
    records = json.loads(members["records.json"])
    rows = next(rows for code, rows in records.items() if code != COUNTY)
    row = next(r for r in rows if r["table"] == "sections" and r["statistics"].get("pupils"))
    row["statistics"]["pupils"] = "=cmd()"
    members["records.json"] = canonical(records)


def better_verdict(told: Any, members: dict[str, bytes]) -> None:
    import hashlib

    verdict = json.loads(members["verdict.json"])
    county = verdict["counties"][0]
    county["verdict"] = "pass" if county["verdict"] != "pass" else "fail"
    members["verdict.json"] = canonical(verdict)
    told["verdict"] |= {
        "verdict": county["verdict"],
        "digest": hashlib.sha256(members["verdict.json"]).hexdigest(),
    }


def forged_log(told: Any, members: dict[str, bytes]) -> None:
    """Change what one entry says, and hash the whole chain anew, as who has the database could."""
    entries = [json.loads(line) for line in members["log.jsonl"].splitlines()]
    entries[0]["details"] = {"forged": True}
    previous = "0" * 64
    for entry in entries:
        entry["previous"] = previous
        entry["digest"] = previous = digest({k: v for k, v in entry.items() if k != "digest"})
    members["log.jsonl"] = b"".join(canonical(entry) + b"\n" for entry in entries)
    told["log"]["digest"] = previous


def cut_log(told: Any, members: dict[str, bytes]) -> None:
    lines = members["log.jsonl"].splitlines(keepends=True)
    members["log.jsonl"] = b"".join(lines[:-1])


def not_submitted(told: Any, members: dict[str, bytes]) -> None:
    told["filings"][1]["state"] = "draft"


def other_evidence(told: Any, members: dict[str, bytes]) -> None:
    pieces = json.loads(members["evidence.json"])
    pieces[0]["versions"][0]["name"] = "学历证书.png"
    members["evidence.json"] = canonical({"": pieces})[4:-1]


LIES: dict[Callable[[Any, dict[str, bytes]], None], str] = {
    other_numbers: "结论依据的数据与记录不一致",
    impossible_numbers: "不是这一列能填的值",
    better_verdict: "与数据包里的结论不同",
    forged_log: "在日志里没有，或与日志不符",
    cut_log: "日志",
    not_submitted: "没有审核通过",
    other_evidence: "与扩展名不符",
    lambda told, _: told["county"].update(code="990199"): "没有代码为990199的县",
    lambda told, _: told["campaign"].update(year=2024): "没有进行中的同一填报任务",
    lambda told, _: told["campaign"].update(standard_digest="0" * 64): "没有进行中的同一填报任务",
    lambda told, _: told["filings"].append(
        {
            "code": "9901019999",
            "name": "多一小",
            "kind": "school",
            "state": "accepted",
            "version": 1,
        }
    ): "多一小",
    lambda told, _: told.update(format=2): "不合格式",
    lambda told, _: told.update(surprise=1): "不合格式",
}


def test_what_does_not_agree_is_refused_though_the_county_itself_signed_it(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    for lie, sentence in LIES.items():
        assert sentence in refused(levels, resigned(levels, sent.first, lie)), sentence


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


def test_a_county_that_has_not_sent_up_has_no_package_nor_one_changed_since(levels: Levels) -> None:
    from junheng.errors import Problem, Problems

    levels.at("county")
    _, campaign = province()
    filing = of(campaign, COUNTY)
    with pytest.raises(Problem, match="has not sent its data up"):
        assemble(filing, timezone.now())
    submit(filing)
    school = Record.objects.filter(table="sections", filing__county=filing.organisation).first()
    assert school is not None
    school.counted = {"pupils": 1}
    school.save()
    with pytest.raises(Problems, match="no longer agree"):
        assemble(filing, timezone.now())


def test_the_private_key_is_for_its_owner_alone_and_stays(levels: Levels) -> None:
    levels.at("county")
    first = keys.public()
    path = levels.folder / "county" / "package-key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.public() == first
    levels.at("restored")
    assert keys.public() != first


def client_of(person: Account) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def worked(answer: Any) -> Job:
    """Let the worker do the job that a page has put down."""
    assert answer.status_code == 302, answer.content.decode()
    job = take_job()
    assert job is not None
    do(job)
    job.refresh_from_db()
    return job


def test_the_pages_make_and_receive_a_package(levels: Levels) -> None:
    levels.at("county")
    with transaction.atomic():
        _, campaign = province()
        filing = of(campaign, COUNTY)
        submit(filing)
        Job.objects.all().delete()
        client = client_of(account("county_approver", COUNTY))
        page = client.get(reverse("packages:index")).content.decode()
        assert keys.fingerprint(keys.public()) in page
        job = worked(client.post(reverse("packages:make", args=[filing.pk])))
        assert job.state == State.DONE, job.problem
        answer = client.get(reverse("packages:made", args=[Made.objects.get().pk]))
        assert answer["Content-Disposition"].startswith("attachment")
        content, public = b"".join(answer), keys.public()
        transaction.set_rollback(True)
    levels.city(public)
    client = client_of(reviewer())
    upload = ContentFile(content, "990101-2025.junheng")
    job = worked(client.post(reverse("packages:receive"), {"file": upload}))
    assert job.state == State.DONE, job.problem
    shown = client.get(job.result["next"]).content.decode()
    assert keys.fingerprint(public) in shown
    upload = ContentFile(flipped("log.jsonl")(content), "990101-2025.junheng")
    job = worked(client.post(reverse("packages:receive"), {"file": upload}))
    assert job.state == State.REFUSED
    assert "log.jsonl 与清单不符" in job.problem


def test_the_page_asks_as_much_of_the_database_for_twenty_packages_as_for_two(
    levels: Levels, django_assert_max_num_queries: Any
) -> None:
    sent = levels.county()
    levels.city(sent.public)
    received = services.receive_file(levels.file(sent.first), by=reviewer())
    client = client_of(reviewer())
    address = reverse("packages:index")
    add_rows(received, 1)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    add_rows(received, 18)
    with django_assert_max_num_queries(len(few)):
        assert client.get(address).content.decode().count("/packages/received/") == 20


def add_rows(received: Received, many: int) -> None:
    """Add packages and keys, as many counties send them."""
    for number in range(many):
        key = secrets.token_hex(32)
        TrustedKey.objects.create(
            organisation=received.filing.organisation, public=key,
            fingerprint=keys.fingerprint(key), by=received.by,
        )  # fmt: skip
        Received.objects.create(
            filing=received.filing, digest=key, blob=received.blob, key=received.key,
            manifest=received.manifest, log_number=number, log_digest=key, by=received.by,
        )  # fmt: skip
