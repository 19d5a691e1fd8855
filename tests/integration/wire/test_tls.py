# SPDX-License-Identifier: GPL-3.0-or-later
"""Test TLS: trusted authorities, messages about untrusted ones, and settings of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.race_hooks import impatient, in_seconds
from tests.support.runner import Runner

FIELDS = {"name": "Reception"}
BROKEN = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"


@pytest.fixture
def kapso(tls_server: Emulator) -> Iterator[Emulator]:
    """Yield the emulator with TLS, after a reset."""
    tls_server.reset()
    yield tls_server
    assert tls_server.crashes() == []


def test_an_authority_named_by_ca_path_is_trusted(
    kapso: Emulator, wire: Runner, config_id: str, authorities: Authorities
) -> None:
    result = wire.run(config_id, FIELDS, ca_path=str(authorities.ours))

    assert (result["changed"], result["warnings"]) == (True, [])
    assert kapso.short() == "GET PATCH"
    assert kapso.connections() == 1


@pytest.mark.parametrize("named", ["no authority", "another authority"])
def test_an_untrusted_certificate_is_reported_with_advice_and_gets_no_key(
    kapso: Emulator, wire: Runner, config_id: str, authorities: Authorities, named: str
) -> None:
    ca_path = str(authorities.other) if named == "another authority" else None

    result = wire.run(config_id, FIELDS, ca_path=ca_path)

    host = kapso.url.split("/")[2]
    assert f"the certificate of {host} is not trusted (unable to get local issuer certificate)" in result["msg"]
    assert "set ca_path to the certificate of the authority that signed it" in result["msg"]
    assert (result["changed"], result["error"]["outcome"], result["error"]["attempts"]) == (False, "not_sent", 1)
    assert kapso.journal() == []


def test_a_certificate_of_another_host_is_not_trusted(
    authorities: Authorities,
) -> None:
    with Emulator.start(tls_cert=authorities.misnamed, tls_key=authorities.misnamed) as misnamed:
        result = Runner(misnamed, None).run(misnamed.add(), FIELDS, ca_path=str(authorities.ours))

        assert "is not trusted (IP address mismatch, certificate is not valid for '127.0.0.1'" in result["msg"]
        assert misnamed.journal() == []


@pytest.mark.parametrize(
    "content", [None, "", "no certificate", BROKEN, os.mkfifo], ids=["missing", "empty", "text", "broken", "a pipe"]
)
def test_an_invalid_ca_path_is_reported(
    kapso: Emulator, wire: Runner, config_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Any
) -> None:
    path = tmp_path / "authority.pem"
    monkeypatch.chdir(tmp_path)
    if callable(content):
        content(path)
    elif content is not None:
        path.write_text(content)

    with in_seconds():  # no program writes into the pipe
        result = wire.run(config_id, FIELDS, ca_path=path.name)

    assert str(path) in result["msg"]
    assert "ca_path" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 1)
    assert kapso.journal() == []


def test_validate_certs_false_trusts_everyone_and_warns(kapso: Emulator, wire: Runner, config_id: str) -> None:
    result = wire.run(config_id, FIELDS, validate_certs=False)

    assert result["changed"]
    assert [text.partition(":")[0] for text in result["warnings"]] == ["validate_certs is false"]
    assert kapso.short() == "GET PATCH"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize(
    ("bundle", "ca_path", "validate_certs", "trusted"),
    [
        ("ours", None, True, True),
        ("ours", "other", True, False),
        ("other", "ours", True, True),
        ("other", None, False, True),
    ],
)
def test_a_bundle_of_the_environment_is_used_without_ca_path(
    wire: Runner,
    config_id: str,
    authorities: Authorities,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    bundle: str,
    ca_path: str | None,
    validate_certs: bool,
    trusted: bool,
) -> None:
    monkeypatch.setenv(variable, str(getattr(authorities, bundle)))

    named = ca_path and str(getattr(authorities, ca_path))
    assert wire.run(config_id, FIELDS, ca_path=named, validate_certs=validate_certs)["changed"] is trusted
    assert bool(wire.kapso.journal()) is trusted


@pytest.mark.parametrize(("scheme", "said"), [("https:", "no TLS connection to 127.0.0.1"), ("http:", "")])
def test_a_port_that_speaks_the_other_protocol(
    kapso_server: Emulator, kapso: Emulator, wire: Runner, config_id: str, scheme: str, said: str
) -> None:
    server = kapso_server if scheme == "https:" else kapso
    url = scheme + server.url.partition(":")[2]

    result = wire.run(config_id, FIELDS, api_url=url, retries=1)

    assert said in result["msg"]
    assert (result["failed"], result["error"]["outcome"]) == (True, "not_sent")
    assert kapso.journal() == []


@pytest.mark.parametrize("rule", [{"endless": 60}, {"endless": 0.09}, {"delay": 60}])
def test_one_request_takes_no_longer_than_its_timeout_over_tls_too(
    kapso: Emulator, wire: Runner, config_id: str, authorities: Authorities, rule: dict[str, Any]
) -> None:
    kapso.fault(method="GET", **rule)

    with impatient(kapso, "GET", rule):
        assert wire.run(config_id, FIELDS, ca_path=str(authorities.ours), retries=0)["failed"]
