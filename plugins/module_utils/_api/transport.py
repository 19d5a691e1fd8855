# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send one request with `requests`, and return its response or raise TransportError."""

from __future__ import annotations

import os
import re
import socket
import ssl
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

try:
    import requests
    import urllib3
    from urllib3.exceptions import (
        ConnectTimeoutError,
        DecodeError,
        InsecureRequestWarning,
        NewConnectionError,
        ReadTimeoutError,
    )

    from . import deadline

    REQUESTS_IMPORT_ERROR: str | None = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

from .clock import http_date
from .urls import is_loopback

VERSION = "0.1.0"
MAX_BODY = 8 * 1024 * 1024  # bytes
CHUNK = 64 * 1024  # bytes
LONGEST_PATH = 1000  # characters of a path that a message repeats
DIGITS = 9  # of a count in a header, at most

PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
CHECK_NETWORK = "check {option}, the network and the proxy settings, then run again"


@dataclass(frozen=True)
class Settings:
    """Settings of a session. Times are in seconds."""

    url: str  # base URL, as urls.base_url returns it
    key: str
    timeout: float = 30.0
    validate_certs: bool = True
    ca_path: str | None = None
    connections: int = 4  # kept alive at most
    option: str = "api_url"  # the option that gives the base URL
    example: str = ""  # a correct base URL, for messages
    ending: str = ""  # the path with which each correct base URL ends
    proof: str = ""  # the path of a list that every version of the API has


@dataclass(frozen=True)
class RawResponse:
    """A complete response."""

    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Return the seconds that `Retry-After` asks for; None if it holds neither seconds nor a date.

        A date is compared with the server's clock if the response has a `Date`. The parser of urllib3 is not used: it
        cuts a long wait to some hours, but the message states the wait that the server asked for.
        """
        value = self.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdecimal():
            seconds = float(value)
            return seconds if seconds < float("inf") else None
        until = http_date(value)
        if until is None:
            return None
        now = self.date or datetime.now(timezone.utc)
        return max((until - now).total_seconds(), 0.0)

    @property
    def date(self) -> datetime | None:
        """Return the time of the response by the server's clock; None if it has no `Date`."""
        return http_date(self.headers.get("Date", ""))

    @property
    def remaining(self) -> int | None:
        """Return the requests that remain in this window (`X-RateLimit-Remaining`); None if unknown."""
        value = self.headers.get("X-RateLimit-Remaining", "").strip()
        return int(value) if value.isdecimal() and len(value) <= DIGITS else None


