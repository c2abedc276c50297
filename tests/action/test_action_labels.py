"""What a result says about itself, read back by others: exiftool, and c2pa in a process of its own."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from photo.photo_files import heic
from pictures import decoded, encoded, scene, with_object, with_shadow
from wuhen import mark, photo
from wuhen.action import Job, Labelling, Logo, perform
from wuhen.action.inspection import inspect
from wuhen.fill import Options

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF"]
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff"}
CHANGED, MASK = with_object(scene())
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
OURS = Labelling(
    issuer=mark.Issuer("001191110108MA01KP2T5U00000"), number="b9f1c2d3-0000-4000-8000-000000000001"
)
NONE = Labelling(aigc=False, iptc=False)
THEIRS = (
    '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"77","ReservedCode1":"sig",'
    '"ContentPropagator":"x","PropagateID":"y","ReservedCode2":"z"}'
)
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="the archive">'
    "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)
LABELLED = PACKET.replace(
    "<dc:creator>", f'<t:AIGC xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0/">{THEIRS}</t:AIGC><dc:creator>'
)


def exif(**tags: str) -> bytes:
    block = Image.Exif()
    block[0x010F] = "Maker"
    block[0x8298] = "Copyright Ann"
    if "description" in tags:
        block[0x010E] = tags["description"]
    inner = block.get_ifd(0x8769)
    inner[0x9003] = "2026:01:02 03:04:05"
    if "comment" in tags:
        inner[0x9286] = b"ASCII\0\0\0" + tags["comment"].encode()
    return block.tobytes()


def photograph(name: str, *, xmp: str | None = PACKET, block: bytes | None = None, **texts: str) -> bytes:
    """Return a photo with everything a file may carry."""
    chunks = PngImagePlugin.PngInfo()
    if xmp is not None:
        chunks.add_itxt("XML:com.adobe.xmp", xmp)
    for keyword, text in texts.items():
        chunks.add_text(keyword, text)
    options: dict[str, Any] = {"icc_profile": SRGB, "exif": exif() if block is None else block}
    if name == "TIFF":
        tiff = Image.fromarray(CHANGED)
        directory = tiff.getexif()
        directory.load(options.pop("exif"))
        if xmp is not None:
            directory[700] = xmp.encode()
        return encoded(CHANGED, name, icc_profile=SRGB, exif=directory)
    if xmp is not None:
        options["xmp"] = xmp.encode()
    return encoded(CHANGED, name, **options, **({"pnginfo": chunks} if name == "PNG" else {}))


def result(file: bytes, output_format: str, labelling: Labelling = OURS, **options: Any) -> bytes:
    job = Job(file, encoded(MASK), labelling=labelling, output_format=output_format, **options)
    return perform(replace(job, marked=False) if "marked" not in options else job).data


def labels(data: bytes) -> tuple[mark.Found, ...]:
    metadata = photo.read_metadata(data)
    return mark.find_labels(metadata.xmp, metadata.exif_texts, metadata.texts)


def exiftool(data: bytes, folder: Path, suffix: str) -> dict[str, Any]:
    """Return what exiftool says of a file: its tags with their groups, as they stand there."""
    if shutil.which("exiftool") is None:
        pytest.skip("Debian's libimage-exiftool-perl is not installed")
    file = folder / f"result.{suffix.lower()}"
    file.write_bytes(data)
    done = subprocess.run(
        ["exiftool", "-json", "-G1", "-a", "-n", "-api", "largefilesupport=1", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    (found,) = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_exiftool_reads_back_what_was_written_beside_what_was_there(name: str, tmp_path: Path) -> None:
    tags = exiftool(result(photograph(name), name), tmp_path, name)
    assert json.loads(tags["XMP-TC260:Aigc"]) == {
        "Label": "1",
        "ContentProducer": OURS.issuer.producer,
        "ProduceID": OURS.number,
        "ReservedCode1": "",
        "ContentPropagator": OURS.issuer.producer,
        "PropagateID": OURS.number,
        "ReservedCode2": "",
    }
    assert tags["XMP-iptcExt:DigitalSourceType"] == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
    )
    assert tags["XMP-dc:Creator"] == "Ann"
    assert tags["XMP-dc:Source"] == "the archive"
    assert tags["IFD0:Make"] == "Maker"
    assert tags["IFD0:Copyright"] == "Copyright Ann"
    assert tags["ExifIFD:DateTimeOriginal"] == "2026:01:02 03:04:05"
    assert "sRGB" in tags["ICC_Profile:ProfileDescription"]
    assert not [tag for tag in tags if "Warning" in tag or "Error" in tag]


VERIFY = """
import c2pa, json, sys
settings = c2pa.Settings.from_dict({
    "verify": {"remote_manifest_fetch": False}, "trust": {"user_anchors": open(sys.argv[3]).read()}})
