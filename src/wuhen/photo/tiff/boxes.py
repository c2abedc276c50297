"""The strips and tiles of a TIFF file one by one, and the fields that say how they are stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL.TiffImagePlugin import ImageFileDirectory_v2

from wuhen.photo.tiff.directory import Directory, Tag, read_fields
from wuhen.photo.tiff.planes import Samples, read_samples

__all__ = ["Box", "copy_storage", "list_boxes"]

# Of those that say how samples are stored and meant, all but where they lie.
_STORAGE = (
    *(Tag.WIDTH, Tag.LENGTH, Tag.BITS, Tag.COMPRESSION, Tag.PHOTOMETRIC, Tag.FILL_ORDER, Tag.ORIENTATION),
    *(Tag.SAMPLES, Tag.ROWS, Tag.PLANAR, Tag.FAX_OPTIONS, Tag.PREDICTOR, Tag.COLOUR_MAP, Tag.TILE_WIDTH),
    *(Tag.TILE_LENGTH, Tag.EXTRA, Tag.FORMAT, Tag.JPEG_TABLES, Tag.COEFFICIENTS, Tag.SUBSAMPLING),
    *(Tag.REFERENCE, 293, 301, 318, 319, 531),
)
_HEADER = 8  # bytes


@dataclass(frozen=True, slots=True)
class Box:
    """A strip or tile: where it lies in the picture, and its bytes.

    Attributes
    ----------
    plane
        The one channel that it holds; None where it holds all.
    top, left, height, width
        In pixels, as stored. Tiles reach over the edges of the picture.
    data
        As compressed.
    """

    plane: int | None
    top: int
    left: int
    height: int
    width: int
    data: bytes

    def read(self, directory: Directory) -> Samples:
        """Return the samples, ``(height, width, C)``, of a file that is compressed as bytes."""
        head = (b"II" if directory.order == "<" else b"MM").ljust(_HEADER, b"\0")
        alone = replace(
            directory,
            width=self.width,
            height=self.height,
            rows=self.height,
            tile=None,
            planar=False,
            channels=directory.channels if self.plane is None else 1,
            offsets=(_HEADER,),
            counts=(len(self.data),),
        )
        return read_samples(head + self.data, alone)


def list_boxes(file: bytes, directory: Directory) -> Iterator[Box]:
    """Go through the strips or tiles in the order of the file's lists.

    Raises
    ------
    ValueError
        The lists do not fit the picture, or lead out of the file.
    """
    across, down = directory.tile or (directory.width, directory.rows)
    places = iter(zip(directory.offsets, directory.counts, strict=True))
    for plane in range(directory.channels) if directory.planar else (None,):
        for top in range(0, directory.height, down):
            # A tile is whole, the last strip may be shorter.
            height = down if directory.tile else min(down, directory.height - top)
            for left in range(0, directory.width, across):
                start, length = next(places, (0, 0))
                data = file[start : start + length]
                if not data or len(data) < length:
                    raise ValueError
                yield Box(plane, top, left, height, across, data)
    if next(places, None) is not None:
        raise ValueError


def copy_storage(file: bytes, target: ImageFileDirectory_v2) -> None:
    """Have another directory say the same of how samples are stored, but for where they lie."""
    fields = read_fields(file)
    for tag in _STORAGE:
        if tag in fields:
            target[tag] = fields[tag]
            target.tagtype[tag] = fields.tagtype[tag]
