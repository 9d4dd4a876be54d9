"""Evidence never vanishes, is never swapped, and a hostile file is refused with a sentence."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from cast import signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override
from filled import account, province
from papers import acting_pdf, pdf, picture, sheet

from junheng.model.load import load_standard
from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import appoint
from junheng.web.audit.models import Entry
from junheng.web.collection.models import Filing, FilingState
from junheng.web.evidence import selectors, services
from junheng.web.evidence.catalogue import of_county, of_filing, of_school
from junheng.web.evidence.models import Version

pytestmark = pytest.mark.django_db
SCHOOL = "9901010001"
LINE = "school:teaching_area:1"


@pytest.fixture
def filing(db: None) -> Filing:
    _, campaign = province()
    return campaign.filings.select_related("organisation", "campaign").get(
        organisation__code=SCHOOL
    )


@pytest.fixture
def clerk(filing: Filing) -> Account:
    return account("school_clerk", SCHOOL)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def unlike_bytes(value: object) -> str | None:
    """Name a file's content: its bytes hold the time, and two workers have to name tests alike."""
    return "content" if isinstance(value, bytes) else None


@pytest.mark.parametrize("standard", ["cn-quality-2017", "cn-basic-2012"])
def test_an_english_page_asks_for_evidence_in_english(standard: str) -> None:
    read = load_standard(standard)
    chinese = re.compile(r"[\u4e00-\u9fff]")
    with override("en"):
        wanted = [*of_county(read), *of_school(read)]
    assert [each for each in wanted if chinese.search(each.group + each.title)] == []
    assert all(each.group and each.title for each in wanted)
    with override("zh-hans"):
        same = [*of_county(read), *of_school(read)]
    assert [each.code for each in same] == [each.code for each in wanted]
    assert all(chinese.search(each.group) and chinese.search(each.title) for each in same)


@pytest.mark.parametrize(
    ("name", "content", "pictures"),
    [
        ("校舍.pdf", pdf(), 1),
        ("照片.PNG", picture(), 1),
        ("照片.jpg", picture("JPEG"), 1),
        ("登记表.xlsx", sheet(), 0),
    ],
    ids=unlike_bytes,
)
def test_sound_files_are_kept_as_they_are_and_shown_as_pictures_of_ours(
    filing: Filing, clerk: Account, name: str, content: bytes, pictures: int
) -> None:
    version = services.hand_in(filing, upload(name, content), [LINE], by=clerk)
    client = signed_in(clerk)
    answer = client.get(reverse("evidence:download", args=[version.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert len(version.previews) == pictures
    for number in range(pictures):
        seen = client.get(reverse("evidence:preview", args=[version.pk, number]))
        shown = b"".join(seen.streaming_content)
        assert shown.startswith(b"\x89PNG")
        assert b"CAMERA-OF-SOMEBODY" not in shown


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "只收"),
        ("a.docx", b"PK\x03\x04", "另存为PDF"),
        ("a.pdf", b"", "空的"),
        ("a.pdf", b"<html><script>alert(1)</script>", "不符"),
        ("a.pdf", picture(), "不符"),
        ("a.png", pdf(), "不符"),
        ("a.pdf", pdf()[:200], "打不开"),
        ("a.pdf", acting_pdf("script"), "自动运行"),
        ("a.pdf", acting_pdf("launch"), "自动运行"),
        ("a.pdf", acting_pdf("attachment"), "附件"),
        ("a.xlsx", pdf(), "a.xlsx"),
    ],
    ids=unlike_bytes,
)
def test_a_file_that_is_not_what_it_says_or_does_something_is_refused_with_a_sentence(
    filing: Filing, clerk: Account, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(WebRefusal, match=words):
        services.hand_in(filing, upload(name, content), [LINE], by=clerk)
    assert Version.objects.count() == 0


def test_a_flood_of_pixels_is_refused(filing: Filing, clerk: Account) -> None:
    flood = picture(side=9000)
    with pytest.raises(WebRefusal, match="打不开"):
        services.hand_in(filing, upload("大.png", flood), [LINE], by=clerk)


def test_the_same_name_never_replaces_and_a_newer_version_keeps_the_older(
    filing: Filing, clerk: Account
) -> None:
    contents = [pdf("一"), pdf("二"), pdf("三")]
    first = services.hand_in(filing, upload("校舍.pdf", contents[0]), [LINE], by=clerk)
    decomposed = unicodedata.normalize("NFD", "校舍é.pdf")
    services.hand_in(filing, upload(decomposed, contents[1]), [LINE], by=clerk)
    services.hand_in_again(first.piece, upload("校舍.pdf", contents[2]), by=clerk)
    kept = Version.objects.order_by("pk").values_list("blob_id", flat=True)
    assert list(kept) == [hashlib.sha256(content).hexdigest() for content in contents]
    assert [v.number for v in first.piece.versions.all()] == [2, 1]


def test_one_file_may_stand_for_several_lines_and_what_has_none_is_listed_as_missing(
    filing: Filing, clerk: Account
) -> None:
    both = [LINE, "school:sports_area:1"]
    services.hand_in(filing, upload("校舍.pdf", pdf()), both, by=clerk)
    shelves = selectors.shelves(filing, clerk)
    lacking = {wanted.code for wanted in selectors.missing(shelves)}
    assert {line.code for line in of_filing(filing)} - lacking == set(both)


def test_the_catalogue_of_a_county_holds_33_documents_and_each_item(filing: Filing) -> None:
    county = Filing.objects.select_related("campaign", "organisation").get(
        campaign=filing.campaign, organisation__code="990101"
    )
    codes = [line.code.partition(":")[0] for line in of_filing(county)]
    assert codes.count("document") == 33
    assert codes.count("item") >= 25


def test_after_submission_nothing_is_added_or_withdrawn(filing: Filing, clerk: Account) -> None:
    version = services.hand_in(filing, upload("校舍.pdf", pdf()), [LINE], by=clerk)
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.SUBMITTED)
    filing.refresh_from_db()
    version.piece.filing.refresh_from_db()
    for attempt in (
        lambda: services.hand_in(filing, upload("再.pdf", pdf("再")), [LINE], by=clerk),
        lambda: services.hand_in_again(version.piece, upload("再.pdf", pdf("再")), by=clerk),
        lambda: services.withdraw(version.piece, by=clerk),
    ):
        with pytest.raises(WebRefusal, match="已提交"):
            attempt()


