"""Patches: what has changed comes back alone, and laid over the photo it makes the file of a whole result."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms

from wuhen import mark, photo
from wuhen.action import Job, Labelling, Patch, perform
from wuhen.wire import ApiError

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 208, 160
LABELLED = Labelling(number="42")


def ground(*, mode: str = "RGB", bits: int = 8) -> np.ndarray:
    """Return a smooth picture with grain, (H, W, C)."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    channels = [90 + 50 * np.sin(x / 17 + c) + 40 * np.cos(y / 13 - c) for c in range(len(mode))]
    values = np.clip(np.dstack(channels) + rng.normal(0, 4, (HEIGHT, WIDTH, len(mode))), 0, 255)
    return np.rint(values * 257).astype(np.uint16) if bits > 8 else np.rint(values).astype(np.uint8)


def exif() -> bytes:
    tags = Image.Exif()
    tags[0x010F] = "Camera"
    tags.get_ifd(0x8825)[1] = "N"
    return tags.tobytes()


def as_file(pixels: np.ndarray, name: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, name, **how)
    return out.getvalue()


def wide_png() -> bytes:
    wide = ground(bits=16)
    return photo.encode(photo.Photo((wide >> 8).astype(np.uint8), wide=wide, bits=16), "PNG")


def hole_mask() -> bytes:
    hole = np.zeros((HEIGHT, WIDTH), np.uint8)
    hole[60:84, 96:130] = 255
    return as_file(hole, "PNG")


JPEG = as_file(ground(), "JPEG", quality=88, exif=exif(), dpi=(300, 300))
FILES = {
    "jpeg": JPEG,
    "png": as_file(ground(), "PNG"),
    "tiff": as_file(ground(), "TIFF"),
    "alpha that says nothing": as_file(np.dstack((ground(), np.full((HEIGHT, WIDTH), 255, np.uint8))), "PNG"),
    "alpha": as_file(ground(mode="RGBA"), "PNG"),
    "16 bits": wide_png(),
}


def job(file: bytes, **how: object) -> Job:
    return Job(file, wide=True, as_given=True, labelling=LABELLED, marked=False, **how)  # type: ignore[arg-type]


def part(file: bytes, **how: object) -> Job:
    made = Job(file, hole_mask(), part=True, marked=False, wide=True, output_format="PNG", labelling=LABELLED)
    return replace(made, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FILES)
def test_a_patch_pasted_is_the_whole_result(kind: str) -> None:
    """The two ways to one result differ in no byte, in any format and of any depth."""
    file = FILES[kind]
    whole = perform(job(file, mask=hole_mask()))
    patch = perform(part(file))
    assert patch.place is not None
    assert patch.media_type == "image/png"
    x, y, width, height = patch.place
    assert (x, y, width, height) == (96, 60, 34, 24)
    pasted = perform(job(file, patches=(Patch(patch.data, x, y),)))
    assert pasted.data == whole.data
    assert pasted.hole == whole.hole
    assert pasted.engine == "patches"


