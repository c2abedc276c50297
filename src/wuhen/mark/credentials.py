"""Content Credentials: a signed record, in the file, of what was done to the picture (C2PA 2.x).

The work is c2pa's, an extra. Its defaults would fetch addresses that it finds in a user's picture, and would
keep small copies of the picture as it was: both are off.
"""

import importlib
import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from wuhen.mark.errors import SigningFailed
from wuhen.mark.place import Rect

__all__ = ["Edit", "Signing", "c2pa_module", "check_signing", "context", "sign"]

_MAX_REGIONS = 32
_INGREDIENT = "photo"


@dataclass(frozen=True, slots=True)
class Signing:
    """With what to sign.

    Attributes
    ----------
    chain
        PEM: the signer's certificate, then those that lead to its root.
    key
        PEM, PKCS #8, not encrypted: EC P-256, P-384 or P-521, Ed25519, or RSA.
    timestamp
        URL of a service for timestamps (RFC 3161). It learns a hash of each signature.
    """

    chain: bytes = field(repr=False)
    key: bytes = field(repr=False)
    timestamp: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done.

    Attributes
    ----------
    photo, photo_sha256, photo_type
        The file that was edited, its SHA-256 in hexadecimal digits, and its media type.
    engine, version
        What filled the hole, and its version.
    source
        The result's digital source type: see `wuhen.mark.source_after`.
    pixels, size
        How many were erased, and the picture's ``(width, height)``.
    boxes
        Rectangles that hold all of them.
    marked
        Whether a visible mark was drawn.
    """

    photo: bytes = field(repr=False)
    photo_sha256: str
    photo_type: str
    engine: str
    version: str
    source: str
    pixels: int
    size: tuple[int, int]
    boxes: tuple[Rect, ...]
    marked: bool


def sign(data: bytes, media_type: str, edit: Edit, signing: Signing) -> bytes:
    """Return the file with Content Credentials in it, bound to every byte of it.

    Parameters
    ----------
    data
        JPEG, PNG, WEBP or TIFF, complete: whatever is changed afterwards breaks the credentials.
    media_type
        Its media type.

    Raises
    ------
    SigningFailed
        c2pa is missing, certificate or key are not usable, or the timestamp service does not answer.
    """
    c2pa = c2pa_module()
    out = io.BytesIO()
    try:
        with (
            context(timestamp=signing.timestamp) as settings,
            c2pa.Builder(json.dumps(_manifest(edit)), context=settings) as builder,
            _signer(c2pa, signing) as signer,
        ):
            readable = _readable(edit, settings)
            # Of a file that c2pa stumbles over, the result stands in: only its description is recorded.
            file, kind = (edit.photo, edit.photo_type) if readable else (data, media_type)
            builder.add_ingredient(json.dumps(_ingredient(edit, readable=readable)), kind, io.BytesIO(file))
            builder.sign(signer, media_type, io.BytesIO(data), out)
    except c2pa.C2paError as error:
        raise SigningFailed(f"the picture cannot be signed: {_reason(error, signing)}") from error
    return out.getvalue()


def _readable(edit: Edit, settings: Any) -> bool:
    """Tell whether c2pa can follow the photo's own credentials, if it has any, whether they hold or not."""
    c2pa = c2pa_module()
    failed = c2pa.C2paError
    try:
        with c2pa.Reader(edit.photo_type, io.BytesIO(edit.photo), context=settings):
            return True
    except (failed.ManifestNotFound, failed.NotSupported):
        return True
    except failed as error:
        return str(error).startswith("Remote")


def check_signing(signing: Signing) -> None:
    """Sign a picture of one pixel, so that what is wrong is known before the first picture of a user's.

    Raises
    ------
    SigningFailed
        As `sign`.
    """
    from PIL import Image  # noqa: PLC0415 - nothing else here needs it

    pixel = io.BytesIO()
    Image.new("RGB", (1, 1)).save(pixel, "PNG")
    data = pixel.getvalue()
    edit = Edit(
        photo=data,
        photo_sha256="",
        photo_type="image/png",
        engine="none",
        version="0",
        source="",
        pixels=1,
        size=(1, 1),
        boxes=(Rect(0, 0, 1, 1),),
        marked=False,
    )
    sign(data, "image/png", edit, signing)


