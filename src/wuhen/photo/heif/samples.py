"""The samples of HEIC and AVIF files, by the decoders that there are for them."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, features

from wuhen.photo.errors import BrokenImage, MissingReader
from wuhen.photo.flaws import Flaw
from wuhen.photo.kinds import Kind
from wuhen.photo.wide import divide_out_wide

__all__ = ["Samples", "decode_av1", "decode_hevc"]

_BYTE = 8  # bits
_BAND = 256  # rows


@dataclass(frozen=True, slots=True)
class Samples:
    """Decoded samples.

    Attributes
    ----------
    array : (H, W) or (H, W, C) ndarray of uint8 or uint16
        Without channels it is grey; 2 are grey and alpha, 3 colours, 4 colours and alpha.
    bits
        How many count of each; all of them set is white.
    premultiplied
        Whether the colours are scaled by alpha.
    """

    array: NDArray[np.uint8] | NDArray[np.uint16]
    bits: int = _BYTE
    premultiplied: bool = False

    def map(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> "Samples":
        """Return the same with another array."""
        return replace(self, array=change(self.array))

    def rounded(self) -> NDArray[np.uint8]:
        """Return them at 8 bits, not premultiplied."""
        if self.array.dtype == np.uint8 and not self.premultiplied:
            return np.ascontiguousarray(self.array)
        return self._by_bands(np.uint8)

    def stretched(self) -> NDArray[np.uint16]:
        """Return them at 16 bits, not premultiplied."""
        return self._by_bands(np.uint16)

    def _by_bands(self, kind: type[np.uint8] | type[np.uint16]) -> NDArray[Any]:
        result = np.empty(self.array.shape, kind)
        white, full = (1 << self.bits) - 1, int(np.iinfo(kind).max)
        for top in range(0, len(result), _BAND):
            rows = slice(top, top + _BAND)
            band = self.array[rows].astype(np.uint32)
            if self.premultiplied:
                wide = ((band * 65535 + white // 2) // white).astype(np.uint16)
                result[rows] = (divide_out_wide(wide).astype(np.uint32) * full + 32767) // 65535
            else:
                result[rows] = (band * full + white // 2) // white
        return result


def decode_hevc(data: bytes) -> Samples:
    """Decode the primary item of a HEIC file, cropped and turned as it says.

    Raises
    ------
    MissingReader
        pillow-heif is not installed.
    Exception
        Whatever it raises of a damaged file.
    """
    try:
        import pillow_heif  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingReader(Kind.HEIC) from error
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
    picture = file[file.primary_index]
    layout, _, bits = picture.mode.partition(";")
    return Samples(np.asarray(picture), int(bits or _BYTE), premultiplied=layout.endswith("a"))


def decode_av1(data: bytes, size: tuple[int, int]) -> Samples:
    """Decode the primary item of an AVIF file as it is coded, at 8 bits.

    Of 10 and 12 bits libavif drops the lower ones before it converts colours; Pillow leaves no way around.

    Parameters
    ----------
    data
        The file.
    size
        The width and height that the item says.

    Raises
    ------
    MissingReader
        Pillow was built without AVIF.
    Exception
        Whatever it raises of a damaged file.
    """
    if not features.check("avif"):
        raise MissingReader(Kind.AVIF)
    # A file that calls itself a film first would be read by its first frame, which may be another picture.
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(data[:8] + b"avif" + data[12:]))
    if image.size != size:
        raise BrokenImage("AVIF", Flaw.OTHER_SIZE)
    image.load()
    return Samples(np.asarray(image))