def test_a_crop_gives_the_patch_of_the_whole() -> None:
    """What the fill looks at lies within the margin that the studio sends, so its answer is the same."""
    file = as_file(np.tile(ground(), (3, 3, 1)), "PNG")
    hole = np.zeros((3 * HEIGHT, 3 * WIDTH), np.uint8)
    hole[200:230, 300:340] = 255
    whole = perform(replace(part(file), mask=as_file(hole, "PNG")))
    margin = 64 + int(np.sqrt(np.count_nonzero(hole)))
    left, top = (300 - margin) // 16 * 16, (200 - margin) // 16 * 16
    box = left, top, -(-(340 + margin) // 16) * 16, -(-(230 + margin) // 16) * 16
    cut = Image.open(io.BytesIO(file)).crop(box)
    hole = hole[box[1] : box[3], box[0] : box[2]]
    crop = perform(replace(part(as_file(np.asarray(cut), "PNG")), mask=as_file(hole, "PNG")))
    assert whole.place is not None
    assert crop.place is not None
    assert (crop.place[0] + left, crop.place[1] + top, *crop.place[2:]) == whole.place
    found, wanted = (np.asarray(Image.open(io.BytesIO(one.data))) for one in (crop, whole))
    assert np.array_equal(found, wanted)


def test_what_a_patch_carries() -> None:
    """Nothing of the photo is in it but its colours; and no mark, whatever is asked for."""
    patch = perform(part(JPEG))
    read = photo.read_photo(patch.data)
    assert read.exif is None
    assert b"Camera" not in patch.data
    assert mark.find_labels(read.xmp)
    assert patch.digest.size == len(patch.data)


def test_patches_one_over_the_other() -> None:
    """The last of them lies on top; candidates have places of their own."""
    red, blue = (as_file(np.full((8, 8, 3), one, np.uint8), "PNG") for one in ((255, 0, 0), (0, 0, 255)))
    made = perform(job(FILES["png"], patches=(Patch(red, 10, 10), Patch(blue, 14, 10))))
    pixels = np.asarray(Image.open(io.BytesIO(made.data)))
    assert (pixels[12, 12] == (255, 0, 0)).all()
    assert (pixels[12, 15] == (0, 0, 255)).all()
    ways = perform(part(FILES["png"], candidates=2))
    assert [one.place for one in ways.alternatives] == [ways.place]


def test_what_cannot_be_pasted_is_refused() -> None:
    """A patch beside the photo, and one of other colours, which would look like none of it."""
    square = as_file(np.zeros((8, 8, 3), np.uint8), "PNG")
    profiled = as_file(np.zeros((8, 8, 3), np.uint8), "PNG", icc_profile=_profile())
    for patch in (Patch(square, WIDTH - 7, 0), Patch(square, 0, HEIGHT), Patch(profiled, 0, 0)):
        with pytest.raises(ApiError) as refused:
            perform(job(FILES["png"], patches=(patch,)))
        assert refused.value.code == "InvalidParameterValue.ParameterValueError"
    with pytest.raises(ApiError) as refused:
        perform(job(FILES["png"], patches=(Patch(b"none", 0, 0),)))
    assert refused.value.code == "FailedOperation.ImageDecodeFailed"


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_metadata_dropped_leaves_labels(kind: str) -> None:
    """EXIF goes, with the place where it was taken; what must be said of the picture stays."""
    file = JPEG if kind == "jpeg" else as_file(ground(), "PNG", exif=exif())
    patch = perform(part(file))
    assert patch.place is not None
    patches = (Patch(patch.data, *patch.place[:2]),)
    kept, bare = (perform(job(file, patches=patches, bare=bare)) for bare in (False, True))
    assert b"Camera" in kept.data
    assert b"Camera" not in bare.data
    read = photo.read_photo(bare.data)
    (label,) = mark.find_labels(read.xmp)
    assert label.label().produce_id == "42"
    assert mark.find_source(read.xmp)


def test_a_network_s_patch_says_so_of_the_whole() -> None:
    """The digital source type of the finished picture is the strongest of its patches."""
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    packet = mark.write_labels(None, source=source)
    patch = photo.encode(photo.Photo(np.zeros((8, 8, 3), np.uint8), xmp=packet), "PNG")
    made = perform(job(FILES["png"], patches=(Patch(patch, 0, 0),)))
    assert mark.find_source(photo.read_photo(made.data).xmp) == source


def test_too_little_memory_for_patches_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(_: object) -> bool:
        raise MemoryError

    monkeypatch.setattr("wuhen.action.pasting.is_transparent", too_large)
    with pytest.raises(ApiError) as refused:
        perform(Job(JPEG, patches=(Patch(FILES["png"], 0, 0),)), threads=1)
    assert refused.value.code == "FailedOperation.ServerError"
