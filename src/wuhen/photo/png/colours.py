"""The colours that a PNG file's chunks define without an ICC profile: ``cICP``, ``gAMA`` and ``cHRM``.

They say how samples are to be shown, as a profile does, so a profile is made of them that says the same: no
pixel changes, and every format has a place for it. Which chunk counts is the PNG standard's order (third
edition, 4.3): ``cICP``, the profile, ``sRGB``, then ``gAMA`` with ``cHRM``.
"""

import struct
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from wuhen.photo.metadata.profile import Chromaticities, build_profile

__all__ = ["CHUNKS", "make_profile", "select"]

CHUNKS = frozenset({b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"mDCV", b"cLLI"})
"""The chunks that define colours, and the light of the display that they were made on."""
_SIZES = {
    b"cICP": 4,
    b"sRGB": 1,
    b"gAMA": 4,
    b"cHRM": 32,
    b"mDCV": 24,
    b"cLLI": 8,
}  # bytes of those with numbers

_Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_WHITE = 0.3127, 0.3290  # D65
_SRGB: Chromaticities = (_WHITE, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_NTSC: Chromaticities = (_WHITE, (0.63, 0.34), (0.31, 0.595), (0.155, 0.07))
# ITU-T H.273, table 2.
_PRIMARIES: dict[int, Chromaticities] = {
    1: _SRGB,
    5: (_WHITE, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: _NTSC,
    7: _NTSC,
    9: (_WHITE, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: ((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: (_WHITE, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_GAMMA_UNIT = _CHROMATICITY_UNIT = 100_000
_SRGB_GAMMA = 45455
_NEAR = 500  # by how much both may differ from sRGB's and mean it, as rounded values do
_REFERENCE_WHITE = 203  # cd/m2: the white of paper in high dynamic range (ITU-R BT.2408)


def select(chunks: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the chunks whose content is as long as it must be, ``iCCP`` aside."""
    return {kind: content for kind, content in chunks.items() if len(content) == _SIZES.get(kind)}


def make_profile(chunks: Mapping[bytes, bytes], profile: bytes | None) -> bytes | None:
    """Return the ICC profile that says how a PNG file's samples are to be shown.

    Parameters
    ----------
    chunks
        The contents of those of `CHUNKS` that the file has; what cannot be used is passed over.
    profile
        Its ICC profile.

    Returns
    -------
    bytes or None
        `profile` where nothing counts more; None where the colours are sRGB's, or said by nothing.
    """
    usable = select(chunks)
    coded = _read_cicp(usable[b"cICP"]) if b"cICP" in usable else None
    if coded is not None:
        primaries, curve = coded
        # What is sRGB all through needs no profile to be shown as such.
        return None if primaries is _SRGB and curve is _show_srgb else build_profile(primaries, curve)
    if profile is not None or b"sRGB" in usable:
        return profile
    gamma, named = _read_gamma(usable.get(b"gAMA")), _read_chromaticities(usable.get(b"cHRM"))
    if gamma is None and named is None:
        return None
    return build_profile(named or _SRGB, _show_srgb if gamma is None else _power(gamma))


def _read_gamma(content: bytes | None) -> float | None:
    """Return the exponent to show samples with; None for sRGB's or none."""
    if content is None:
        return None
    stored = int.from_bytes(content, "big")
    if not _GAMMA_UNIT // 10 <= stored <= 10 * _GAMMA_UNIT or abs(stored - _SRGB_GAMMA) <= _NEAR:
        return None
    return _GAMMA_UNIT / stored


def _read_chromaticities(content: bytes | None) -> Chromaticities | None:
    """Return white, red, green and blue; None for sRGB's, for none, and for such as no eye can see."""
    if content is None:
        return None
    stored = np.array(struct.unpack(">8I", content)).reshape(4, 2)
    if np.abs(stored - np.array(_SRGB) * _CHROMATICITY_UNIT).max() <= _NEAR:
        return None
    points = stored / _CHROMATICITY_UNIT
    corners = np.column_stack([points, 1 - points.sum(axis=1)]).T
    try:
        shares = np.linalg.solve(corners[:, 1:], corners[:, 0])
    except np.linalg.LinAlgError:
        return None
    # White lies inside the triangle of the others, or no mixture is white.
    if corners.min() < 0 or corners[1, 0] == 0 or shares.min() <= 0:
        return None
    white, red, green, blue = ((x, y) for x, y in points.tolist())
    return white, red, green, blue


def _read_cicp(content: bytes) -> tuple[Chromaticities, _Curve] | None:
    """Return primaries and how samples are shown; None for code points that are not known here."""
    primaries, transfer, matrix, full = content
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS or matrix != 0:
        return None
    curve = _TRANSFERS[transfer]
    return _PRIMARIES[primaries], curve if full else _narrow(curve)


def _power(exponent: float) -> _Curve:
    return lambda value: value**exponent


def _show_srgb(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - IEC 61966-2-1


def _show_pq(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Show perceptually quantised samples (SMPTE ST 2084), cut at the white of paper."""
    root = value ** (32 / 2523)
    light = 10_000 * (np.maximum(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305)
    return np.minimum(light / _REFERENCE_WHITE, 1)


def _show_hlg(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Show hybrid log-gamma samples (ITU-R BT.2100), cut at the white of paper, which is at 75 %."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073

    def scene(signal: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)  # noqa: PLR2004 - the knee

    return np.minimum((scene(value) / scene(np.array(0.75))) ** 1.2, 1)


def _narrow(curve: _Curve) -> _Curve:
    """Stretch samples from 16 to 235 over the whole range before they are shown."""
    return lambda value: curve(np.clip((value * 255 - 16) / 219, 0, 1))


_VIDEO = _power(2.4)  # ITU-R BT.1886
# ITU-T H.273, table 3.
_TRANSFERS: dict[int, _Curve] = {
    1: _VIDEO,
    4: _power(2.2),
    5: _power(2.8),
    6: _VIDEO,
    8: _power(1),
    13: _show_srgb,
    14: _VIDEO,
    15: _VIDEO,
    16: _show_pq,
    18: _show_hlg,
}
