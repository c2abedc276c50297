"""What of a photo's file a result has not is said beside it, and before, by inspecting the file."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import PngImagePlugin

from photo.photo_files import exif_block, saved
from pictures import encoded, scene
from wuhen import mark, xmp
from wuhen.action import Job, Labelling, perform
from wuhen.action.inspection import inspect
from wuhen.cli import main

PHOTO = scene()
GAIN = "http://ns.adobe.com/hdr-gain-map/1.0/"
MASK = np.zeros(PHOTO.shape[:2], bool)
MASK[4:8, 4:8] = True
THUMBNAIL = b"\xff\xd8\xff" + b"what was erased" * 20 + b"\xff\xd9"
PHONES = saved(PHOTO, "JPEG", exif=exif_block(thumbnail=THUMBNAIL)) + b"\0\0\0\x10ftypmp42\0\0\0\0"


def remarks(file: bytes, output_format: str | None = None) -> list[str]:
    job = Job(file, encoded(MASK), marked=False, output_format=output_format)
    return [remark.en for remark in perform(job).remarks]


def test_what_is_left_out_is_one_note_in_both_languages() -> None:
    job = Job(PHONES, encoded(MASK), marked=False)
    (remark,) = (one for one in perform(job).remarks if one.en.startswith("Not in"))
    assert not remark.warning
    assert remark.en == "Not in the result: the film of a Motion Photo (16 bytes); the EXIF thumbnail."
    assert remark.zh == "结果中不包含：动态照片的视频（16 字节）；EXIF 缩略图。"


@pytest.mark.parametrize(
    ("options", "target", "left_out"),
    [
        ({"comment": b"mine"}, "PNG", "the comment"),
        ({"dpi": (300, 300)}, "WEBP", "the resolution"),
        ({"exif": exif_block()}, "TIFF", "the maker notes"),
        ({"exif": exif_block(), "dpi": (300, 300)}, "PNG", None),
    ],
)
def test_what_a_format_has_no_place_for_is_said(
    options: dict[str, object], target: str, left_out: str | None
) -> None:
    said = [one for one in remarks(saved(PHOTO, "JPEG", **options), target) if one.startswith("Not in")]
    assert said == ([f"Not in the result: {left_out}."] if left_out else [])


def test_what_a_jpeg_has_no_place_for_is_said() -> None:
    texts = PngImagePlugin.PngInfo()
    for keyword in ("Title", "Author"):
        texts.add_text(keyword, "text")
    alpha = np.dstack((PHOTO, np.full(PHOTO.shape[:2], 128, np.uint8)))
    said = remarks(saved(alpha, "PNG", pnginfo=texts), "JPEG")
    assert said == [
        'Not in the result: transparency, in whose place is white; the texts "Title", "Author".',
    ]


def test_a_file_is_told_from_what_would_be_left_out(tmp_path: Path) -> None:
    assert inspect(PHONES).left_out == ("the film of a Motion Photo (16 bytes)", "the EXIF thumbnail")
    (tmp_path / "photo.jpg").write_bytes(PHONES)
    shown = CliRunner().invoke(main, ["inspect", str(tmp_path / "photo.jpg")]).output
    assert "not in a result of erasing: the film of a Motion Photo (16 bytes)\n" in shown
    listed = CliRunner().invoke(main, ["inspect", "--json", str(tmp_path / "photo.jpg")]).output
    assert json.loads(listed)["left_out"] == list(inspect(PHONES).left_out)


def ultra_hdr() -> bytes:
    """Return a photo with a gain map of its own size."""
    said = xmp.rewrite(None, {(GAIN, "Version"): "1.0"}, prefixes={GAIN: "hdrgm"})
    plain = np.full(PHOTO.shape[:2], 128, np.uint8)
    return saved(PHOTO, "JPEG", quality=90, xmp=said) + saved(plain, "JPEG", xmp=said)


def test_a_gain_map_is_kept_in_a_jpeg_and_nothing_is_said() -> None:
    done = perform(Job(ultra_hdr(), encoded(MASK), marked=False))
    assert done.remarks == ()
    assert done.data.count(b"\xff\xd8\xff") == 2
    assert inspect(ultra_hdr()).left_out == inspect(done.data).left_out == ()


def test_content_credentials_and_a_gain_map_go_together() -> None:
    made = mark.make_identity("A studio")
    labelling = Labelling(signing=mark.Signing(made.chain, made.key))
    done = perform(Job(ultra_hdr(), encoded(MASK), marked=False, labelling=labelling))
    credentials = mark.read_credentials(done.data, "image/jpeg")
    assert credentials is not None
    assert credentials.state == "valid"
    at = done.data.index(b"MPF\0") + 4
    first, place = (struct.unpack_from(">I", done.data, at + offset)[0] for offset in (54, 74))
    assert done.data[first - 2 : first] == b"\xff\xd9"
    assert at + place == first
    assert done.data[first : first + 3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    "how",
    [{"output_format": "PNG"}, {"quality": 80}],
)
def test_where_a_gain_map_cannot_be_kept_that_is_said(how: dict[str, Any]) -> None:
    done = perform(Job(ultra_hdr(), encoded(MASK), marked=False, **how))
    assert any("the HDR gain map" in remark.en for remark in done.remarks)


def test_who_was_erased_is_not_named_any_more() -> None:
    region = (
        '<e:ImageRegion xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag>'
        '<rdf:li rdf:parseType="Resource"><e:RegionBoundary e:rbUnit="relative" e:rbX="0" e:rbY="0" '
        'e:rbW="1" e:rbH="1"/><e:Name>Ann</e:Name></rdf:li></rdf:Bag></e:ImageRegion>'
    )
    packet = xmp.rewrite(None, {}, prefixes={}).replace(
        b'rdf-syntax-ns#"/>',
        b'rdf-syntax-ns#"><rdf:Description rdf:about="">' + region.encode() + b"</rdf:Description></rdf:RDF>",
    )
    mask = np.ones(PHOTO.shape[:2], np.bool_)
    mask[:4] = False
    done = perform(Job(saved(PHOTO, "JPEG", xmp=packet), encoded(mask), marked=False))
    assert b"Ann" not in done.data
    assert any("the region that was erased" in remark.en for remark in done.remarks)
