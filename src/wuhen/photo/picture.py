"""A photo as a value, and how one is read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from wuhen.photo.colour import narrow_bands, read_samples, round_samples
from wuhen.photo.decode import Decoded, decode
from wuhen.photo.limits import USUAL_LIMIT, SizeLimit
from wuhen.photo.metadata import exif, exif_tags, iptc, xmp
from wuhen.photo.orientation import SWAPPING, rotate_upright
from wuhen.photo.removed import UNREADABLE_PROFILE, Removed, cut_short

_ICC_HEADER = 128  # bytes
_DPI_LIMIT = 65535  # what JFIF can hold
_ASPECT_LIMIT = 100


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    r"""A picture to edit, as it is displayed, with what its file says beside it.

    Attributes
    ----------
    pixels : (H, W, 3) ndarray of uint8
        RGB, upright.
    alpha : (H, W) ndarray of uint8, or None
        255 is opaque.
    format : str
        What the file was: one of `wuhen.photo.FORMATS`.
    grey : bool
        The file held one channel; `pixels` repeats it three times.
    icc_profile, exif, xmp : bytes or None
        Ready to be written: the profile fits `pixels`, EXIF begins with ``Exif\0\0``, and none of them
        speaks of an orientation other than upright or holds a thumbnail.
    texts : mapping of str to str
        The texts of a PNG file by keyword, less those that wrap other metadata.
    png_colours : mapping of bytes to bytes
        The chunks that define the colours of a PNG file, by kind, or such as say what code points do in HEIC
        and AVIF; `icc_profile` says the same.
    bits : int
        How many the file has for a sample, at least 8. If there are more, `pixels` and `alpha` are rounded.
    wide : (H, W, 3) or (H, W, 4) ndarray of uint16, or None
        What they were rounded from, with alpha as the last channel where there is one: of a PNG, TIFF or HEIC
        file that was read so. Samples of 12 bits are stretched to 16.
    comment : bytes or None
        The comment of a JPEG file.
    dpi : (float, float) or None
        Dots per inch, across and down.
    stored_size : (int, int)
        Width and height in the file, before it was turned upright.
    orientation : int
        The EXIF orientation that was undone, 1 to 8.
    aspect : (int, int) or None
        How many pixels across are as long as how many down, in lowest terms, where the file says that they
        are not square, and not how large they are.
    removed : tuple of Removed
        What of its file no result will have, in words: ``"the film of a Motion Photo (3.1 MB)"``.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    format: str = "PNG"
    grey: bool = False
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    comment: bytes | None = None
    dpi: tuple[float, float] | None = None
    stored_size: tuple[int, int] = (0, 0)
    orientation: int = 1
    png_colours: Mapping[bytes, bytes] = field(default_factory=lambda: MappingProxyType({}))
    bits: int = 8
    wide: NDArray[np.uint16] | None = None
    removed: tuple[Removed, ...] = ()
    aspect: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as displayed."""
        height, width = self.pixels.shape[:2]
        return width, height

    @property
    def samples(self) -> NDArray[Any]:
        """`wide` where there is one, else `pixels`, with alpha as the last channel: uint16 or uint8."""
        if self.wide is not None:
            return self.wide
        return self.pixels if self.alpha is None else np.dstack((self.pixels, self.alpha))

    def without_samples(self) -> "Photo":
        """Return the photo with nothing but the size left of its samples, for their memory to be freed."""
        return replace(self, pixels=np.broadcast_to(np.uint8(0), self.pixels.shape), alpha=None, wide=None)

    def with_samples(self, samples: NDArray[Any]) -> "Photo":
        """Return a photo with other samples in place of `samples`, of the same shape and type."""
        wide = None if self.wide is None else samples
        rounded = samples if wide is None else narrow_bands(wide)
        alpha = None if self.alpha is None else np.ascontiguousarray(rounded[..., 3])
        return replace(self, pixels=np.ascontiguousarray(rounded[..., :3]), alpha=alpha, wide=wide)


def read_photo(data: bytes, limit: SizeLimit = USUAL_LIMIT, *, wide: bool = False) -> Photo:
    """Read a photo from the bytes of a file of one of `wuhen.photo.FORMATS`.

    Of an animation the first frame is read, of a document the first page.

    Parameters
    ----------
    data
        The file.
    limit
        How large it may be.
    wide
        Whether to keep samples of more than 8 bits as well, which takes twice the memory again.

    Raises
    ------
    PhotoError
        One of `EmptyInput`, `UnknownFormat`, `MissingReader`, `SideTooLong`, `TooManyPixels`, `BrokenImage`.
    """
    decoded = decode(data, limit, wide=wide)
    info = decoded.image.info
    block, orientation = read_exif(decoded)
    icc_profile, xmp_packet = _profile(info), _packet(info, orientation)
    dpi, aspect = _dpi(info), _aspect(info)
    removed = name_removed(decoded)
    texts, comment, png_colours = info.get("texts", {}), _comment(info), info.get("colours", {})
    deep, bits = decoded.wide, decoded.bits
    samples = read_samples(decoded.raster, icc_profile) if deep is None else round_samples(deep)
    if not samples.profiled:
        block, xmp_packet = _say_srgb(block, xmp_packet)
    name, stored_size, turn = decoded.format, decoded.stored_size, 1 if decoded.turned else orientation
    del decoded, info  # the decoder's copy of the pixels, the largest thing alive here

    pixels = rotate_upright(samples.pixels, turn)
    alpha = None if samples.alpha is None else rotate_upright(samples.alpha, turn)
    grey = pixels.ndim == 2  # noqa: PLR2004 - one channel
    if grey and samples.profiled and profile_space(icc_profile) == "RGB":
        grey = False  # the profile describes three channels, so three are written
    icc_profile, misfit = _fit_profile(icc_profile, grey=grey, converted=not samples.profiled)
    if pixels.ndim == 2:  # noqa: PLR2004 - one channel
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    if orientation in SWAPPING and dpi is not None:
        dpi = dpi[::-1]
    if orientation in SWAPPING and aspect is not None:
        aspect = aspect[::-1]
    return Photo(
        pixels,
        alpha,
        name,
        grey,
        icc_profile,
        block,
        xmp_packet,
        texts,
        comment,
        dpi,
        stored_size,
        orientation,
        png_colours,
        bits,
        None if deep is None else _with_three_colours(rotate_upright(deep, turn)),
        removed + misfit,
        aspect,
    )


def name_removed(decoded: Decoded) -> tuple[Removed, ...]:
    """Say in words what of a file a result will not have: see `Photo.removed`."""
    info = decoded.image.info
    found = list(info.get("removed", ()))
    if (raw := raw_exif(decoded)) is not None:
        found += exif.name_removed(raw, decoded.stored_size)
    if isinstance(packet := info.get("xmp"), bytes):
        found += xmp.name_removed(packet)
    if isinstance(block := info.get("iim"), bytes):
        found += iptc.name_removed(block)
    if info.get("icc_profile") is not None and _profile(info) is None:
        found.append(UNREADABLE_PROFILE)
    return cut_short(found)


def _say_srgb(block: bytes | None, packet: bytes | None) -> tuple[bytes | None, bytes | None]:
    """Have EXIF and XMP speak of the colours that a picture was converted to."""
    return block and exif.say_srgb(block), packet and xmp.say_srgb(packet)


def _fit_profile(
    profile: bytes | None, *, grey: bool, converted: bool
) -> tuple[bytes | None, tuple[Removed, ...]]:
    """Return the profile if it fits the pixels; else say in words why it goes."""
    space = profile_space(profile)
    if profile is None or (not converted and space == ("GRAY" if grey else "RGB")):
        return profile, ()
    if converted:
        return None, (
            Removed(f"the {space} profile, as the result is sRGB", f"{space} 配置文件（结果为 sRGB）"),
        )
    return None, (Removed(f"a {space} profile that does not fit", f"不适用的 {space} 配置文件"),)


def _with_three_colours(wide: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Repeat grey, ``(H, W)`` or with alpha ``(H, W, 2)``, as three colours."""
    if wide.ndim == 2:  # noqa: PLR2004 - one channel
        return np.repeat(wide[..., np.newaxis], 3, axis=2)
    return wide if wide.shape[2] > 2 else wide[..., [0, 0, 0, 1]]  # noqa: PLR2004 - grey and alpha


