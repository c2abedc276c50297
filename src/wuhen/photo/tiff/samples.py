"""The samples of TIFF files as a picture, right also where Pillow alone would read them wrong.

What is of a common kind is left to Pillow; the samples of all others come from `wuhen.photo.tiff.planes`, and
what they stand for is found here. TIFF 6.0, sections 4 to 6, 16, 18, 21 and 23; for ICCLAB, Adobe Photoshop
TIFF Technical Notes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw
from wuhen.photo.orientation import rotate_upright
from wuhen.photo.tiff.directory import CIELAB, CMYK, ICCLAB, PALETTE, YCBCR, Directory
from wuhen.photo.tiff.planes import Samples
from wuhen.photo.wide import divide_out, divide_out_wide

__all__ = ["load_plain", "show", "stretch"]

_BAND = 256  # rows
_BYTE = 8  # bits
_WHITE, _DEEP_WHITE = 0xFF, 0xFFFF
_LAB_WHITE = 0xFF00  # the code of L = 100 in ICCLAB of 16 bits
_MIDDLE = 0x80  # the code of a and b = 0 in ICCLAB


def load_plain(image: TiffImagePlugin.TiffImageFile, directory: Directory) -> Image.Image:
    """Have Pillow decode the samples of a file whose directory `is_plain`.

    Returns
    -------
    Image
        Turned by the file's orientation.

    Raises
    ------
    BrokenImage
        They have no agreed black.
    """
    if image.mode == "L" and not directory.unsigned:
        raise BrokenImage("TIFF", Flaw.SIGNED)
    if image.mode == "F" and directory.is_inverted:
        raise BrokenImage("TIFF", Flaw.WHITE_IS_ZERO)
    image.load()
    if image.mode == "I" and directory.unsigned:
        return _halve(image)
    if image.mode == "RGBA" and not directory.extra and image.getchannel("A").getextrema() == (0, 0):
        return image.convert("RGB")  # a fourth sample that nothing declares, and nobody has set
    return image


def _halve(image: Image.Image) -> Image.Image:
    """Return unsigned 32-bit samples so that none passes for a negative one; their proportions are kept."""
    samples = np.asarray(image).view(np.uint32)
    return image if samples.max() < 2**31 else Image.fromarray((samples >> 1).astype(np.int32))


def show(samples: Samples, directory: Directory) -> Image.Image:
    """Make a picture of samples.

    Parameters
    ----------
    samples : (H, W, C) ndarray of uint8 or uint16
        As they are stored.
    directory
        What is said of them.

    Returns
    -------
    Image
        Of 8 bits a sample, rounded, turned by the file's orientation: grey or RGB, with or without alpha, or
        CMYK or LAB, which are still to be converted.
    """
    makers: dict[int, Callable[[Samples, Directory], Image.Image]] = {
        PALETTE: _show_palette,
        CMYK: _show_inks,
        YCBCR: _show_chroma,
        CIELAB: _show_lab,
        ICCLAB: _show_lab,
    }
    upright = rotate_upright(samples, directory.orientation)
    return makers.get(directory.photometric, _show_light)(upright, directory)


def stretch(samples: Samples, directory: Directory) -> NDArray[np.uint16] | None:
    """Return grey or colours, and alpha, at 16 bits; None where a file has no more than 8, or other colours.

    Returns
    -------
    (H, W) or (H, W, C) ndarray of uint16, or None
        Grey without channels; 2 channels are grey and alpha, 3 colours, 4 colours and alpha. Turned by the
        file's orientation. `show` makes what they are rounded to.
    """
    if directory.bits <= _BYTE or directory.photometric in {PALETTE, CMYK, YCBCR, CIELAB, ICCLAB}:
        return None
    upright = rotate_upright(samples, directory.orientation)
    wide = _used(upright, directory, _DEEP_WHITE).astype(np.uint16, copy=False)
    if directory.premultiplied:
        wide = divide_out_wide(wide)
    return wide[..., 0] if wide.shape[2] == 1 else wide


def _used(samples: Samples, directory: Directory, white: int) -> Samples:
    """Return the samples that say colour and alpha, with white at `white`."""
    alpha = directory.alpha
    if alpha is not None and not directory.extra and not _rounded(samples[..., alpha], directory).any():
        alpha = None  # nothing declares it, and nobody has set it
    chosen = [*range(directory.colours), *([] if alpha is None else [alpha])]
    scale = _scale(directory.bits, white)
    picked = samples if len(chosen) == samples.shape[2] else samples[..., chosen]
    if scale[-1] != len(scale) - 1:  # that is not where it is already
        picked = _look_up(scale, picked)
    if directory.is_inverted:
        picked[..., 0] = _look_up(scale[::-1], samples[..., 0])
    return picked


def _look_up(scale: Samples, samples: Samples) -> Samples:
    """Return what samples become, by bands: each takes eight bytes as an index."""
    found = np.empty(samples.shape, scale.dtype)
    for top in range(0, len(samples), _BAND):
        np.take(scale, samples[top : top + _BAND], out=found[top : top + _BAND])
    return found


def _scale(bits: int, white: int) -> Samples:
    """Return what each sample of so many bits becomes where white is at `white`, rounded."""
    most = (1 << bits) - 1
    numbers = (np.arange(most + 1, dtype=np.uint64) * np.uint64(white) + np.uint64(most // 2)) // np.uint64(
        most
    )
    return numbers.astype(np.uint8 if white == _WHITE else np.uint16)


def _rounded(samples: Samples, directory: Directory) -> Samples:
    return _look_up(_scale(directory.bits, _WHITE), samples)


def _show_light(samples: Samples, directory: Directory) -> Image.Image:
    if not directory.premultiplied:
        shown = _used(samples, directory, _WHITE)
        return Image.fromarray(shown[..., 0] if shown.shape[2] == 1 else shown)
    divided = np.empty((*samples.shape[:2], directory.colours + 1), np.uint8)
    for top in range(0, len(samples), _BAND):
        band = _used(samples[top : top + _BAND], directory, _DEEP_WHITE).astype(np.uint16)
        divided[top : top + _BAND] = divide_out(band)
    return Image.fromarray(divided)


def _show_palette(samples: Samples, directory: Directory) -> Image.Image:
    """Look colours up, of which the upper 8 bits count: most writers repeat or shift bytes.

    Where all are below 256 they are bytes, as old writers have them and libtiff reads them.
    """
    colours = np.array(directory.colour_map, np.uint16).reshape(3, -1).T
    table = (colours >> _BYTE if colours.max() > _WHITE else colours).astype(np.uint8)
    shown = np.take(table, samples[..., 0], axis=0)
    if directory.alpha is not None:
        shown = np.concatenate(
            [shown, _rounded(samples[..., directory.alpha, np.newaxis], directory)], axis=2
        )
    return Image.fromarray(shown)


def _show_inks(samples: Samples, directory: Directory) -> Image.Image:
    return _as_image(_rounded(samples[..., :4], directory), "CMYK")


def _show_chroma(samples: Samples, directory: Directory) -> Image.Image:
    """Convert luma and chroma (section 21), by bands of rows."""
    shown = np.empty((*samples.shape[:2], 3), np.uint8)
    red, green, blue = directory.weights
    black = np.array(directory.reference[0::2])
    scale = np.array([255, 127, 127]) / (np.array(directory.reference[1::2]) - black)
    for top in range(0, len(samples), _BAND):
        luma, of_blue, of_red = np.moveaxis((samples[top : top + _BAND, :, :3] - black) * scale, 2, 0)
        r, b = luma + (2 - 2 * red) * of_red, luma + (2 - 2 * blue) * of_blue
        g = (luma - red * r - blue * b) / green
        shown[top : top + _BAND] = np.stack([r, g, b], axis=2).clip(0, _WHITE).round()
    return Image.fromarray(shown)


def _show_lab(samples: Samples, directory: Directory) -> Image.Image:
    """Round CIELAB to 8 bits, a and b as signed bytes.

    CIELAB has them signed in the file, ICCLAB counted from the middle of the range.
    """
    of_icc = directory.photometric == ICCLAB
    lab = np.empty((*samples.shape[:2], 3), np.uint8)
    for top in range(0, len(samples), _BAND):
        band = samples[top : top + _BAND, :, :3]
        lab[top : top + _BAND] = band if directory.bits == _BYTE else _round_lab(band, of_icc=of_icc)
    if of_icc:
        lab[..., 1:] ^= np.uint8(_MIDDLE)
    return _as_image(lab, "LAB")


def _round_lab(samples: Samples, *, of_icc: bool) -> Samples:
    white = _LAB_WHITE if of_icc else _DEEP_WHITE
    light = np.minimum(samples[..., :1].astype(np.uint32), white)
    lightness = (light * _WHITE + white // 2) // white
    signed = samples[..., 1:3].astype(np.int32)
    signed = signed if of_icc else (signed ^ 0x8000)
    hue = np.minimum((signed + _MIDDLE) >> _BYTE, _WHITE)
    return np.concatenate([lightness, hue if of_icc else hue ^ _MIDDLE], axis=2).astype(np.uint8)


def _as_image(samples: Samples, mode: str) -> Image.Image:
    return Image.frombytes(mode, samples.shape[1::-1], samples.tobytes())
