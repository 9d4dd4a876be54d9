"""What is published, in words and as files: the figures of the official verdict, no small cell, no cookie."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from filled import account, province

from junheng.web.collection.models import Filing, FilingState, Record
from junheng.web.public import downloads
from junheng.web.public.results import figures
from junheng.web.public.small_cells import FEWEST, Counts, band, guarded
from junheng.web.reviews.models import Publication, StepTaken
from junheng.web.verdicts.models import Official
from junheng.web.verdicts.selectors import page_of
from junheng.web.verdicts.services import make_official, refresh

COUNTY = "990101"
Row = dict[str, str]


@pytest.fixture
def publication(db: None) -> Publication:
    _, campaign = province()
    filing = campaign.filings.select_related("organisation", "campaign").get(
        organisation__code=COUNTY
    )
    return publish(filing)


def publish(filing: Filing) -> Publication:
    """Publish a county's result today, without the steps before."""
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.IN_PUBLICATION)
    make_official(filing, by=account("provincial_reviewer", "990000"), occasion="approved")
    by, today = account("publisher", "990000"), timezone.localdate()
    step = StepTaken.objects.create(
        filing=filing, number=90 + filing.publications.count(), step="publish", source="approved",
        target="in_publication", by=by, at=filing.campaign.owner, taken_at=timezone.now(),
        day=today, log_number=0, log_digest="",
    )  # fmt: skip
    return Publication.objects.create(filing=filing, step=step, begins=today, ends=today)


def downloaded(publication: Publication) -> list[Row]:
    answer = Client().get(reverse("public:result", args=[publication.pk, "csv"]))
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def readable(publication: Publication) -> list[str]:
    """Give every address that shows this publication without a form."""
    of_one = [
        reverse("public:county", args=[publication.pk]),
        *(reverse("public:result", args=[publication.pk, form]) for form in ("csv", "json")),
    ]
    files = [reverse("public:counties_file", args=[form]) for form in ("csv", "json")]
    return [reverse("public:counties"), reverse("public:data"), *of_one, *files]


def test_the_figures_are_those_of_the_official_verdict(publication: Publication) -> None:
    county = Official.objects.get().payload["counties"][0]
    rows = downloaded(publication)
    assert {row["county_code"] for row in rows} == {COUNTY}
    assert [row["verdict"] for row in rows if row["table"] == "county"] == [county["verdict"]]
    assert {r["item"]: r["verdict"] for r in rows if r["table"] == "parts"} == county["parts"]
    coefficients = {
        (row["level"], row["item"]): row["value"] for row in rows if row["measure"] == "cv"
    }
    expected = {
        (row["level"], row["indicator"]): "" if row["cv"] is None or row["schools"] < 3 else str(row["cv"])
        for row in county["balance"]
    }  # fmt: skip
    assert coefficients == expected
    assert len(expected) >= 7
    judged = [row for row in rows if row["measure"] == "schools" and row["item"] == "fail"]
    failing = [s for s in county["sections"] if s["verdict"] == "fail"]
    assert sum(int(row["value"]) for row in judged) == len(failing)


def test_the_page_says_the_same_in_both_languages(publication: Publication) -> None:
    address = reverse("public:county", args=[publication.pk])
    english = Client().get(address, {"language": "en"}).content.decode()
    assert "How different the schools are" in english
    chinese = Client().get(address, {"language": "zh-hans"}).content.decode()
    assert "学校之间差别大不大" in chinese
    for row in downloaded(publication):
        if row["measure"] == "cv" and row["value"] and row["limit"]:
            assert f"{float(row['value']):.3f}" in chinese
            assert f"{float(row['value']):.3f}" in english


def test_no_school_and_no_later_data_is_told(publication: Publication) -> None:
    before = {address: Client().get(address).content for address in readable(publication)}
    names = Filing.objects.filter(county__code=COUNTY).values_list("organisation__name", flat=True)
    schools = [name for name in names if "学校" in name or "小学" in name or "中学" in name]
    assert schools
    for content in before.values():
        assert not [name for name in schools if name.encode() in content]
    for row in Record.objects.filter(filing__county__code=COUNTY, table="sections"):
        row.reported = dict.fromkeys(row.statistics, 1)
        row.save()
    county = Filing.objects.select_related("organisation", "campaign").get(
        organisation__code=COUNTY
    )
    county.data_version += 1
    county.save()
    refresh(county)
    make_official(county, by=account("county_approver", COUNTY), occasion="submitted")
    assert {address: Client().get(address).content for address in before} == before