with c2pa.Context(settings=settings) as context, open(sys.argv[1], "rb") as file:
    with c2pa.Reader(sys.argv[2], file, context=context) as reader:
        print(json.dumps([reader.get_validation_state(), json.loads(reader.json())]))
"""


@pytest.mark.parametrize("file", [heic(CHANGED), encoded(CHANGED, "AVIF")], ids=["heic", "avif"])
def test_a_photo_of_a_format_that_is_only_read_is_an_ingredient(file: bytes) -> None:
    made = mark.make_identity("A studio")
    job = Job(file, encoded(MASK), labelling=replace(OURS, signing=mark.Signing(made.chain, made.key)))
    found = inspect(perform(job).data, anchors=made.root).credentials
    assert found is not None
    assert found.state == "trusted"
    assert hashlib.sha256(file).hexdigest() in found.ingredients[0]


@pytest.mark.parametrize("name", FORMATS)
def test_another_process_verifies_the_credentials_and_the_labels_are_there(name: str, tmp_path: Path) -> None:
    made = mark.make_identity("A studio")
    signing = mark.Signing(made.chain, made.key)
    data = result(photograph(name), name, replace(OURS, signing=signing))
    file, root = tmp_path / "file", tmp_path / "root.pem"
    file.write_bytes(data)
    root.write_bytes(made.root)
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, str(file), TYPES[name], str(root)], check=True, capture_output=True
    )
    state, report = json.loads(done.stdout)
    assert state == "Trusted"
    manifest = report["manifests"][report["active_manifest"]]
    opened, edited = manifest["assertions"][0]["data"]["actions"]
    assert opened["action"] == "c2pa.opened"
    assert edited["action"] == "c2pa.edited"
    assert edited["softwareAgent"]["name"] == "Wuhen patch"
    shape = edited["changes"][0]["region"][0]["shape"]
    rows, columns = np.nonzero(MASK)
    assert (shape["origin"], shape["width"], shape["height"]) == (
        {"x": columns.min(), "y": rows.min()}, np.ptp(columns) + 1, np.ptp(rows) + 1,
    )  # fmt: skip
    assert manifest["ingredients"][0]["relationship"] == "parentOf"
    assert "thumbnail" not in json.dumps(report)
    assert [one.place for one in labels(data)] == ["XMP"]
    if name != "TIFF":  # exiftool 12.57 does not look for C2PA there
        tags = exiftool(data, tmp_path, name)
        assert json.loads(tags["XMP-TC260:Aigc"])["ProduceID"] == OURS.number


def test_credentials_tell_where_a_shadow_was_removed() -> None:
    photo, mask, _ = with_shadow()
    made = mark.make_identity("A studio")
    labelling = replace(OURS, signing=mark.Signing(made.chain, made.key))
    plain = Job(encoded(photo), encoded(mask), marked=False, labelling=labelling)
    left, removed = (
        _region(perform(job).data) for job in (plain, replace(plain, options=Options(remove_traces=True)))
    )
    rows, columns = np.nonzero(mask)
    assert left == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    # It falls to the lower right.
    assert removed[0] <= left[0]
    assert removed[1] <= left[1]
    assert removed[2] > left[2] + 2
    assert removed[3] > left[3] + 2


def _region(data: bytes) -> tuple[int, int, int, int]:
    """Return the edges of the one region that is said to be edited: left, top, right, bottom."""
    with c2pa.Reader("image/png", io.BytesIO(data)) as reader:
        report = json.loads(reader.json())
    _, edited = report["manifests"][report["active_manifest"]]["assertions"][0]["data"]["actions"]
    (region,) = edited["changes"][0]["region"]
    left, top = region["shape"]["origin"]["x"], region["shape"]["origin"]["y"]
    return left, top, left + region["shape"]["width"], top + region["shape"]["height"]


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_labelling_changes_no_pixel(name: str) -> None:
    made = mark.make_identity("A studio")
    signed = replace(OURS, signing=mark.Signing(made.chain, made.key))
    plain = decoded(result(photograph(name), name, NONE))
    np.testing.assert_array_equal(plain, decoded(result(photograph(name), name, OURS)))
    np.testing.assert_array_equal(plain, decoded(result(photograph(name), name, signed)))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("place", ["xmp", "comment", "description", "text", "all"])
def test_a_label_that_was_there_is_passed_on_and_stays_the_only_one(
    source: str, name: str, place: str
) -> None:
    wrapped = f'{{"AIGC":{THEIRS}}}'
    if place == "text" and source != "PNG":
        pytest.skip("only PNG has texts")
    written = {"comment": wrapped} if place in {"comment", "all"} else {}
    written |= {"description": wrapped} if place in {"description", "all"} else {}
    file = photograph(
        source,
        xmp=LABELLED if place in {"xmp", "all"} else PACKET,
        block=exif(**written),
        **({"AIGC": wrapped, "Title": "kept"} if source == "PNG" and place in {"text", "all"} else {}),
    )
    data = result(file, name)
    (found,) = labels(data)
    assert found.place == "XMP"
    label = found.label()
    assert (label.content_producer, label.produce_id, label.reserved_code1) == (
        "001191110102MACQD9K64010000", "77", "sig",
    )  # fmt: skip
    assert (label.content_propagator, label.propagate_id) == (OURS.issuer.producer, OURS.number)
    assert perform(Job(file, encoded(MASK), marked=False)).labels_found
    # And what stood beside it is there still.
    again = photo.read_photo(data)
    assert again.exif is not None
    assert b"Copyright Ann" in again.exif
    assert again.icc_profile == SRGB
    if source == name == "PNG" and place in {"text", "all"}:
        assert dict(again.texts) == {"Title": "kept"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("place", ["xmp", "comment", "text"])
def test_switched_off_a_label_that_was_there_stays(name: str, place: str) -> None:
    file = photograph(
        "PNG",
        xmp=LABELLED if place == "xmp" else None,
        block=exif(comment=f'{{"AIGC":{THEIRS}}}') if place == "comment" else None,
        **({"AIGC": THEIRS} if place == "text" else {}),
    )
    found = labels(result(file, name, NONE))
    assert [one.label().produce_id for one in found] == ["77"]


def test_switched_off_nothing_is_written() -> None:
    data = result(photograph("PNG", xmp=None), "PNG", NONE)
    assert labels(data) == ()
    assert photo.read_metadata(data).xmp is None


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16"])
def test_comments_in_any_order_of_bytes_are_read(name: str, order: str, charset: str) -> None:
    block = Image.Exif()
    block.endian = order
    block.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + f'{{"AIGC":{THEIRS}}}'.replace("x", "厂商").encode(charset)
    (found,) = labels(result(photograph(name, block=block.tobytes()), name))
    assert found.label().content_producer == "001191110102MACQD9K64010000"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("source", ["JPEG", "TIFF", "PNG"])
def test_chinese_in_exif_survives_and_is_read(name: str, source: str) -> None:
    block = Image.Exif()
    block[0x010E] = '{"AIGC":{"ServiceProvider":"腾讯云","ContentId":"5c2e"}}'.encode()
    block[0x013B] = "José 安".encode()
    file = io.BytesIO()
    Image.fromarray(CHANGED).save(file, source, exif=block if source == "TIFF" else block.tobytes())
    data = result(file.getvalue(), name)
    (found,) = labels(data)
    assert found.label().content_producer == "腾讯云"
    assert "José 安".encode() in data


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_entry_goes_without_harm_to_a_block_that_lacks_its_last_pointer(order: str) -> None:
    """Where readers expect the offset of a next directory, such a block has its first value."""
    label, maker = f'{{"AIGC":{THEIRS}}}\0'.encode(), b"MakerCompany\0"
    values = 8 + 2 + 2 * 12
    block = (
        b"Exif\0\0"
        + (b"II*\0" if order == "<" else b"MM\0*")
        + struct.pack(order + "IH", 8, 2)
        + struct.pack(order + "HHII", 0x010E, 2, len(label), values + len(maker))
        + struct.pack(order + "HHII", 0x010F, 2, len(maker), values)
        + maker
        + label
    )
    kept = photo.without_texts(block, ["ImageDescription"])
    assert maker in kept
    assert b"AIGC" not in kept
    assert kept.index(maker) == block.index(maker)


@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("logo", [False, True])
def test_on_a_transparent_ground_all_of_the_mark_is_seen(hidden: int, logo: bool) -> None:  # noqa: FBT001
    pixels = np.full((300, 400, 4), hidden, np.uint8)
    pixels[..., 3] = 0
    pixels[:40, :40] = (10, 200, 30, 255)
    hole = np.zeros((300, 400), bool)
    hole[10:20, 10:20] = True
    drawn = (
        Logo(encoded(np.full((30, 60, 3), hidden, np.uint8)), mark.Rect(100, 100, 60, 30)) if logo else None
    )
    data = perform(Job(encoded(pixels), encoded(hole), logo=drawn)).data
    out = decoded(data)
    opaque = out[60:, :, 3] == 255
    if logo:
        assert opaque.sum() == 60 * 30
    else:
        # Ink and outline both, on white and on black pages.
        inks = out[60:][opaque][:, :3].mean(axis=1)
        assert (inks < 60).sum() > 200
        assert (inks > 195).sum() > 200


@pytest.mark.parametrize("broken", ["{", '{"Label":[]}', "", "{}"])
def test_a_broken_label_is_replaced_and_told(broken: str) -> None:
    file = photograph("PNG", AIGC=broken)
    done = perform(Job(file, encoded(MASK), labelling=OURS))
    (found,) = labels(done.data)
    assert found.label().produce_id == OURS.number
    assert done.labels_found == (broken,)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "xmp", ["<x", "\0" * 40, "junk", PACKET[:-60], '<!DOCTYPE a [<!ENTITY b "c">]>' + PACKET, PACKET * 2]
)
def test_broken_metadata_loses_nothing_else(name: str, xmp: str) -> None:
    block = bytearray(exif())
    file = photograph("JPEG", xmp=xmp, block=bytes(block))
    data = result(file, name)
    (found,) = labels(data)
    assert found.label().produce_id == OURS.number
    again = photo.read_photo(data)
    assert again.exif is not None
    assert b"Copyright Ann" in again.exif
    assert again.icc_profile == SRGB


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_an_exif_block_that_cannot_be_followed_costs_no_label() -> None:
    file = photograph("JPEG", block=b"Exif\0\0II*\0\xff\xff\xff\x7fjunk")
    (found,) = labels(result(file, "JPEG"))
    assert found.label().produce_id == OURS.number


def test_what_does_not_fit_a_jpeg_is_left_out_and_the_label_is_not() -> None:
    large = PACKET.replace("<dc:creator>", f"<dc:description>{'long ' * 20_000}</dc:description><dc:creator>")
    data = result(photograph("PNG", xmp=large), "JPEG")
    (found,) = labels(data)
    assert found.label().produce_id == OURS.number
    packet = photo.read_metadata(data).xmp
    assert packet is not None
    assert b"<rdf:li>Ann</rdf:li>" in packet
    assert b"the archive" in packet


def test_the_same_job_has_the_same_number_and_another_has_another() -> None:
    def number(**options: Any) -> str:
        job = Job(encoded(CHANGED), options.pop("mask", encoded(MASK)), marked=False, **options)
        return labels(perform(job).data)[0].label().produce_id

    assert number() == number()
    other = MASK.copy()
    other[5, 5] = True
    numbers = {
        number(),
        number(options=Options(seed=1)),
        number(options=Options(grow=1)),
        number(options=Options(remove_traces=True)),
        number(quality=80),
        number(mask=encoded(other)),
        number(effects_mask=encoded(MASK)),
        number(effects_mask=encoded(other)),
    }
    assert len(numbers) == 8


def test_what_a_network_painted_is_said(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    data = result(photograph("PNG"), "PNG", OURS, options=Options(engine="guided"))
    assert inspect(data).source == "compositeWithTrainedAlgorithmicMedia"
    tags = exiftool(data, tmp_path, "PNG")
    assert tags["XMP-iptcExt:DigitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")


def test_an_ai_picture_stays_one() -> None:
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    xmp = PACKET.replace(
        "<dc:creator>",
        '<i:DigitalSourceType xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"{source}</i:DigitalSourceType><dc:creator>",
    )
    assert inspect(result(photograph("PNG", xmp=xmp), "PNG")).source == "trainedAlgorithmicMedia"


@pytest.mark.parametrize("name", [*FORMATS, "BMP"])
def test_inspection_tells_what_is_there(name: str) -> None:
    bare = inspect(encoded(CHANGED, name))
    assert (bare.format, bare.aigc, bare.source, bare.credentials) == (name, (), "", None)
    assert bare.holds
    if name == "BMP":
        return
    made = mark.make_identity("A studio")
    data = result(photograph(name), name, replace(OURS, signing=mark.Signing(made.chain, made.key)))
    full = inspect(data, anchors=made.root)
    assert full.holds
    assert full.aigc[0].values["ProduceID"] == OURS.number
    assert full.aigc[0].remarks == ()
    assert full.source == "algorithmicallyEnhanced"
    assert full.credentials is not None
    assert full.credentials.state == "trusted"
    json.dumps(full.as_json())
    tampered = bytearray(data)
    tampered[data.find(b"b9f1c2d3")] ^= 1
    assert not inspect(bytes(tampered)).holds


def test_inspection_finds_two_labels_and_broken_ones() -> None:
    two = inspect(photograph("PNG", xmp=LABELLED, AIGC=THEIRS))
    assert [one.place for one in two.aigc] == ["XMP", "PNG AIGC"]
    assert not two.holds
    assert "2 AIGC labels" in two.problems[0]
    broken = inspect(photograph("PNG", AIGC="{"))
    assert not broken.holds
    assert broken.aigc[0].broken is not None


def test_texts_and_comments_survive_in_their_format() -> None:
    png = photo.read_photo(result(photograph("PNG", Title="a title", Author="Ännchen 安"), "PNG"))
    assert dict(png.texts) == {"Title": "a title", "Author": "Ännchen 安"}
    jpeg = io.BytesIO()
    Image.fromarray(CHANGED).save(jpeg, "JPEG", comment=b"a comment")
    assert photo.read_photo(result(jpeg.getvalue(), "JPEG")).comment == b"a comment"
