# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies, and what else an environment might slip in: which of it counts, and that no password of it is shown."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.proxy import HOST, Proxy
from tests.support.wire import Wire, wired

FIELDS = {"name": "Reception"}
LOGIN = "user:canary-password"


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk")


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


@pytest.fixture
def guarded_proxy() -> Iterator[Proxy]:
    with Proxy(LOGIN) as running:
        yield running


@pytest.fixture
def by_name(kapso: Emulator, wire: Wire) -> Wire:
    """The same server by its name, in plain http."""
    wire.options = {"api_url": kapso.url.replace("127.0.0.1", HOST), "allow_http": True}
    return wire


@pytest.fixture
def by_name_over_tls(tls_server: Emulator, authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The server behind TLS by its name."""
    tls_server.reset()
    wire = wired(tls_server, monkeypatch)
    wire.options = {"api_url": tls_server.url.replace("127.0.0.1", HOST), "ca_path": str(authorities.ours)}
    return wire


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name known to this process too."""
    resolve = socket.getaddrinfo

    def here(host: str, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host == HOST else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_plain_requests_take_the_proxy_of_the_environment(
    kapso: Emulator,
    by_name: Wire,
    config_id: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    scheme: str,
) -> None:
    monkeypatch.setenv(variable, scheme + proxy.place)

    assert by_name.run(config_id, FIELDS)["changed"]

    path = f"{by_name.options['api_url']}/whatsapp_configs/{config_id}"
    assert [(asked.method, asked.target) for asked in proxy.asked] == [("GET", path), ("PATCH", path)]
    assert kapso.short() == "GET PATCH"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_requests_over_tls_take_a_tunnel_and_the_proxy_sees_no_key(
    by_name_over_tls: Wire, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    kapso = by_name_over_tls.kapso
    config_id = kapso.add()
    monkeypatch.setenv(variable, f"http://{proxy.place}")

    assert by_name_over_tls.run(config_id, FIELDS)["changed"]

    (asked,) = proxy.asked
    assert (asked.method, asked.target) == ("CONNECT", by_name_over_tls.options["api_url"].split("/")[2])
    assert "x-api-key" not in asked.headers
    assert kapso.short() == "GET PATCH"


@pytest.mark.usefixtures("resolved")
def test_a_proxy_for_the_other_scheme_is_not_taken(
    by_name: Wire, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")

    assert by_name.run(config_id, FIELDS)["changed"]
    assert proxy.asked == []


def test_a_certificate_that_is_not_trusted_is_none_through_a_proxy_either(
    by_name_over_tls: Wire, authorities: Authorities, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")

    result = by_name_over_tls.run("one", FIELDS, ca_path=str(authorities.other))

    assert f"the certificate of {HOST}" in result["msg"]
    assert "set ca_path" in result["msg"]
    assert by_name_over_tls.kapso.journal() == []


@pytest.mark.parametrize("tls", [False, True])
def test_the_login_of_a_proxy_goes_to_the_proxy_and_no_further(
    by_name: Wire, by_name_over_tls: Wire, guarded_proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    wire = by_name_over_tls if tls else by_name
    config_id = wire.kapso.add()
    monkeypatch.setenv("ALL_PROXY", f"http://{LOGIN}@{guarded_proxy.place}")

    result = wire.run(config_id, FIELDS)

    assert result["changed"]
    assert "canary" not in str(result)
    assert all("proxy-authorization" not in entry.headers for entry in wire.kapso.journal())


@pytest.mark.parametrize("tls", [False, True])
def test_a_login_that_a_proxy_refuses_is_told_without_the_password(
    by_name: Wire, by_name_over_tls: Wire, guarded_proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    wire = by_name_over_tls if tls else by_name
    monkeypatch.setenv("ALL_PROXY", f"http://user:canary-wrong@{guarded_proxy.place}")

    result = wire.run("one", FIELDS, retries=1)

    said = f"the proxy for {HOST}" if tls else "the proxy wants a user and a password (HTTP 407)"
    assert said in result["msg"]
    assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")
    assert "canary" not in str(result)
    assert wire.kapso.journal() == []


@pytest.mark.parametrize("tls", [False, True])
def test_a_proxy_that_is_not_there_is_told_without_its_password(
    kapso: Emulator, by_name: Wire, by_name_over_tls: Wire, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    wire = by_name_over_tls if tls else by_name
    refusing = kapso.refused_url().split("/")[2]
    monkeypatch.setenv("ALL_PROXY", f"http://{LOGIN}@{refusing}")

    result = wire.run("one", FIELDS, retries=2)

    assert f"the proxy for {HOST}" in result["msg"]
    assert "proxy settings" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 3)
    assert "canary" not in str(result)


@pytest.mark.parametrize(
    "value",
    ["http://", "http://user:canary-password@", "nonsense://proxy.example", "socks5://127.0.0.1:1", "http://[::1"],
)
def test_a_proxy_that_is_no_url_is_told_as_such(by_name: Wire, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)

    result = by_name.run("one", FIELDS)

    assert f"the proxy for {HOST}" in result["msg"]
    assert "that the environment names cannot be used; nothing was changed; correct HTTP_PROXY" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 1)
    assert "canary-password" not in str(result)


def test_a_change_whose_answer_a_proxy_lost_is_looked_for(
    kapso: Emulator, by_name: Wire, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.place}")
    proxy.loses_answers = True

    result = by_name.run(config_id, FIELDS, retries=0)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH GET"


def test_a_change_whose_answer_was_lost_in_a_tunnel_is_looked_for(
    by_name_over_tls: Wire, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    kapso = by_name_over_tls.kapso
    config_id = kapso.add()
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")
    kapso.fault(method="PATCH", drop="after")

    result = by_name_over_tls.run(config_id, FIELDS, retries=0)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH GET"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.0.0.2"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_loopback_takes_no_proxy(
    kapso: Emulator, wire: Wire, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.place}")

    wire.run(config_id, FIELDS, api_url=kapso.url.replace("127.0.0.1", host), retries=0)

    assert proxy.asked == []


@pytest.mark.usefixtures("resolved")
@pytest.mark.parametrize("value", [HOST, f".{HOST.split('.')[1]}", "*", f"other.example, {HOST}"])
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_hosts_of_no_proxy_take_none(
    kapso: Emulator,
    by_name: Wire,
    config_id: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.place}")
    monkeypatch.setenv(variable, value)

    assert by_name.run(config_id, FIELDS)["changed"]
    assert proxy.asked == []
    assert kapso.short() == "GET PATCH"


def test_other_hosts_of_no_proxy_change_nothing(
    by_name: Wire, config_id: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.place}")
    monkeypatch.setenv("NO_PROXY", "other.example, example.org")

    assert by_name.run(config_id, FIELDS)["changed"]
    assert len(proxy.asked) == 2


@pytest.mark.parametrize("named", ["in the home directory", "by NETRC"])
def test_a_netrc_adds_nothing(
    kapso: Emulator, wire: Wire, config_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    file = tmp_path / ".netrc"
    file.write_text("default login canary-login password canary-password\n")
    file.chmod(0o600)
    monkeypatch.setenv(*("HOME", str(tmp_path)) if named == "in the home directory" else ("NETRC", str(file)))

    assert wire.run(config_id, FIELDS)["changed"]
    assert all("authorization" not in entry.headers for entry in kapso.journal())


def test_each_request_names_the_collection_and_carries_the_key_in_its_own_header(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    wire.run(config_id, FIELDS)

    for entry in kapso.journal():
        assert entry.headers["user-agent"].startswith("kapso.whatsapp/")
        assert entry.headers["x-api-key"].startswith("sha256:")
        assert entry.headers["accept"] == "application/json"
    assert [entry.headers.get("content-type") for entry in kapso.journal()] == [None, "application/json"]
