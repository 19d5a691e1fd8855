# SPDX-License-Identifier: GPL-3.0-or-later
"""Make certificate authorities for tests, and certificates signed by them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Authorities:
    """Hold paths of PEM files: two authorities, and certificates that the first one signed."""

    ours: Path
    other: Path
    certificate: Path  # of a server at one of the hosts
    key: Path
    misnamed: Path  # certificate and key in one, for another host

    @classmethod
    def found(cls, place: Path, *hosts: str) -> Authorities:
        """Write the files in a directory, for a server with these host names or addresses."""
        ours, other = trustme.CA(), trustme.CA()
        made = cls(*(place / f"{name}.pem" for name in ("ours", "other", "certificate", "key", "misnamed")))
        ours.cert_pem.write_to_path(str(made.ours))
        other.cert_pem.write_to_path(str(made.other))
        server = ours.issue_cert(*hosts)
        server.cert_chain_pems[0].write_to_path(str(made.certificate))
        server.private_key_pem.write_to_path(str(made.key))
        ours.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(str(made.misnamed))
        return made
