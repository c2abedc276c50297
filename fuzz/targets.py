"""What strangers send, read by the code that reads it: each target takes any bytes, and may raise nothing.

A target swallows what a caller may be told: errors of the protocol's own and what is wrong with a picture.
All else is a finding, and so is an error that says that the fault is ours.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import numpy as np

from wuhen import mark, photo, wire
from wuhen.action import ACTION, ACTIONS, Encoded, EraseRequest, Source, convert, examine, extent_of
from wuhen.action.limits import PictureLimits
from wuhen.photo import kinds, sniff
from wuhen.photo.bmp.samples import disguise
from wuhen.photo.heif.isobmff import read_container
from wuhen.photo.jpeg.segments import sort_segments
from wuhen.photo.metadata import exif, exif_tags, iptc, photoshop, xmp
from wuhen.photo.metadata.trailer import name_trailer
from wuhen.photo.png.chunks import sort_chunks
from wuhen.photo.tiff.directory import read_directory
from wuhen.photo.webp import chunks as webp
from wuhen.service.doors import Refused, open_door, read_basic
from wuhen.service.doors.languages import accepted_language
from wuhen.service.doors.prompts import read_wish
from wuhen.service.doors.steps import read_asked
from wuhen.settings import load

__all__ = ["TARGETS"]

NOW: Final = 1_731_574_045
KEY: Final = wire.Key("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
_OURS: Final = frozenset({"InternalError", "FailedOperation.InnerError", "FailedOperation.ServerError"})
_SIZE: Final = photo.SizeLimit(side=400, pixels=40_000)
_DRAWN: Final = (40, 30)
"""What shapes are drawn on."""
_LIMITS: Final = PictureLimits(_SIZE)
_DATE: Final = datetime.fromtimestamp(NOW, UTC).date().isoformat()
_ALGORITHM: Final = "TC3-HMAC-SHA256"
_CREDENTIAL: Final = f"Credential={KEY.secret_id}/{_DATE}/aiart/tc3_request"
_SETTINGS: Final = load()
_DOORS: Final = tuple(open_door(name, _SETTINGS) for name in ("plain", "clipdrop", "iopaint", "openai"))
_ENTRANCES: Final = tuple(entrance for one in _DOORS for entrance in one.entrances)
_HEADERS: Final = (
    ("host", "aiart.tencentcloudapi.com"),
    ("x-tc-version", ACTION.version),
    ("x-tc-timestamp", str(NOW)),
    ("x-tc-region", "ap-guangzhou"),
    ("authorization", f"{_ALGORITHM} {_CREDENTIAL}, SignedHeaders=content-type;host, Signature={'0' * 64}"),
)


@contextmanager
def _answered() -> Iterator[None]:
    """Swallow what a caller is told."""
    try:
        yield
    except wire.ApiError as error:
        if error.code in _OURS:
            raise
    except photo.PhotoError:
        pass


def head(data: bytes) -> None:
    """Read a whole request: its head, line by line, and its body behind an empty line."""
    top, _, body = data.partition(b"\n\n")
    first, *lines = top.split(b"\n")
    method, _, target = first.partition(b" ")
    path, _, query = target.partition(b"?")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    request = wire.HttpRequest.from_raw(
        method.decode("latin-1"), path.decode("latin-1") or "/", query, pairs, body
    )
    wire.read_language(request)
    with _answered():
        wire.allowance(request, wire.Limits())
    with _answered():
        claim = wire.read(request, now=NOW)
        with _answered():
            wire.verify(claim, KEY)
        _carry_out(claim)


def json(data: bytes) -> None:
    """Read the body of a JSON request, for an action that its first byte names."""
    action = ACTIONS[data[0] % len(ACTIONS)] if data else ACTION
    _post("application/json", data[1:], action)


def form(data: bytes) -> None:
    """Read the fields of signature v1, behind those that every request has."""
    common = (
        f"Action={ACTION.name}&Version={ACTION.version}&Timestamp={NOW}&Nonce=1&Region=ap-guangzhou"
        f"&SecretId={KEY.secret_id}&Signature=AAAA&"
    )
    headers = (_HEADERS[0], ("content-type", "application/x-www-form-urlencoded"))
    with _answered():
        _carry_out(wire.read(wire.HttpRequest("POST", headers=headers, body=common.encode() + data), now=NOW))


def multipart(data: bytes) -> None:
    """Read a multipart body; its first line is the boundary, or whatever the content type says of it."""
    boundary, _, body = data.partition(b"\n")
    said = boundary.decode("latin-1")
    _post(f"multipart/form-data; boundary={said}", body, ACTION)


def _post(content_type: str, body: bytes, action: wire.Action) -> None:
    own = {"x-tc-version": action.version, "x-tc-action": action.name, "content-type": content_type}
    headers = tuple((dict(_HEADERS) | own).items())
    with _answered():
        _carry_out(wire.read(wire.HttpRequest("POST", headers=headers, body=body), now=NOW))


def _carry_out(claim: wire.Claim) -> None:
    """Go as far with a claim as one that was verified goes."""
    with _answered():
        wire.sent_parameters(claim)
    call = wire.route(claim, ACTIONS)
    if Source.of(call.parameters, "InputUrl", "InputImage") is not None:
        selection = EraseRequest.parse(call.parameters, own=call.action is not ACTION).selection
        if selection.find is not None and selection.find.within is not None:
            selection.find.within.box(_DRAWN)
        photo.draw_shapes(selection.shapes, _DRAWN)


def door(data: bytes) -> None:
    """Read what comes by a door: the first byte says which way in, the rest is a head's end and a body.

    A multipart body's first line is its boundary, or whatever the content type says of it; JSON has none.
    """
    entrance = _ENTRANCES[data[0] % len(_ENTRANCES)] if data else _ENTRANCES[0]
    first, _, body = data[1:].partition(b"\n")
    said = first.decode("latin-1")
    kind = f"multipart/form-data; boundary={said}"
    if entrance.path.startswith("/api/"):
        kind, body = "application/json", data[1:]
    headers = (("content-type", kind), ("accept", said), ("accept-language", said))
    request = wire.HttpRequest("POST", entrance.path, headers=headers, body=body)
    accepted_language(request)
    read_basic(wire.HttpRequest("POST", headers=(("authorization", f"Basic {said}"),)))
    read_wish(data.decode("utf-8", "replace"))
    try:
        _, parameters = read_asked(entrance, request)
        EraseRequest.parse(parameters, own=True)
    except wire.ApiError as error:
        if error.code in _OURS:
            raise
        for one in _DOORS:
            one.refuse(Refused(request, error, 400, "", wire.Language.ENGLISH))


def header(data: bytes) -> None:
    """Tell what a file is and what it promises, before anything is decoded."""
    kinds.kind_of(data)
    kinds.container_brands(data)
    photo.read_extent(lambda at, count: data[at : at + count])
    extent_of(Encoded(data.decode("latin-1")), _LIMITS)
    # What is told of a file is told of its text.
    encoded = Encoded(b64encode(data).decode("ascii"))
    assert extent_of(encoded, _LIMITS) == extent_of(data, _LIMITS)  # noqa: S101 - a finding, where it is not
    sniff.webp_size(data)
    sniff.webp_is_lossy(data)
    sniff.count_scans(data)
    sniff.has_end(data)
    for read in (photo.image_format, sort_segments, sort_chunks, webp.sort_chunks, disguise):
        with _answered():
            read(data)
    for parse in (read_directory, read_container):
        # Whatever these raise becomes what is wrong with the file, where they are called: they may but hang.
        with suppress(Exception):
            parse(data)


def mask(data: bytes) -> None:
    """Read a mask."""
    with _answered():
        blank = photo.Photo(np.zeros((16, 16, 3), np.uint8), stored_size=(16, 16))
        photo.open_mask(data, blank, _SIZE, fit=True)


def metadata(data: bytes) -> None:
    """Read and write anew what a file says beside its picture; the first byte says what that is."""
    kind, block = data[:1], data[1:]
    if kind < b"\x40":
        raw = exif.PREFIX + block
        cleaned, orientation = exif.clean(raw, (20, 10))
        exif.name_removed(raw, (20, 10))
        exif.texts(cleaned)
        exif.turn_back(cleaned, orientation, (20, 10))
        exif_tags.resolution(raw)
        if cleaned is not None:
            exif_tags.fit(cleaned, 1000)
    elif kind < b"\x80":
        kept = xmp.clean(block, 6)
        xmp.name_removed(block)
        mark.find_labels(block, {}, {})
        mark.find_source(block)
        if kept is not None:
            xmp.turn_back(kept, 6)
            xmp.say_srgb(kept)
    elif kind < b"\xa0":
        iptc.name_removed(block)
        iptc.tell_in_xmp(None, block)
    elif kind < b"\xc0":
        photoshop.name_resources(photoshop.read_resources(block))
    else:
        name_trailer(block)


def picture(data: bytes) -> None:
    """Read a photo, and write it with some pixels changed, as it was given and in other formats."""
    with _answered():
        found = photo.read_photo(data, _SIZE, wide=True)
        touched = np.zeros(found.pixels.shape[:2], np.bool_)
        touched[:2, :2] = True
        samples = found.samples.copy()
        samples[:2, :2, :3] = 0
        changed = found.with_samples(samples)
        written = photo.encode_as_given(changed, data, touched)
        assert photo.read_photo(written.data).size == found.size  # noqa: S101 - a finding, where it is not
        if found.format == "JPEG":
            photo.with_gain_map(written, changed, data, touched)
    for read in (examine, convert):
        with _answered():
            read(bytes(data), _LIMITS)


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    each.__name__: each for each in (head, json, form, multipart, door, header, mask, metadata, picture)
}
"""Each by its name."""