class TransportError(Exception):
    """A request without a usable response.

    `arrived` is False if the request certainly did not reach the API. `status` is set if a response with a 2xx began
    and could not be read completely. `again` says whether a retry may help. In `advice`, {option} stands for the option
    that gives the base URL.
    """

    def __init__(
        self,
        what: str,
        advice: str = CHECK_NETWORK,
        arrived: bool = True,
        status: int | None = None,
        again: bool = True,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.arrived = arrived
        self.status = status
        self.again = again


class Transport:
    """A session with one API under one key. Connections stay open between requests. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        parts = urlsplit(settings.url)
        self._host = parts.hostname or ""
        self._place = f"{self._host}:{parts.port}" if parts.port else self._host
        self._session = deadline.Session()
        self.close = self._session.close  # closes the open connections
        # Do not read netrc: its default entry would add an Authorization header. `send` passes proxies and
        # certificates.
        self._session.trust_env = False
        if not settings.validate_certs:
            # The task's result warns once. urllib3 would print a warning to standard error with each request.
            urllib3.disable_warnings(InsecureRequestWarning)
        adapter = deadline.Adapter(pool_maxsize=settings.connections, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.headers.update(
            {"User-Agent": f"kapso.whatsapp/{VERSION}", "Accept": "application/json", "X-API-Key": settings.key}
        )

    def send(self, method: str, url: str, body: bytes | None = None) -> RawResponse:
        """Send one request and read its response. Raise TransportError."""
        deadline.begin(self.settings.timeout)
        timeout: Any = urllib3.Timeout(total=self.settings.timeout)  # requests accepts it, but its type hints do not
        try:
            _require_regular_file(self._verify())
            response = self._session.request(
                method,
                url,
                data=body,
                headers={} if body is None else {"Content-Type": "application/json"},
                timeout=timeout,
                verify=self._verify(),
                proxies=self._proxies(url),
                allow_redirects=False,  # a redirect would take the API key along
                stream=True,
            )
        except OSError as error:  # from requests, or from the file that ca_path names
            raise self._failure(error) from None
        except urllib3.exceptions.LocationParseError:  # some invalid names fail only at the lookup
            what = f"the name of {self._place}, or of a proxy for it, is not a valid host name"
            raise TransportError(what, arrived=False, again=False) from None
        try:
            body = self._read(response)
        except TransportError:
            response.close()
            if response.ok and not response.is_redirect:
                raise
            body = b""  # for an error the status is enough
        response.raw.release_conn()
        return RawResponse(response.status_code, response.headers, body)

    def _verify(self) -> bool | str:
        if not self.settings.validate_certs:
            return False
        named = self.settings.ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        return named or True

    def _proxies(self, url: str) -> dict[str, str]:
        # Read only the environment: on macOS a forked process that asks the system for proxies can crash.
        proxies = getproxies_environment()
        if not proxies or is_loopback(self._host) or requests.utils.should_bypass_proxies(url, no_proxy=None):
            return {}
        proxy = requests.utils.select_proxy(url, proxies)
        if proxy and not _can_be_proxy(proxy):
            raise self._bad_proxy()
        return proxies

    def _read(self, response: requests.Response) -> bytes:
        parts = []
        size = 0
        status = response.status_code
        try:
            while True:
                part = _read_some(response.raw)
                if not part:
                    break
                parts.append(part)
                size += len(part)
                if size > MAX_BODY:
                    raise TransportError("the answer is larger than 8 MiB", status=status, again=False)
        except (socket.timeout, ReadTimeoutError):
            raise TransportError(f"the answer did not end within {self.settings.timeout:g} s", status=status) from None
        except DecodeError:
            raise TransportError("the answer cannot be unpacked", status=status, again=False) from None
        except (urllib3.exceptions.HTTPError, OSError):
            raise TransportError("the connection was lost in the middle of the answer", status=status) from None
        return b"".join(parts)

    def _failure(self, error: OSError) -> TransportError:
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(error, (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema)):
            return self._bad_proxy()
        if isinstance(error, requests.exceptions.ProxyError) and _failed_before_request(reason):
            return TransportError(f"the proxy for {self._place} cannot be used", arrived=False)
        if isinstance(error, requests.exceptions.SSLError) or not isinstance(error, requests.RequestException):
            return self._tls_failure(str(reason or error))
        if isinstance(reason, NewConnectionError):  # checked first: urllib3 derives it from ConnectTimeoutError
            return TransportError(f"no connection to {self._place} ({_cause(reason)})", arrived=False)
        if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, ConnectTimeoutError):
            return TransportError(f"no connection to {self._place} within {self.settings.timeout:g} s", arrived=False)
        if isinstance(error, requests.Timeout):
            return TransportError(f"no answer from {self._place} within {self.settings.timeout:g} s")
        if isinstance(error, requests.ConnectionError):
            return TransportError(f"the connection to {self._place} was lost before an answer came")
        return TransportError(f"{self._place} did not answer with HTTP ({type(error).__name__})", again=False)

    def _bad_proxy(self) -> TransportError:
        return TransportError(
            f"the proxy for {self._place} that the environment names cannot be used",
            "correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or install PySocks for a SOCKS proxy",
            arrived=False,
            again=False,
        )

    def _tls_failure(self, reason: str) -> TransportError:
        trusted = self._verify()
        if isinstance(trusted, str) and not _holds_certificates(trusted):
            what = f"no certificates can be read from {trusted if len(trusted) <= LONGEST_PATH else 'a path so long'}"
            return TransportError(what, "correct ca_path, or REQUESTS_CA_BUNDLE", arrived=False, again=False)
        if "CERTIFICATE_VERIFY_FAILED" in reason or "certificate" in reason.lower():
            detail = re.sub(r".*certificate verify failed: | \(_ssl\.c.*", "", reason)
            return TransportError(
                f"the certificate of {self._place} is not trusted ({detail})",
                "set ca_path to the certificate of the authority that signed it, or correct {option}",
                arrived=False,
                again=False,
            )
        return TransportError(f"no TLS connection to {self._place}", arrived=False)


def _can_be_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        return False
    return bool(parts.hostname) and parts.scheme in PROXY_SCHEMES


def _failed_before_request(reason: Any) -> bool:
    """Return whether the proxy failed before it got the request.

    urllib3 also blames the proxy if the connection through it breaks later, after the request was sent.
    """
    cause = getattr(reason, "original_error", None)
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError)) or "Tunnel connection failed" in str(cause)


def _require_regular_file(trusted: bool | str) -> None:
    """Raise OSError if certificates would come from a pipe or a device: such a file may have no end."""
    path = Path(trusted) if isinstance(trusted, str) else None
    if path and path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError("it is not a regular file")


def _holds_certificates(path: str) -> bool:
    """Return whether certificates can be read from that file, or it is a directory of such files."""
    try:
        _require_regular_file(path)
        if not Path(path).is_dir():
            ssl.create_default_context(cafile=path)
    except (OSError, ValueError):  # ValueError: the text cannot be a path
        return False
    return True


def _read_some(stream: Any) -> bytes:
    """Return the next bytes of a body as they arrive, so that the deadline also ends a slow body."""
    if hasattr(stream, "read1"):
        return bytes(stream.read1(CHUNK, decode_content=True))
    return bytes(stream.read(1024, decode_content=True))  # urllib3 1.26


def _cause(error: Exception) -> str:
    cause = error.__context__ or error
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return text.rsplit(": ", 1)[-1]


_kept: dict[tuple[Any, ...], Any] = {}


def per_process(kind: Any, settings: Any) -> Any:
    """Return `kind(settings)`, created once per process: the items of a loop share connections and the rate limit.

    The key holds the process ID, since a forked process must not use the objects of its parent.
    """
    key = (os.getpid(), kind, settings)
    if key not in _kept:
        _kept[key] = kind(settings)
    return _kept[key]


def close_connections() -> None:
    """Close the connections of `per_process`. Call this before a fork: children would share the sockets."""
    for kept in _kept.values():
        if isinstance(kept, Transport):
            kept.close()
    _kept.clear()
