"""The arithmetic of colours, as the standards have it."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["from_lab", "from_ycbcr"]

_BT601 = 0.299, 0.587, 0.114
_D50 = 0.9642, 1.0, 0.8249
_TO_SRGB = (  # from XYZ under D50, adapted by Bradford
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)


def from_ycbcr(
    samples: NDArray[np.generic], weights: tuple[float, float, float] = _BT601, *, narrow: bool = False
) -> NDArray[np.float64]:
    """Return RGB, 0 to 1, of samples of 8 bits (TIFF 6.0, section 21; JFIF 1.02)."""
    luma, blue, red = np.moveaxis(samples.astype(np.float64), 2, 0)
    luma, blue, red = (
        ((luma - 16) / 219, (blue - 128) / 112, (red - 128) / 112)
        if narrow
        else (luma / 255, (blue - 128) / 127, (red - 128) / 127)
    )
    # Half the range of a difference is 1 - its weight.
    scale = 1 if narrow else 127 / 127.5
    r = luma + red * (1 - weights[0]) * scale
    b = luma + blue * (1 - weights[2]) * scale
    g = (luma - weights[0] * r - weights[2] * b) / weights[1]
    colours: NDArray[np.float64] = np.stack([r, g, b], axis=2).clip(0, 1)
    return colours


def from_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sRGB, 0 to 1, of CIELAB under D50 (ICC.1:2022, annex D; IEC 61966-2-1)."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=2)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _D50
    linear: NDArray[np.float64] = (xyz @ np.array(_TO_SRGB).T).clip(0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
