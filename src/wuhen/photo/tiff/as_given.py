"""TIFF like the file it came from: strips or tiles that nothing touched are copied byte for byte.

In the others, samples of pixels that did not change are as they were, and all is coded as it was: bits of a
sample, byte order, planes, predictor, compression, JPEG's quantizers. Where the colours are of a kind that is
read but not written, the file is written anew, by the same compression if that has no loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from wuhen.photo.encode import describe_tiff, is_grey, write_tiff
from wuhen.photo.not_kept import NotKept
from wuhen.photo.orientation import SWAPPING, turn_back
from wuhen.photo.picture import Photo
from wuhen.photo.png.palette import Indexed, match_greys, repaint
from wuhen.photo.tiff import jpeg as tiff_jpeg
from wuhen.photo.tiff import writing as tiff
from wuhen.photo.tiff.boxes import Box, copy_storage, list_boxes
from wuhen.photo.tiff.codecs import BILEVEL, LZW, PREDICTABLE, compress, compress_bilevel
from wuhen.photo.tiff.directory import (
    NEW_JPEG,
    OF_BYTES,
    PALETTE,
    REVERSED_BITS,
    RGB,
    YCBCR,
    Directory,
    Tag,
    read_directory,
)
from wuhen.photo.tiff.planes import Samples, read_samples

__all__ = ["write_tiff_as_given"]

_HORIZONTAL = 2  # predictor
_REVERSED = 2  # the order of bits in a byte
_BYTE, _FEW_BITS = 8, frozenset({1, 2, 4})
_WHITE, _DEEP_WHITE = 0xFF, 0xFFFF


class Impossible(Exception):
    """A file's coding cannot be used again; `not_kept` is what the result will not have for it."""

    def __init__(self, *not_kept: NotKept) -> None:
        super().__init__(*not_kept)
        self.not_kept = not_kept


def write_tiff_as_given(photo: Photo, file: bytes, touched: NDArray[np.bool_]) -> tuple[bytes, list[NotKept]]:
    """Write a TIFF coded as the file was, in the orientation in which it was stored.

    Parameters
    ----------
    photo
        As read from `file`, or with other pixels and metadata.
    file
        A TIFF file.
    touched : (H, W) ndarray of bool
        Where the pixels are not as they were read; upright, as they are.

    Returns
    -------
    bytes
        The file.
    list of NotKept
        What of the other it has not kept.
    """
    directory = read_directory(file)
    try:
        return _write(photo, file, touched, directory)
    except Impossible as reason:
        if directory.compression in OF_BYTES:
            return write_tiff(photo, directory.compression), [*reason.not_kept]
        return write_tiff(photo), [*reason.not_kept, NotKept.COMPRESSION]


def _write(
    photo: Photo, file: bytes, touched: NDArray[np.bool_], directory: Directory
) -> tuple[bytes, list[NotKept]]:
    _check(directory, photo)
    try:
        boxes = list(list_boxes(file, directory))
    except ValueError:
        raise Impossible from None
    if directory.compression == LZW and any(box.data[0] == 0 and box.data[1:2] > b"\0" for box in boxes):
        raise Impossible  # codes of the kind before TIFF 5.0, with which others cannot be mixed
    flags = turn_back(touched, photo.orientation)
    painter = _Painter.of(photo, file, flags, directory)
    segments = [
        painter.recode(box, here)
        if (here := flags[box.top :, box.left :][: box.height, : box.width]).any()
        else box.data
        for box in boxes
    ]
    target = ImageFileDirectory_v2(prefix=b"II" if directory.order == "<" else b"MM")
    stored = replace(photo, dpi=photo.dpi[::-1]) if photo.dpi and photo.orientation in SWAPPING else photo
    tiff.describe(target, **describe_tiff(stored, "L" if photo.grey else "RGB"))
    copy_storage(file, target)
    if painter.colour_map is not None:
        target[Tag.COLOUR_MAP] = painter.colour_map
    data = tiff.assemble(target, segments, tiled=directory.tile is not None, order=directory.order)
    return data, [NotKept.EXACTNESS] if directory.compression == NEW_JPEG else []


