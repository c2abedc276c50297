"""Sixteen bits a sample, kept or rounded to eight, where Pillow would cut the lower eight off.

Pillow has no mode for colours of 16 bits, but it can be made to unpack either byte of each sample: a file is
decoded twice, once for the upper bytes and once for the lower ones, whatever it is compressed with.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from wuhen.photo.colour import narrow, wide_array

_BAND = 256  # rows
_SWAPPED = {"B": "L", "L": "B"}
_PREMULTIPLIED = "RGBa"
_WHITE = 0xFFFF
_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class _Halves:
    """A file whose bytes are decoded but not put together.

    Attributes
    ----------
    upper, lower
        Loaded, each with one byte of every sample; of grey with alpha `upper` has both, upper bytes first.
    mode
        Of the colours that are put together, with the alpha that a transparent colour makes.
    premultiplied
        Whether the colours are scaled by alpha.
    """

    upper: Image.Image
    lower: Image.Image | None
    mode: str
    premultiplied: bool

    def join(self) -> Iterator[tuple[int, int, NDArray[np.uint16]]]:
        """Put bands of rows together: the first row, the one after the last, ``(rows, W, C)`` samples."""
        hidden = self.upper.info.get("transparency")
        for top in range(0, self.upper.height, _BAND):
            bottom = min(top + _BAND, self.upper.height)
            box = (0, top, self.upper.width, bottom)
            high = np.asarray(self.upper.crop(box))
            if self.lower is None:
                samples = _joined(high[..., 0::2], high[..., 1::2])
            else:
                samples = _joined(high, np.asarray(self.lower.crop(box)))
            if isinstance(hidden, tuple):
                opaque = (samples != np.array(hidden)).any(axis=2, keepdims=True)
                samples = np.concatenate([samples, opaque * np.uint16(_WHITE)], axis=2)
            yield top, bottom, samples


def has_wide_colours(image: ImageFile.ImageFile) -> bool:
    """Tell whether a file, not yet loaded, is one of colours that Pillow would truncate to 8 bits."""
    return (
        bool(image.tile)
        and _raw_mode(image).partition(";")[2] in {"16B", "16L", "16N"}
        and image.mode
        in {
            "RGB",
            "RGBA",
            "CMYK",
        }
    )


def load_rounded(upper: ImageFile.ImageFile, lower: ImageFile.ImageFile) -> Image.Image:
    """Decode a file of colours with 16 bits a sample.

    Parameters
    ----------
    upper, lower
        The same file, opened twice and not yet loaded.

    Returns
    -------
    Image
        Of 8 bits a sample, rounded, premultiplied alpha divided out. A transparent colour of the file is
        transparent in it.
    """
    halves = _load_halves(upper, lower)
    result = Image.new(halves.mode, halves.upper.size)
    for top, bottom, samples in halves.join():
        rounded = divide_out(samples) if halves.premultiplied else narrow(samples)
        result.paste(_as_image(rounded, halves.mode), (0, top, result.width, bottom))
    return result


def load_wide(upper: ImageFile.ImageFile, lower: ImageFile.ImageFile) -> NDArray[np.uint16]:
    """Decode the same to what `load_rounded` rounds.

    Returns
    -------
    (H, W, C) ndarray of uint16
        2 channels are grey and alpha, 3 are colours, 4 colours and alpha, which is not premultiplied.
    """
    halves = _load_halves(upper, lower)
    result = np.empty((halves.upper.height, halves.upper.width, len(halves.mode)), np.uint16)
    for top, bottom, samples in halves.join():
        result[top:bottom] = divide_out_wide(samples) if halves.premultiplied else samples
    return result


def wide_grey(image: Image.Image) -> NDArray[np.uint16]:
    """Return the samples of loaded 16-bit grey: ``(H, W)``, or ``(H, W, 2)`` where a grey is transparent."""
    samples, hidden = wide_array(image), image.info.get("transparency")
    if not isinstance(hidden, int):
        return samples
    return np.stack([samples, (samples != hidden) * np.uint16(_WHITE)], axis=2)


def divide_out(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Undo premultiplied alpha and round.

    Parameters
    ----------
    samples : (H, W, C) ndarray of uint16
        The last channel is the alpha.

    Returns
    -------
    (H, W, C) ndarray of uint8
    """
    rounded = narrow(samples)
    rounded[..., :-1] = _divided(samples, _OPAQUE)
    return rounded


def divide_out_wide(samples: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Undo premultiplied alpha at 16 bits."""
    divided = samples.copy()
    divided[..., :-1] = _divided(samples, _WHITE)
    return divided


def _divided(samples: NDArray[np.uint16], white: int) -> NDArray[np.uint32]:
    """Return the colours alone, where `white` is white; its square is the most that 32 bits must hold."""
    alpha = np.maximum(samples[..., -1:].astype(np.uint32), 1)
    colours = np.minimum(samples[..., :-1], alpha) * np.uint32(white)
    divided: NDArray[np.uint32] = (colours + alpha // 2) // alpha
    return divided


def _load_halves(upper: ImageFile.ImageFile, lower: ImageFile.ImageFile) -> _Halves:
    layout, _, order = _raw_mode(upper).partition(";16")
    if layout == "LA":  # has no counterpart for the lower bytes, but its two samples are four bytes
        unpack(upper, "RGBA")
        upper.load()
        return _Halves(upper, None, "LA", premultiplied=False)
    premultiplied = layout == _PREMULTIPLIED
    layout = "RGBA" if premultiplied else layout
    if order == "N":
        order = "L" if sys.byteorder == "little" else "B"
    unpack(upper, f"{layout};16{order}")
    unpack(lower, f"{layout};16{_SWAPPED[order]}")
    upper.load()
    lower.load()
    mode = "RGBA" if isinstance(upper.info.get("transparency"), tuple) else upper.mode
    return _Halves(upper, lower, mode, premultiplied)


def _raw_mode(image: ImageFile.ImageFile) -> str:
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def unpack(image: ImageFile.ImageFile, raw_mode: str) -> None:
    """Have a file that is not yet loaded unpacked in another way."""
    image.tile = [
        tile._replace(args=(raw_mode, *tile.args[1:]) if isinstance(tile.args, tuple) else raw_mode)
        for tile in image.tile
    ]


def _joined(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> NDArray[np.uint16]:
    samples = upper.astype(np.uint16)
    samples <<= 8
    samples |= lower
    return samples


def _as_image(samples: NDArray[np.uint8], mode: str) -> Image.Image:
    return Image.frombytes(mode, samples.shape[1::-1], samples.tobytes())
