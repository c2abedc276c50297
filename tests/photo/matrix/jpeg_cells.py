"""What a JPEG file can say about its samples (ITU-T T.81; T.871, JFIF; T.872, Adobe's marker)."""

import base64
import itertools
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth
from photo.matrix.colour import from_ycbcr
from photo.matrix.jpeg_file import Component, Frame, segment, write_jpeg, write_lossless

__all__ = ["GROUPS"]

BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
WIDTH, HEIGHT = 128, 96
# Colours change at the middle alone, and are compared off it: a decoder may smooth what is subsampled.
NEAR = 34
JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
CHROMA_LIMIT = 40


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def _channel(
    seed: int, across: int, down: int, most: tuple[int, int], bits: int = 8
) -> tuple[Component, NDArray[np.int64]]:
    """Return a component, and the same in full size: noise where it is not subsampled, else four quarters."""
    random = np.random.default_rng(seed)
    high, wide = HEIGHT * down // most[1] // 8, WIDTH * across // most[0] // 8
    low, top = (40 << (bits - 8), 215 << (bits - 8))
    blocks = random.integers(low, top, (high, wide))
    if (across, down) != most:
        quarters = random.integers(low, top, (2, 2))
        rows, columns = np.arange(high)[:, None] * 2 // high, np.arange(wide) * 2 // wide
        blocks = quarters[rows, columns]
    full = blocks.repeat(8 * most[1] // down, axis=0).repeat(8 * most[0] // across, axis=1)
    return Component(seed, across, down, blocks), full


def _frame(factors: list[tuple[int, int]], **choices: object) -> tuple[Frame, NDArray[np.int64]]:
    most = max(a for a, _ in factors), max(d for _, d in factors)
    bits = choices.get("bits", 8)
    assert isinstance(bits, int)
    made = [_channel(index + 1, *factor, most, bits) for index, factor in enumerate(factors)]
    frame = Frame(WIDTH, HEIGHT, tuple(component for component, _ in made), **choices)  # type: ignore[arg-type]
    return frame, np.stack([full for _, full in made], axis=2)


def _known(factors: list[tuple[int, int]]) -> NDArray[np.bool_] | None:
    if len(set(factors)) == 1:
        return None
    known = np.ones((HEIGHT, WIDTH), bool)
    known[HEIGHT // 2 - NEAR // 2 : HEIGHT // 2 + NEAR // 2] = False
    known[:, WIDTH // 2 - NEAR // 2 : WIDTH // 2 + NEAR // 2] = False
    return known


def _shown(samples: NDArray[np.int64], kind: str) -> NDArray[np.float64]:
    """Return RGB or grey, 0 to 1, of samples of 8 bits."""
    share = samples / 255
    if kind == "grey":
        return share[..., 0]
    if kind == "RGB":
        return share
    if kind == "YCbCr":
        return from_ycbcr(samples)
    # As Adobe stores inks, 0 is full. Decoders take them so without its mark, too; no standard says it.
    # Luma and chroma are those of what the inks leave (T.872, 6.5.4).
    return (1 - from_ycbcr(samples[..., :3]) if kind == "YCCK" else share[..., :3]) * share[..., 3:4]


SAMPLINGS: list[list[tuple[int, int]]] = [
    [(1, 1), (1, 1), (1, 1)],
    [(2, 1), (1, 1), (1, 1)],
    [(1, 2), (1, 1), (1, 1)],
    [(2, 2), (1, 1), (1, 1)],
    [(4, 1), (1, 1), (1, 1)],
    [(1, 4), (1, 1), (1, 1)],
    [(4, 2), (1, 1), (1, 1)],
    [(2, 4), (1, 1), (1, 1)],
    [(2, 2), (2, 1), (2, 1)],
    [(2, 2), (1, 2), (1, 2)],
    [(2, 2), (2, 1), (1, 2)],
    [(2, 1), (2, 1), (1, 1)],
    [(1, 1), (2, 1), (2, 1)],
    [(1, 1), (2, 2), (2, 2)],
    [(1, 1), (1, 2), (2, 1)],
    [(2, 2), (2, 2), (2, 2)],
    [(4, 4), (1, 1), (1, 1)],
    [(4, 1), (2, 1), (1, 1)],
]


def samplings() -> Iterator[Cell]:
    for factors, process, apart in itertools.product(
        SAMPLINGS, (BASELINE, EXTENDED, PROGRESSIVE), (False, True)
    ):
        for kind, marks in (("YCbCr", (JFIF,)), ("YCbCr", ()), ("YCbCr", (adobe(1),)), ("RGB", (adobe(0),))):
            frame, samples = _frame(factors, process=process, apart=apart, before=marks)
            truth = Truth.of(_shown(samples, kind), tolerance=1.5, known=_known(factors))
            sizes = " ".join(f"{a}x{d}" for a, d in factors)
            marked = "marked by " + ("nothing" if not marks else "JFIF" if marks[0] == JFIF else "Adobe")
            name = f"{sizes}, {process:x}, {'apart' if apart else 'together'}, {marked}, {kind}"
            refusal = (
                "data stream"
                if any(a * d > 10 for a, d in factors) or sum(a * d for a, d in factors) > 10
                else None
            )
            yield Cell("JPEG", "sampling", name, write_jpeg(frame), truth, refusal)


def channels() -> Iterator[Cell]:
    kinds = {
        "grey": [(1, 1)],
        "grey 2x2": [(2, 2)],
        "plain CMYK": [(1, 1)] * 4,
        "CMYK": [(1, 1)] * 4,
        "YCCK": [(1, 1)] * 4,
    }
    for (kind, factors), process, restart in itertools.product(
        kinds.items(), (BASELINE, EXTENDED, PROGRESSIVE), (0, 1, 5)
    ):
        marks = {"CMYK": (adobe(0),), "YCCK": (adobe(2),)}.get(kind, ())
        frame, samples = _frame(factors, process=process, restart=restart, before=marks)
        truth = Truth.of(_shown(samples, kind.split(" 2")[0]), tolerance=2.5 if len(factors) == 4 else 1e-6)
        yield Cell("JPEG", "channels", f"{kind}, {process:x}, restart {restart}", write_jpeg(frame), truth)
    frame, samples = _frame([(2, 2), (1, 1), (1, 1), (2, 2)], before=(adobe(2),))
    truth = Truth.of(_shown(samples, "YCCK"), tolerance=2.5, known=_known([(1, 1), (2, 2)]))
    yield Cell("JPEG", "channels", "YCCK, chroma subsampled", write_jpeg(frame), truth)
    for count in (2, 5):
        frame, _ = _frame([(1, 1)] * count)
        yield Cell(
            "JPEG", "channels", f"{count} components", write_jpeg(frame), None, "cannot handle .-layer"
        )


def choices() -> Iterator[Cell]:
    for factors, restart, wide in itertools.product(
        ([(1, 1)] * 3, [(2, 2), (1, 1), (1, 1)]), (0, 1, 3, 6, 100), (False, True)
    ):
        frame, samples = _frame(
            factors, restart=restart, wide_tables=wide, process=EXTENDED if wide else BASELINE
        )
        truth = Truth.of(_shown(samples, "YCbCr"), tolerance=1.5, known=_known(factors))
        name = f"{factors[0]}, restart {restart}, {'16-bit' if wide else '8-bit'} tables"
        yield Cell("JPEG", "choices", name, write_jpeg(frame), truth)
    for process, factors in itertools.product((EXTENDED, PROGRESSIVE, BASELINE), ([(1, 1)], [(1, 1)] * 3)):
        frame, samples = _frame(factors, bits=12, process=process)
        truth = Truth.of(_shown(samples * 255 // 4095, "YCbCr" if len(factors) == 3 else "grey"), tolerance=3)
        yield Cell(
            "JPEG",
            "choices",
            f"12 bits, {process:x}, {len(factors)} components",
            write_jpeg(frame),
            truth,
            "cannot handle 12-bit",
        )
    frame, samples = _frame([(1, 1)] * 3, late_height=True)
    yield Cell(
        "JPEG",
        "choices",
        "height said after the first scan",
        write_jpeg(frame),
        Truth.of(_shown(samples, "YCbCr"), tolerance=1.5),
        "not identified",
    )
    for process in (0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF):
        frame, _ = _frame([(1, 1)] * 3, process=process)
        yield Cell(
            "JPEG",
            "choices",
            f"process {process:x}, of which the data is not",
            write_jpeg(frame),
            None,
            "data stream",
        )


def other_processes() -> Iterator[Cell]:
    """Arithmetic coding, by libjpeg-turbo's cjpeg; and no transform at all."""
    columns = np.arange(24)[None].repeat(16, axis=0)
    ramp = (columns * 10 * 0.299 + (255 - np.arange(16)[:, None] * 15) * 0.587 + 0.114 * 40).clip(0, 255)
    ramp += 0.114 * 4 * (columns + np.arange(16)[:, None])
    data = base64.b64decode(_ARITHMETIC)
    yield Cell("JPEG", "other processes", "arithmetic", data, Truth.of(ramp / 255, tolerance=4))
    for count, predictor in itertools.product((1, 3), (1, 2)):
        samples = np.random.default_rng(2).integers(0, 256, (11, 17, count))
        data = write_lossless(samples, predictor)
        share = samples / 255
        truth = Truth.of(share[..., 0] if count == 1 else share)
        name = f"lossless, {count} components, predictor {predictor}"
        yield Cell("JPEG", "other processes", name, data, truth)


_ARITHMETIC = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoK"
    "BggLDAsKDAkKCgr/yQALCAAQABgBAREA/8wABgAQEAX/2gAIAQEAAD8A0leJThBbneM47XvfmTXs9bMcn8A8K/1Po1XoR6rvG2DFLVWs"
    "8NPNPpPY/9k="
)


def marks() -> Iterator[Cell]:
    """Which colours components are: by JFIF, by Adobe's word, by their names, as decoders agree on it."""
    said = {
        "nothing": ((), "YCbCr"),
        "JFIF": ((JFIF,), "YCbCr"),
        "Adobe 0": ((adobe(0),), "RGB"),
        "Adobe 1": ((adobe(1),), "YCbCr"),
        "Adobe 2": ((adobe(2),), "YCbCr"),
        "JFIF and Adobe 0": ((JFIF, adobe(0)), "YCbCr"),
    }
    for (name, (segments, kind)), process in itertools.product(said.items(), (BASELINE, PROGRESSIVE)):
        frame, samples = _frame([(1, 1)] * 3, before=segments, process=process)
        yield Cell(
            "JPEG",
            "marks",
            f"{name}, {process:x}",
            write_jpeg(frame),
            Truth.of(_shown(samples, kind), tolerance=1.5),
        )
    frame, samples = _frame([(1, 1)] * 3)
    for letters, kind in ((b"RGB", "RGB"), (b"\0\1\2", "YCbCr"), (b"\x22\x23\x24", "YCbCr")):
        named = tuple(
            Component(number, c.across, c.down, c.blocks)
            for number, c in zip(letters, frame.components, strict=True)
        )
        data = write_jpeg(Frame(WIDTH, HEIGHT, named))
        yield Cell(
            "JPEG", "marks", f"components {letters!r}", data, Truth.of(_shown(samples, kind), tolerance=1.5)
        )
    for transform in (0, 1, 2, 7):
        frame, samples = _frame([(1, 1)] * 4, before=(adobe(transform),))
        kind = "CMYK" if transform == 0 else "YCCK"
        yield Cell(
            "JPEG",
            "marks",
            f"four components, Adobe {transform}",
            write_jpeg(frame),
            Truth.of(_shown(samples, kind), tolerance=2.5),
        )
        frame, samples = _frame([(1, 1)], before=(adobe(transform),))
        yield Cell(
            "JPEG",
            "marks",
            f"one component, Adobe {transform}",
            write_jpeg(frame),
            Truth.of(_shown(samples, "grey")),
        )


GROUPS = (samplings, channels, choices, other_processes, marks)
