"""Sixteen bits a sample, rounded to eight where Pillow would cut the lower eight off.

Pillow has no mode for colours of 16 bits, but it can be made to unpack either byte of each sample: a file is
decoded twice, once for the upper bytes and once for the lower ones, whatever it is compressed with.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from wuhen.photo.colour import narrow

_BAND = 256  # rows
_SWAPPED = {"B": "L", "L": "B"}
_PREMULTIPLIED = "RGBa"


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
    layout, _, order = _raw_mode(upper).partition(";16")
    if layout == "LA":  # has no counterpart for the lower bytes, but its two samples are four bytes
        unpack(upper, "RGBA")
        upper.load()
        return _join_pairs(upper)
    premultiplied = layout == _PREMULTIPLIED
    layout = "RGBA" if premultiplied else layout
    if order == "N":
        order = "L" if sys.byteorder == "little" else "B"
    unpack(upper, f"{layout};16{order}")
    unpack(lower, f"{layout};16{_SWAPPED[order]}")
    upper.load()
    lower.load()
    hidden = upper.info.get("transparency")
    has_key = isinstance(hidden, tuple)
    result = Image.new("RGBA" if has_key else upper.mode, upper.size)
    for top in range(0, upper.height, _BAND):
        box = (0, top, upper.width, min(top + _BAND, upper.height))
        samples = _joined(np.asarray(upper.crop(box)), np.asarray(lower.crop(box)))
        if has_key:
            opaque = (samples != np.array(hidden)).any(axis=2, keepdims=True)
            samples = np.concatenate([samples, opaque * np.uint16(0xFFFF)], axis=2)
        result.paste(_as_image(divide_out(samples) if premultiplied else narrow(samples), result.mode), box)
    return result


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
    alpha = np.maximum(samples[..., -1:].astype(np.uint32), 1)
    rounded = narrow(samples)
    colours = (samples[..., :-1].astype(np.uint32) * 255 + alpha // 2) // alpha
    rounded[..., :-1] = np.minimum(colours, 255)
    return rounded


def _raw_mode(image: ImageFile.ImageFile) -> str:
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def unpack(image: ImageFile.ImageFile, raw_mode: str) -> None:
    """Have a file that is not yet loaded unpacked in another way."""
    image.tile = [
        tile._replace(args=(raw_mode, *tile.args[1:]) if isinstance(tile.args, tuple) else raw_mode)
        for tile in image.tile
    ]


def _join_pairs(image: Image.Image) -> Image.Image:
    """Round grey and alpha that were unpacked as four bytes a pixel, the upper ones first."""
    result = Image.new("LA", image.size)
    for top in range(0, image.height, _BAND):
        box = (0, top, image.width, min(top + _BAND, image.height))
        halves = np.asarray(image.crop(box))
        result.paste(_as_image(narrow(_joined(halves[..., 0::2], halves[..., 1::2])), "LA"), box)
    return result


def _joined(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> NDArray[np.uint16]:
    samples = upper.astype(np.uint16)
    samples <<= 8
    samples |= lower
    return samples


def _as_image(samples: NDArray[np.uint8], mode: str) -> Image.Image:
    return Image.frombytes(mode, samples.shape[1::-1], samples.tobytes())
