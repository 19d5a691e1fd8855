# SPDX-License-Identifier: GPL-3.0-or-later
"""Test receipts in a Redis that a team shares, and `receipts: none`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.receipts.conftest import refused
from tests.support.examples import TOKEN
from tests.support.race_hooks import after_writing
from tests.support.redis_server import RedisServer
from tests.support.runner import Runner, reasons

PREFIX = "kapso.whatsapp:receipt:"
NO_RECEIPT = {"access_token": "no_receipt"}


@pytest.fixture
def operator(kapso: Emulator, redis_server: RedisServer) -> Runner:
    """Return an operator with receipts in Redis."""
    return Runner(kapso, redis_server.url, config_id=kapso.add())


def receipt_key(server: RedisServer) -> str:
    """Return the key of the only receipt, without keys of checks."""
    (key,) = (key for key in server.contents() if not key.startswith(f"{PREFIX}check:"))
    return key


def test_receipts_do_not_expire_and_the_check_does(operator: Runner, redis_server: RedisServer) -> None:
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert redis_server.contents() == {}
    assert reasons(operator.run(access_token=TOKEN)) == NO_RECEIPT
    assert not operator.run(access_token=TOKEN)["changed"]
    assert not operator.run(access_token=TOKEN, receipts=f"{redis_server.url}?decode_responses=true")["changed"]
    key = receipt_key(redis_server)
    assert key.startswith(PREFIX)
    assert TOKEN not in redis_server.contents()[key]
    with redis_server.client() as client:
        assert client.ttl(key) == -1
        assert all(client.pttl(check) != -1 for check in redis_server.contents().keys() - {key})


@pytest.mark.parametrize("text", ["", "{", "\udcff", "\0"])
def test_other_texts_in_redis_count_as_no_receipt(operator: Runner, redis_server: RedisServer, text: str) -> None:
    operator.run(access_token=TOKEN)
    with redis_server.client() as client:
        client.set(receipt_key(redis_server), text.encode("utf-8", "surrogateescape"))
    result = operator.run(access_token=TOKEN)
    assert reasons(result) == NO_RECEIPT
    assert len(result["warnings"]) == 1
    again = operator.run(access_token=TOKEN)
    assert (again["changed"], again["warnings"]) == (False, [])


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("redis://127.0.0.1:1/0", "127.0.0.1:1"),  # no program listens there
        ("unix:///nowhere/redis.sock?password=canary-password", "/nowhere/redis.sock"),
    ],
)
def test_a_redis_that_is_not_there_is_noticed_before_the_first_request(kapso: Emulator, place: str, told: str) -> None:
    operator = Runner(kapso, place, config_id=kapso.add())
    for check in (True, False):
        result = operator.run(access_token=TOKEN, check=check)
        assert f"the Redis for receipts at {told} cannot be used" in refused(result, kapso)
        assert "canary" not in str(result)


def test_a_redis_that_is_gone_after_the_write(operator: Runner, redis_server: RedisServer) -> None:
    with after_writing(redis_server.stop):
        result = operator.run(access_token=TOKEN)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "the sent fields took effect" in result["msg"]
    assert "sent again at the next run" in result["msg"]
    assert operator.state["access_token"] == TOKEN


def test_a_replica_that_may_only_be_read(operator: Runner, redis_server: RedisServer) -> None:
    redis_server.refuse_writes()
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert "cannot be used (ReadOnlyError)" in refused(operator.run(access_token=TOKEN), operator.kapso)


@pytest.mark.parametrize("command", ["GET", "SET", "DEL", "WATCH", "MULTI", "EXEC"])
def test_a_redis_that_lacks_a_command_is_refused_before_the_first_request(
    operator: Runner, redis_server: RedisServer, command: str
) -> None:
    redis_server.forbid(command)
    message = refused(operator.run(access_token=TOKEN), operator.kapso)
    assert "it must let this user do GET, MGET, SET, DEL, WATCH, MULTI and EXEC" in message


def test_a_wrong_password_is_not_shown(operator: Runner, redis_server: RedisServer) -> None:
    redis_server.demand("canary-right-password")
    wrong = redis_server.url.replace("//", "//:canary-wrong-password@")
    result = operator.run(access_token=TOKEN, receipts=wrong)
    assert "cannot be used (AuthenticationError)" in refused(result, operator.kapso)
    assert "canary" not in str(result)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("redis://:canary/pass@127.0.0.1:1/0", id="a slash in the password"),
        pytest.param("redis://:canary?pass@127.0.0.1:1/0", id="a question mark in the password"),
        pytest.param("redis://:canary@127.0.0.1:99999/0", id="no such port"),
        pytest.param("redis://:canary@[::1", id="half an address"),
        pytest.param("redis://:canary@127.0.0.1:1?canary=1", id="no such setting"),
        pytest.param("redis:/:canary@127.0.0.1:1", id="a slash too few"),
        pytest.param("REDIS://:canary@127.0.0.1", id="in capitals"),
        pytest.param("rediss://:canary@127.0.0.1:1?ssl_cert_reqs=canary", id="a setting of TLS that is none"),
        pytest.param("https://user:canary@127.0.0.1:1/", id="another kind of server"),
    ],
)
def test_an_invalid_url_is_refused_without_its_password(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = Runner(kapso, url, config_id=kapso.add()).run(access_token=TOKEN)
    assert refused(result, kapso)
    assert "canary" not in str(result)
    assert list(tmp_path.iterdir()) == []


def test_the_redis_package_is_asked_for_only_if_it_is_needed(
    operator: Runner, receipts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    message = refused(operator.run(access_token=TOKEN), operator.kapso)
    assert f"{sys.executable} -m pip install redis" in message
    assert operator.run(access_token=TOKEN, receipts=str(receipts))["changed"]


def test_without_a_store_hidden_fields_are_sent_at_every_run_and_nothing_can_be_adopted(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    operator = Runner(kapso, "none", config_id=kapso.add())
    for _run in range(2):
        result = operator.run(access_token=TOKEN)
        assert (reasons(result), result["warnings"]) == (NO_RECEIPT, [])
    assert operator.sent == [{"access_token"}]
    assert list(tmp_path.iterdir()) == []
    message = refused(operator.run(access_token=TOKEN, send_write_only="adopt"), kapso)
    assert "receipts is none" in message
