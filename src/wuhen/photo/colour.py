"""From any mode Pillow decodes to three channels of eight bits and an optional alpha.

Work goes by bands of rows, so that the memory needed beside the decoded file and the result stays small.

What becomes of each kind of file
---------------------------------
- grey (1 bit, 8 bits, with or without alpha): replicated to three equal channels and remembered as grey;
- 16 bits a sample: rounded to 8;
- palette, with or without transparency: its colours;
- premultiplied alpha: divided out;
- CMYK and CIELAB: converted to sRGB, by the embedded profile where there is a usable one (relative
  colorimetric with black point compensation), else by the plain formula; the profile is then spent;
- 32-bit integer and floating-point grey: refused, because they have no agreed white.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw

Array = NDArray[np.uint8]

_BAND = 256  # rows
_GREY = frozenset({"1", "L", "LA", "La"})
_WIDE = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_COLOUR = frozenset({"P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "YCbCr", "HSV"})
_DEVICE = frozenset({"CMYK", "LAB"})


@dataclass(frozen=True, slots=True)
class Samples:
    """Decoded pixels in file order.

    Attributes
    ----------
    pixels : (H, W, 3) or (H, W) ndarray of uint8
        RGB; two-dimensional where the file is grey.
    alpha : (H, W) ndarray of uint8, or None
        255 is opaque.
    profiled : bool
        The file's ICC profile describes these pixels; false once they were converted.
    """

    pixels: Array
    alpha: Array | None
    profiled: bool = True


def _bands(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    """Cut an image into strips of rows; each knows the palette and the transparent colour of the whole."""
    for top in range(0, image.height, _BAND):
        bottom = min(top + _BAND, image.height)
        yield slice(top, bottom), image.crop((0, top, image.width, bottom))


def narrow(wide: NDArray[np.uint16]) -> Array:
    """Round 16-bit samples to 8 bits; Pillow would clip them at 255 instead (python-pillow #3011)."""
    return ((wide.astype(np.uint32) + 128) // 257).astype(np.uint8)


def wide_array(image: Image.Image) -> NDArray[np.uint16]:
    """Return the samples of a 16-bit grey image in native byte order."""
    return np.asarray(image).astype(np.uint16, copy=False)


def _read_wide(image: Image.Image) -> Samples:
    pixels = np.empty((image.height, image.width), np.uint8)
    hidden = image.info.get("transparency")
    alpha = np.empty_like(pixels) if isinstance(hidden, int) else None
    for rows, band in _bands(image):
        wide = wide_array(band)
        pixels[rows] = narrow(wide)
        if alpha is not None:
            alpha[rows] = np.where(wide == hidden, 0, 255)
    return Samples(pixels, alpha)


def _in_mode(band: Image.Image, mode: str) -> Image.Image:
    """Convert a strip where that is needed; Pillow would copy it in any case."""
    return band if band.mode == mode else band.convert(mode)


def _read_grey(image: Image.Image) -> Samples:
    pixels = np.empty((image.height, image.width), np.uint8)
    if not image.has_transparency_data:
        for rows, band in _bands(image):
            pixels[rows] = np.asarray(_in_mode(band, "L"))
        return Samples(pixels, None)
    alpha = np.empty_like(pixels)
    for rows, band in _bands(image):
        both = np.asarray(band.convert("LA"))
        pixels[rows], alpha[rows] = both[..., 0], both[..., 1]
    return Samples(pixels, alpha)


def _read_colour(image: Image.Image, convert: Callable[[Image.Image], Image.Image] | None) -> Samples:
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    has_alpha = image.mode in {"PA", "RGBA", "RGBa"} or image.has_transparency_data
    alpha = np.empty(pixels.shape[:2], np.uint8) if has_alpha else None
    for rows, band in _bands(image):
        if convert is not None:
            band = convert(band)  # noqa: PLW2901 - the strip, in other colours
        samples = np.asarray(_in_mode(band, "RGB" if alpha is None else "RGBA"))
        pixels[rows] = samples[..., :3]
        if alpha is not None:
            alpha[rows] = samples[..., 3]
    return Samples(pixels, alpha, profiled=image.mode not in _DEVICE)


def _to_srgb(mode: str, profile: bytes | None) -> Callable[[Image.Image], Image.Image] | None:
    """Make the conversion from a device's or CIE's colours to sRGB; None where the plain formula must do."""
    try:
        if mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile is not None:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return None
        transform = ImageCms.buildTransform(
            source,
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None

    def convert(band: Image.Image) -> Image.Image:
        converted = ImageCms.applyTransform(band, transform)
        assert converted is not None  # noqa: S101 - only in-place conversion returns nothing
        return converted

    return convert


def round_samples(wide: NDArray[np.uint16]) -> Samples:
    """Round decoded samples of 16 bits, by bands.

    Parameters
    ----------
    wide : (H, W) or (H, W, C) ndarray of uint16
        Without channels grey; 2 are grey and alpha, 3 colours, 4 colours and alpha.
    """
    rounded = narrow_bands(wide)
    if wide.ndim == 2 or wide.shape[2] == 3:  # noqa: PLR2004 - grey, colours
        return Samples(rounded, None)
    pixels = rounded[..., 0] if wide.shape[2] == 2 else rounded[..., :3]  # noqa: PLR2004 - grey and alpha
    return Samples(np.ascontiguousarray(pixels), np.ascontiguousarray(rounded[..., -1]))


def narrow_bands(wide: NDArray[np.uint16]) -> Array:
    """Do as `narrow`, by bands of rows, to spare the memory."""
    rounded = np.empty(wide.shape, np.uint8)
    for top in range(0, len(wide), _BAND):
        rounded[top : top + _BAND] = narrow(wide[top : top + _BAND])
    return rounded


def read_samples(image: Image.Image, profile: bytes | None) -> Samples:
    """Turn a decoded image into arrays.

    Parameters
    ----------
    image
        Loaded, as Pillow decoded it.
    profile
        Its ICC profile, for the modes that need one to be understood.

    Raises
    ------
    BrokenImage
        The samples have no defined meaning as a photograph.
    """
    mode, name = image.mode, image.format or "image"
    if mode in _WIDE:
        return _read_wide(image)
    if mode in _GREY:
        return _read_grey(image)
    if mode in _DEVICE:
        convert = _to_srgb(mode, profile)
        if convert is None and mode == "LAB":
            raise BrokenImage(name, Flaw.LAB)
        return _read_colour(image, convert)
    if mode in _COLOUR:
        return _read_colour(image, None)
    flaw = {"I": Flaw.LONG_INTEGERS, "F": Flaw.FLOATS}.get(mode, Flaw.OTHER_SAMPLES)
    raise BrokenImage(name, flaw, mode)
