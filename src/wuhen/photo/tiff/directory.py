"""What the first directory of a TIFF file says of its samples.

TIFF 6.0, sections 2, 8, 15, 16, 18, 19 and 21 to 23; Adobe Photoshop TIFF Technical Notes; BigTIFF.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from PIL import TiffImagePlugin

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw

__all__ = [
    "ASSOCIATED",
    "BLACK_IS_ZERO",
    "CIELAB",
    "CMYK",
    "ICCLAB",
    "NEW_JPEG",
    "OF_BYTES",
    "OF_PICTURES",
    "PALETTE",
    "REVERSED_BITS",
    "RGB",
    "SAMPLES_OF_COLOUR",
    "UNASSOCIATED",
    "UNSIGNED",
    "UNSPECIFIED",
    "WHITE_IS_ZERO",
    "YCBCR",
    "Directory",
    "Tag",
    "read_directory",
    "read_fields",
]

REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
"""Every byte with its bits in the other order, for `bytes.translate`: those of fill order 2 lie so."""

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
UNSPECIFIED, ASSOCIATED, UNASSOCIATED = 0, 1, 2
UNSIGNED, _VOID = 1, 4  # formats of samples
SAMPLES_OF_COLOUR: Final = {
    WHITE_IS_ZERO: 1,
    BLACK_IS_ZERO: 1,
    RGB: 3,
    PALETTE: 1,
    CMYK: 4,
    YCBCR: 3,
    CIELAB: 3,
    ICCLAB: 3,
}
"""How many samples say the colour, by the photometric interpretation."""
OF_BYTES: Final = frozenset({1, 5, 8, 32773, 32946, 34925, 50000})
"""Compressions that know only of bytes: none, LZW, deflate, PackBits, deflate again, LZMA, Zstandard."""
_OLD_JPEG, NEW_JPEG = 6, 7
OF_PICTURES: Final = frozenset({2, 3, 4, _OLD_JPEG, NEW_JPEG, 32809})
"""Compressions that know of pixels: fax, JPEG, ThunderScan."""
_BYTE, _DEEPEST, _WIDEST = 8, 16, 64  # bits of a sample: of a byte, of a colour, of a number
_SEPARATE = 2
_COREL = 999  # what Corel Draw writes for unassociated alpha
_ENDLESS = 2**32 - 1  # rows of a strip that is the only one


class Tag(IntEnum):
    """Numbers of the fields that are read."""

    WIDTH = 256
    LENGTH = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS = 278
    STRIP_COUNTS = 279
    PLANAR = 284
    FAX_OPTIONS = 292
    PREDICTOR = 317
    COLOUR_MAP = 320
    TILE_WIDTH = 322
    TILE_LENGTH = 323
    TILE_OFFSETS = 324
    TILE_COUNTS = 325
    INK_SET = 332
    DOT_RANGE = 336
    EXTRA = 338
    FORMAT = 339
    JPEG_TABLES = 347
    COEFFICIENTS = 529
    SUBSAMPLING = 530
    REFERENCE = 532


@dataclass(frozen=True, slots=True)
class Directory:
    """What is said of samples, with what holds where nothing is said.

    Attributes
    ----------
    order
        ``"<"`` or ``">"``.
    bits
        Of each sample.
    unsigned
        Whether samples are unsigned integers.
    channels
        Samples of a pixel, those beside its colour included.
    planar
        Whether there are several, each in a plane of its own.
    extra
        What the samples beside the colour are; nothing where that is not said.
    tile
        Width and height of a tile; None for strips.
    rows
        Of a strip.
    offsets, counts
        Where strips or tiles begin, and their bytes; `counts` may be missing.
    numbers
        The values of the further tags that matter for some photometric interpretations.
    jpeg_tables
        What JPEG strips or tiles have in common.
    fax_options
        Of group 3.
    """

    order: Literal["<", ">"]
    width: int
    height: int
    bits: int
    unsigned: bool
    compression: int
    photometric: int
    fill_order: int
    channels: int
    planar: bool
    predictor: int
    extra: tuple[int, ...]
    orientation: int
    tile: tuple[int, int] | None
    rows: int
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    numbers: Mapping[Tag, tuple[float, ...]]
    jpeg_tables: bytes | None
    fax_options: int

    @property
    def colours(self) -> int:
        """How many of a pixel's samples say its colour."""
        return SAMPLES_OF_COLOUR[self.photometric]

    @property
    def alpha(self) -> int | None:
        """Which sample is the alpha: where none is declared, the first beside the colour."""
        for index, kind in enumerate(self.extra):
            if kind != UNSPECIFIED:
                return self.colours + index
        return self.colours if not self.extra and self.channels > self.colours else None

    @property
    def premultiplied(self) -> bool:
        """Whether colours are scaled by their alpha."""
        first = next((kind for kind in self.extra if kind != UNSPECIFIED), None)
        return first == ASSOCIATED

    @property
    def is_inverted(self) -> bool:
        """Whether white is zero."""
        return self.photometric == WHITE_IS_ZERO

    @property
    def is_grey(self) -> bool:
        """Whether one sample says the colour, without a palette."""
        return self.photometric in {WHITE_IS_ZERO, BLACK_IS_ZERO}

    @property
    def is_shown(self) -> bool:
        """Whether the samples have a black and a white: wider ones, signed and floating-point are numbers."""
        return self.unsigned and self.bits <= _DEEPEST

    @property
    def is_plain(self) -> bool:
        """Whether the samples are of a kind that Pillow reads right.

        Those of coders that know of pixels, unless in planes; grey and colours of 8 bits; and numbers that
        have no black and white.
        """
        if not self.is_shown:
            return True
        if self.compression not in OF_BYTES:
            return not self.planar
        simple = {1: ((),), 3: ((),), 4: ((), (UNASSOCIATED,))}
        usual = self.bits == _BYTE and self.fill_order == 1 and self.photometric in {BLACK_IS_ZERO, RGB}
        return usual and not self.planar and self.extra in simple.get(self.channels, ())

    @property
    def subsampling(self) -> tuple[int, int]:
        """How many pixels share their chroma, across and down."""
        across, down = self.numbers.get(Tag.SUBSAMPLING, (2, 2))
        return int(across), int(down)

    @property
    def weights(self) -> tuple[float, ...]:
        """The shares of red, green and blue in luma."""
        return self.numbers.get(Tag.COEFFICIENTS, (0.299, 0.587, 0.114))

    @property
    def reference(self) -> tuple[float, ...]:
        """The codes of black and of white, of luma and of both differences."""
        return self.numbers.get(Tag.REFERENCE, (0, 255, 128, 255, 128, 255))

    @property
    def colour_map(self) -> tuple[float, ...]:
        """All reds of the palette, all greens, all blues, of 16 bits each."""
        return self.numbers.get(Tag.COLOUR_MAP, ())

    @property
    def has_usual_inks(self) -> bool:
        """Whether inks are cyan, magenta, yellow and black."""
        return self.numbers.get(Tag.INK_SET, (1,)) == (1,)

    @property
    def dot_range(self) -> tuple[float, float]:
        """The codes of no ink and of full ink."""
        none, full, *_ = self.numbers.get(Tag.DOT_RANGE, (0, (1 << self.bits) - 1))
        return none, full


