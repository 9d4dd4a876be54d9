"""Which fields are kept of people and of schools, and why."""

from __future__ import annotations

from collections.abc import Callable

from cast import Cast
from django.apps import apps
from django.test import Client

from junheng.web.oversight.catalogue import catalogue, listed

ClientOf = Callable[[str], Client]


def test_the_catalogue_lists_every_field_kept_of_people_and_says_why(
    cast: Cast, client_of: ClientOf
) -> None:
    for entry in listed():
        model = apps.get_model(str(entry["model"]))
        kept = {field.name for field in model._meta.concrete_fields}
        assert kept == set(entry["fields"]), entry["model"]  # type: ignore[call-overload]
    page = client_of("clerk").get("/fields/").content.decode()
    assert "教学仪器设备资产值" in page
    assert "GB/T 22239" in page
    assert all(field.why for group in catalogue() for field in group.fields)
