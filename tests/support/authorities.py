# SPDX-License-Identifier: GPL-3.0-or-later
"""Throwaway certificate authorities, and what they signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Authorities:
    """Paths of PEM files: the certificates of two authorities, and what the first one signed."""

    ours: Path
    other: Path
    certificate: Path  # of a server at one of the hosts
    key: Path
    misnamed: Path  # certificate and key in one, for another host

    @classmethod
    def found(cls, place: Path, *hosts: str) -> Authorities:
        """Make them in a directory, for a server that is reached by these names or addresses."""
        ours, other = trustme.CA(), trustme.CA()
        made = cls(*(place / f"{name}.pem" for name in ("ours", "other", "certificate", "key", "misnamed")))
        ours.cert_pem.write_to_path(str(made.ours))
        other.cert_pem.write_to_path(str(made.other))
        server = ours.issue_cert(*hosts)
        server.cert_chain_pems[0].write_to_path(str(made.certificate))
        server.private_key_pem.write_to_path(str(made.key))
        ours.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(str(made.misnamed))
        return made
