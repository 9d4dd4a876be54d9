"""What the public sees without signing in, and may say: no more than what is published."""

from __future__ import annotations

import pytest
from cast import Cast
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from reviewing import Desk

from junheng.web.collection.models import FilingState
from junheng.web.reviews.models import Publication, PublicObjection
from junheng.web.reviews.services import answer_public
from junheng.web.verdicts.models import Official

COUNTY = "990101"


@pytest.fixture
def publication(cast: Cast) -> Publication:
    desk = Desk(cast)
    desk.schools_ready()
    desk.put(COUNTY, FilingState.WITH_PROVINCE)
    desk.take("province", "province_approve", COUNTY)
    desk.take("publisher", "publish", COUNTY)
    return desk.filing(COUNTY).publications.get()


def test_the_public_sees_the_counties_in_publication_and_their_verdict(
    publication: Publication,
) -> None:
    client = Client()
    listed = client.get(reverse("public:counties")).content.decode()
    assert "模拟县" in listed
    assert "邻县" not in listed
    page = client.get(reverse("public:county", args=[publication.pk])).content.decode()
    assert Official.objects.get().digest in page
    assert "模拟一小" not in page
    publication.filing.__class__.objects.filter(pk=publication.filing_id).update(
        state="with_nation"
    )
    assert client.get(reverse("public:county", args=[publication.pk])).status_code == 404


def test_whoever_objects_gets_a_code_and_reads_the_answer_by_it(
    publication: Publication, cast: Cast
) -> None:
    client = Client()
    address = reverse("public:objection", args=[publication.pk])
    assert client.post(address, {"text": " "}).status_code == 422
    page = client.post(address, {"text": "三所学校的操场面积不实。"}).content.decode()
    said = PublicObjection.objects.get()
    assert said.code in page
    assert said.contact == ""
    find = reverse("public:answer")
    assert "还没有答复" in client.post(find, {"code": said.code}).content.decode()
    answer_public(said, "已到校丈量，更正两所。", by=cast.people["publisher"])
    assert "已到校丈量，更正两所。" in client.post(find, {"code": said.code}).content.decode()
    assert client.post(find, {"code": "0" * 12}).status_code == 422


def test_one_address_cannot_flood_a_publication(publication: Publication, settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public_objection": (2, 86400)}
    client = Client()
    address = reverse("public:objection", args=[publication.pk])
    answers = [client.post(address, {"text": f"异议{n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 429]
    assert PublicObjection.objects.count() == 2


def test_an_objection_after_the_last_day_is_not_taken(publication: Publication) -> None:
    earlier = publication.begins.replace(year=2020)
    Publication.objects.update(begins=earlier, ends=earlier)
    address = reverse("public:objection", args=[publication.pk])
    assert Client().post(address, {"text": "太晚"}).status_code == 404
    assert not PublicObjection.objects.exists()


def test_the_command_says_how_many_were_reminded(publication: Publication, capsys) -> None:
    call_command("remind")
    assert "reminders" in capsys.readouterr().out


def test_anybody_checks_a_certificate_by_its_number_and_learns_that_it_was_revoked(
    cast: Cast,
) -> None:
    desk = Desk(cast)
    desk.schools_ready()
    desk.put(COUNTY, FilingState.WITH_NATION)
    desk.take("nation", "recognise", COUNTY)
    client, address = Client(), reverse("public:certificate")
    asked = {"number": "模拟-2026-001"}
    page = client.get(address, asked).content.decode()
    assert "证书有效" in page
    assert Official.objects.get().digest in page
    assert client.get(address, {"number": "模拟-2026-002"}).status_code == 422
    desk.take("nation", "revoke", COUNTY)
    page = client.get(address, asked).content.decode()
    assert "证书有效" not in page
    assert "撤销" in page
