"""What a file is that is no picture to read: named, and nothing of its content repeated."""

import io
import json
import struct
import tarfile
import time
import zipfile
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photo.photo_files import noise, saved, tiff
from wuhen.photo import VENDOR_FORMATS, BrokenImage, Kind, UnknownFormat, image_format, read_photo
from wuhen.photo.kinds import kind_of

GREY = Image.new("L", (3, 3))
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
COS_ERROR = "<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>NoSuchKey</Code>\n</Error>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("photo.jpg", b"x")
    return out.getvalue()


def tape() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("photo.jpg"))
    return out.getvalue()


def array() -> bytes:
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def container(*brands: bytes) -> bytes:
    major, *compatible = brands
    return (
        struct.pack(">I4s4sI", 16 + 4 * len(compatible), b"ftyp", major, 0)
        + b"".join(compatible)
        + b"\0" * 40
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (container(b"heic", b"mif1", b"heic"), Kind.HEIC),
        (container(b"heix", b"mif1"), Kind.HEIC),
        (container(b"mif1", b"mif1", b"heic"), Kind.HEIC),
        (container(b"msf1", b"hevc"), Kind.HEIC),
        (saved(GREY, "AVIF"), Kind.AVIF),
        (container(b"mif1", b"miaf", b"avif"), Kind.AVIF),
        (container(b"avis", b"msf1"), Kind.AVIF),
        (container(b"crx ", b"isom"), Kind.RAW),
        (container(b"isom", b"heic"), Kind.VIDEO),
        (container(b"mp42", b"isom"), Kind.VIDEO),
        (container(b"qt  "), Kind.VIDEO),
        (b"\0\0\0\x08wide\0\0\0\0mdat", Kind.VIDEO),
        (container(b"M4A "), Kind.AUDIO),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81", Kind.VIDEO),
        (b"RIFF\0\0\0\0AVI LIST", Kind.VIDEO),
        (b"RIFF\0\0\0\0WAVEfmt ", Kind.AUDIO),
        (saved(GREY, "GIF"), Kind.GIF),
        (saved(GREY, "JPEG2000"), Kind.JPEG_2000),
        (b"\xff\x0a\xfa\x1f", Kind.JPEG_XL),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Kind.JPEG_XL),
        (saved(GREY, "ICO"), Kind.ICON),
        (saved(GREY, "PPM"), Kind.PNM),
        (saved(GREY, "EPS"), Kind.EPS),
        (saved(GREY, "DDS"), Kind.DDS),
        (saved(GREY, "PDF"), Kind.PDF),
        (b"8BPS\0\1", Kind.PSD),
        (b"FUJIFILMCCD-RAW 0201", Kind.RAW),
        (b"\0" * 128 + b"DICM", Kind.DICOM),
        (array(), Kind.NUMPY),
        (archive(), Kind.ZIP),
        (tape(), Kind.ARCHIVE),
        (b"\0\5\x16\7\0\2\0\0Mac OS X        ", Kind.APPLE_DOUBLE),
        (SVG.encode(), Kind.SVG),
        (f"\ufeff<?xml version='1.0'?>\n<!-- > -->\n<!DOCTYPE svg>\n{SVG}".encode(), Kind.SVG),
        (b"<!DOCTYPE html>\n<title>404</title>", Kind.HTML),
        (b"\r\n <!-- c --><HTML lang=en>", Kind.HTML),
        ("<html><title>登录</title>".encode("gb18030"), Kind.HTML),
        ("<html>".encode("utf-16"), Kind.HTML),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", Kind.HTML),
        (COS_ERROR.encode(), Kind.XML_ERROR),
        (b"<soap:Fault>", Kind.XML_ERROR),
        (b"<?xml version='1.0'?><rss>", Kind.XML),
        (json.dumps({"error": "denied"}).encode(), Kind.JSON),
        (b'[\n {"a": 1}]', Kind.JSON),
        (LFS.encode(), Kind.LFS_POINTER),
        (b"data:image/png;base64,iVBORw0KGgo=", Kind.DATA_URI),
        (b"iVBORw0KGgoAAAANSUhEUg==", Kind.BASE64),
        (b"Not found", Kind.TEXT),
        ("没有找到".encode() * 99, Kind.TEXT),
        (b"{unquoted", Kind.TEXT),
        (bytes(5000), Kind.ZEROS),
        (b"\x01\x02\x03\x04", Kind.UNKNOWN),
        (b"<\x00h\x01t\x02m\x03l", Kind.UNKNOWN),
    ],
)
def test_a_file_that_is_no_picture_to_read_is_named(data: bytes, kind: Kind) -> None:
    with pytest.raises(UnknownFormat) as caught:
        image_format(data, VENDOR_FORMATS)
    assert caught.value.found is kind
    assert f"is {kind.value}; it must be JPEG" in str(caught.value)