def _check(directory: Directory, photo: Photo) -> None:
    """Refuse colours and codings that cannot be written.

    Raises
    ------
    Impossible
        With what is not kept.
    """
    photometric, compression = directory.photometric, directory.compression
    jpeg = compression == NEW_JPEG
    if not jpeg and compression not in OF_BYTES | BILEVEL:
        raise Impossible
    if not (directory.is_grey or photometric in {RGB, PALETTE} or (photometric == YCBCR and jpeg)):
        raise Impossible(NotKept.INKS)
    if directory.is_grey and not is_grey(photo.pixels if photo.wide is None else photo.wide[..., :3]):
        raise Impossible
    if jpeg and (directory.planar or directory.channels > directory.colours or directory.bits != _BYTE):
        raise Impossible


@dataclass(frozen=True, slots=True, eq=False)
class _Painter:
    """Puts what has changed into strips and tiles.

    Attributes
    ----------
    photo
        With pixels as they are stored, not upright.
    directory
        How they are stored.
    indices : (H, W) ndarray of uint8, or None
        The samples, where they are indices or greys of few bits.
    colour_map
        The palette, where there is one.
    """

    photo: Photo
    directory: Directory
    indices: NDArray[np.uint8] | None = None
    colour_map: tuple[int, ...] | None = None

    @classmethod
    def of(cls, photo: Photo, file: bytes, touched: NDArray[np.bool_], directory: Directory) -> "_Painter":
        """Find the colours that the file has room for.

        Raises
        ------
        Impossible
            They do not do.
        """
        stored = replace(
            photo,
            pixels=turn_back(photo.pixels, photo.orientation),
            alpha=None if photo.alpha is None else turn_back(photo.alpha, photo.orientation),
            wide=None if photo.wide is None else turn_back(photo.wide, photo.orientation),
        )
        if directory.photometric == PALETTE:
            return cls(stored, directory, *_repaint(stored, file, touched, directory))
        if not directory.is_grey or directory.bits not in _FEW_BITS:
            return cls(stored, directory)
        levels = match_greys(np.ascontiguousarray(stored.pixels[..., 0]), touched, directory.bits)
        if levels is None:
            raise Impossible(NotKept.COLOURS)
        return cls(stored, directory, (1 << directory.bits) - 1 - levels if directory.is_inverted else levels)

    def recode(self, box: Box, touched: NDArray[np.bool_]) -> bytes:
        """Code a strip or tile in which pixels have changed.

        Parameters
        ----------
        box
            As it was.
        touched : (H, W) ndarray of bool
            Where, as far as it lies within the picture.

        Raises
        ------
        Impossible
            It is coded in a way that is not written.
        """
        directory = self.directory
        here = np.s_[box.top : box.top + touched.shape[0], box.left : box.left + touched.shape[1]]
        if directory.compression == NEW_JPEG:
            return self._recode_jpeg(box, self.photo.pixels[here])
        if directory.compression in BILEVEL:
            assert self.indices is not None  # noqa: S101 - they are of one bit
            bits = _pad(self.indices[here][..., np.newaxis], box)[..., 0].astype(np.bool_)
            coded = compress_bilevel(bits, directory.compression, directory.fax_options)
        else:
            coded = self._recode_bytes(box, here, touched)
        return coded.translate(REVERSED_BITS) if directory.fill_order == _REVERSED else coded

    def _recode_bytes(self, box: Box, here: tuple[slice, slice], touched: NDArray[np.bool_]) -> bytes:
        directory = self.directory
        samples = box.read(directory)
        inside = samples[: touched.shape[0], : touched.shape[1]]
        for channel, values in self._values(here, touched):
            if box.plane in {None, channel}:
                inside[..., channel if box.plane is None else 0][touched] = values
        if directory.predictor == _HORIZONTAL and directory.compression in PREDICTABLE:
            samples = tiff.differences(samples)
        return compress(_pack(samples, directory), directory.compression)

    def _recode_jpeg(self, box: Box, pixels: NDArray[np.uint8]) -> bytes:
        directory = self.directory
        rows, shared = _pad(pixels, box), directory.jpeg_tables
        if directory.is_grey:
            rows = ~rows[..., 0] if directory.is_inverted else rows[..., 0]
        try:
            return tiff_jpeg.recode(rows, box.data, shared, as_rgb=directory.photometric == RGB)
        except tiff_jpeg.Unsuitable:
            raise Impossible from None

    def _values(
        self, here: tuple[slice, slice], touched: NDArray[np.bool_]
    ) -> Iterator[tuple[int, NDArray[Any]]]:
        """Yield each channel that has changed with its samples, ``(N,)`` for the N touched pixels."""
        directory, photo = self.directory, self.photo
        deep = photo.wide is not None
        shown = (photo.pixels if photo.wide is None else photo.wide)[here][touched].astype(np.uint64)
        white = _DEEP_WHITE if deep else _WHITE
        most = (1 << directory.bits) - 1
        alpha = shown[:, 3] if deep and shown.shape[1] > 3 else None  # noqa: PLR2004 - after the colours
        if not deep and photo.alpha is not None:
            alpha = photo.alpha[here][touched].astype(np.uint64)
        if self.indices is not None:
            yield 0, self.indices[here][touched]
        for channel in range(directory.colours if self.indices is None else 0):
            values = shown[:, channel]
            if directory.premultiplied and alpha is not None:
                values = (values * alpha + white // 2) // white
            scaled = (values * most + white // 2) // white
            yield channel, most - scaled if directory.is_inverted else scaled
        if alpha is not None and directory.alpha is not None:
            yield directory.alpha, (alpha * most + white // 2) // white


def _repaint(
    photo: Photo, file: bytes, touched: NDArray[np.bool_], directory: Directory
) -> tuple[NDArray[np.uint8], tuple[int, ...]]:
    """Return the indices of a photo with a palette, and the palette."""
    entries = np.array(directory.colour_map, np.uint16).reshape(3, -1).T
    if len(entries) > 1 << _BYTE:
        raise Impossible(NotKept.COLOURS)
    # Old writers have bytes in their place: see `wuhen.photo.tiff.samples`.
    bytes_only = bool(entries.max() <= _WHITE)
    colours = np.full((len(entries), 4), _WHITE, np.uint8)
    colours[:, :3] = entries if bytes_only else entries >> _BYTE
    given = Indexed(read_samples(file, directory)[..., 0].astype(np.uint8, copy=False), colours)
    # Alpha has samples of its own.
    result = repaint(given, photo.pixels, None, touched, [len(entries)])
    if result is None:
        raise Impossible(NotKept.COLOURS)
    changed = (result.colours != colours).any(axis=1)
    entries[changed] = result.colours[changed, :3].astype(np.uint16) * (1 if bytes_only else 257)
    return result.indices, tuple(entries.T.ravel().tolist())


def _pad(rows: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Repeat the edge of the picture to fill a tile, ``(H, W, C)``."""
    missing = (0, box.height - rows.shape[0]), (0, box.width - rows.shape[1]), (0, 0)
    return np.pad(rows, missing, mode="edge")


def _pack(samples: Samples, directory: Directory) -> NDArray[np.uint8]:
    """Return samples, ``(H, W, C)``, as rows of bytes."""
    bits = directory.bits
    if bits in {_BYTE, 2 * _BYTE}:
        return tiff.as_bytes(samples, directory.order)
    width = samples.itemsize * _BYTE
    spread = np.unpackbits(tiff.as_bytes(samples, ">").reshape(len(samples), -1, samples.itemsize), axis=2)
    return np.packbits(spread[..., width - bits :].reshape(len(samples), -1), axis=1)
