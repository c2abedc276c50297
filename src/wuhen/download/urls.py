"""From the text of a URL to what is requested, with everything refused that need not even be tried."""

import ipaddress
import re
from urllib.parse import quote, urljoin, urlsplit

from yarl import URL

from wuhen.download.errors import RefusalReason, UrlRefused, blocked, malformed
from wuhen.download.policy import DownloadPolicy

__all__ = ["join", "parse"]

MAX_URL_LENGTH = 8192

_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_HOST_NAME = re.compile(r"(?!.{255})(?![0-9.]+$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")


def parse(url: str, policy: DownloadPolicy) -> URL:
    """Turn text into the URL to request; path and query go out as they are, but for spaces and non-ASCII."""
    if len(url) > MAX_URL_LENGTH:
        raise UrlRefused(
            RefusalReason.LENGTH, f"the URL has {len(url)} characters; {MAX_URL_LENGTH} are allowed"
        )
    if _FORBIDDEN.search(url):
        raise UrlRefused(
            RefusalReason.SYNTAX, "the URL contains a control character or a backslash; escape it"
        )
    try:
        parts = urlsplit(url)
        normal = URL(f"//{parts.netloc}")
        host, port = normal.raw_host or "", normal.explicit_port
    except ValueError:
        raise malformed() from None
    if parts.scheme not in {"http", "https"}:
        raise UrlRefused(RefusalReason.SCHEME, "the URL must begin with http:// or https://")
    if "@" in parts.netloc:
        raise UrlRefused(RefusalReason.USERINFO, "the URL must not contain a user name or password")
    _check_host(host, policy)
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    if port not in policy.allowed_ports:
        allowed = ", ".join(map(str, sorted(policy.allowed_ports)))
        raise UrlRefused(RefusalReason.PORT, f"the URL's port {port} is not one of those allowed: {allowed}")
    authority = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe=_PRINTABLE) or "/"
    query = f"?{quote(parts.query, safe=_PRINTABLE)}" if parts.query else ""
    return URL(f"{parts.scheme}://{authority}:{port}{path}{query}", encoded=True)


def _check_host(host: str, policy: DownloadPolicy) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not _HOST_NAME.fullmatch(host):
            raise malformed() from None
        return
    if not policy.permits(host):
        raise blocked()


def join(url: str, location: str) -> str:
    """Return where a redirect leads."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise malformed() from None
