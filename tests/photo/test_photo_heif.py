"""HEIC and AVIF: the picture that is shown, as it is shown, with what the file says of it."""

import io
import struct
import sys
import time
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageOps

from photo.photo_files import exif_block, gradient, heic, noise, saved
from wuhen.photo import (
    BrokenImage,
    MissingReader,
    Photo,
    PhotoError,
    SideTooLong,
    SizeLimit,
    TooManyPixels,
    encode,
    image_format,
    read_mask,
    read_metadata,
    read_photo,
)
from wuhen.photo.heif import reading as heif
from wuhen.photo.heif.av1 import Sequence, read_sequence
from wuhen.photo.heif.isobmff import read_container

SCENE = gradient(64, 96)
P3, PQ = (12, 13), (9, 16)
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def near(found: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any], tolerance: int) -> bool:
    return found.shape == wanted.shape and int(np.abs(found.astype(int) - wanted).max()) <= tolerance


def avif(image: Image.Image | np.ndarray[Any, Any], **options: Any) -> bytes:
    return saved(image, "AVIF", **({"quality": 100, "subsampling": "4:4:4", "speed": 10} | options))


def colours(primaries: int, transfer: int, **options: Any) -> bytes:
    return heic(SCENE, color_primaries=primaries, transfer_characteristics=transfer, **options)


def names(photo: Photo) -> list[str]:
    return list(map(str, photo.removed))


