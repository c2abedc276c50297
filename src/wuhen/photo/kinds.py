"""What a file is that is none of the pictures that are read, told from its first bytes.

Only the kind is ever named. What stands in the file stays there: it may be a stranger's page, a secret, or
text that moves a terminal's cursor. Markup is recognised after WHATWG, MIME Sniffing, section 7.1, containers
of ISO base media files after ISO/IEC 14496-12, 4.3, and everything else by the magic numbers of its format.
"""

import codecs
from enum import StrEnum
from typing import Final

__all__ = ["Kind", "container_brands", "kind_of"]


class Kind(StrEnum):
    """What a file may be instead; the value names it for people."""

    HEIC = "a HEIC image"
    AVIF = "an AVIF image"
    JPEG_XL = "a JPEG XL image"
    JPEG_2000 = "a JPEG 2000 image"
    JPEG_XR = "a JPEG XR image"
    GIF = "a GIF image"
    PSD = "a Photoshop document"
    RAW = "a camera's raw image"
    REDUCED = "a TIFF file that begins with a reduced copy of its picture"
    BIG_ENDIAN_BIGTIFF = "a BigTIFF image in big-endian order"
    XCF = "a GIMP image"
    SVG = "an SVG drawing"
    ICON = "an icon"
    EPS = "a PostScript document"
    EXR = "an OpenEXR image"
    RADIANCE = "a Radiance HDR image"
    DDS = "a DDS texture"
    QOI = "a QOI image"
    PNM = "a PNM image"
    DICOM = "a DICOM image"
    PDF = "a PDF document"
    OFFICE = "an old Office document"
    VIDEO = "a video"
    AUDIO = "a sound file"
    ZIP = "a ZIP archive"
    ARCHIVE = "an archive"
    NUMPY = "a NumPy array"
    APPLE_DOUBLE = "a companion file of macOS, not the picture"
    PROGRAM = "a program"
    HTML = "an HTML page"
    XML_ERROR = "an XML error document"
    XML = "an XML document"
    JSON = "JSON text"
    LFS_POINTER = "a Git LFS pointer, not the file itself"
    DATA_URI = "a data URI"
    BASE64 = "base64 text of a picture"
    TEXT = "text"
    ZEROS = "nothing but zeros"
    UNKNOWN = "data of an unknown kind"


_HEAD: Final = 1024  # bytes that are looked at
# Where, what, and which kind that is.
_MAGIC: Final = (
    (0, b"GIF87a", Kind.GIF),
    (0, b"GIF89a", Kind.GIF),
    (0, b"\0\0\0\x0cjP  ", Kind.JPEG_2000),
    (0, b"\xff\x4f\xff\x51", Kind.JPEG_2000),
    (0, b"\xff\x0a", Kind.JPEG_XL),
    (0, b"\0\0\0\x0cJXL ", Kind.JPEG_XL),
    (0, b"II\xbc\x01", Kind.JPEG_XR),
    (0, b"8BPS", Kind.PSD),
    (0, b"MM\0+", Kind.BIG_ENDIAN_BIGTIFF),  # which Pillow cannot read
    (0, b"II\x1a\0\0\0HEAPCCDR", Kind.RAW),  # Canon CRW
    (0, b"FUJIFILMCCD-RAW ", Kind.RAW),
    (0, b"IIU\0", Kind.RAW),  # Panasonic RW2
    (0, b"IIRO", Kind.RAW),  # Olympus ORF
    (0, b"IIRS", Kind.RAW),
    (0, b"MMOR", Kind.RAW),
    (0, b"FOVb", Kind.RAW),  # Sigma X3F
    (0, b"\0MRM", Kind.RAW),  # Minolta MRW
    (0, b"gimp xcf ", Kind.XCF),
    (0, b"\0\0\x01\0", Kind.ICON),
    (0, b"\0\0\x02\0", Kind.ICON),
    (0, b"icns", Kind.ICON),
    (0, b"%!PS", Kind.EPS),
    (0, b"\xc5\xd0\xd3\xc6", Kind.EPS),
    (0, b"\x76\x2f\x31\x01", Kind.EXR),
    (0, b"#?RADIANCE", Kind.RADIANCE),
    (0, b"#?RGBE", Kind.RADIANCE),
    (0, b"DDS ", Kind.DDS),
    (0, b"qoif", Kind.QOI),
    (128, b"DICM", Kind.DICOM),
    (0, b"%PDF-", Kind.PDF),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (0, b"\x1a\x45\xdf\xa3", Kind.VIDEO),  # Matroska, WebM
    (8, b"AVI LIST", Kind.VIDEO),
    (8, b"WAVEfmt ", Kind.AUDIO),
    (0, b"\0\0\x01\xba", Kind.VIDEO),  # MPEG
    (0, b"FLV\x01", Kind.VIDEO),
    (0, b"ID3", Kind.AUDIO),
    (0, b"OggS", Kind.AUDIO),
    (0, b"fLaC", Kind.AUDIO),
    (0, b"PK\x03\x04", Kind.ZIP),
    (0, b"PK\x05\x06", Kind.ZIP),
    (0, b"\x1f\x8b", Kind.ARCHIVE),
    (0, b"BZh", Kind.ARCHIVE),
    (0, b"\xfd7zXZ\0", Kind.ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (0, b"Rar!\x1a\x07", Kind.ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (257, b"ustar", Kind.ARCHIVE),
    (0, b"\x93NUMPY", Kind.NUMPY),
    (0, b"\0\x05\x16\x07", Kind.APPLE_DOUBLE),
    (0, b"\x7fELF", Kind.PROGRAM),
    (0, b"MZ\x90\0", Kind.PROGRAM),
    (0, b"version https://git-lfs.github.com/spec/", Kind.LFS_POINTER),
    (0, b"data:", Kind.DATA_URI),
    # The first bytes of a JPEG, PNG and WebP file in base64.
    (0, b"/9j/", Kind.BASE64),
    (0, b"iVBORw0KGgo", Kind.BASE64),
    (0, b"UklGR", Kind.BASE64),
)
_NETPBM: Final = frozenset(b"P%d" % number for number in range(1, 8))
# Boxes that a QuickTime film begins with where it has none that says what it is.
_FILM_BOXES: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
# Brands of ISO/IEC 23008-12, annex B, and of the AV1 image file format, section 6.
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"},
)
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis", b"avio"})
_STRUCTURE_BRANDS: Final = frozenset({b"mif1", b"mif2", b"mif3", b"msf1"})
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_MOST_BRANDS: Final = 32

_SPACE: Final = b" \t\r\n\f"
_BOMS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_HTML_TAGS: Final = frozenset(
    b"html head body title script meta link iframe style table div font center h1 h2 a b br p pre".split()
)
_ERROR_TAGS: Final = frozenset({b"error", b"errorresponse", b"serviceexceptionreport", b"fault"})
_DOCTYPE: Final = b"<!doctype"
_PROLOGUES: Final = ((b"<!--", b"-->"), (b"<?", b"?>"), (_DOCTYPE, b">"))
_JSON_STARTS: Final = {0x7B: b'"}', 0x5B: b'"{[]-0123456789tfn'}  # after { and [
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\r\n\f\x1b")


def kind_of(data: bytes) -> Kind:
    """Tell what a file is that is none of the pictures that are read.

    Parameters
    ----------
    data
        The file or its beginning; some thousand bytes of it are looked at, whatever is in them.
    """
    head = bytes(data[:_HEAD])
    for at, magic, kind in _MAGIC:
        if head.startswith(magic, at):
            return kind
    if head[:2] in _NETPBM and head[2:3] in {b" ", b"\t", b"\r", b"\n"}:
        return Kind.PNM
    if not any(head):
        return Kind.ZEROS
    return _container_kind(head) or _text_kind(head) or Kind.UNKNOWN


def container_brands(data: bytes) -> tuple[bytes, ...]:
    """Return the brands of an ISO base media file, the major one first; nothing of any other file."""
    if data[4:8] != b"ftyp":
        return ()
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _MOST_BRANDS, len(data))
    compatible = (bytes(data[at : at + 4]) for at in range(16, end - 3, 4))
    return (bytes(data[8:12]), *compatible)


