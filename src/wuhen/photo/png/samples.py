"""What a PNG file's header, palette and transparent colour say of its samples, put as Pillow reads it right.

Pillow takes any palette or none, compares a transparent grey of 2 or 4 bits with samples that it has scaled
to 8, and lets a file name methods that do not exist. PNG, third edition, 11.2 and 11.3.
"""

import struct

from wuhen.photo.errors import BrokenImage
from wuhen.photo.flaws import Flaw

__all__ = ["SampleChunks"]

_GREY, _RGB, _PALETTE = 0, 2, 3  # colour types
_DEPTHS = {_GREY: (1, 2, 4, 8, 16), _RGB: (8, 16), _PALETTE: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_HEADER = 13  # bytes
_COLOUR = 3  # bytes of a palette's entry
_MOST = 256  # colours in a palette


class SampleChunks:
    """Reads ``IHDR``, ``PLTE`` and ``tRNS`` in the order in which they come."""

    CRITICAL = frozenset({b"IHDR", b"PLTE"})

    def __init__(self) -> None:
        self._depth = 8
        self._colour_type = _RGB
        self._palettes = 0
        self._colours = 0
        self._begun = False

    def read(self, kind: bytes, content: bytes) -> bytes:
        """Return the content of one of `CRITICAL` as it is to be passed on.

        Raises
        ------
        BrokenImage
            Header or palette are damaged.
        """
        return self._read_header(content) if kind == b"IHDR" else self._complete_palette(content)

    def read_transparent(self, content: bytes) -> bytes | None:
        """Return the content of ``tRNS`` as it is to be passed on; None where it does not count.

        A transparent grey or colour is scaled as Pillow does samples; only its lower bits count. What comes
        behind the samples is passed over, as by libpng, and so are opacities of a palette that is still to
        come, or that has fewer colours.
        """
        if self._begun:
            return None
        if self._colour_type == _PALETTE:
            return content if 0 < len(content) <= self._colours else None
        channels = {_GREY: 1, _RGB: 3}.get(self._colour_type, 0)
        if not channels or len(content) < 2 * channels:
            return content
        white = (1 << self._depth) - 1
        scale = 255 // white if self._depth in {2, 4} else 1
        stored = struct.unpack_from(f">{channels}H", content)
        return struct.pack(f">{channels}H", *((value & white) * scale for value in stored))

    def begin(self) -> None:
        """Note that samples begin; see `check_palette` for what is raised."""
        self.check_palette()
        self._begun = True

    def check_palette(self) -> None:
        """Check that there is one palette where samples need one: before they begin, and at the end.

        Raises
        ------
        BrokenImage
            There is none, or another one.
        """
        if self._colour_type == _PALETTE and self._palettes != 1:
            raise BrokenImage("PNG", Flaw.PALETTES, self._palettes)

    def _read_header(self, content: bytes) -> bytes:
        if len(content) != _HEADER:
            raise BrokenImage("PNG", Flaw.HEADER)
        self._depth, self._colour_type, compression, filtering, interlacing = content[8:]
        if self._depth not in _DEPTHS.get(self._colour_type, ()):
            raise BrokenImage("PNG", Flaw.NO_SUCH_SAMPLES, self._depth, self._colour_type)
        if compression or filtering or interlacing > 1:
            raise BrokenImage("PNG", Flaw.NO_SUCH_METHOD)
        return content

    def _complete_palette(self, content: bytes) -> bytes:
        """Have black for every colour that samples can name and the palette does not have.

        So does libpng: naming one is an error, but one that readers forgive.
        """
        if self._colour_type != _PALETTE:
            return content  # a suggestion, for screens of few colours
        self._palettes += 1
        self._colours = len(content) // _COLOUR
        if not content or len(content) % _COLOUR or len(content) > _COLOUR * _MOST:
            raise BrokenImage("PNG", Flaw.PALETTE)
        return content.ljust(_COLOUR << self._depth, b"\0")
