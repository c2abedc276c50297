"""Content Credentials: signed, read back, broken by whatever is changed, and asking nobody."""

import hashlib
import io
import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mark.timestamps import timestamp_service
from wuhen.mark import (
    Edit,
    Identity,
    Rect,
    Signing,
    SigningFailed,
    check_signing,
    make_identity,
    read_credentials,
    sign,
)

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff"}
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
POINTER = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="%s"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def picture(name: str, seed: int = 0, **options: object) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, name, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def identity() -> Identity:
    return make_identity("A studio")


@pytest.fixture(scope="module")
def signing(identity: Identity) -> Signing:
    return Signing(identity.chain, identity.key)


def edit(photo: bytes | None = None, photo_type: str = "image/png", **changes: object) -> Edit:
    photo = picture("PNG", 1) if photo is None else photo
    base = Edit(
        photo=photo,
        photo_sha256=hashlib.sha256(photo).hexdigest(),
        photo_type=photo_type,
        engine="patch",
        version="1.2.3",
        source=SOURCE,
        pixels=48,
        size=(60, 40),
        boxes=(Rect(10, 11, 12, 4),),
        marked=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TYPES)
def test_what_is_signed_is_read_back(name: str, identity: Identity, signing: Signing) -> None:
    plain = picture(name)
    signed = sign(plain, TYPES[name], edit(), signing)
    found = read_credentials(signed, TYPES[name], anchors=identity.root)
    assert found is not None
    assert (found.state, found.problems) == ("trusted", ())
    assert (found.signer, found.organisation) == ("A studio", "A studio")
    assert found.generator == "Wuhen 1.2.3"
    assert found.actions[0] == "c2pa.opened"
    assert found.actions[1].startswith("c2pa.edited by Wuhen patch 1.2.3: Erased 48 pixels (2 %)")
    before, after = (np.asarray(Image.open(io.BytesIO(data))) for data in (plain, signed))
    np.testing.assert_array_equal(before, after)
    assert len(signed) - len(plain) < 6000
    assert read_credentials(plain, TYPES[name]) is None


def test_a_file_that_cannot_be_parsed_is_not_said_to_have_any() -> None:
    data = picture("PNG")
    # A length beyond the end of the file, of the chunk of the samples.
    at = data.index(b"IDAT") - 4
    assert read_credentials(data[:at] + b"\x7f" + data[at + 1 :], "image/png") is None


def test_a_root_that_is_not_given_vouches_for_nobody(signing: Signing) -> None:
    found = read_credentials(sign(picture("PNG"), "image/png", edit(), signing), "image/png")
    assert found is not None
    assert found.state == "valid"
    assert "vouches" in found.problems[0]


def record(signed: bytes, media_type: str) -> list[range]:
    """Return where in a file its credentials lie, as they say themselves; their padding is not signed."""
    with c2pa.Reader(media_type, io.BytesIO(signed)) as reader:
        report = json.loads(reader.detailed_json())
    (manifest,) = report["manifests"].values()
    excluded = manifest["assertion_store"]["c2pa.hash.data"]["exclusions"]
    return [range(one["start"], one["start"] + one["length"]) for one in excluded]


@pytest.mark.slow
@given(at=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("name", TYPES)
def test_any_changed_byte_is_told(
    name: str, at: float, change: int, identity: Identity, signing: Signing
) -> None:
    whole = sign(picture(name), TYPES[name], edit(), signing)
    place = int(at * len(whole))
    changed = whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :]
    found = read_credentials(changed, TYPES[name], anchors=identity.root)
    told = read_credentials(whole, TYPES[name], anchors=identity.root)
    if any(place in part for part in record(whole, TYPES[name])):
        # Of the record's own bytes, some say that it is there at all, and some are padding.
        assert found is None or found.state == "broken" or found == told
    else:
        assert found is None or found.state == "broken"


def test_the_photo_is_named_by_its_hash(signing: Signing) -> None:
    photo = picture("JPEG", 7)
    signed = sign(picture("PNG"), "image/png", edit(photo, "image/jpeg"), signing)
    found = read_credentials(signed, "image/png")
    assert found is not None
    assert found.ingredients == (f"photo, image/jpeg, SHA-256 {hashlib.sha256(photo).hexdigest()}",)


