"""What a TIFF file can say of grey, colours and alpha, with samples that are stored as they are."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth
from photo.matrix.tiff_file import COMPRESSIONS, Layout, Value, write_tiff

__all__ = ["CHUNKY", "GROUPS", "LAYOUTS", "noise"]

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
EXTRA, ORIENTATION, FORMAT = 338, 274, 339
UNSPECIFIED, ASSOCIATED, UNASSOCIATED = 0, 1, 2
HEIGHT, WIDTH = 18, 27

ORDERS: tuple[Any, ...] = ("<", ">")
LAYOUTS = [
    Layout(order=order, planar=planar, tile=tile, compression=compression)
    for order in ORDERS
    for planar in (False, True)
    for tile in (None, (16, 16))
    for compression in (1, 8)
]
CHUNKY = [layout for layout in LAYOUTS if not layout.planar]
_NO_WHITE = "no agreed (white|black)|kind of samples is not supported"
_BIG = "a BigTIFF image in big-endian order"


def noise(bits: int, channels: int = 1, kind: str = "u", seed: int = 0) -> NDArray[Any]:
    """Return samples of any value, the least and the greatest among them."""
    random = np.random.default_rng(seed)
    shape = (HEIGHT, WIDTH, channels)
    if kind == "f":
        return random.random(shape).astype(f"f{bits // 8}")
    low, high = (0, (1 << bits) - 1) if kind == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
    samples = random.integers(low, high, shape, np.uint64 if kind == "u" else np.int64, endpoint=True)
    samples[0, 0], samples[0, 1] = low, high
    return samples


def shares(samples: NDArray[Any], bits: int) -> NDArray[np.float64]:
    return samples.astype(np.float64) / ((1 << bits) - 1)


def _named(layout: Layout, *parts: object) -> str:
    return ", ".join([*map(str, parts), str(layout)])


def _layouts(bits: int, layouts: list[Layout], kind: str = "u") -> Iterator[Layout]:
    """Return each layout, and those with differences that the depth allows."""
    for layout in layouts:
        yield layout
        if layout.compression != 1:
            of_depth = {"f": (3,), "u": (2,) if bits in {8, 16, 32, 64} else ()}.get(kind, (2,))
            for predictor in of_depth:
                yield Layout(
                    layout.order, planar=layout.planar, tile=layout.tile, compression=8, predictor=predictor
                )


def grey() -> Iterator[Cell]:
    for bits, photometric in itertools.product((1, 2, 4, 6, 8, 10, 12, 14, 16, 24, 32, 64), (0, 1)):
        samples = noise(bits)
        share = shares(samples[..., 0], bits)
        truth = Truth.of(1 - share if photometric == WHITE_IS_ZERO else share)
        refusal = _NO_WHITE if bits in {6, 10, 14, 24, 32, 64} else None
        for layout in _layouts(bits, LAYOUTS):
            name = _named(layout, f"{bits} bits", "white is zero" if photometric == 0 else "black is zero")
            yield Cell("TIFF", "grey", name, write_tiff(samples, bits, photometric, layout), truth, refusal)


def signed_and_float() -> Iterator[Cell]:
    """No standard says which number is black and which is white."""
    for (kind, bits), channels in itertools.product(
        (("i", 8), ("i", 16), ("i", 32), ("f", 16), ("f", 32), ("f", 64)), (1, 3)
    ):
        for photometric in (0, 1) if channels == 1 else (RGB,):
            samples = noise(bits, channels, kind)
            for layout in _layouts(bits, LAYOUTS, kind):
                name = _named(
                    layout, f"{'signed' if kind == 'i' else 'float'} {bits}", f"photometric {photometric}"
                )
                data = write_tiff(samples, bits, photometric, layout)
                yield Cell("TIFF", "signed and float", name, data, None, _NO_WHITE)


def _with_alpha(colours: NDArray[Any], alpha: NDArray[Any] | None, *, premultiplied: bool) -> Truth:
    if alpha is None:
        return Truth.of(colours)
    if premultiplied:
        with np.errstate(invalid="ignore", divide="ignore"):
            colours = np.nan_to_num(colours / alpha.reshape(alpha.shape + (1,) * (colours.ndim - 2)))
    # Pillow divides at 8 bits.
    return Truth.of(colours, alpha, 1 if premultiplied else 1e-6)


def colours() -> Iterator[Cell]:
    for bits in (1, 2, 4, 6, 8, 10, 12, 14, 16, 24, 32):
        samples = noise(bits, 3)
        for layout in _layouts(bits, LAYOUTS):
            refusal = None if bits in {8, 16} else _NO_WHITE
            data = write_tiff(samples, bits, RGB, layout)
            truth = Truth.of(shares(samples, bits))
            yield Cell("TIFF", "RGB", _named(layout, f"{bits} bits"), data, truth, refusal)


def extra_samples() -> Iterator[Cell]:
    """Alpha is the first of the further samples that says so."""
    kinds: list[tuple[int, ...]] = [(0,), (1,), (2,), (0, 0), (1, 0), (2, 0), (0, 2), (0, 0, 0), (2, 0, 0)]
    for photometric, bits, extra in itertools.product((WHITE_IS_ZERO, BLACK_IS_ZERO, RGB), (8, 16), kinds):
        base = 3 if photometric == RGB else 1
        samples = noise(bits, base + len(extra))
        at = next((base + i for i, kind in enumerate(extra) if kind != UNSPECIFIED), None)
        premultiplied = at is not None and extra[at - base] == ASSOCIATED
        if premultiplied and at is not None:
            samples[..., :base] = np.minimum(samples[..., :base], samples[..., at : at + 1])
        share = shares(samples, bits)
        plain = share[..., :3] if base == 3 else share[..., 0]
        alpha = None if at is None else share[..., at]
        if photometric == WHITE_IS_ZERO:
            # What is premultiplied is light, not ink, and it is not said from where it counts.
            truth = None if premultiplied else _with_alpha(1 - plain, alpha, premultiplied=False)
        else:
            truth = _with_alpha(plain, alpha, premultiplied=premultiplied)
        for layout in (*LAYOUTS, *(Layout(planar=planar, fill_order=2) for planar in (False, True))):
            name = _named(layout, f"photometric {photometric}", f"{bits} bits", f"extra samples {extra}")
            data = write_tiff(samples, bits, photometric, layout, {EXTRA: extra})
            yield Cell("TIFF", "extra samples", name, data, truth, None if truth else "kind of alpha")


def undeclared_samples() -> Iterator[Cell]:
    """A fourth sample of which nothing is said is alpha, as readers agree, unless it is 0 all over."""
    for bits, layout in itertools.product((8, 16), LAYOUTS):
        samples = noise(bits, 4)
        share = shares(samples, bits)
        name = _named(layout, f"{bits} bits")
        truth = Truth.of(share[..., :3], share[..., 3])
        yield Cell("TIFF", "undeclared", name, write_tiff(samples, bits, RGB, layout), truth)
        samples[..., 3] = 0
        truth = Truth.of(share[..., :3])
        yield Cell("TIFF", "undeclared", f"unset, {name}", write_tiff(samples, bits, RGB, layout), truth)


def orientations() -> Iterator[Cell]:
    turns = {1: (0, 0), 2: (0, 1), 3: (2, 0), 4: (2, 1), 5: (1, 1), 6: (-1, 0), 7: (-1, 1), 8: (1, 0)}
    kinds = ((8, BLACK_IS_ZERO, 1), (16, WHITE_IS_ZERO, 1), (8, RGB, 3), (16, RGB, 3))
    for (number, (times, mirrored)), (bits, photometric, channels) in itertools.product(turns.items(), kinds):
        samples = noise(bits, channels)
        share = shares(samples, bits)
        share = 1 - share if photometric == WHITE_IS_ZERO else share
        truth = Truth.of(share[..., 0] if channels == 1 else share).turned(times, mirrored=bool(mirrored))
        for layout in LAYOUTS:
            data = write_tiff(samples, bits, photometric, layout, {ORIENTATION: (number,)})
            name = _named(layout, f"orientation {number}", f"{bits} bits", f"photometric {photometric}")
            yield Cell("TIFF", "orientation", name, data, truth)


def compressions() -> Iterator[Cell]:
    kinds = ((1, 0, 1), (4, 1, 1), (8, 1, 1), (12, 1, 1), (16, 0, 1), (16, 1, 1), (8, RGB, 3), (16, RGB, 3))
    for compression, order, planar, tile, kind, fill in itertools.product(
        COMPRESSIONS, ORDERS, (False, True), (None, (16, 16)), kinds, (1, 2)
    ):
        if fill == 2 and tile:
            continue
        bits, photometric, channels = kind
        samples = noise(bits, channels)
        share = shares(samples, bits)
        share = 1 - share if photometric == WHITE_IS_ZERO else share
        layout = Layout(order, planar=planar, tile=tile, compression=compression, fill_order=fill)
        name = _named(layout, f"{bits} bits", f"photometric {photometric}")
        truth = Truth.of(share[..., 0] if channels == 1 else share)
        yield Cell("TIFF", "compression", name, write_tiff(samples, bits, photometric, layout), truth)


def big() -> Iterator[Cell]:
    for order, planar, tile, (bits, photometric, channels) in itertools.product(
        ORDERS, (False, True), (None, (16, 16)), ((1, 0, 1), (16, 0, 1), (8, RGB, 3), (16, RGB, 3))
    ):
        layout = Layout(order, big=True, planar=planar, tile=tile)
        samples = noise(bits, channels)
        share = shares(samples, bits)
        share = 1 - share if photometric == WHITE_IS_ZERO else share
        truth = Truth.of(share[..., 0] if channels == 1 else share)
        name = _named(layout, f"{bits} bits", f"photometric {photometric}")
        yield Cell(
            "TIFF",
            "BigTIFF",
            name,
            write_tiff(samples, bits, photometric, layout),
            truth,
            _BIG if order == ">" else None,
        )


_REFUSED_HEADERS = {
    "no photometric, grey": "lacks a field that it must have",
    "no photometric, RGB": "lacks a field that it must have",
    "no samples per pixel, RGB": "does not say what they are",
    "two samples of grey, nothing declared": "does not say what they are",
    "five samples of RGB, nothing declared": "does not say what they are",
    "two samples of RGB": "does not say what they are",
    "three samples of grey": "does not say what they are",
    "an alpha declared, none there": "does not say what they are",
    "two extra samples for one": "does not say what they are",
    "signed format of one value, RGB": "no agreed black",
    "mixed formats, RGB": "differ in their kind",
    "mixed bits, RGB": "differ in their kind",
    "5, 6 and 5 bits": "differ in their kind",
    "planar configuration 3": "an order that does not exist",
    "fill order 3": "an order that does not exist",
    "a thumbnail's subfile type": "a reduced copy",
    "a strip that is not there": "lacks some of its strips",
    "rows per strip as a fraction": "no whole numbers",
    "extra sample 3": "a kind that does not exist",
}


def headers() -> Iterator[Cell]:
    """What a header leaves out, says differently, or contradicts."""
    grey8, grey1, rgb8, rgb16 = noise(8), noise(1), noise(8, 3), noise(16, 3)
    said: list[tuple[str, NDArray[Any], int, int, dict[int, Value | None]]] = [
        ("no photometric, grey", grey8, 8, 1, {262: None}),
        ("no photometric, RGB", rgb8, 8, RGB, {262: None}),
        ("no bits, bilevel", grey1, 1, 1, {258: None}),
        ("no samples per pixel, grey", grey8, 8, 1, {277: None}),
        ("no samples per pixel, RGB", rgb8, 8, RGB, {277: None}),
        ("one bits value for three samples", rgb8, 8, RGB, {258: (8,)}),
        ("three bits values for one sample", grey8, 8, 1, {258: (8, 8, 8)}),
        ("one format value for three samples", rgb8, 8, RGB, {339: (1,)}),
        ("void format, grey", grey8, 8, 1, {339: (4,)}),
        ("void format, RGB", rgb8, 8, RGB, {339: (4, 4, 4)}),
        ("signed format of one value, RGB", rgb8, 8, RGB, {339: (2,)}),
        ("mixed formats, RGB", rgb8, 8, RGB, {339: (1, 2, 1)}),
        ("mixed bits, RGB", rgb8, 8, RGB, {258: (8, 8, 16)}),
        ("5, 6 and 5 bits", rgb8, 8, RGB, {258: (5, 6, 5)}),
        ("no planar configuration", rgb8, 8, RGB, {284: None}),
        ("planar configuration 3", rgb8, 8, RGB, {284: (3,)}),
        ("no rows per strip", rgb8, 8, RGB, {278: None}),
        ("rows per strip without end", rgb16, 16, RGB, {278: (2**32 - 1,)}),
        ("no byte counts", rgb8, 8, RGB, {279: None}),
        ("no byte counts, 16 bits", rgb16, 16, RGB, {279: None}),
        ("a strip that is not there", rgb16, 16, RGB, {273: (0,)}),
        ("rows per strip as a fraction", rgb16, 16, RGB, {278: (Fraction(7, 2),)}),
        ("least and greatest sample", grey8, 8, 1, {280: (50,), 281: (200,)}),
        ("a thumbnail's subfile type", rgb8, 8, RGB, {254: (1,)}),
        ("a mask's subfile type", grey1, 1, 1, {254: (4,)}),
        ("orientation 0", rgb8, 8, RGB, {274: (0,)}),
        ("orientation 9", rgb8, 8, RGB, {274: (9,)}),
        ("fill order 3", grey8, 8, 1, {266: (3,)}),
        ("two samples of grey, nothing declared", noise(8, 2), 8, 1, {}),
        ("five samples of RGB, nothing declared", noise(8, 5), 8, RGB, {}),
        ("two samples of RGB", noise(8, 2), 8, RGB, {}),
        ("three samples of grey", rgb8, 8, 1, {}),
        ("an alpha declared, none there", rgb8, 8, RGB, {EXTRA: (2,)}),
        ("two extra samples for one", noise(8, 4), 8, RGB, {EXTRA: (2, 2)}),
        ("extra sample 3", noise(8, 4), 8, RGB, {EXTRA: (3,)}),
        ("extra sample 999", noise(8, 4), 8, RGB, {EXTRA: (999,)}),
    ]
    rows = {
        "no rows per strip",
        "rows per strip without end",
        "no byte counts",
        "no byte counts, 16 bits",
        "a strip that is not there",
    }
    for (name, samples, bits, photometric, tags), order in itertools.product(said, ORDERS):
        share = shares(samples, bits)
        layout = Layout(order, rows=HEIGHT if name in rows else 5)
        # What Corel Draw writes for unassociated alpha, as libtiff reads it.
        alpha = share[..., 3] if name.endswith("999") else None
        truth = Truth.of(share[..., 0] if share.shape[2] < 3 else share[..., :3], alpha)
        data = write_tiff(samples, bits, photometric, layout, tags)
        yield Cell("TIFF", "header", _named(layout, name), data, truth, _REFUSED_HEADERS.get(name))


GROUPS = (
    grey,
    signed_and_float,
    colours,
    extra_samples,
    undeclared_samples,
    orientations,
    compressions,
    big,
    headers,
)