def test_what_is_read_is_kept_by_caches_and_sets_no_cookie(publication: Publication) -> None:
    for address in readable(publication):
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        assert answer["Cache-Control"] == "public, max-age=300"
        again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    client = Client()
    client.force_login(
        account("county_clerk", COUNTY), backend="junheng.web.accounts.backend.Accounts"
    )
    page = client.get(reverse("public:counties"))
    assert page["Cache-Control"] == "no-store"
    assert page.content == Client().get(reverse("public:counties")).content


def test_every_download_is_explained_column_by_column(publication: Publication) -> None:
    explained = Client().get(reverse("public:data")).content.decode()
    for address in readable(publication):
        if address.endswith(".csv"):
            answer = Client().get(address)
            assert "attachment" in answer["Content-Disposition"]
            header = answer.content.decode("utf-8-sig").splitlines()[0].split(",")
            assert [f"<code>{column}</code>" in explained for column in header] == [True] * len(header)  # fmt: skip
        if address.endswith(".json"):
            whole = json.loads(Client().get(address).content)
            assert whole["licence"] == "CC-BY-4.0"
            assert list(whole["rows"][0]) == list(whole["columns"])
    assert "CC-BY-4.0" in explained
    told = {row["measure"] for row in downloaded(publication)}
    assert {"schools", "pupils", "mean", "cv", "units", "units_unmet"} <= told
    assert set(downloads.MEASURES) <= told


def test_the_list_asks_the_database_equally_often_however_many_are_published(
    publication: Publication,
) -> None:
    addresses = [reverse("public:counties"), reverse("public:counties_file", args=["csv"])]
    few = [queries(address) for address in addresses]
    for _ in range(20):
        publish(publication.filing)
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 3
    assert queries(reverse("public:county", args=[publication.pk])) <= 4


def queries(address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address).status_code == 200
    return len(asked)


def test_a_recognised_county_stays_public_and_what_is_withdrawn_does_not(
    publication: Publication,
) -> None:
    address = reverse("public:county", args=[publication.pk])
    objection = reverse("public:objection", args=[publication.pk])
    assert objection in Client().get(address).content.decode()

    def status_when(state: FilingState) -> int:
        Filing.objects.filter(pk=publication.filing_id).update(state=state)
        listed = address in Client().get(reverse("public:counties")).content.decode()
        status = Client().get(address).status_code
        assert listed == (status == 200)
        return status

    assert status_when(FilingState.RECOGNISED) == 200
    assert objection not in Client().get(address).content.decode()
    hidden = set(FilingState) - {FilingState.RECOGNISED, FilingState.IN_PUBLICATION}
    assert {status_when(state) for state in hidden} == {404}


def told(counts: Counts) -> tuple[int | None, ...]:
    return (counts.total, *counts.parts.values())


@pytest.mark.parametrize(("number", "most"), [(1, 30), (2, 30), (3, 14), (4, 7)])
def test_no_small_number_is_told_or_follows_from_the_total(number: int, most: int) -> None:
    """All tables of so many numbers: of every hidden one at least two values fit what is told."""
    alike: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=number):
        counts = guarded(dict(zip("abcd"[:number], numbers, strict=True)))
        alike[told(counts)].append(numbers)
    for (total, *shown), tables in alike.items():
        assert not [each for each in (total, *shown) if each is not None and 0 < each < FEWEST]
        assert total is None or {sum(numbers) for numbers in tables} == {total}
        for index, each in enumerate(shown):
            fits = {numbers[index] for numbers in tables}
            assert len(fits) > 1 if each is None else fits == {each}, (total, shown, fits)


def test_a_small_number_of_pupils_and_a_mean_of_two_schools_are_withheld(
    publication: Publication,
) -> None:
    official = Official.objects.get()
    page = page_of(official.payload, publication.filing)
    assert page is not None
    county = {**page.county}
    one, *others = county["sections"]
    county["sections"] = [{**one, "pupils": 3, "verdict": "not_assessed"}, *others]
    county["balance"] = [{**row, "schools": 2} for row in county["balance"]]
    found = list(figures(county, page.standard))
    small = [f for f in found if f.measure == "pupils" and f.item == "not_assessed" and f.withheld]
    assert [f.level for f in small] == [one["level"]]
    assert all(f.value is None for f in found if f.withheld)
    means = [f for f in found if f.measure in ("mean", "cv")]
    assert means
    assert {f.value for f in means} == {None}


@pytest.mark.parametrize(
    ("share", "said"),
    [(99.97, "95–100%"), (100.0, "95–100%"), (84.99, "80–85%"), (85.0, "85–90%"), (0.0, "0–5%"), (103.8, "100–105%")],
)  # fmt: skip
def test_a_share_is_told_in_bands(share: float, said: str) -> None:
    assert band(share) == said
