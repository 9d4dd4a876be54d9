"""Codes of an authenticator and recovery codes: asked for, good once, and nowhere in the clear."""

from __future__ import annotations

import importlib
from base64 import b32encode
from collections.abc import Callable

from cast import PASSWORD, Cast
from django.apps import apps
from django.db import connection
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from junheng.web.accounts.models import Authenticator, RecoveryCodes

ClientOf = Callable[[str], Client]
PLAIN = "0123456789"
ME, CHECK, ENROL = "/me/", "/me/second-factor/check/", "/me/second-factor/enrol/"


def enter(client: Client) -> int:
    """Sign the clerk in with the password; give the status."""
    return client.post("/sign-in/", {"username": "clerk", "password": PASSWORD}).status_code


def the_code(device: Authenticator) -> str:
    """Give the code of this moment, as if none had been used or failed before."""
    TOTPDevice.objects.update(
        throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1
    )
    return f"{totp(device.bin_key):06d}"


def enrolled(client: Client) -> tuple[Authenticator, str, list[str]]:
    """Enrol the clerk; give the authenticator, the code used, the recovery codes handed out."""
    client.get("/me/second-factor/")
    device = Authenticator.objects.get(user__username="clerk")
    page = client.post(ENROL, {"code": (code := the_code(device))}).content.decode()
    return device, code, [part.split(">")[1].split("<")[0] for part in page.split("<code")[1:]]


def test_the_second_factor_is_enrolled_and_then_asked_for_each_code_once(
    client_of: ClientOf, settings: Settings
) -> None:
    settings.TWO_FACTOR = "required"
    client = client_of("clerk")
    assert client.get(ME).headers["Location"] == "/me/second-factor/"
    assert "data:image/svg+xml" in client.get("/me/second-factor/").content.decode()
    assert client.post(ENROL, {"code": "000000"}).status_code == 422
    _device, code, papers = enrolled(client)
    assert len(papers) == 10
    assert client.get(ME).status_code == 200

    settings.TWO_FACTOR = "optional"  # whoever has enrolled is asked all the same
    second = Client()
    assert enter(second) == 302
    assert second.get(ME).headers["Location"] == "/me/second-factor/"
    assert "data:image" not in second.get("/me/second-factor/").content.decode()
    assert second.post(ENROL, {"code": code}).status_code != 302
    assert second.post(CHECK, {"code": code}).status_code == 422
    assert second.post(CHECK, {"code": papers[0]}).status_code == 302
    assert second.get(ME).status_code == 200
    third = Client()
    enter(third)
    assert third.post(CHECK, {"code": papers[0]}).status_code == 422


def test_neither_the_key_nor_a_recovery_code_stands_in_the_database(client_of: ClientOf) -> None:
    device, _code, papers = enrolled(client_of("clerk"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM otp_totp_totpdevice UNION SELECT token FROM otp_static_statictoken"
        )
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert len(kept.split()) == 11
    key = device.bin_key
    for told in (key.hex(), b32encode(key).decode(), *papers):
        assert told not in kept


def test_a_new_secret_of_the_installation_opens_what_the_former_one_sealed(
    client_of: ClientOf, settings: Settings
) -> None:
    device, _code, papers = enrolled(client_of("clerk"))
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [before]
    first, second = Client(), Client()
    enter(first)
    assert first.post(CHECK, {"code": the_code(device)}).status_code == 302
    enter(second)
    assert second.post(CHECK, {"code": papers[0]}).status_code == 302

    settings.SECRET_KEY_FALLBACKS = []  # the key was sealed anew when it was used
    device = Authenticator.objects.get(pk=device.pk)
    third = Client()
    enter(third)
    assert third.post(CHECK, {"code": the_code(device)}).status_code == 302


def test_a_key_that_another_installation_sealed_fits_no_code(
    client_of: ClientOf, settings: Settings
) -> None:
    device, _used, papers = enrolled(client_of("clerk"))
    code = the_code(device)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, []
    client = Client()
    enter(client)
    assert client.post(CHECK, {"code": code}).status_code == 422
    assert client.post(CHECK, {"code": papers[0]}).status_code == 422


def test_what_stood_in_the_clear_is_sealed_by_the_migration(cast: Cast) -> None:
    clerk = cast.people["clerk"]
    plain = TOTPDevice.objects.create(user=clerk, name="totp")
    paper = RecoveryCodes.objects.create(user=clerk, name="paper")
    StaticToken.objects.create(device=paper, token=PLAIN)
    sealing = importlib.import_module("junheng.web.accounts.migrations.0002_sealed_second_factor")
    sealing.seal_all(apps, None)
    sealing.seal_all(apps, None)  # what is sealed already stays
    device = Authenticator.objects.get(pk=plain.pk)
    assert device.key != plain.key
    assert device.bin_key.hex() == plain.key
    assert not StaticToken.objects.filter(token=PLAIN).exists()
    assert paper.verify_token(PLAIN)