def _container_kind(head: bytes) -> Kind | None:
    if head[4:8] in _FILM_BOXES:
        return Kind.VIDEO
    brands = container_brands(head)
    if not brands:
        return None
    major = brands[0]
    # The structure's own brands do not tell the codec; those that follow do.
    named = brands if major in _STRUCTURE_BRANDS else brands[:1]
    if _AVIF_BRANDS & set(named):
        return Kind.AVIF
    if _HEIC_BRANDS & set(named) or major in _STRUCTURE_BRANDS:
        return Kind.HEIC
    if major == b"crx ":  # Canon CR3
        return Kind.RAW
    return Kind.AUDIO if major in _SOUND_BRANDS else Kind.VIDEO


def _text_kind(head: bytes) -> Kind | None:
    text = _as_utf8(head)
    start = text.lstrip(_SPACE)
    if start.startswith(b"<"):
        found = _markup_kind(start.lower())
        if found is not None:
            return found
    if not _is_text(text):
        return None
    follows = _JSON_STARTS.get(start[0]) if start else None
    after = start[1:].lstrip(_SPACE)
    if follows is not None and (not after or after[0] in follows):
        return Kind.JSON
    return Kind.TEXT


def _as_utf8(head: bytes) -> bytes:
    """Return the head without the mark of its byte order, in an encoding that is ASCII's below 128."""
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").encode("utf-8")
    return head


def _markup_kind(start: bytes) -> Kind | None:
    """Tell what markup this is by its first element, past comments and declarations."""
    declared = start.startswith(b"<?xml")
    while (closing := _closing(start)) is not None:
        if start.startswith(_DOCTYPE) and start[len(_DOCTYPE) :].lstrip(_SPACE).startswith(b"html"):
            return Kind.HTML
        start = start.partition(closing)[2].lstrip(_SPACE)
    name = _element(start)
    if name in _HTML_TAGS:
        return Kind.HTML
    if name == b"svg":
        return Kind.SVG
    if name in _ERROR_TAGS:
        return Kind.XML_ERROR
    return Kind.XML if declared else None


def _closing(start: bytes) -> bytes | None:
    """Return what ends the comment or declaration that begins here; None where an element does."""
    return next((closing for opening, closing in _PROLOGUES if start.startswith(opening)), None)


def _element(start: bytes) -> bytes:
    """Return the name of the element that begins here, without the prefix of its namespace."""
    if not start.startswith(b"<"):
        return b""
    name = start[1:65]
    for end in (b">", b"/", *(bytes([space]) for space in _SPACE)):
        name = name.partition(end)[0]
    return name.rpartition(b":")[2]


def _is_text(head: bytes) -> bool:
    if not head or not _CONTROLS.isdisjoint(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # which may be cut in the middle of a character
    except UnicodeDecodeError:
        return False
    return True
