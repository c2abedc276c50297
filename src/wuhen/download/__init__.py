"""Fetching a picture from a URL that a caller gave, without becoming the caller's way into our network.

The text of a URL proves nothing: its name can resolve to a different address each time, be a number in
disguise, or redirect. So the decision falls on the very address that a socket is about to be connected to,
for every attempt and every redirect, in the connector's socket factory. The text is checked as well, but only
to give a clear error early.
"""

from wuhen.download.answer import Download
from wuhen.download.errors import (
    DownloadError,
    DownloadFailed,
    DownloadTooLarge,
    FailureReason,
    RefusalReason,
    UrlRefused,
)
from wuhen.download.policy import DownloadPolicy

__all__ = [
    "Download",
    "DownloadError",
    "DownloadFailed",
    "DownloadPolicy",
    "DownloadTooLarge",
    "FailureReason",
    "RefusalReason",
    "UrlRefused",
]