def c2pa_module() -> Any:
    """Import c2pa, which is an extra and large.

    Raises
    ------
    SigningFailed
        It is not installed.
    """
    try:
        return importlib.import_module("c2pa")
    except ImportError as error:
        raise SigningFailed("Content Credentials need another package: pip install 'wuhen[c2pa]'") from error


def context(*, anchors: bytes | None = None, timestamp: str | None = None) -> Any:
    """Return c2pa's settings for pictures of strangers, and for the roots in `anchors` (PEM)."""
    c2pa = c2pa_module()
    host = urlsplit(timestamp).hostname if timestamp else None
    settings: dict[str, Any] = {
        "builder": {"thumbnail": {"enabled": False}},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "core": {"allowed_network_hosts": [host] if host else []},
    }
    if anchors is not None:
        settings["trust"] = {"user_anchors": anchors.decode("ascii", "replace")}
    return c2pa.Context(settings=c2pa.Settings.from_dict(settings))


def _manifest(edit: Edit) -> dict[str, Any]:
    width, height = edit.size
    share = 100 * edit.pixels / (width * height)
    agent = {"name": f"Wuhen {edit.engine}", "version": edit.version}
    actions: list[dict[str, Any]] = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": [_INGREDIENT]}},
        {
            "action": "c2pa.edited",
            "softwareAgent": agent,
            "description": f"Erased {edit.pixels} pixels ({share:.2g} %) and filled them.",
            "changes": [{"description": "Erased and filled.", "region": _regions(edit.boxes)}],
        },
    ]
    if edit.source:
        actions[1]["digitalSourceType"] = edit.source
    if edit.marked:
        actions.append({"action": "c2pa.edited", "description": "A visible mark was drawn."})
    return {
        "claim_generator_info": [{"name": "Wuhen", "version": edit.version}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _regions(boxes: tuple[Rect, ...]) -> list[dict[str, Any]]:
    """Return regions of interest; of very many boxes, the one around them all."""
    if len(boxes) > _MAX_REGIONS:
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
        boxes = (Rect(left, top, right - left, bottom - top),)
    return [
        {
            "type": "spatial",
            "shape": {
                "type": "rectangle",
                "unit": "pixel",
                "origin": {"x": box.x, "y": box.y},
                "width": box.width,
                "height": box.height,
            },
        }
        for box in boxes
    ]


def _ingredient(edit: Edit, *, readable: bool) -> dict[str, Any]:
    """Describe the photo, by its hash: of one without credentials, nothing else in the record names it."""
    hashed = f"SHA-256 {edit.photo_sha256}"
    return {
        "title": "photo",
        "relationship": "parentOf",
        "label": _INGREDIENT,
        "description": hashed if readable else f"{hashed}; its Content Credentials cannot be read",
    }


def _signer(c2pa: Any, signing: Signing) -> Any:
    info = c2pa.C2paSignerInfo(
        alg=_algorithm(signing.key),
        sign_cert=signing.chain,
        private_key=signing.key,
        ta_url=signing.timestamp.encode() if signing.timestamp else None,
    )
    return c2pa.Signer.from_info(info)


def _algorithm(key: bytes) -> bytes:
    """Name the signature that fits a key."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - c2pa brings it
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415

    try:
        loaded = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        # Whatever the library says may quote what it was given.
        raise SigningFailed("the private key is not an unencrypted PEM key in PKCS #8") from None
    match loaded:
        case ec.EllipticCurvePrivateKey() if loaded.curve.name in _CURVES:
            return _CURVES[loaded.curve.name]
        case ed25519.Ed25519PrivateKey():
            return b"ed25519"
        case rsa.RSAPrivateKey():
            return b"ps256"
    raise SigningFailed("credentials cannot be signed with this kind of private key: use EC P-256")


_CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}


def _reason(error: Exception, signing: Signing) -> str:
    """Return what c2pa says, in one line, and without the service's address: it may have a password in it."""
    told = str(error)
    if signing.timestamp:
        told = told.replace(signing.timestamp, "the timestamp service")
    return " ".join(told.split())[:300] or type(error).__name__
