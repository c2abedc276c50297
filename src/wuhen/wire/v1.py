"""Signature v1 (HmacSHA1 and HmacSHA256), stage by stage; shared by both sides.

Source: "Signature Method v1" of Tencent Cloud API 3.0.
"""

import base64
import hmac
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

SIGNATURE_FIELD: Final = "Signature"


class SignatureMethod(StrEnum):
    """The algorithms of signature v1, as the parameter spells them."""

    SHA1 = "HmacSHA1"
    SHA256 = "HmacSHA256"


def start(method: str, host: str) -> str:
    """Return what the string to sign begins with."""
    return f"{method}{host}/?"


def end(parameters: Iterable[tuple[str, str]]) -> str:
    """Return the rest of the string to sign, which is the same whatever the host."""
    signed = sorted((name, value) for name, value in parameters if name != SIGNATURE_FIELD)
    return "&".join([f"{name}={value}" for name, value in signed])


def string_to_sign(method: str, host: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return the text whose HMAC is the signature.

    Parameters
    ----------
    method
        HTTP method in upper case.
    host
        The endpoint as the client was told it, port included.
    parameters
        All parameters with their decoded values; `Signature` itself is left out.
    """
    return start(method, host) + end(parameters)


def signature(secret_key: str, text: str, method: SignatureMethod) -> str:
    """Return the base64 signature of a string to sign.

    Lone surrogates in `text` stand for bytes that are not UTF-8 and are signed as those bytes.
    """
    digest = "sha256" if method is SignatureMethod.SHA256 else "sha1"
    mac = hmac.digest(secret_key.encode(), text.encode("utf-8", "surrogateescape"), digest)
    return base64.b64encode(mac).decode("ascii")
