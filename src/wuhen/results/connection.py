"""The way to an object store: how it is reached, how often it is asked, and why it did not answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from obstore.store import S3Store

from wuhen.results.credentials import Credentials
from wuhen.results.place import Access, Place, find_bucket_url

if TYPE_CHECKING:
    from obstore.store import BackoffConfig, ClientConfig, S3Credential

__all__ = ["NO_BUCKET", "RETRIES", "RETRY_SECONDS", "open_store", "reason_of"]

NO_BUCKET = "there is no such bucket"
CONNECT_SECONDS = 2.0
REQUEST_SECONDS = 45.0
"""For one request. A large result on a slow line takes as long as that."""
RETRIES = 8
RETRY_SECONDS = 10.0
"""For trying again: nothing is begun anew after so long."""
_PAUSES: "BackoffConfig" = {
    "init_backoff": timedelta(milliseconds=100),
    "max_backoff": timedelta(seconds=2),
    "base": 2,
}
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([0-9A-Za-z.]{1,64})</Code>")
_SIGNS = {
    "ConnectionRefused": "connection refused",
    "dns error": "its host is not known",
    "Certificate": "its certificate is not trusted",
    "TimedOut": "no answer in time",
    "Timeout": "no answer in time",
    "kind: Connect": "no connection",
    "redentials": "there is no key pair",
}
"""What a text of the library has in it, and what it comes to."""


def open_store(
    place: Place,
    access: Access,
    pair: Credentials | None,
    *,
    seconds: float = REQUEST_SECONDS,
    retries: int = RETRIES,
    patience: float = RETRY_SECONDS,
    sign: bool = True,
) -> S3Store:
    """Return the library's way to what is below a place.

    Parameters
    ----------
    place, access
        Where, and how it is reached.
    pair
        Who asks; None has the library look for a pair.
    seconds
        For one request.
    retries
        How often what fails is tried again.
    patience
        Seconds after which it no longer is.
    sign
        Whether requests say who asks.

    Raises
    ------
    ValueError
        The region or the endpoint is none.
    """
    url = find_bucket_url(place, access.region, access.endpoint)
    client: ClientConfig = {
        "allow_http": url.startswith("http:"),
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=seconds),
    }
    return S3Store(
        prefix=place.prefix or None,
        bucket=place.bucket,
        region=access.region,
        endpoint=url,
        # Said twice: a variable of the environment that only the second overrides goes before the first.
        aws_endpoint_url_s3=url,
        # The URL is the bucket's already, wherever in it the name is.
        virtual_hosted_style_request=True,
        # Tencent Cloud's demands a header that S3 has given up.
        disable_bulk_delete=place.scheme == "cos",
        skip_signature=not sign,
        credential_provider=None if pair is None else _provide(pair),
        client_options=client,
        retry_config={
            "max_retries": retries,
            "retry_timeout": timedelta(seconds=patience),
            "backoff": _PAUSES,
        },
    )


def _provide(pair: Credentials) -> "Callable[[], S3Credential]":
    """Return what hands the library a pair; with one that is set it would use a token of the environment."""
    return lambda: {
        "access_key_id": pair.secret_id,
        "secret_access_key": pair.secret_key,
        "token": pair.token,
        "expires_at": None,
    }


def reason_of(text: str) -> str:
    """Return what matters of the library's text, which may hold addresses, signatures and whole answers."""
    status, code = _STATUS.search(text), _CODE.search(text)
    if code is not None and code[1] == "NoSuchBucket":
        return NO_BUCKET
    if status is not None:
        return f"refused with {status[1]}" + (f" {code[1]}" if code else "")
    for sign, reason in _SIGNS.items():
        if sign in text:
            return reason
    return "no usable answer"
