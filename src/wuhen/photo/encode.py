"""From a photo to the bytes of a file that keeps what the photo came with."""

import io
import struct
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from wuhen.photo.errors import Unwritable
from wuhen.photo.jpeg import metadata as jpeg_metadata
from wuhen.photo.metadata import exif_tags
from wuhen.photo.picture import Photo, profile_space
from wuhen.photo.png import wide as png_wide
from wuhen.photo.stopping import Sink
from wuhen.photo.tiff import writing as tiff
from wuhen.photo.tiff.codecs import DEFLATE

_JFIF_UNIT = 13  # where its unit is; two numbers follow
_JPEG_PROFILE = 255 * (jpeg_metadata.SEGMENT - 14)  # in at most 255 segments with 14 bytes of header each
# Where more effort begins to cost much time for little size; measured on photographs of 1 and 25 megapixels.
_PNG_LEVEL = 4
_WEBP_EFFORT = {"method": 1, "quality": 20}
_LONGEST_SIDE = {"WEBP": 16383}  # pixels; of the others no picture that is read is too long for
_BAND = 256  # rows

QUALITIES = range(1, 101)
"""What the quality of a JPEG or a lossy WEBP may be."""
QUALITY_FORMATS = frozenset({"JPEG", "WEBP"})
"""The formats that it is for."""
USUAL_QUALITY = 95
WIDE_FORMATS = frozenset({"PNG", "TIFF"})
"""The formats that are written with 16 bits a sample where a photo has them."""


def encode(photo: Photo, format: str, *, quality: int | None = None) -> bytes:  # noqa: A002 - as above
    """Write a photo.

    PNG and TIFF are lossless, of 16 bits a sample where the photo has them; WEBP is lossless, at 8, where no
    quality is given. What the format has no place for is left out: in JPEG alpha (the photo is laid on white)
    and what EXIF has above 64 KiB, in WEBP the resolution;
    texts are PNG's, the comment is JPEG's. A grey photo is written grey, save where colours have appeared and
    in WEBP, which knows no grey.

    Parameters
    ----------
    photo
        As read, or with other pixels.
    format
        ``"JPEG"``, ``"PNG"``, ``"WEBP"`` or ``"TIFF"``.
    quality
        One of `QUALITIES`, for JPEG, `USUAL_QUALITY` by default, whose chroma is never subsampled, and for
        WEBP.

    Raises
    ------
    Unwritable
        What `check_writable` says.
    """
    check_writable(format, photo.size)
    if format == "TIFF":
        return write_tiff(photo)
    if format == "PNG" and photo.wide is not None:
        return _write_wide_png(photo, photo.wide)
    image = _to_image(photo, format)
    out = Sink()
    _WRITERS[format](image, with_fitting_profile(photo, image.mode), out, quality)
    return out.getvalue()


def check_writable(format: str, size: tuple[int, int]) -> None:  # noqa: A002 - as above
    """Check that a picture of a width and height can be written in a format.

    Raises
    ------
    Unwritable
        It is not written at all, or has no room for such a side.
    """
    if format not in {*_WRITERS, "TIFF"}:
        raise Unwritable(format)
    longest = _LONGEST_SIDE.get(format)
    if longest is not None and max(size) > longest:
        raise Unwritable(format, longest)


def save_png(image: Image.Image, photo: Photo, **coding: object) -> bytes:
    """Write an image as PNG with what a photo carries beside its pixels.

    Parameters
    ----------
    image
        In the mode in which it is to be stored.
    photo
        For its metadata.
    **coding
        Pillow's options for how a PNG is coded.
    """
    out = Sink()
    _write_png(image, with_fitting_profile(photo, image.mode), out, None, **coding)
    return out.getvalue()


def with_fitting_profile(photo: Photo, mode: str) -> Photo:
    """Return a photo without an ICC profile that is not for images of `mode`."""
    space = "GRAY" if mode in {"1", "L", "LA"} else "RGB"
    return photo if profile_space(photo.icc_profile) == space else replace(photo, icc_profile=None)


def is_grey(pixels: NDArray[Any]) -> bool:
    """Tell whether the three channels are equal everywhere; by bands, to spare the memory."""
    return all(
        bool((band == band[..., :1]).all())
        for band in (pixels[top : top + _BAND] for top in range(0, len(pixels), _BAND))
    )


def _stored(photo: Photo) -> NDArray[np.uint8]:
    """Return the colours as they are stored, (H, W, 3) or (H, W, 1): one channel where the photo is grey."""
    return photo.pixels[..., :1] if photo.grey and is_grey(photo.pixels) else photo.pixels