def read_directory(data: bytes) -> Directory:
    """Read the first directory of a file.

    Raises
    ------
    BrokenImage
        It says no size, or not what its samples stand for, or one sample is not like another.
    Exception
        Whatever Pillow raises about a damaged one.
    """
    tags = _Tags(data)
    photometric, compression = tags.one(Tag.PHOTOMETRIC), tags.one(Tag.COMPRESSION, 1)
    in_colour = compression in {_OLD_JPEG, NEW_JPEG} and photometric in {RGB, YCBCR}
    channels = tags.one(Tag.SAMPLES, 3 if in_colour else 1)
    bits, formats = tags.all(Tag.BITS, 1)[:channels], set(tags.all(Tag.FORMAT, UNSIGNED)[:channels])
    if len(set(bits)) != 1 or len(formats) != 1 or not 0 < bits[0] <= _WIDEST:
        raise BrokenImage("TIFF", Flaw.MIXED_SAMPLES)
    fill_order, planar = tags.one(Tag.FILL_ORDER, 1), tags.one(Tag.PLANAR, 1)
    if fill_order not in {1, 2} or planar not in {1, _SEPARATE}:
        raise BrokenImage("TIFF", Flaw.SAMPLE_ORDER)
    height, rows, tiled = tags.one(Tag.LENGTH), tags.one(Tag.ROWS, _ENDLESS), tags.has(Tag.TILE_WIDTH)
    orientation = tags.one(Tag.ORIENTATION, 1)
    others = (Tag.INK_SET, Tag.DOT_RANGE, Tag.COEFFICIENTS, Tag.SUBSAMPLING, Tag.REFERENCE, Tag.COLOUR_MAP)
    return Directory(
        order=">" if data.startswith(b"MM") else "<",
        width=tags.one(Tag.WIDTH),
        height=height,
        bits=bits[0],
        unsigned=formats <= {UNSIGNED, _VOID},
        compression=compression,
        photometric=photometric,
        fill_order=fill_order,
        channels=channels,
        planar=planar == _SEPARATE and channels > 1,
        predictor=tags.one(Tag.PREDICTOR, 1),
        extra=tuple(UNASSOCIATED if kind == _COREL else kind for kind in tags.all(Tag.EXTRA)),
        orientation=orientation if 1 <= orientation <= 8 else 1,  # noqa: PLR2004 - the tag's range
        tile=(tags.one(Tag.TILE_WIDTH), tags.one(Tag.TILE_LENGTH)) if tiled else None,
        rows=min(rows, height) if rows > 0 else height,
        offsets=tags.all(Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS),
        counts=tags.all(Tag.TILE_COUNTS if tiled else Tag.STRIP_COUNTS),
        numbers={tag: tags.numbers(tag) for tag in others if tags.has(tag)},
        jpeg_tables=tags.raw(Tag.JPEG_TABLES),
        fax_options=tags.one(Tag.FAX_OPTIONS, 0),
    )


