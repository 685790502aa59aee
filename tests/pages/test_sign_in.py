"""Sign-in: in, out, and not by guessing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import throttle
from accounts.addresses import read_networks
from accounts.models import User

GOOD = {"username": "olga", "password": "a long test password"}
BAD = {**GOOD, "password": "a wrong password"}


def test_sign_in__right_password__goes_to_the_page_asked_for(owner: User) -> None:
    response = Client().post("/sign-in/?next=/audit/", GOOD)
    assert (response.status_code, response.headers["Location"]) == (302, "/audit/")


def test_sign_in__next_is_another_site__goes_to_our_own_page(owner: User) -> None:
    response = Client().post("/sign-in/?next=https://evil.example/", GOOD)
    assert response.headers["Location"] == "/"


def test_sign_in__wrong_password__says_so_and_stays(owner: User) -> None:
    client = Client()
    response = client.post("/sign-in/", BAD)
    assert "correct username and password" in response.content.decode()
    assert client.get("/").status_code == 302


def test_sign_in__too_many_wrong_ones__not_even_the_right_one(owner: User) -> None:
    client = Client()
    for _ in range(throttle.OF_BOTH):
        assert client.post("/sign-in/", BAD).status_code == 200
    response = client.post("/sign-in/", GOOD)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60
    assert "Try again in 15 minutes" in response.content.decode()
    assert client.get("/").status_code == 302


def test_sign_in__too_many_from_another_address__lets_the_rightful_person_in(owner: User) -> None:
    for _ in range(throttle.OF_BOTH):
        Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/", BAD)
    assert Client(REMOTE_ADDR="192.0.2.8").post("/sign-in/", GOOD).status_code == 302


@pytest.mark.parametrize(
    ("limit", "account", "address"),
    [
        (throttle.OF_ADDRESS, "user-{}", "192.0.2.7"),
        (throttle.OF_ACCOUNT, "olga", "192.0.2.{}"),
    ],
)
def test_throttle__spread_over_many__still_has_a_limit(
    db: None, limit: int, account: str, address: str
) -> None:
    now = timezone.now()
    for number in range(limit):
        who = (account.format(number), address.format(number))
        assert throttle.seconds_to_wait(*who, now) == 0
        throttle.note_failure(*who, now)
    assert throttle.seconds_to_wait(account.format("x"), address.format("x"), now) > 0


def test_throttle__after_the_window__is_open_again(db: None) -> None:
    now = timezone.now()
    for _ in range(throttle.OF_BOTH):
        throttle.note_failure("olga", "192.0.2.7", now)
    wait = throttle.seconds_to_wait("Olga ", "192.0.2.7", now)
    assert wait == throttle.WINDOW.total_seconds()
    later = now + timedelta(seconds=wait)
    assert throttle.seconds_to_wait("olga", "192.0.2.7", later) == 0


@pytest.mark.parametrize(
    "spelling", ["\uff4f\uff4c\uff47\uff41", "OLGA", "\uff4fLga", " olga\u2003"]
)
def test_sign_in__other_spellings_of_one_name__share_their_tries(
    owner: User, spelling: str
) -> None:
    for _ in range(throttle.OF_BOTH):
        Client().post("/sign-in/", {**BAD, "username": spelling})
    assert Client().post("/sign-in/", GOOD).status_code == 429


def test_sign_in__trusted_proxy_names_ports_and_inventions__counts_the_client_address(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = replace(settings.CONFIGURATION, trusted_proxies=read_networks("10.0.0.0/8"))
    monkeypatch.setattr(settings, "CONFIGURATION", trusted)
    for number in range(throttle.OF_BOTH):
        forwarded = f"198.51.100.{number}, 192.0.2.7:{40_000 + number}"
        Client(REMOTE_ADDR="10.0.0.1").post(
            "/sign-in/", BAD, headers={"X-Forwarded-For": forwarded}
        )
    same = {"X-Forwarded-For": "192.0.2.7:50000"}
    assert Client(REMOTE_ADDR="10.0.0.1").post("/sign-in/", GOOD, headers=same).status_code == 429
    other = {"X-Forwarded-For": "192.0.2.8:40000"}
    assert Client(REMOTE_ADDR="10.0.0.1").post("/sign-in/", GOOD, headers=other).status_code == 302


def test_sign_in__nobody_is_trusted__forwarded_addresses_count_for_nothing(owner: User) -> None:
    for number in range(throttle.OF_BOTH):
        Client().post("/sign-in/", BAD, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert Client().post("/sign-in/", GOOD).status_code == 429


def test_sign_out__by_link__refused(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_fragment__session_has_ended__whole_page_goes_to_sign_in(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/rollouts/1/"}
    response = Client().get("/sign-in/?next=/rollouts/1/live", headers=headers)
    assert response.headers["HX-Redirect"] == "/sign-in/?next=%2Frollouts%2F1%2F"
