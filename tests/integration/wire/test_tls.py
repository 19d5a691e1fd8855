# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: whom the client trusts, what it says when it does not, and that the environment cannot change its mind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.wire import Wire, wired

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
FIELDS = {"name": "Reception"}
BROKEN = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"


@pytest.fixture
def kapso(tls_server: Emulator) -> Iterator[Emulator]:
    """The emulator behind TLS."""
    tls_server.reset()
    yield tls_server
    assert tls_server.crashes() == []


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk")


def test_an_authority_named_by_ca_path_is_trusted(
    kapso: Emulator, wire: Wire, config_id: str, authorities: Authorities
) -> None:
    result = wire.run(config_id, FIELDS, ca_path=str(authorities.ours))

    assert (result["changed"], result["warnings"]) == (True, [])
    assert kapso.short() == "GET PATCH"
    assert kapso.connections() == 1


@pytest.mark.parametrize("named", ["no authority", "another authority"])
def test_a_certificate_that_is_not_trusted_is_told_with_advice_and_gets_no_key(
    kapso: Emulator, wire: Wire, config_id: str, authorities: Authorities, named: str
) -> None:
    ca_path = str(authorities.other) if named == "another authority" else None

    result = wire.run(config_id, FIELDS, ca_path=ca_path)

    host = kapso.url.split("/")[2]
    assert f"the certificate of {host} is not trusted (unable to get local issuer certificate)" in result["msg"]
    assert "set ca_path to the certificate of the authority that signed it" in result["msg"]
    assert (result["changed"], result["error"]["outcome"], result["error"]["attempts"]) == (False, "not_sent", 1)
    assert kapso.journal() == []


def test_a_certificate_of_another_host_is_not_trusted(
    authorities: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator.start(tls_cert=authorities.misnamed, tls_key=authorities.misnamed) as misnamed:
        config_id = misnamed.add()

        result = wired(misnamed, monkeypatch).run(config_id, FIELDS, ca_path=str(authorities.ours))

        assert "is not trusted (IP address mismatch, certificate is not valid for '127.0.0.1'" in result["msg"]
        assert misnamed.journal() == []


@pytest.mark.parametrize("content", [None, "", "no certificate", BROKEN], ids=["missing", "empty", "text", "broken"])
def test_a_ca_path_that_is_no_good_is_told_as_such(
    kapso: Emulator, wire: Wire, config_id: str, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)

    result = wire.run(config_id, FIELDS, ca_path=str(path))

    assert str(path) in result["msg"]
    assert "ca_path" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 1)
    assert kapso.journal() == []


def test_validate_certs_false_trusts_everyone_and_warns(kapso: Emulator, wire: Wire, config_id: str) -> None:
    result = wire.run(config_id, FIELDS, validate_certs=False)

    assert result["changed"]
    assert [text.partition(":")[0] for text in result["warnings"]] == ["validate_certs is false"]
    assert kapso.short() == "GET PATCH"


@pytest.mark.parametrize("variable", BUNDLES)
def test_a_bundle_of_the_environment_is_for_those_who_name_none(
    wire: Wire, config_id: str, authorities: Authorities, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(authorities.ours))

    assert wire.run(config_id, FIELDS)["changed"]


@pytest.mark.parametrize("variable", BUNDLES)
def test_a_bundle_of_the_environment_does_not_override_ca_path(
    kapso: Emulator,
    wire: Wire,
    config_id: str,
    authorities: Authorities,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(authorities.ours))
    assert wire.run(config_id, FIELDS, ca_path=str(authorities.other))["failed"]
    assert kapso.journal() == []

    monkeypatch.setenv(variable, str(authorities.other))
    assert wire.run(config_id, FIELDS, ca_path=str(authorities.ours))["changed"]


@pytest.mark.parametrize("variable", BUNDLES)
def test_a_bundle_of_the_environment_does_not_override_validate_certs(
    wire: Wire, config_id: str, authorities: Authorities, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(authorities.other))

    assert wire.run(config_id, FIELDS, validate_certs=False)["changed"]


def test_tls_at_a_port_that_speaks_none(kapso_server: Emulator, wire: Wire, config_id: str) -> None:
    result = wire.run(config_id, FIELDS, api_url=kapso_server.url.replace("http:", "https:"), retries=1)

    assert "no TLS connection to 127.0.0.1" in result["msg"]
    assert result["error"]["outcome"] == "not_sent"


def test_plain_http_at_a_port_that_speaks_tls(kapso: Emulator, wire: Wire, config_id: str) -> None:
    result = wire.run(config_id, FIELDS, api_url=kapso.url.replace("https:", "http:"), retries=1)

    assert result["failed"]
    assert result["error"]["outcome"] == "not_sent"
    assert kapso.journal() == []


def test_a_lost_answer_is_looked_for_over_tls_too(
    kapso: Emulator, wire: Wire, config_id: str, authorities: Authorities
) -> None:
    kapso.fault(method="PATCH", drop="after", count=1)

    result = wire.run(config_id, FIELDS, ca_path=str(authorities.ours))

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH GET"


@pytest.mark.parametrize("rule", [{"endless": 60}, {"endless": 0.9}, {"delay": 60}])
def test_one_request_takes_no_longer_than_its_timeout_over_tls_too(
    kapso: Emulator, wire: Wire, config_id: str, authorities: Authorities, rule: dict[str, float]
) -> None:
    kapso.fault(method="GET", **rule)
    began = time.monotonic()

    assert wire.run(config_id, FIELDS, ca_path=str(authorities.ours), timeout=1, retries=0)["failed"]
    assert time.monotonic() - began < 1.6