def test_a_reviewer_marks_with_a_reason_and_the_school_cannot(
    filing: Filing, clerk: Account
) -> None:
    version = services.hand_in(filing, upload("校舍.pdf", pdf()), [LINE], by=clerk)
    city = account("city_reviewer", "990100")
    with pytest.raises(WebRefusal, match="请写明"):
        services.mark(version, "question", " ", by=city)
    services.mark(version, "question", "与平面图不符", by=city)
    with pytest.raises(WebRefusal):
        services.mark(version, "sound", "", by=clerk)
    assert (
        "与平面图不符"
        in signed_in(clerk).get(reverse("evidence:piece", args=[version.piece_id])).content.decode()
    )


def test_other_organisations_find_nothing(filing: Filing, clerk: Account) -> None:
    version = services.hand_in(filing, upload("校舍.pdf", pdf()), [LINE], by=clerk)
    stranger = signed_in(account("county_clerk", "990102"))
    for name, key in [
        ("archive", filing.pk),
        ("piece", version.piece_id),
        ("download", version.pk),
    ]:
        assert stranger.get(reverse(f"evidence:{name}", args=[key])).status_code == 404
    assert "校舍" not in stranger.get(reverse("evidence:search")).content.decode()


def test_every_step_is_in_the_log_and_rows_cannot_be_changed(
    filing: Filing, clerk: Account
) -> None:
    version = services.hand_in(filing, upload("校舍.pdf", pdf()), [LINE], by=clerk)
    entry = Entry.objects.get(action="evidence.hand_in")
    assert entry.details["sha256"] == version.blob_id
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Version.objects.update(name="别的.pdf")


def test_files_are_handed_in_over_the_page_one_by_one(filing: Filing, clerk: Account) -> None:
    client = signed_in(clerk)
    address = reverse("evidence:hand_in", args=[filing.pk])
    headers = {"X-Requested-With": "fetch"}
    sound = client.post(address, {"file": upload("a.pdf", pdf()), "line": [LINE]}, headers=headers)
    assert sound.status_code == 201
    bad = client.post(address, {"file": upload("a.exe", b"MZ"), "line": [LINE]}, headers=headers)
    assert bad.status_code == 422
    assert "只收" in bad.json()["problem"]


def test_an_expert_whose_term_is_over_sees_nothing(filing: Filing, clerk: Account) -> None:
    expert = account("expert", "990101")
    address = reverse("evidence:archive", args=[filing.pk])
    assert signed_in(expert).get(address).status_code == 200
    term = expert.appointments.get()
    term.begins = term.ends = term.begins.replace(year=2020)
    term.save()
    assert signed_in(expert).get(address).status_code == 404
    appoint(expert, Role.EXPERT, filing.organisation.parent, by=None)
    assert signed_in(expert).get(address).status_code == 200