def test_an_edit_of_an_edit_holds_and_a_tampered_photo_does_not_spoil_it(
    identity: Identity, signing: Signing
) -> None:
    once = sign(picture("PNG"), "image/png", edit(), signing)
    tampered = bytearray(once)
    tampered[-30] ^= 1
    for photo in (once, bytes(tampered)):
        twice = sign(picture("PNG", 2), "image/png", edit(photo), signing)
        found = read_credentials(twice, "image/png", anchors=identity.root)
        assert found is not None
        assert found.state == "trusted"
        assert ("its own credentials were broken" in found.ingredients[0]) is (photo is not once)


def test_a_photo_whose_credentials_cannot_be_read_is_signed_all_the_same(
    identity: Identity, signing: Signing
) -> None:
    once = sign(picture("PNG"), "image/png", edit(), signing)
    torn = once[:200] + bytes(300) + once[500:]
    found = read_credentials(
        sign(picture("PNG"), "image/png", edit(torn), signing), "image/png", anchors=identity.root
    )
    assert found is not None
    assert found.state == "trusted"
    assert "cannot be read" in found.ingredients[0]


@pytest.mark.parametrize("name", ["BMP", "PNG", "WEBP", "TIFF"])
def test_any_photo_can_be_the_ingredient(name: str, signing: Signing) -> None:
    media_type = TYPES.get(name, "image/bmp")
    signed = sign(picture("PNG"), "image/png", edit(picture(name), media_type), signing)
    found = read_credentials(signed, "image/png")
    assert found is not None
    assert f", {media_type}, " in found.ingredients[0]


def test_hundreds_of_holes_do_not_swell_the_record(signing: Signing) -> None:
    boxes = tuple(Rect(x % 60, x % 40, 1, 1) for x in range(900))
    plain = picture("PNG")
    assert len(sign(plain, "image/png", edit(boxes=boxes), signing)) - len(plain) < 6000


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        yield listening


@pytest.mark.service
def test_addresses_in_a_strangers_picture_are_not_asked(listener: socket.socket, signing: Signing) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/manifest".encode()
    photo = picture("JPEG", xmp=POINTER % url)
    found = read_credentials(photo, "image/jpeg")
    assert found is not None
    assert found.state == "elsewhere"
    sign(picture("PNG"), "image/png", edit(photo, "image/jpeg"), signing)
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl plays the timestamp service")
@pytest.mark.service
def test_a_timestamp_says_when(tmp_path: Path, identity: Identity) -> None:
    with timestamp_service(tmp_path) as (url, root):
        signed = sign(
            picture("PNG"), "image/png", edit(), Signing(identity.chain, identity.key, timestamp=url)
        )
    found = read_credentials(signed, "image/png", anchors=identity.root + root)
    assert found is not None
    assert (found.state, found.problems) == ("trusted", ())
    assert found.signed_at is not None
    assert abs(datetime.now(UTC) - datetime.fromisoformat(found.signed_at)) < timedelta(minutes=2)


def test_a_timestamp_service_that_is_not_there_is_told_without_its_address(identity: Identity) -> None:
    with pytest.raises(SigningFailed, match="sign") as caught:
        check_signing(Signing(identity.chain, identity.key, "http://127.0.0.1:9/tsa?key=s3cret"))
    assert "s3cret" not in str(caught.value)


def test_what_cannot_sign_is_told_and_the_key_is_not(identity: Identity) -> None:
    other = make_identity("Somebody else")
    ed = ed25519.Ed25519PrivateKey.generate()
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - too small on purpose
    pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    locked = ed.private_bytes(*pkcs8[:2], serialization.BestAvailableEncryption(b"x"))
    for signing in (
        Signing(b"", identity.key),
        Signing(b"no certificate", identity.key),
        Signing(identity.chain, b"no key"),
        Signing(identity.chain, locked),
        Signing(identity.chain, ed.private_bytes(*pkcs8)),
        Signing(identity.chain, small.private_bytes(*pkcs8)),
        Signing(identity.root, identity.key),
    ):
        with pytest.raises(SigningFailed) as caught:
            check_signing(signing)
        assert "PRIVATE" not in str(caught.value)
        assert signing.key.decode() not in f"{signing!r}{caught.value}" or not signing.key
    # A key that belongs to another certificate signs what nobody can verify.
    with pytest.raises(SigningFailed):
        check_signing(Signing(identity.chain, other.key))


def test_an_expired_certificate_is_told() -> None:
    old = make_identity("Late", datetime.now(UTC) - timedelta(days=400))
    with pytest.raises(SigningFailed):
        check_signing(Signing(old.chain, old.key))


def test_a_check_passes_with_what_the_command_makes(signing: Signing) -> None:
    check_signing(signing)
