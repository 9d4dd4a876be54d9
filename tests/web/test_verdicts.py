"""Where a county stands is judged by the library alone, kept, and can be recomputed by anybody."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from cast import signed_in
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from filled import account, frames, province

from junheng.evaluate.regimes import regimes
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.report import as_json
from junheng.report.collected import collect
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.management.commands.verify_verdicts import recomputed
from junheng.web.verdicts.models import Official, Standing
from junheng.web.verdicts.services import keep_fresh, make_official, refresh, refresh_one

pytestmark = pytest.mark.django_db
COUNTY = "990101"


@pytest.fixture
def filing(db: None) -> Filing:
    _, campaign = province()
    return campaign.filings.select_related("campaign", "organisation").get(
        organisation__code=COUNTY
    )


def by_hand(tmp_path: Path) -> dict[str, object]:
    """Judge the same tables as `junheng evaluate` does: from CSV files."""
    for name, frame in frames().items():
        frame.write_csv(tmp_path / f"{name}.csv")
    data = read(tmp_path)
    standard = load_standard("cn-quality-2017")
    regime = regimes(standard, [2025])[-1]
    found = as_json.document([collect(data.tables, regime)], [regime], standard, data.digest)
    return next(c for c in found["counties"] if c["county"] == COUNTY)


def test_a_standing_says_what_evaluate_says_of_the_same_tables(
    filing: Filing, tmp_path: Path
) -> None:
    refresh(filing)
    standing = Standing.objects.get(filing=filing)
    assert standing.problem == ""
    said, wanted = standing.payload["counties"][0], by_hand(tmp_path)
    for part in ("verdict", "parts", "balance", "sections", "items", "excluded"):
        assert said[part] == wanted[part], part
    assert sum(standing.summary["sections"].values()) == len(wanted["sections"])


def test_every_change_of_data_makes_a_standing_stale_until_the_worker_judged_again(
    filing: Filing,
) -> None:
    while refresh_one():
        pass
    before = Standing.objects.get(filing=filing)
    record = Record.objects.filter(filing__county=filing.organisation, table="sections").first()
    assert record is not None
    record.counted = {"pupils": 5000}
    record.save()
    Filing.objects.filter(pk=filing.pk).update(data_version=filing.data_version + 1)
    assert refresh_one()
    assert not refresh_one()
    after = Standing.objects.get(filing=filing)
    assert after.data_version == before.data_version + 1
    assert after.payload != before.payload


def test_while_many_save_the_worker_rests_between_judgements_of_a_county(
    filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = dt.timedelta(hours=1)
    monkeypatch.setattr("junheng.web.verdicts.services.REST", rest)
    while keep_fresh():
        pass
    Filing.objects.filter(pk=filing.pk).update(data_version=F("data_version") + 1)
    assert not keep_fresh()
    for ago in (rest, -rest):  # a clock that was set back holds up no verdict
        Filing.objects.filter(pk=filing.pk).update(data_version=F("data_version") + 1)
        Standing.objects.filter(filing=filing).update(computed_at=timezone.now() - ago)
        assert keep_fresh()


def test_a_late_judgement_never_replaces_a_newer_one(filing: Filing) -> None:
    Filing.objects.filter(pk=filing.pk).update(data_version=9)
    newer = Filing.objects.select_related("campaign", "organisation").get(pk=filing.pk)
    refresh(newer)
    refresh(filing)
    assert Standing.objects.get(filing=filing).data_version == 9


def test_an_official_verdict_can_be_recomputed_from_what_was_kept(filing: Filing) -> None:
    official = make_official(filing, by=account("county_approver", COUNTY), occasion="submitted")
    Record.objects.filter(filing__county=filing.organisation).update(counted={"pupils": 1})
    assert json.loads(json.dumps(recomputed(official))) == official.payload
    said = io.StringIO()
    call_command("verify_verdicts", stdout=said)
    assert said.getvalue().startswith("1 ")


def test_an_official_verdict_that_was_tampered_with_is_named(filing: Filing) -> None:
    official = make_official(filing, by=account("county_approver", COUNTY), occasion="submitted")
    forged = {**official.payload, "counties": [{**official.payload["counties"][0]}]}
    forged["counties"][0]["verdict"] = "pass"
    with connection.cursor() as cursor:
        on_postgresql = connection.vendor == "postgresql"
        cursor.execute(
            "DROP TRIGGER verdicts_official_kept ON verdicts_official"
            if on_postgresql
            else "DROP TRIGGER verdicts_official_not_changed"
        )
    Official.objects.filter(pk=official.pk).update(payload=forged)
    with pytest.raises(CommandError, match=str(official.digest[:16])):
        call_command("verify_verdicts")


def test_the_database_refuses_to_change_an_official_verdict(filing: Filing) -> None:
    make_official(filing, by=account("county_approver", COUNTY), occasion="submitted")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Official.objects.update(verdict="pass")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("county", "校际均衡"),
        ("standing", "校际均衡"),
        ("robustness", "翻转"),
    ],
)
def test_pages_of_a_county_answer_its_people_and_nobody_elses(
    filing: Filing, name: str, words: str
) -> None:
    refresh(filing)
    address = reverse(f"verdicts:{name}", args=[filing.pk])
    for person, allowed in [
        (account("county_clerk", COUNTY), True),
        (account("city_reviewer", "990100"), True),
        (account("county_clerk", "990102"), False),
        (account("school_clerk", f"{COUNTY}0001"), False),
        (account("administrator", COUNTY), False),
    ]:
        answer = signed_in(person).get(address)
        assert answer.status_code == (200 if allowed else 404), person.username
        assert not allowed or words in answer.content.decode()


def test_each_coefficient_is_explained_by_its_workings(filing: Filing) -> None:
    address = reverse("verdicts:balance", args=[filing.pk, "primary", "teaching_area"])
    client = signed_in(account("county_clerk", COUNTY))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "差异系数 = S ÷ 平均值" in answer.content.decode()
    wrong = reverse("verdicts:balance", args=[filing.pk, "primary", "nonsense"])
    assert client.get(wrong).status_code == 404
