"""What a WebP file can say about its samples (RFC 9649)."""

import itertools
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth
from photo.photo_files import saved

__all__ = ["GROUPS"]

HEIGHT, WIDTH = 17, 26
ICC, ALPHA, EXIF, XMP, ANIMATION = 0x20, 0x10, 0x08, 0x04, 0x02


def _smooth() -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    ramps = [columns * 8, 255 - rows * 12, 40 + rows * 3 + columns * 4, 30 + rows * 8 + columns * 3]
    return np.stack(ramps, axis=2).clip(0, 255).astype(np.uint8)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _extended(flags: int, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    return _chunk(
        b"VP8X",
        struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
    )


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a still picture by kind."""
    found, at = {}, 12
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found[data[at : at + 4]] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


def _noise(channels: int, colours: int = 256) -> NDArray[np.uint8]:
    return np.random.default_rng(channels).integers(0, colours, (HEIGHT, WIDTH, channels), np.uint8)


def _truth(samples: NDArray[np.uint8], tolerance: float = 1e-6) -> Truth:
    alpha = samples[..., 3] / 255 if samples.shape[2] == 4 else None
    return Truth.of(samples[..., :3] / 255, alpha, tolerance)


def lossless() -> Iterator[Cell]:
    """Every transform: noise, few colours (a palette of 2, 4, 16 and 256), smooth ramps (prediction)."""
    pictures: dict[str, NDArray[np.uint8]] = {"smooth": _smooth()}
    for colours in (2, 3, 4, 12, 16, 200, 256):
        palette = np.random.default_rng(colours).integers(0, 256, (colours, 4), np.uint8)
        pictures[f"{colours} colours"] = palette[_noise(1, colours)[..., 0]]
    pictures["noise"] = _noise(4)
    for (name, samples), channels, method in itertools.product(pictures.items(), (3, 4), (0, 3, 6)):
        part = np.ascontiguousarray(samples[..., :channels])
        data = saved(part, "WEBP", lossless=True, exact=True, method=method)
        yield Cell("WEBP", "lossless", f"{name}, {channels} samples, method {method}", data, _truth(part))


def lossy() -> Iterator[Cell]:
    for channels, method, quality in itertools.product((3, 4), (0, 4), (90, 100)):
        samples = np.ascontiguousarray(_smooth()[..., :channels])
        data = saved(samples, "WEBP", quality=quality, method=method, alpha_quality=100, exact=True)
        truth = _truth(samples)
        shown = Truth(truth.pixels, truth.alpha, 16)
        yield Cell("WEBP", "lossy", f"{channels} samples, quality {quality}, method {method}", data, shown)


def alpha_planes() -> Iterator[Cell]:
    """A plane of alpha beside a lossy picture: stored or compressed, filtered, quantised beforehand."""
    samples = _smooth()
    file = saved(np.ascontiguousarray(samples[..., :3]), "WEBP", quality=100)
    picture, plane = _chunks(file)[b"VP8 "], samples[..., 3].astype(np.int64)
    for filtering, preprocessed in itertools.product(range(4), (0, 1)):
        left = np.pad(plane, ((0, 0), (1, 0)))[:, :-1]
        above = np.pad(plane, ((1, 0), (0, 0)))[:-1]
        corner = np.pad(plane, ((1, 0), (1, 0)))[:-1, :-1]
        guess = [np.zeros_like(plane), left, above, np.clip(left + above - corner, 0, 255)][filtering].copy()
        if filtering:  # the first row is predicted from the left, the first column from above
            guess[0, 1:], guess[1:, 0] = plane[0, :-1], plane[:-1, 0]
        stored = ((plane - guess) & 255).astype(np.uint8).tobytes()
        head = bytes([preprocessed << 4 | filtering << 2])
        data = _riff(_extended(ALPHA), _chunk(b"ALPH", head + stored), _chunk(b"VP8 ", picture))
        truth = _truth(samples)
        name = f"stored, filter {filtering}, preprocessing {preprocessed}"
        yield Cell("WEBP", "alpha plane", name, data, Truth(truth.pixels, truth.alpha, 16))
    for flags in (0, ALPHA):
        data = _riff(
            _extended(flags),
            _chunk(b"ALPH", b"\0" + plane.astype(np.uint8).tobytes()),
            _chunk(b"VP8 ", picture),
        )
        # A plane that the flags do not tell of is passed over.
        meant = samples.copy()
        meant[..., 3] = samples[..., 3] if flags else 255
        truth = _truth(meant)
        yield Cell("WEBP", "alpha plane", f"flags {flags}", data, Truth(truth.pixels, truth.alpha, 16))


def containers() -> Iterator[Cell]:
    for channels, flags in itertools.product((3, 4), (0, ALPHA, ICC | EXIF | XMP)):
        samples = _noise(channels)
        stream = _chunks(saved(samples, "WEBP", lossless=True, exact=True))[b"VP8L"]
        data = _riff(_extended(flags), _chunk(b"VP8L", stream))
        # Whether there is alpha, the stream knows; the flag is a hint (RFC 9649, 2.7.1).
        yield Cell("WEBP", "container", f"{channels} samples, flags {flags}", data, _truth(samples))
        data = _riff(_extended(flags), _chunk(b"ABCD", b"odd"), _chunk(b"VP8L", stream))
        yield Cell(
            "WEBP",
            "container",
            f"{channels} samples, flags {flags}, an unknown chunk",
            data,
            _truth(samples),
        )
        data = _riff(_extended(flags, WIDTH + 4), _chunk(b"VP8L", stream))
        yield Cell(
            "WEBP",
            "container",
            f"{channels} samples, flags {flags}, another canvas",
            data,
            None,
            "could not create decoder",
        )
    plain = saved(_noise(3), "WEBP", lossless=True)
    yield Cell("WEBP", "container", "trailing bytes", plain + b"anything", _truth(_noise(3)))
    yield Cell("WEBP", "container", "cut off", plain[:-60], None, "decoder|next frame")


def animations() -> Iterator[Cell]:
    """The first frame is shown on the canvas, transparent beside it."""
    for channels, (left, top), blend, background in itertools.product(
        (3, 4), ((0, 0), (4, 2)), (0, 2), (0, 0xFF0000FF)
    ):
        samples = _noise(channels)
        stream = _chunks(saved(samples, "WEBP", lossless=True, exact=True))[b"VP8L"]
        head = b"".join(
            n.to_bytes(3, "little") for n in (left // 2, top // 2, WIDTH - 1, HEIGHT - 1, 100)
        ) + bytes([blend])
        frames = [_chunk(b"ANMF", head + _chunk(b"VP8L", stream))] * 2
        width, height = WIDTH + left + (4 if left else 0), HEIGHT + top + (6 if top else 0)
        data = _riff(
            _extended(ANIMATION | ALPHA, width, height),
            _chunk(b"ANIM", struct.pack("<IH", background, 0)),
            *frames,
        )
        canvas = np.zeros((height, width, 4), np.uint8)
        canvas[top : top + HEIGHT, left : left + WIDTH, :3] = samples[..., :3]
        canvas[top : top + HEIGHT, left : left + WIDTH, 3] = samples[..., 3] if channels == 4 else 255
        name = f"{channels} samples at {left}, {top}, blending {blend}, background {background:x}"
        yield Cell("WEBP", "animation", name, data, _truth(canvas, 1e-6 if channels == 3 else 1))


GROUPS = (lossless, lossy, alpha_planes, containers, animations)