def read_fields(data: bytes) -> TiffImagePlugin.ImageFileDirectory_v2:
    """Read the first directory of a file as it stands there; raises whatever Pillow does."""
    header = data[:16] if 43 in data[2:4] else data[:8]  # noqa: PLR2004 - the version of BigTIFF
    fields = TiffImagePlugin.ImageFileDirectory_v2(header)
    stream = io.BytesIO(data)
    stream.seek(fields.next)
    fields.load(stream)
    return fields


class _Tags:
    """The fields of the first directory of a file."""

    def __init__(self, data: bytes) -> None:
        self._fields = read_fields(data)

    def has(self, tag: Tag) -> bool:
        return tag in self._fields

    def raw(self, tag: Tag) -> bytes | None:
        value = self._fields.get(tag)
        return value if isinstance(value, bytes) else None

    def numbers(self, tag: Tag) -> tuple[float, ...]:
        value = self._fields.get(tag)
        return tuple(map(float, value if isinstance(value, tuple) else (value,)))

    def all(self, tag: Tag, *absent: int) -> tuple[int, ...]:
        value = self._fields.get(tag, absent)
        values = value if isinstance(value, tuple) else (value,)
        if not all(isinstance(number, int) for number in values):
            raise BrokenImage("TIFF", Flaw.NO_NUMBERS, tag.name.lower(), tag.value)
        return values

    def one(self, tag: Tag, absent: int | None = None) -> int:
        values = self.all(tag, *(() if absent is None else (absent,)))
        if not values:
            raise BrokenImage("TIFF", Flaw.NO_FIELD, tag.name.lower(), tag.value)
        return values[0]
