"""How a download fails. No message tells what a name resolved to or what a server sent."""

from enum import StrEnum

__all__ = [
    "DownloadError",
    "DownloadFailed",
    "DownloadTooLarge",
    "FailureReason",
    "RefusalReason",
    "UrlRefused",
    "blocked",
    "malformed",
]


class RefusalReason(StrEnum):
    """Why a URL is not fetched."""

    LENGTH = "length"
    SYNTAX = "syntax"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"
    ADDRESS = "address"


class FailureReason(StrEnum):
    """Why a download did not succeed."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECTS = "redirects"
    ENCODING = "encoding"
    BROKEN = "broken"


class DownloadError(Exception):
    """Base of everything that `Downloader.fetch` raises on its own account.

    No message tells what a name resolved to or what a server sent.
    """


class UrlRefused(DownloadError):
    """The URL, or one that it redirects to, is not one to fetch from."""

    def __init__(self, reason: RefusalReason, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


class DownloadFailed(DownloadError):
    """The server could not be reached or did not send the whole file."""

    def __init__(self, reason: FailureReason, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text

    def __str__(self) -> str:
        return self.text


class DownloadTooLarge(DownloadError):
    """The file has more bytes than were asked for at most."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the file is larger than {self.limit} bytes"


def malformed() -> UrlRefused:
    """Refuse a URL that is none."""
    return UrlRefused(RefusalReason.SYNTAX, "the URL is malformed; it should look like https://host/path")


def blocked() -> UrlRefused:
    """Refuse a URL that leads where the policy does not."""
    return UrlRefused(
        RefusalReason.ADDRESS,
        "the URL leads to an address that is not public; the operator must allow it to be fetched from",
    )