def _stored_wide(photo: Photo, wide: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return samples of 16 bits as they are stored; of a grey photo the first channel, and alpha."""
    return wide[..., ::3] if photo.grey and is_grey(wide[..., :3]) else wide


def _to_image(photo: Photo, format: str) -> Image.Image:  # noqa: A002 - as above
    colours = photo.pixels if format == "WEBP" else _stored(photo)  # WEBP knows no grey
    image = Image.fromarray(np.ascontiguousarray(colours[..., 0] if colours.shape[2] == 1 else colours))
    if photo.alpha is None:
        return image
    alpha = Image.fromarray(np.ascontiguousarray(photo.alpha))
    if format == "JPEG":
        ground = Image.new(image.mode, image.size, "white")
        ground.paste(image, mask=alpha)
        return ground
    image.putalpha(alpha)
    return image


def _write_jpeg(image: Image.Image, photo: Photo, out: io.BytesIO, quality: int | None) -> None:
    options: dict[str, Any] = {}
    if photo.exif is not None and (block := jpeg_metadata.fit_exif(photo.exif)) is not None:
        options["exif"] = block
    if photo.xmp is not None:
        options["extra"] = jpeg_metadata.xmp_segments(photo.xmp)
    if photo.comment is not None and len(photo.comment) <= jpeg_metadata.SEGMENT:
        options["comment"] = photo.comment
    if photo.dpi is not None:
        options["dpi"] = photo.dpi
    if photo.icc_profile is not None and len(photo.icc_profile) <= _JPEG_PROFILE:
        options["icc_profile"] = photo.icc_profile
    options |= {"quality": quality or USUAL_QUALITY, "subsampling": 0}
    try:
        image.save(out, "JPEG", optimize=True, **options)
    except OSError:
        # Pillow writes optimised files in one piece and sets two bytes a pixel aside for it. Noise at a high
        # quality needs more; without optimisation it goes out in parts.
        out.seek(0)
        out.truncate()
        image.save(out, "JPEG", **options)
    if photo.aspect is not None:
        # Pillow writes a JFIF header, and no resolution without a unit.
        struct.pack_into(">BHH", out.getbuffer(), _JFIF_UNIT, 0, *photo.aspect)


def _write_png(
    image: Image.Image, photo: Photo, out: io.BytesIO, quality: int | None, **coding: object
) -> None:
    del quality
    chunks = PngImagePlugin.PngInfo()
    for kind, content in photo.png_colours.items():
        chunks.add(kind, content)
    if photo.xmp is not None:
        chunks.add_itxt("XML:com.adobe.xmp", photo.xmp.decode("utf-8", "replace"))
    for keyword, text in photo.texts.items():
        chunks.add_text(keyword, text)
    options: dict[str, Any] = {"icc_profile": photo.icc_profile, "pnginfo": chunks}
    if photo.exif is not None:
        options["exif"] = photo.exif
    if photo.dpi is not None:
        options["dpi"] = photo.dpi
    image.save(out, "PNG", **{"compress_level": _PNG_LEVEL, **options, **coding})


def _write_webp(image: Image.Image, photo: Photo, out: io.BytesIO, quality: int | None) -> None:
    lossless: dict[str, Any] = {
        "lossless": True,
        "exact": True,  # keep the colours of fully transparent pixels
        **_WEBP_EFFORT,
    }
    image.save(
        out,
        "WEBP",
        **(lossless if quality is None else {"quality": quality}),
        icc_profile=photo.icc_profile,
        exif=photo.exif or b"",
        xmp=photo.xmp or b"",
    )


def write_tiff(photo: Photo, compression: int = DEFLATE) -> bytes:
    """Write a photo as TIFF, by one of the compressions that know only of bytes."""
    samples: NDArray[Any]
    if photo.wide is not None:
        samples = _stored_wide(photo, photo.wide)
    else:
        samples = _stored(photo)
        if photo.alpha is not None:
            samples = np.dstack((samples, photo.alpha))
    described = describe_tiff(photo, _MODES[samples.shape[2]])
    return tiff.write(samples, compression=compression, **described)


def describe_tiff(photo: Photo, mode: str) -> dict[str, Any]:
    """Return what a photo carries beside its pixels, for a TIFF file with an image of `mode`."""
    photo = with_fitting_profile(photo, mode)
    return {
        "dpi": photo.dpi,
        "icc_profile": photo.icc_profile,
        "xmp": photo.xmp,
        "tags": {} if photo.exif is None else exif_tags.descriptive(photo.exif),
    }


def _write_wide_png(photo: Photo, wide: NDArray[np.uint16]) -> bytes:
    samples = _stored_wide(photo, wide)
    return png_wide.write(samples, save_png(Image.new(_MODES[samples.shape[2]], (1, 1)), photo))


_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # by the number of channels
_WRITERS = {"JPEG": _write_jpeg, "PNG": _write_png, "WEBP": _write_webp}
