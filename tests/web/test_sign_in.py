"""Signing in: wrong passwords lock, sessions end, nothing typed is lost, the second factor holds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest
from cast import PASSWORD, Cast
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from junheng.web.accounts import passwords
from junheng.web.accounts.models import Account, Count
from junheng.web.accounts.people import disable
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.sign_in import BEGAN, IDLE, SEEN
from junheng.web.audit.models import Entry

WRONG = "wrong"
SIGN_IN = "/sign-in/"
ME = "/me/"
ClientOf = Callable[[str], Client]


def enter(
    client: Client, name: str = "clerk", password: str = PASSWORD, **more: str
) -> HttpResponse:
    return client.post(
        SIGN_IN,
        {"username": name, "password": password, "next": more.pop("next", ME)},
        **more,  # type: ignore[arg-type]
    )


def actions() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def age(client: Client, **seconds: int) -> None:
    session = client.session
    for key, ago in seconds.items():
        session[key] = int(time.time()) - ago
    session.save()


def test_the_right_password_opens_the_page_asked_for(cast: Cast, client: Client) -> None:
    assert client.get(ME).headers["Location"] == f"{SIGN_IN}?next={ME}"
    assert enter(client, " CLERK ").headers["Location"] == ME
    assert client.get(ME).status_code == 200
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert (last.action, last.actor) == ("sign_in", "clerk")
    assert last.chain.organisation.code == "990101"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away_from_the_site(cast: Cast, client: Client, wanted: str) -> None:
    assert enter(client, next=wanted).headers["Location"] == reverse("home")


def test_five_failures_lock_one_person_at_one_address_and_nobody_else(
    cast: Cast, client: Client
) -> None:
    for _ in range(4):
        assert enter(client, password=WRONG).status_code == 422
    locked = enter(client, password=WRONG)
    assert locked.status_code == 429
    assert "15分钟" in locked.content.decode()
    assert enter(client).status_code == 429
    assert enter(client, "headmaster").status_code == 302
    assert enter(Client(REMOTE_ADDR="10.9.9.9")).status_code == 302
    assert actions().count("sign_in.failed") == 6


def test_a_lock_ends_after_a_quarter_of_an_hour_even_if_somebody_goes_on_guessing(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(8):
        enter(client, password=WRONG)
    later = timezone.now() + dt.timedelta(minutes=15, seconds=5)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert enter(client).status_code == 302


def test_behind_the_proxy_the_browser_cannot_choose_its_address(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.TLS = True
    for number in range(5):
        forged = f"10.0.0.{number}, 203.0.113.7"
        enter(client, password=WRONG, HTTP_X_FORWARDED_FOR=forged)
    assert enter(client, HTTP_X_FORWARDED_FOR="10.7.7.7, 203.0.113.7").status_code == 429


def test_an_unknown_name_gets_the_same_answer_and_is_not_kept(cast: Cast, client: Client) -> None:
    known = enter(client, password=WRONG).content.decode()
    unknown = enter(client, "correct-horse-typed-here", "wrong").content.decode()
    sentence = "用户名或密码不正确"
    assert sentence in known
    assert sentence in unknown
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert "correct-horse" not in f"{last.about} {last.details}"


def test_known_and_unknown_names_take_as_many_hashes(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    calls: list[str] = []
    plain = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        calls.append(password)
        return plain(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    enter(client, "nobody-at-all", "wrong")
    unknown = len(calls)
    enter(client, "clerk", "wrong")
    assert unknown == len(calls) - unknown == 1


def test_an_idle_session_ends_and_background_requests_do_not_prolong_it(
    client_of: ClientOf, settings: Settings
) -> None:
    client = client_of("clerk")
    client.get(ME)
    age(client, **{SEEN: 600})
    client.get(ME, headers={"X-Background": "1"})
    assert time.time() - client.session[SEEN] > 500
    client.get(ME)
    assert time.time() - client.session[SEEN] < 5
    age(client, **{SEEN: settings.SESSION_IDLE_SECONDS + 1})
    assert client.get(ME).status_code == 302


def test_no_session_lives_longer_than_twelve_hours(client_of: ClientOf) -> None:
    client = client_of("clerk")
    client.get(ME)
    age(client, **{BEGAN: 12 * 3600 + 1})
    assert client.get(ME).status_code == 302


def test_a_script_is_told_that_the_session_is_over_and_signs_in_again_in_a_dialog(
    cast: Cast,
) -> None:
    client = Client(enforce_csrf_checks=True)
    part = client.get(SIGN_IN, headers={"X-Dialog": "1"}).content.decode()
    assert "<html" not in part
    assert "data-sign-in" in part
    token = client.cookies["csrftoken"].value
    sent = client.post(ME, {}, headers={"HX-Request": "true", "X-CSRFToken": token})
    assert (sent.status_code, sent.headers["X-Sign-In"]) == (401, SIGN_IN)
    back = client.post(
        SIGN_IN,
        {"username": "clerk", "password": PASSWORD},
        headers={"X-Dialog": "1", "X-CSRFToken": token},
    )
    assert back.status_code == 204
    fresh = {"HX-Request": "true", "X-CSRFToken": back.headers["X-CSRFToken"]}
    assert client.post(ME, {"post": "教导主任"}, headers=fresh).status_code == 302


def test_disabling_and_changing_the_password_end_all_other_sessions_at_once(
    cast: Cast, client_of: ClientOf
) -> None:
    here, there = client_of("clerk"), client_of("clerk")
    new = {"present": PASSWORD, "new": "Battery-staple-8", "again": "Battery-staple-8"}
    assert here.post("/me/password/", new).status_code == 302
    assert here.get(ME).status_code == 200
    assert there.get(ME).status_code == 302
    disable(Account.objects.get(username="clerk"), by=cast.people["administrator"], reason="test")
    assert here.get(ME).status_code == 302


def test_signing_out_is_a_post_and_clears_what_the_browser_kept(client_of: ClientOf) -> None:
    client = client_of("clerk")
    assert client.get("/sign-out/").status_code == 405
    answer = client.post("/sign-out/")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert client.get(ME).status_code == 302
    assert actions()[-1] == "sign_out"


def test_the_language_chosen_goes_along_to_other_browsers(cast: Cast, client: Client) -> None:
    client.post("/language/", {"language": "en"})
    enter(client)
    other = Client()
    assert enter(other).cookies["django_language"].value == "en"
    other.post("/language/", {"language": "zh-hans"})
    assert Account.objects.get(username="clerk").language == "zh-hans"


def test_ninety_idle_days_disable_an_account(cast: Cast, client: Client) -> None:
    Account.objects.filter(username="clerk").update(seen_at=timezone.now() - IDLE)
    assert "90天未使用" in enter(client).content.decode()
    assert not Account.objects.get(username="clerk").is_active
    assert "不正确" in enter(client).content.decode()


def test_a_temporary_password_is_changed_first_but_not_in_a_demo(
    cast: Cast, client_of: ClientOf, settings: Settings
) -> None:
    Account.objects.filter(username="clerk").update(must_change_password=True)
    client = client_of("clerk")
    for address in (ME, "/fields/"):
        assert client.get(address).headers["Location"] == "/me/password/"
    assert client.post(ME, headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/me/password/"
    assert client.get("/me/password/").status_code == 200
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/sign-out/").headers["Location"] == SIGN_IN
    settings.DEMO = True
    assert client_of("clerk").get(ME).status_code == 200


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Ab1-xyz", "8"),
        ("onlylowercase", "四类"),
        ("clerk-Horse-7", "用户名"),
        (PASSWORD, "最近五次"),
    ],
)
def test_the_dengbao_profile_says_what_a_password_lacks(
    cast: Cast, password: str, sentence: str
) -> None:
    person = cast.people["clerk"]
    person.old_passwords = [person.password]
    with pytest.raises(WebRefusal, match=sentence):
        passwords.put(person, password, temporary=False)


def test_the_last_five_are_refused_and_the_sixth_is_free(cast: Cast) -> None:
    person = cast.people["clerk"]
    for number in range(6):
        passwords.put(person, f"Battery-staple-{number}", temporary=False)
    with pytest.raises(WebRefusal):
        passwords.put(person, "Battery-staple-1", temporary=False)
    passwords.put(person, "Battery-staple-0", temporary=False)


def test_dengbao_passwords_are_changed_every_ninety_days_and_asvs_ones_are_not(
    cast: Cast, settings: Settings
) -> None:
    person = cast.people["clerk"]
    person.password_changed_at = timezone.now() - passwords.ROTATION - dt.timedelta(minutes=1)
    assert passwords.is_due(person)
    settings.PASSWORD_ROTATES = False
    assert not passwords.is_due(person)


def test_temporary_passwords_fit_both_profiles_and_run_out(cast: Cast, client: Client) -> None:
    made = {passwords.temporary() for _ in range(50)}
    assert len(made) == 50
    assert {len(each) for each in made} == {14}
    person = cast.people["clerk"]
    passwords.put(person, password := made.pop(), temporary=True)
    person.password_changed_at = timezone.now() - passwords.TEMPORARY - dt.timedelta(minutes=1)
    person.save()
    assert "30天" in enter(client, password=password).content.decode()


def test_too_many_posts_are_refused_and_counted_by_account(
    client_of: ClientOf, settings: Settings
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (3, 10**6)}
    client = client_of("clerk")
    answers = [client.post(ME, {"post": "x"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert client_of("headmaster").post(ME, {"post": "x"}).status_code == 302
    assert Count.objects.count() == 2