@given(st.sampled_from([b"", b"<", b"<!--", b"<?xml", b"\0\0\0\x20ftyp", b"{", b"\xff\xfe"]), st.binary())
@settings(max_examples=300)
def test_whatever_a_file_holds_it_is_of_some_kind(start: bytes, rest: bytes) -> None:
    assert kind_of(start + rest) in Kind


@pytest.mark.parametrize(
    "start", [b"<!--", b"<?xml", b" ", b"<", b"\0\0\0\x20ftypmif1", b"MM\0*\0\0\0\x08\xff\xff"]
)
def test_a_file_made_to_keep_a_reader_busy_is_told_at_once(start: bytes) -> None:
    data = start * (4_000_000 // len(start))
    started = time.thread_time()
    with suppress(UnknownFormat):
        image_format(data)
    assert time.thread_time() - started < 0.1


SHORT, LONG = 3, 4
THUMBNAIL, MOSAIC, LINEAR = (254, LONG, 1), (262, SHORT, 32803), (262, SHORT, 34892)


def directories(*all_tags: list[tuple[int, int, int]], order: str = "<", at: int = 8) -> bytes:
    """Return a TIFF file of directories that the first one names as its sub-directories."""
    places, position = [], at
    for index, tags in enumerate(all_tags):
        places.append(position)
        position += 2 + 12 * (len(tags) + (index == 0 and len(all_tags) > 1)) + 4
    first, *others = all_tags
    if others:
        first = [*first, (330, LONG, places[1])]
    data = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at) + bytes(at - 8)
    for tags in (first, *others):
        data += struct.pack(order + "H", len(tags))
        for tag, kind, value in tags:
            packed = struct.pack(order + "HH", value, 0) if kind == SHORT else struct.pack(order + "I", value)
            data += struct.pack(order + "HHI", tag, kind, 1) + packed
        data += bytes(4)
    return data


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ([[MOSAIC]], Kind.RAW),
        ([[LINEAR]], Kind.RAW),
        ([[THUMBNAIL, (50706, LONG, 0x01040000)]], Kind.RAW),
        ([[THUMBNAIL], [MOSAIC]], Kind.RAW),
        ([[], [MOSAIC]], Kind.RAW),
        ([[THUMBNAIL], []], Kind.REDUCED),
        ([[(255, SHORT, 2)], []], Kind.REDUCED),
    ],
)
def test_a_raw_file_is_not_read_as_its_thumbnail(
    tags: list[list[tuple[int, int, int]]], kind: Kind, order: str
) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read_photo(directories(*tags, order=order))
    assert caught.value.found is kind


def test_canons_raw_files_are_told_by_their_mark() -> None:
    data = bytearray(directories([(262, SHORT, 2)], at=16))
    data[8:12] = b"CR\2\0"
    with pytest.raises(UnknownFormat, match="raw image"):
        read_photo(bytes(data))


@pytest.mark.parametrize("options", [{"byteorder": "<"}, {"byteorder": ">"}, {"bigtiff": True}])
def test_a_reduced_copy_is_one_only_beside_its_picture(options: dict[str, Any]) -> None:
    def pages(count: int) -> bytes:
        out = io.BytesIO()
        with tifffile.TiffWriter(out, **options) as writer:
            for _ in range(count):
                writer.write(noise(4, 4), photometric="rgb", subfiletype=1, metadata=None)
        return out.getvalue()

    assert image_format(pages(1)) == "TIFF"
    with pytest.raises(UnknownFormat, match="reduced copy"):
        image_format(pages(2))


@pytest.mark.parametrize("tags", [{254: 0}, {254: 1}, {254: 2}, {254: 0, 50706: b"\1\4\0\0"}])
def test_a_page_of_many_and_a_developed_raw_file_are_read(tags: dict[int, object]) -> None:
    assert read_photo(saved(noise(4, 4), "TIFF", tiffinfo=tags)).size == (4, 4)


@pytest.mark.parametrize("keep", range(8, 60))
def test_a_tiff_file_cut_in_its_directory_is_damaged(keep: int) -> None:
    with pytest.raises((BrokenImage, UnknownFormat)):
        read_photo(directories([THUMBNAIL], [MOSAIC])[:keep])
    assert image_format(tiff(noise(4, 4), 2)[:keep]) == "TIFF"
