"""An ICC profile made of primaries, a white and a curve (ICC.1:2001-04, a display's matrix and curves)."""

import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chromaticities", "build_profile"]

Point = tuple[float, float]
Chromaticities = tuple[Point, Point, Point, Point]
"""x and y (CIE 1931) of white, red, green and blue."""

_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_CURVE_POINTS = 1024
_HEADER, _ENTRY = 128, 12  # bytes
_RIGHTS = b"No copyright, use freely"
_NAME = b"Colours of the original file"


def build_profile(
    chromaticities: Chromaticities, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> bytes:
    """Make an RGB profile, the same bytes whenever it is made.

    Parameters
    ----------
    chromaticities
        Their white lies inside the triangle of the others.
    curve
        From a sample to the light that it is shown with, both 0 to 1.
    """
    columns = _adapt(chromaticities)
    light = curve(np.linspace(0, 1, _CURVE_POINTS))
    table = np.round(np.clip(light, 0, 1) * 65535).astype(">u2").tobytes()
    shown = b"curv" + bytes(4) + struct.pack(">I", _CURVE_POINTS) + table
    name = b"desc" + struct.pack(">II", 0, len(_NAME) + 1) + _NAME + b"\0" + bytes(78)
    tags = {
        b"desc": name,
        b"cprt": b"text" + bytes(4) + _RIGHTS + b"\0",
        b"wtpt": _pack(_D50),
        b"rXYZ": _pack(columns[:, 0]),
        b"gXYZ": _pack(columns[:, 1]),
        b"bXYZ": _pack(columns[:, 2]),
        b"rTRC": shown,
        b"gTRC": shown,
        b"bTRC": shown,
    }
    return _lay_out(tags)


def _adapt(chromaticities: Chromaticities) -> NDArray[np.float64]:
    """Return the XYZ of red, green and blue as columns, under the white that profiles are relative to."""
    points = np.array([(x, y, 1 - x - y) for x, y in chromaticities])
    white, corners = points[0] / points[0, 1], points[1:].T
    cones = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD
    result: NDArray[np.float64] = adapted @ (corners * np.linalg.solve(corners, white))
    return result


def _pack(xyz: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(value) * 65536) for value in xyz))


def _lay_out(tags: dict[bytes, bytes]) -> bytes:
    """Put header, table and contents together; equal contents are stored once."""
    at = _HEADER + 4 + _ENTRY * len(tags)
    table, contents, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for tag, content in tags.items():
        if content not in places:
            places[content] = at + len(contents)
            contents += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", tag, places[content], len(content))
    header = bytearray(_HEADER)
    header[0:4] = struct.pack(">I", at + len(contents))
    header[8:12] = bytes([2, 0x10, 0, 0])
    header[12:24] = b"mntrRGB XYZ "
    header[24:36] = struct.pack(">6H", 2001, 4, 1, 0, 0, 0)  # the standard's own date
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", *(round(float(value) * 65536) for value in _D50))
    return bytes(header) + table + contents
