# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts in a Redis that a team shares, and in no store at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.action import Operator, assert_distrusted, reasons
from tests.support.meanwhile import after_writing
from tests.support.redis_server import RedisServer

TOKEN = "canary-access-token"
PREFIX = "kapso.whatsapp:receipt:"
GONE = "redis://127.0.0.1:1/0"  # nobody listens there


@pytest.fixture
def operator(kapso: Emulator, redis_server: RedisServer) -> Operator:
    """An operator whose receipts are in Redis."""
    return Operator(kapso, redis_server.url)


def kept(server: RedisServer) -> dict[str, str]:
    """The receipts in it, without what only was a check."""
    return {key: text for key, text in server.contents().items() if not key.startswith(f"{PREFIX}check:")}


def refused(result: dict[str, Any], operator: Operator) -> str:
    """The message of a run that was refused before any request."""
    assert result["failed"]
    assert not result["changed"]
    assert operator.kapso.journal() == []
    return str(result["msg"])


def test_the_second_run_sends_nothing(operator: Operator, redis_server: RedisServer) -> None:
    assert reasons(operator.run(access_token=TOKEN)) == {"access_token": "no_receipt"}
    assert not operator.run(access_token=TOKEN)["changed"]
    (key,) = kept(redis_server)
    assert key.startswith(PREFIX)
    assert TOKEN not in redis_server.contents()[key]


def test_a_colleague_with_another_key_shares_the_receipts(kapso: Emulator, redis_server: RedisServer) -> None:
    kapso.settings(keys={"example-key-1": "project-1", "example-key-2": "project-1"})
    mine = Operator(kapso, redis_server.url, api_key="example-key-1", receipts_key="canary-receipts-key")
    theirs = Operator(kapso, redis_server.url, mine.config_id, api_key="example-key-2")
    mine.run(access_token=TOKEN)
    assert not theirs.dry_run(access_token=TOKEN, receipts_key="canary-receipts-key")["changed"]
    without = theirs.dry_run(access_token=TOKEN)
    assert reasons(without) == {"access_token": "no_receipt"}
    assert_distrusted(without, "foreign")


def test_receipts_never_expire_and_the_check_does(operator: Operator, redis_server: RedisServer) -> None:
    operator.run(access_token=TOKEN)
    (key,) = kept(redis_server)
    checks = redis_server.contents().keys() - {key}
    with redis_server.client() as client:
        assert client.ttl(key) == -1
        assert all(client.pttl(check) != -1 for check in checks)


def test_a_dry_run_writes_nothing(operator: Operator, redis_server: RedisServer) -> None:
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert redis_server.contents() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "\udcff", "\0"])
def test_what_is_no_receipt_counts_as_none(operator: Operator, redis_server: RedisServer, text: str) -> None:
    operator.run(access_token=TOKEN)
    (key,) = kept(redis_server)
    with redis_server.client() as client:
        client.set(key, text.encode("utf-8", "surrogateescape"))
    result = operator.run(access_token=TOKEN)
    assert reasons(result) == {"access_token": "no_receipt"}
    assert len(result["warnings"]) == 1
    again = operator.run(access_token=TOKEN)
    assert (again["changed"], again["warnings"]) == (False, [])


def test_redis_is_gone_before(kapso: Emulator) -> None:
    operator = Operator(kapso, GONE)
    for result in (operator.run(access_token=TOKEN), operator.dry_run(access_token=TOKEN)):
        assert "the Redis for receipts at 127.0.0.1:1 cannot be used" in refused(result, operator)


def test_no_socket_is_there(kapso: Emulator, tmp_path: Path) -> None:
    operator = Operator(kapso, f"unix://{tmp_path}/redis.sock?password=canary-password")
    message = refused(operator.run(access_token=TOKEN), operator)
    assert f"the Redis for receipts at {tmp_path}/redis.sock cannot be used" in message
    assert "canary" not in message


def test_redis_is_gone_in_the_middle(kapso: Emulator, redis_server: RedisServer) -> None:
    operator = Operator(kapso, redis_server.url)
    with after_writing(redis_server.stop):
        result = operator.run(access_token=TOKEN)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "what was sent took effect" in result["msg"]
    assert "sent again at the next run" in result["msg"]
    assert operator.state["access_token"] == TOKEN


def test_a_replica_that_may_only_be_read(operator: Operator, redis_server: RedisServer) -> None:
    redis_server.refuse_writes()
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert "cannot be used (ReadOnlyError)" in refused(operator.run(access_token=TOKEN), operator)


def test_a_wrong_password_is_not_shown(kapso: Emulator, redis_server: RedisServer) -> None:
    redis_server.demand("canary-right-password")
    operator = Operator(kapso, redis_server.url.replace("//", "//:canary-wrong-password@"))
    result = operator.run(access_token=TOKEN)
    assert "cannot be used (AuthenticationError)" in refused(result, operator)
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
        pytest.param("redis+tls://:canary@127.0.0.1:1", id="another scheme"),
        pytest.param("https://user:canary@127.0.0.1:1/", id="another kind of server"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_without_its_password(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    operator = Operator(kapso, url)
    result = operator.run(access_token=TOKEN)
    assert refused(result, operator)
    assert "canary" not in str(result)
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_decodes_is_as_good(kapso: Emulator, redis_server: RedisServer) -> None:
    operator = Operator(kapso, f"{redis_server.url}?decode_responses=true")
    operator.run(access_token=TOKEN)
    assert not operator.run(access_token=TOKEN)["changed"]


def test_the_redis_package_is_asked_for_only_where_it_is_needed(
    kapso: Emulator, redis_server: RedisServer, receipts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    operator = Operator(kapso, redis_server.url)
    message = refused(operator.run(access_token=TOKEN), operator)
    assert f"{sys.executable} -m pip install redis" in message
    assert operator.run(access_token=TOKEN, receipts=str(receipts))["changed"]
    assert operator.run(access_token=TOKEN, receipts="none")["changed"]


def test_without_a_store_hidden_fields_are_sent_at_every_run(kapso: Emulator, tmp_path: Path) -> None:
    operator = Operator(kapso, "none")
    for _run in range(2):
        result = operator.run(name="New", access_token=TOKEN)
        assert reasons(result)["access_token"] == "no_receipt"
        assert result["warnings"] == []
    assert operator.sent == [{"access_token"}]
    assert not operator.run(name="New")["changed"]
    assert list(tmp_path.iterdir()) == []


def test_without_a_store_nothing_can_be_adopted(kapso: Emulator) -> None:
    operator = Operator(kapso, "none")
    message = refused(operator.run(access_token=TOKEN, send_write_only="adopt"), operator)
    assert "receipts: none keeps no record" in message