def resized(data: bytes, width: int, height: int) -> bytes:
    """Return a file that says another size of its first picture."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def box(kind: bytes, *contents: bytes, version: int | None = None) -> bytes:
    head = b"" if version is None else struct.pack(">I", version << 24)
    body = head + b"".join(contents)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def rewrapped(data: bytes, *more: bytes, brand: bytes = b"avif") -> bytes:
    """Return the picture of an AVIF file in a container of its own, with more properties."""
    found = read_container(data)
    payload = found.read(found.picture)
    properties = [*(box(kind, content) for kind, content in found.picture.properties), *more]
    start = box(b"ftyp", brand, bytes(4), brand)
    essential = {b"av1C", b"clap", b"irot", b"imir"}
    numbers = [0x80 * (one[4:8] in essential) + index for index, one in enumerate(properties, 1)]
    associations = bytes([len(properties), *numbers])
    meta = box(
        b"meta",
        box(b"hdlr", bytes(4), b"pict", bytes(13), version=0),
        box(b"pitm", struct.pack(">H", 1), version=0),
        box(b"iinf", struct.pack(">H", 1), box(b"infe", b"\0\1\0\0av01\0", version=2), version=0),
        box(
            b"iprp",
            box(b"ipco", *properties),
            box(b"ipma", struct.pack(">IH", 1, 1) + associations, version=0),
        ),
        box(b"iloc", struct.pack(">HHHHHII", 0x4400, 1, 1, 0, 1, len(start) + 8, len(payload)), version=0),
        version=0,
    )
    return start + box(b"mdat", payload) + meta


def clap(width: int, height: int, right: tuple[int, int], down: tuple[int, int]) -> bytes:
    return box(b"clap", struct.pack(">4I", width, 1, height, 1), struct.pack(">iIiI", *right, *down))


def test_a_heic_photo_is_read_sample_for_sample() -> None:
    photo = read_photo(heic(noise(50, 70), lossless=True))
    assert photo.format == "HEIC"
    assert np.array_equal(photo.pixels, noise(50, 70))
    assert photo.alpha is None


def test_an_avif_photo_is_read() -> None:
    photo = read_photo(avif(SCENE))
    assert photo.format == "AVIF"
    assert near(photo.pixels, SCENE, 3)


@pytest.mark.parametrize("size", [(29, 31), (1, 1), (65, 64)])
def test_sizes_that_no_coder_has_are_cropped_to(size: tuple[int, int]) -> None:
    for data in (heic(noise(*size), lossless=True), avif(noise(*size))):
        assert near(read_photo(data).pixels, noise(*size), 3)


def test_tiles_are_put_together() -> None:
    whole = gradient(130, 200)
    data = heic(whole, tile_size=64, quality=100)
    assert b"grid" in data
    assert near(read_photo(data).pixels, whole, 6)


def test_a_crop_comes_before_a_turn_and_a_turn_before_a_mirror() -> None:
    whole = gradient(64, 96)
    # Of 96 x 64 the part of 40 x 20 whose middle is 10 to the right of the picture's and 5.5 above it.
    part = whole[16:36, 38:78]
    cropped = clap(40, 20, (10, 1), (-12, 2))
    quarter, mirrored = box(b"irot", b"\1"), box(b"imir", b"\1")
    for properties, expected in (
        ((cropped,), part),
        ((cropped, quarter), np.rot90(part)),
        ((cropped, quarter, mirrored), np.rot90(part)[:, ::-1]),
    ):
        photo = read_photo(rewrapped(avif(whole), *properties))
        assert near(photo.pixels, expected, 3)
        assert photo.stored_size == (40, 20)
    with pytest.raises(BrokenImage, match="cropped"):
        read_photo(rewrapped(avif(whole), clap(40, 20, (200, 1), (0, 1))))


def test_av1_in_a_container_that_calls_itself_something_else_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    data = rewrapped(avif(SCENE), brand=b"mif1")
    assert image_format(data) == "HEIC"
    assert near(read_photo(data).pixels, SCENE, 3)


@pytest.mark.parametrize("channels", [1, 4])
def test_grey_and_alpha_stay_what_they_are(channels: int) -> None:
    pixels = noise(64, 64, channels)
    photo = read_photo(heic(pixels, lossless=channels == 4, quality=-1))
    assert photo.grey is (channels == 1)
    if photo.alpha is None:
        assert np.array_equal(photo.pixels[..., 0], pixels)
    else:
        assert np.array_equal(np.dstack([photo.pixels, photo.alpha]), pixels)


def test_premultiplied_alpha_is_divided_out() -> None:
    pixels = np.full((64, 64, 4), (100, 50, 0, 128), np.uint8)
    image = pillow_heif.from_bytes("RGBA", (64, 64), pixels.tobytes())
    image.premultiplied_alpha = True
    out = io.BytesIO()
    image.save(out, quality=-1, chroma=444, matrix_coefficients=0)
    photo = read_photo(out.getvalue())
    assert photo.alpha is not None
    assert near(photo.pixels, np.full((64, 64, 3), (199, 100, 0)), 1)
    assert (photo.alpha == 128).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("write", [heic, avif])
def test_a_turned_photo_is_upright_and_says_so(write: Any, orientation: int) -> None:
    block = exif_block(orientation)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(saved(SCENE, "PNG", exif=block)))))
    photo = read_photo(write(SCENE, quality=100, exif=block))
    assert near(photo.pixels, upright, 8)
    assert photo.orientation == orientation
    assert photo.stored_size == (96, 64)
    assert photo.exif is not None
    exif = Image.Exif()
    exif.load(photo.exif)
    assert exif.get(0x0112, 1) == 1
    # Written and read again it is not turned once more.
    assert near(read_photo(encode(photo, "PNG")).pixels, upright, 8)
    mask = np.zeros((64, 96), np.uint8)
    mask[:10, :20] = 255
    turned = ImageOps.exif_transpose(Image.open(io.BytesIO(saved(mask, "PNG", exif=block))))
    if photo.size != photo.stored_size:  # else the mask is taken as it is displayed
        assert np.array_equal(read_mask(saved(mask, "PNG"), photo), np.asarray(turned) > 0)


def test_exif_does_not_turn_what_the_file_does_not() -> None:
    photo = read_photo(heic(SCENE, quality=100, exif=exif_block(6)).replace(b"irot", b"free"))
    assert photo.size == (96, 64)
    assert photo.orientation == 1


@pytest.mark.parametrize("write", [heic, avif])
def test_profile_exif_and_xmp_are_kept(write: Any) -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="kept"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    block = exif_block(thumbnail=b"\xff\xd8thumbnail\xff\xd9")
    data = write(Image.fromarray(SCENE), exif=block, xmp=packet, icc_profile=SRGB_PROFILE)
    photo = read_photo(data)
    assert photo.icc_profile == SRGB_PROFILE
    assert photo.xmp is not None
    assert b"kept" in photo.xmp
    assert photo.exif is not None
    assert b"Acme" in photo.exif
    assert b"NOTE" + bytes(range(60)) in photo.exif
    assert b"thumbnail" not in photo.exif
    assert write is avif or "the EXIF thumbnail" in names(photo)
    found = read_metadata(data)
    assert (found.size, found.xmp) == ((96, 64), packet)


def test_code_points_become_a_profile_and_the_chunk_of_png() -> None:
    photo = read_photo(colours(*P3))
    assert photo.icc_profile is not None
    assert dict(photo.png_colours) == {b"cICP": bytes([12, 13, 0, 1])}
    # In sRGB red of less saturation than Display P3's; of that it is (234, 51, 35) (CSS Color 4).
    inner, profile = Image.new("RGB", (1, 1), (234, 51, 35)), io.BytesIO(photo.icc_profile)
    shown = ImageCms.profileToProfile(
        inner, ImageCms.ImageCmsProfile(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert near(np.asarray(shown), np.full((1, 1, 3), (255, 0, 0)), 3)


@pytest.mark.parametrize("points", [(1, 13), (2, 2), (1, 1), (1, 6)])
def test_what_is_srgb_needs_no_profile(points: tuple[int, int]) -> None:
    photo = read_photo(colours(*points))
    assert photo.icc_profile is None
    assert not photo.png_colours


def test_high_dynamic_range_keeps_its_samples_and_says_so() -> None:
    photo = read_photo(colours(*PQ))
    assert photo.png_colours[b"cICP"] == bytes([9, 16, 0, 1])
    assert b"cICP" in encode(photo, "PNG")
    assert photo.icc_profile is not None


def test_colours_that_nothing_is_known_of_are_refused() -> None:
    with pytest.raises(BrokenImage, match="primaries 4, transfer 13"):
        read_photo(colours(4, 13))


@pytest.mark.parametrize("points", [P3, PQ])
def test_what_only_the_samples_say_of_colours_counts(points: tuple[int, int]) -> None:
    photo = read_photo(colours(*points).replace(b"colr", b"free"))
    assert photo.png_colours[b"cICP"] == bytes([*points, 0, 1])


def bits(*fields: tuple[int, int]) -> bytes:
    """Return numbers of so many bits each, padded to whole bytes."""
    text = "".join(f"{value:0{count}b}" for value, count in fields)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


SIZE_FIELDS = ((9, 4), (8, 4), (799, 10), (499, 9))
CODE_POINTS = ((0, 1), (0, 1), (1, 1), (12, 8), (16, 8))
STILL_HEADER = bits((0, 3), (1, 1), (1, 1), (8, 5), *SIZE_FIELDS, (0, 3), (0, 3), *CODE_POINTS)
FILM_HEADER = bits(
    *((0, 3), (0, 1), (0, 1)),
    *((1, 1), (1, 32), (30, 32), (1, 1), (0b010, 3)),  # timing, one tick a picture
    *((1, 1), (9, 5), (1, 32), (9, 5), (9, 5)),  # the decoder's model
    *((1, 1), (1, 5)),  # display delays, two operating points
    *((0, 12), (8, 5), (0, 1), (1, 1), (5, 10), (5, 10), (0, 1), (1, 1), (3, 4)),
    *((0, 12), (7, 5), (0, 1), (0, 1)),
    *SIZE_FIELDS,
    *((1, 1), (0, 4), (0, 3)),  # numbers of frames
    *((0, 3), (0, 4), (1, 1), (0, 2), (0, 1), (1, 1), (0, 1), (0, 1), (6, 3)),  # tools
    *((0, 3), (1, 1), (0, 1), (1, 1), (9, 8), (18, 8)),
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [(STILL_HEADER, Sequence((800, 500), 12, 16)), (FILM_HEADER, Sequence((800, 500), 9, 18))],
)
def test_the_header_of_an_av1_picture_is_read(header: bytes, expected: Sequence) -> None:
    delimiter, unit = b"\x12\x00", b"\x0a" + bytes([len(header)]) + header
    assert read_sequence(delimiter + unit) == expected
    assert read_sequence(delimiter + b"\x0e\x00" + unit[1:]) == expected  # with an extension
    assert read_sequence(delimiter) is None
    for keep in range(len(unit) - 4):
        assert read_sequence(unit[:keep]) is None


def test_more_bits_are_rounded_and_kept_where_they_are_wanted() -> None:
    ramp = np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64)
    data = heic(Image.fromarray(ramp), quality=-1)  # of which HEIC has 10
    stored = (ramp >> 6).astype(float)
    photo = read_photo(data, wide=True)
    assert photo.bits == 10
    assert photo.wide is not None
    assert np.array_equal(photo.wide[..., 0], np.round(stored * 65535 / 1023).astype(np.uint16))
    assert np.array_equal(photo.pixels[..., 0], np.round(stored * 255 / 1023).astype(np.uint8))
    assert np.array_equal(read_photo(data).pixels, photo.pixels)


def test_that_an_avif_photo_had_more_bits_is_known() -> None:
    data = avif(SCENE)
    at = data.index(b"av1C") + 6
    assert read_photo(data, wide=True).bits == 8
    for flags, count in ((0x40, 10), (0x60, 12)):
        deep = data[:at] + bytes([data[at] | flags]) + data[at + 1 :]
        assert heif.open_still(deep, "AVIF", SizeLimit()).bits == count


def test_of_a_burst_the_picture_that_is_shown_is_read_and_the_rest_named() -> None:
    pictures = pillow_heif.from_pillow(Image.new("RGB", (64, 64)))
    for colour in ("red", "blue"):
        pictures.add_from_pillow(Image.new("RGB", (64, 64), colour))
    out = io.BytesIO()
    pictures.save(out, primary_index=2, quality=100)
    photo = read_photo(out.getvalue())
    assert near(photo.pixels, np.full((64, 64, 3), (0, 0, 255)), 3)
    assert names(photo) == ["2 more pictures"]


def test_of_a_film_the_still_is_read_and_the_film_named() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    photo = read_photo(avif(frames[0], save_all=True, append_images=frames[1:]))
    assert near(photo.pixels, np.full((64, 64, 3), (255, 0, 0)), 3)
    assert names(photo) == ["the film"]


@pytest.mark.parametrize(
    ("auxiliary", "name"),
    [
        (b"urn:mpeg:hevc:2015:auxid:2", "the depth map"),
        (b"urn:com:app:aux:hdrgainmap", "the HDR gain map"),
        (b"urn:com:somebody:something", "an auxiliary picture"),
    ],
)
def test_auxiliary_pictures_are_named_and_do_not_disturb(auxiliary: bytes, name: str) -> None:
    data = heic(noise(64, 64, 4), lossless=True).replace(b"urn:mpeg:hevc:2015:auxid:1", auxiliary)
    photo = read_photo(data)
    assert np.array_equal(photo.pixels, noise(64, 64, 4)[..., :3])
    assert photo.alpha is None
    assert names(photo) == [name]


def test_what_phones_put_beside_the_picture_is_named() -> None:
    film = b"\0\0\0\x10mpvdfilmfilm"
    assert names(read_photo(heic(SCENE) + film)) == ["the film of a Motion Photo"]


@pytest.mark.parametrize("write", [heic, avif])
def test_the_size_is_checked_before_anything_is_decoded(write: Any) -> None:
    data = resized(write(SCENE), 60_000, 60_000)
    started = time.thread_time()
    with pytest.raises(TooManyPixels, match="60000x60000"):
        read_photo(data)
    with pytest.raises(SideTooLong):
        read_photo(data, SizeLimit(side=5000))
    with pytest.raises(BrokenImage, match="no usable width"):
        read_photo(resized(data, 0, 7))
    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize("write", [heic, avif])
def test_a_picture_larger_than_its_header_says_is_refused(write: Any) -> None:
    with pytest.raises(BrokenImage):
        read_photo(resized(write(SCENE), 32, 32))


def test_tiles_that_are_far_larger_than_their_picture_are_refused() -> None:
    data = heic(gradient(130, 200), tile_size=64)
    tile = struct.pack(">II", 64, 64)
    assert tile in data
    with pytest.raises(BrokenImage, match="tiles"):
        read_photo(data.replace(tile, struct.pack(">II", 50_000, 50_000)))


def test_a_container_made_to_keep_a_reader_busy_is_refused_at_once() -> None:
    """Its tiles are one large item, used ten thousand times."""
    uses, extents = 10_000, 1_000
    tile = struct.pack(">HHH", 2, 0, extents) + struct.pack(">II", 0, 2**20) * extents
    meta = box(
        b"meta",
        box(b"pitm", struct.pack(">H", 1), version=0),
        box(
            b"iinf",
            struct.pack(">H", 3),
            *(
                box(b"infe", struct.pack(">HH4s", number, 0, kind), b"\0", version=2)
                for number, kind in ((1, b"grid"), (2, b"av01"), (3, b"Exif"))
            ),
            version=0,
        ),
        box(
            b"iref",
            box(b"dimg", struct.pack(">HH", 1, uses), struct.pack(">H", 2) * uses),
            box(b"cdsc", struct.pack(">HHH", 3, 1, 1)),
            version=0,
        ),
        box(
            b"iprp",
            box(b"ipco", box(b"ispe", struct.pack(">II", 4000, 4000), version=0)),
            box(b"ipma", struct.pack(">IHBBHBB", 2, 1, 1, 1, 2, 1, 1), version=0),
        ),
        box(b"iloc", b"\x44\0", struct.pack(">H", 1), tile, version=0),
        version=0,
    )
    data = box(b"ftyp", b"avif\0\0\0\0") + meta + bytes(2**20)
    started = time.thread_time()
    with pytest.raises(BrokenImage, match="tiles"):
        read_photo(data)
    assert time.thread_time() - started < 0.5


def test_metadata_that_a_decoder_would_hold_too_often_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(SCENE, exif=exif_block())
    monkeypatch.setattr(heif, "_METADATA_LIMIT", len(exif_block()) + 4)
    assert read_photo(data).exif is not None
    monkeypatch.setattr(heif, "_METADATA_LIMIT", len(exif_block()) - 6)
    with pytest.raises(BrokenImage, match="metadata"):
        read_photo(data)


@pytest.mark.parametrize(
    "data",
    [heic(SCENE, tile_size=64), heic(noise(64, 64, 4)), avif(SCENE), avif(noise(64, 64, 4))],
    ids=["grid", "alpha", "avif", "avif-alpha"],
)
def test_a_file_that_is_cut_off_is_refused_wherever(data: bytes) -> None:
    for keep in range(1, len(data), max(1, len(data) // 60)):
        with pytest.raises(PhotoError):
            read_photo(data[:keep])


def test_a_coding_that_is_not_read_is_named() -> None:
    with pytest.raises(BrokenImage, match=r"not read \(vvc1\)"):
        read_photo(heic(SCENE).replace(b"hvc1", b"vvc1"))


def test_a_film_without_a_still_is_refused() -> None:
    with pytest.raises(BrokenImage, match="no still picture"):
        read_photo(heic(SCENE).replace(b"meta", b"free", 1))


def test_without_its_extra_a_heic_photo_is_refused_by_the_extras_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = heic(SCENE)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert image_format(data) == "HEIC"
    with pytest.raises(MissingReader, match=r"pip install 'wuhen\[heif\]'"):
        read_photo(data)
    assert read_photo(avif(SCENE)).size == (96, 64)


@pytest.mark.parametrize("write", [heic, avif])
def test_a_mask_may_be_of_these_formats(write: Any) -> None:
    photo = read_photo(saved(SCENE, "PNG"))
    mask = np.zeros((64, 96), np.uint8)
    mask[16:48, 32:64] = 255
    assert np.array_equal(read_mask(write(mask), photo), mask > 0)
