"""What of a photo's file a result has not, though it was to be like it."""

from enum import Enum, auto

__all__ = ["NotKept"]


class NotKept(Enum):
    """One thing that was not kept, with the reason."""

    FORMAT = auto()
    """Its format, which has no place for labels, or is only read."""
    COLOURS = auto()
    """Its palette, or its few bits a sample: what was painted needs more colours."""
    EXACTNESS = auto()
    """The pixels that did not change: it is compressed with loss, and so they are compressed once more."""
    COMPRESSION = auto()
    """Its compression, which is only read, or not for what it holds now."""
    INKS = auto()
    """Its inks or CIELAB colours, which are read as RGB."""
    JPEG_COLOURS = auto()
    """The blocks of a grey JPEG file, in which colours have appeared."""
    JPEG_INKS = auto()
    """The blocks of a JPEG file in CMYK, which becomes RGB."""
    JPEG_CODING = auto()
    """The blocks of a JPEG file that is neither sequential nor progressive with Huffman codes and 8 bits."""
    JPEG_DAMAGED = auto()
    """The blocks of a JPEG file that is damaged or cut off, though it can be read."""
    JPEG_OTHERWISE = auto()
    """The blocks of a JPEG file that would come out otherwise than they are read."""
