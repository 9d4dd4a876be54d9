"""The pages of packages, what may be made, and the key it is signed with."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from cast import signed_in
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from filled import account, province
from levels import (
    COUNTY,
    Levels,
    flipped,
    of,
    reviewer,
    submit,
)

from junheng.web.collection.models import Record
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import do
from junheng.web.jobs.services import take as take_job
from junheng.web.packages import keys, services
from junheng.web.packages.making import assemble
from junheng.web.packages.models import Made, Received, TrustedKey

pytestmark = pytest.mark.django_db


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
        client = signed_in(account("county_approver", COUNTY))
        page = client.get(reverse("packages:index")).content.decode()
        assert keys.fingerprint(keys.public()) in page
        job = worked(client.post(reverse("packages:make", args=[filing.pk])))
        assert job.state == State.DONE, job.problem
        answer = client.get(reverse("packages:made", args=[Made.objects.get().pk]))
        assert answer["Content-Disposition"].startswith("attachment")
        content, public = b"".join(answer), keys.public()
        transaction.set_rollback(True)
    levels.city(public)
    client = signed_in(reviewer())
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
    client = signed_in(reviewer())
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
