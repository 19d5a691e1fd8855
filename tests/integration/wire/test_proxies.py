# SPDX-License-Identifier: GPL-3.0-or-later
"""Test proxies and other settings of the environment: which ones apply, and that no password is shown."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.proxy import HOST, Proxy
from tests.support.runner import Runner
from tests.support.shared_time import shared_time

FIELDS = {"name": "Reception"}
LOGIN = "user:canary-password"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


@pytest.fixture
def guarded_proxy() -> Iterator[Proxy]:
    with Proxy(LOGIN) as running:
        yield running


@pytest.fixture
def plain(kapso: Emulator, wire: Runner) -> Runner:
    """Return a runner that reaches the server by its name with plain HTTP."""
    wire.options |= {"api_url": kapso.url.replace("127.0.0.1", HOST), "allow_http": True}
    return wire


@pytest.fixture
def encrypted(tls_server: Emulator, authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Return a runner that reaches the server by its name with TLS."""
    tls_server.reset()
    wire = Runner(tls_server, None, time=shared_time(tls_server, monkeypatch))
    wire.options |= {"api_url": tls_server.url.replace("127.0.0.1", HOST), "ca_path": str(authorities.ours)}
    return wire


@pytest.fixture(params=["plain", "encrypted"])
def named(request: pytest.FixtureRequest) -> Runner:
    """Return both runners in turn."""
    wire: Runner = request.getfixturevalue(request.param)
    return wire


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process resolve the name, too."""
    resolve = socket.getaddrinfo

    def here(host: str, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host == HOST else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_plain_requests_take_the_proxy_of_the_environment(
    plain: Runner, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    monkeypatch.setenv(variable, scheme + proxy.place)

    assert plain.run(config_id, FIELDS)["changed"]

    path = f"{plain.options['api_url']}/whatsapp_configs/{config_id}"
    assert [(asked.method, asked.target) for asked in proxy.asked] == [("GET", path), ("PATCH", path)]
    assert plain.kapso.short() == "GET PATCH"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_requests_over_tls_take_a_tunnel_and_the_proxy_sees_no_key(
    encrypted: Runner, proxy: Proxy, authorities: Authorities, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.place}")
    config_id = encrypted.kapso.add()

    assert encrypted.run(config_id, FIELDS)["changed"]
    assert encrypted.kapso.short() == "GET PATCH"
    distrusted = encrypted.run(config_id, {"name": "Lobby"}, ca_path=str(authorities.other))

    target = encrypted.options["api_url"].split("/")[2]
    assert [(asked.method, asked.target) for asked in proxy.asked] == [("CONNECT", target)] * 2
    assert all("x-api-key" not in asked.headers for asked in proxy.asked)
    assert encrypted.kapso.journal() == []
    assert f"the certificate of {HOST}" in distrusted["msg"]


@pytest.mark.usefixtures("resolved")
def test_a_proxy_for_the_other_scheme_is_not_taken(
    plain: Runner, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")

    assert plain.run(config_id, FIELDS)["changed"]
    assert proxy.asked == []


def test_the_login_of_a_proxy_is_sent_to_the_proxy_only(
    named: Runner, guarded_proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://{LOGIN}@{guarded_proxy.place}")

    result = named.run(named.kapso.add(), FIELDS)

    assert result["changed"]
    assert "canary" not in str(result)
    assert all("proxy-authorization" not in entry.headers for entry in named.kapso.journal())


def test_a_login_that_a_proxy_refuses_is_reported_without_the_password(
    named: Runner, guarded_proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = named.options["api_url"].startswith("https")
    said = f"the proxy for {HOST}" if tls else "the proxy asks for a user and a password (HTTP 407)"
    assert_refused(named, monkeypatch, f"http://user:canary-wrong@{guarded_proxy.place}", said, 2 if tls else 1)


def test_an_unreachable_proxy_is_reported_without_its_password(named: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = named.kapso.refused_url().split("/")[2]
    assert_refused(named, monkeypatch, f"http://{LOGIN}@{refusing}", "proxy settings", 2)


@pytest.mark.parametrize(
    "value",
    ["http://", "http://user:canary-password@", "nonsense://proxy.example", "socks5://127.0.0.1:1", "http://[::1"],
)
def test_a_proxy_that_is_no_url_is_reported(plain: Runner, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    said = f"the proxy for {HOST}{plain.kapso.url.removeprefix('http://127.0.0.1').partition('/')[0]} that the"
    assert_refused(plain, monkeypatch, value, f"{said} environment names cannot be used; nothing was changed", 1)


def assert_refused(wire: Runner, monkeypatch: pytest.MonkeyPatch, proxy: str, said: str, attempts: int) -> None:
    """Assert that with this proxy nothing is sent and no password is shown."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    result = wire.run("one", FIELDS, retries=1)
    assert said in result["msg"]
    assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")
    assert result["error"]["attempts"] == attempts
    assert "canary" not in str(result)
    assert wire.kapso.journal() == []


def test_a_change_without_an_answer_is_verified_with_a_read(
    named: Runner, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://{proxy.place}")
    named.kapso.fault(method="PATCH", drop="after")

    result = named.run(named.kapso.add(), FIELDS, retries=0)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert named.kapso.short() == "GET PATCH GET"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.0.0.2"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_loopback_takes_no_proxy(
    wire: Runner, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.place}")

    wire.run(config_id, FIELDS, api_url=wire.kapso.url.replace("127.0.0.1", host), retries=0)

    assert proxy.asked == []


@pytest.mark.usefixtures("resolved")
@pytest.mark.parametrize(
    ("value", "asked"),
    [
        (HOST, 0),
        (f".{HOST.split('.')[1]}", 0),
        ("*", 0),
        (f"other.example, {HOST}", 0),
        ("other.example, example.org", 2),
    ],
)
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_hosts_of_no_proxy_and_no_others_take_none(
    plain: Runner,
    config_id: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    asked: int,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.place}")
    monkeypatch.setenv(variable, value)

    assert plain.run(config_id, FIELDS)["changed"]
    assert len(proxy.asked) == asked
    assert plain.kapso.short() == "GET PATCH"


@pytest.mark.parametrize("variable", ["HOME", "NETRC"])
def test_a_netrc_adds_nothing_to_the_headers(
    kapso: Emulator, wire: Runner, config_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    file = tmp_path / ".netrc"
    file.write_text("default login canary-login password canary-password\n")
    file.chmod(0o600)
    monkeypatch.setenv(variable, str(tmp_path if variable == "HOME" else file))

    assert wire.run(config_id, FIELDS)["changed"]

    for entry in kapso.journal():
        assert "authorization" not in entry.headers
        assert entry.headers["user-agent"].startswith("kapso.whatsapp/")
        assert entry.headers["x-api-key"].startswith("sha256:")
        assert entry.headers["accept"] == "application/json"
    assert [entry.headers.get("content-type") for entry in kapso.journal()] == [None, "application/json"]