def read_exif(decoded: Decoded) -> tuple[bytes | None, int]:
    """Return the EXIF block, cleaned, and the orientation the file is to be displayed in."""
    raw = raw_exif(decoded)
    block, orientation = (None, 1) if raw is None else exif.clean(raw, decoded.stored_size)
    return block, decoded.orientation if decoded.turned else orientation


def raw_exif(decoded: Decoded) -> bytes | None:
    """Return the EXIF block as the file has it; of a TIFF file, one made of its descriptive tags."""
    image = decoded.image
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return exif_tags.from_tiff(image, decoded.orientation)
    raw = image.info.get("exif")
    return raw if isinstance(raw, bytes) else None


def profile_space(profile: bytes | None) -> str | None:
    """Name the colour space an ICC profile is for (ICC.1:2022, 7.2): ``"RGB"``, ``"GRAY"``, ``"CMYK"``."""
    return None if profile is None else profile[16:20].decode("latin-1").strip()


def _profile(info: Mapping[Any, Any]) -> bytes | None:
    profile = info.get("icc_profile")
    if isinstance(profile, bytes) and len(profile) >= _ICC_HEADER and profile[36:40] == b"acsp":
        return profile
    return None


def _packet(info: Mapping[Any, Any], orientation: int) -> bytes | None:
    packet, block = info.get("xmp"), info.get("iim")
    kept = xmp.clean(packet, orientation) if isinstance(packet, bytes) else None
    return iptc.tell_in_xmp(kept, block) if isinstance(block, bytes) else kept


def _comment(info: Mapping[Any, Any]) -> bytes | None:
    comment = info.get("comment")
    return comment if isinstance(comment, bytes) and comment else None


def _dpi(info: Mapping[Any, Any]) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    # 1 is what Pillow has for a TIFF file that says nothing. Any comparison with nan is false.
    return (across, down) if 1 < across <= _DPI_LIMIT and 1 < down <= _DPI_LIMIT else None


def _aspect(info: Mapping[Any, Any]) -> tuple[int, int] | None:
    """Return the ratio that a PNG, JPEG or TIFF file has instead of a resolution, unless it is 1."""
    density = info.get("jfif_density") if info.get("jfif_unit") == 0 else info.get("resolution")
    try:
        across, down = (float(value) for value in info.get("aspect", density))
        ratio = Fraction(across / down).limit_denominator(_ASPECT_LIMIT)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return ratio.as_integer_ratio() if ratio != 1 and 1 / _ASPECT_LIMIT <= ratio <= _ASPECT_LIMIT else None
