"""Addresses in object stores: which bucket, below which prefix, and where requests go."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Access", "Place", "find_bucket_url"]

_BUCKETS = {
    "s3": re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
    "cos": re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[1-9][0-9]{4,11}"),
}
_REGION = re.compile(r"[0-9a-z][0-9a-z-]{0,62}")
_HERE = "{bucket}"
"""In an endpoint: where the bucket's name belongs."""


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and a prefix in it, as a URL such as ``s3://bucket/some/where`` names them.

    Attributes
    ----------
    scheme
        ``cos`` for Tencent Cloud's object store, ``s3`` for all others.
    bucket
        With ``cos``, the account's number at its end is part of it.
    prefix
        What all names begin with, without slashes at its ends; may be empty.
    """

    scheme: str
    bucket: str
    prefix: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read an address.

        Raises
        ------
        ValueError
            It is none. The text does not repeat it, as somebody may have put a secret into it.
        """
        scheme, separator, rest = url.partition("://")
        bucket, _, prefix = rest.partition("/")
        if not separator or scheme not in _BUCKETS:
            raise ValueError("give s3://bucket/prefix or cos://bucket-appid/prefix")
        if "@" in bucket or "?" in rest or "#" in rest:
            raise ValueError("give bucket and prefix alone: no key pair, query or fragment belongs there")
        if not _BUCKETS[scheme].fullmatch(bucket):
            example = "photos-1250000000" if scheme == "cos" else "photos"
            raise ValueError(f"this is no bucket's name; one is like {scheme}://{example}/results")
        prefix = prefix.strip("/")
        if {"", ".", ".."} & set(prefix.split("/") if prefix else ()) or not prefix.isprintable():
            raise ValueError("a prefix has no empty parts, no `.` and no `..` between its slashes")
        return cls(scheme, bucket, prefix)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class Access:
    """How a store is reached.

    Attributes
    ----------
    region
        Where its buckets are, such as ``ap-guangzhou``.
    endpoint
        Its address; see `find_bucket_url`.
    public_endpoint
        Its address for those who are given URLs, if they reach it by another one.
    credentials
        A file with the key pair; without it, the environment holds it.
    """

    region: str
    endpoint: str | None = None
    public_endpoint: str | None = None
    credentials: Path | None = None


def find_bucket_url(place: Place, region: str, endpoint: str | None) -> str:
    """Return what the URL of every object of a bucket begins with, without a slash at its end.

    Parameters
    ----------
    place
        The bucket.
    region
        Where it is.
    endpoint
        The store's own address; ``{bucket}`` in it is replaced by the bucket's name. Without that, the name
        follows as the first part of the path, but for ``cos``, where the address is then one that belongs to
        the bucket. By default the provider's public address of buckets.

    Raises
    ------
    ValueError
        The endpoint is no address, or the region no region.
    """
    if not _REGION.fullmatch(region):
        raise ValueError("a region is like ap-guangzhou or us-east-1")
    if endpoint is None:
        endpoint = _usual_endpoint(place, region)
    url = endpoint.removesuffix("/").replace(_HERE, place.bucket)
    if _HERE not in endpoint and place.scheme == "s3":
        url = f"{url}/{place.bucket}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        usable = False
    if not usable or "@" in url or "?" in url or "#" in url or not url.isascii() or " " in url:
        raise ValueError(
            "give the store's address, such as https://s3.example.com or https://{bucket}.example.com"
        )
    return url


def _usual_endpoint(place: Place, region: str) -> str:
    if place.scheme == "cos":
        return f"https://{_HERE}.cos.{region}.myqcloud.com"
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    # A certificate for all buckets does not cover names with a dot.
    if "." in place.bucket:
        return f"https://s3.{region}.{domain}"
    return f"https://{_HERE}.s3.{region}.{domain}"
