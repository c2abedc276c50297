"""A TIFF that is written as given is coded as it was, and where nothing touched it, it is the same."""

import io
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from photo.matrix import tiff_colour_cells
from photo.matrix.cell import Cell
from photo.matrix.tiff_file import Layout, write_tiff
from photo.photo_files import gradient, noise, saved
from wuhen.photo import NotKept, Photo, Written, encode_as_given, find_changes, read_photo

KEPT = (256, 257, 258, 259, 262, 266, 274, 277, 284, 292, 317, 322, 323, 338, 347, 530)


def first_page(data: bytes) -> tifffile.TiffPage:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        return page


def tags_of(data: bytes) -> dict[int, Any]:
    return {tag.code: tag.value for tag in first_page(data).tags if tag.code in KEPT}


def segments_of(data: bytes) -> list[bytes]:
    page = first_page(data)
    places = zip(page.dataoffsets, page.databytecounts, strict=True)
    return [data[start : start + length] for start, length in places]


def inverted(photo: Photo, hole: NDArray[np.bool_]) -> Photo:
    """Return the photo with the colours in its hole inverted."""
    pixels, wide = photo.pixels.copy(), None if photo.wide is None else photo.wide.copy()
    pixels[hole] = ~pixels[hole]
    if wide is not None:
        wide[hole, :3] = ~wide[hole, :3]
    return replace(photo, pixels=pixels, wide=wide)


def written(photo: Photo, file: bytes) -> Written:
    return encode_as_given(photo, file, find_changes(read_photo(file, wide=True), photo))


def differing(one: Photo, other: Photo, where: NDArray[np.bool_]) -> str:
    for part in ("pixels", "alpha", "wide"):
        a, b = getattr(one, part), getattr(other, part)
        if (a is None) != (b is None):
            return f"{part} lost or found"
        if a is not None and not np.array_equal(a[where], b[where]):
            return f"{part} differ"
    return ""


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, bool]:
    """Draw a TIFF file of noise, and whether it has a palette."""
    photometric = draw(st.sampled_from([0, 1, 2, 3]))
    bits = draw(st.sampled_from({2: [8, 16], 3: [1, 2, 4, 8]}.get(photometric, [1, 2, 4, 8, 12, 16])))
    colours = 3 if photometric == 2 else 1
    extra = draw(st.sampled_from([(), (), (0,), (2,), (1,), (2, 0)]))
    if (1 in extra and photometric in {0, 3}) or (extra and bits < 8):
        extra = ()
    compression = draw(st.sampled_from([1, 5, 8, 32773, 50000]))
    layout = Layout(
        order=draw(st.sampled_from(["<", ">"])),
        planar=draw(st.booleans()),
        tile=draw(st.sampled_from([None, (16, 16), (32, 16)])),
        rows=draw(st.integers(1, 30)),
        compression=compression,
        predictor=2 if bits in {8, 16} and compression in {5, 8, 50000} and draw(st.booleans()) else 1,
        fill_order=draw(st.sampled_from([1, 1, 2])),
    )
    height, width, seed = draw(st.integers(1, 30)), draw(st.integers(1, 40)), draw(st.integers(0, 99))
    samples = np.random.default_rng(seed).integers(0, 1 << bits, (height, width, colours + len(extra)))
    if 1 in extra:
        samples[..., :colours] = np.minimum(samples[..., :colours], samples[..., colours : colours + 1])
    tags: dict[int, Any] = {338: extra or None, 274: (draw(st.integers(1, 8)),)}
    if photometric == 3:
        tags[320] = tuple(np.random.default_rng(seed).integers(0, 65536, 3 << bits).tolist())
    return write_tiff(samples.astype(np.uint16), bits, photometric, layout, tags), photometric == 3


@pytest.mark.slow
@given(drawn=files(), share=st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_every_kind_of_samples_stays_so_and_outside_it_is_the_same(
    drawn: tuple[bytes, bool], share: float
) -> None:
    file, palette = drawn
    photo = read_photo(file, wide=True)
    width, height = photo.size
    hole = np.zeros((height, width), bool)
    hole[: round(share * height) + 1, round(share * width) // 2 :] = True
    changed = inverted(photo, hole)
    result = written(changed, file)
    again = read_photo(result.data, wide=True)
    assert differing(again, changed, ~hole) == ""
    if NotKept.COLOURS in result.not_kept:
        assert differing(again, changed, hole) == ""
        return
    assert tags_of(result.data) == tags_of(file)
    if not palette and 1 not in tags_of(file).get(338, ()):
        assert differing(again, changed, hole) == ""


@pytest.mark.parametrize("cell", [*tiff_colour_cells.fax()], ids=str)
def test_a_fax_stays_one(cell: Cell) -> None:
    photo = read_photo(cell.data)
    hole = np.zeros(photo.pixels.shape[:2], bool)
    hole[3:9, 4:20] = True
    changed = inverted(photo, hole)
    result = written(changed, cell.data)
    assert result.not_kept == ()
    assert tags_of(result.data) == tags_of(cell.data)
    assert np.array_equal(read_photo(result.data).pixels, changed.pixels)


@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 34925, 50000])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_what_nothing_touched_is_copied_byte_for_byte(compression: int, tile: tuple[int, int] | None) -> None:
    file = write_tiff(noise(70, 50), 8, 2, Layout(tile=tile, compression=compression))
    photo = read_photo(file)
    hole = np.zeros((70, 50), bool)
    hole[20:24, 20:24] = True
    before, after = segments_of(file), segments_of(written(inverted(photo, hole), file).data)
    assert len(before) == len(after) == (14 if tile is None else 12)
    assert [one == other for one, other in zip(before, after, strict=True)].count(False) == 1
    assert segments_of(written(photo, file).data) == before


@pytest.mark.parametrize(
    ("photometric", "subsampling"), [("rgb", None), ("ycbcr", (1, 1)), ("ycbcr", (2, 2))]
)
def test_jpeg_is_coded_anew_in_the_touched_tiles_alone(
    photometric: Literal["rgb", "ycbcr"], subsampling: tuple[int, int] | None
) -> None:
    out = io.BytesIO()
    args: Any = {"compressionargs": {"level": 85}, "subsampling": subsampling}
    tifffile.imwrite(
        out, gradient(128, 160), photometric=photometric, tile=(64, 64), compression="jpeg", **args
    )
    file = out.getvalue()
    photo, hole = read_photo(file), np.zeros((128, 160), bool)
    hole[66:78, 66:78] = True
    changed = inverted(photo, hole)
    result = written(changed, file)
    assert result.not_kept == (NotKept.EXACTNESS,)
    assert tags_of(result.data) == tags_of(file)
    again, outside = read_photo(result.data).pixels.astype(int), np.ones((128, 160), bool)
    outside[64:, 64:128] = False
    assert np.array_equal(again[outside], photo.pixels[outside])
    assert np.abs(again - changed.pixels)[hole].mean() < 25
    # In the same tile, beyond the blocks with the hole, the same quantizers change next to nothing.
    assert np.abs(again - photo.pixels)[96:, 96:128].max() <= 4


@pytest.mark.parametrize("mode", ["RGB", "YCbCr", "L"])
def test_strips_that_share_their_tables_go_on_sharing_them(mode: str) -> None:
    image = Image.fromarray(gradient(128, 160)).convert(mode)
    file = saved(image, "TIFF", compression="jpeg", strip_size=5000, quality=60)
    assert 347 in tags_of(file)
    photo, hole = read_photo(file), np.zeros((128, 160), bool)
    hole[20:30, 66:78] = True
    result = written(inverted(photo, hole), file)
    assert tags_of(result.data) == tags_of(file)
    rows = first_page(file).rowsperstrip
    outside = np.ones(128, bool)
    outside[20 // rows * rows : -(-30 // rows) * rows] = False
    assert outside.any()
    again = read_photo(result.data).pixels
    assert np.array_equal(again[outside], photo.pixels[outside])
    assert np.abs(again[:, 100:].astype(int) - photo.pixels[:, 100:]).max() <= 8


def test_a_palette_keeps_its_entries_and_what_nothing_uses_any_more_is_free() -> None:
    rng = np.random.default_rng(1)
    map_ = rng.integers(0, 65536, (3, 256))
    indices = rng.integers(0, 250, (24, 30), np.uint8)
    file = write_tiff(indices, 8, 3, Layout(compression=8), {320: tuple(map_.ravel().tolist())})
    photo, hole = read_photo(file), np.zeros((24, 30), bool)
    hole[4:9, 4:20] = True
    pixels = photo.pixels.copy()
    pixels[hole] = [(i, 7, 90) for i in range(5)] * 16
    result = written(replace(photo, pixels=pixels), file)
    assert result.not_kept == ()
    assert np.array_equal(read_photo(result.data).pixels, pixels)
    used = np.unique(indices[~hole])
    assert np.array_equal(tifffile.imread(io.BytesIO(result.data))[~hole], indices[~hole])
    entries = np.array(first_page(result.data).tags[320].value).reshape(3, 256)
    assert np.array_equal(entries[:, used], map_[:, used])


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_a_page_of_black_and_white_stays_one_unless_grey_is_painted(compression: str) -> None:
    page = np.full((90, 80), 255, np.uint8)
    page[::7] = 0
    file = saved(Image.fromarray(page).convert("1"), "TIFF", compression=compression)
    photo, box = read_photo(file), np.s_[20:70, 10:60]
    for grey, kept in ((255, ()), (128, (NotKept.COLOURS, NotKept.COMPRESSION))):
        pixels = photo.pixels.copy()
        pixels[box] = grey
        result = written(replace(photo, pixels=pixels), file)
        assert result.not_kept == kept
        assert np.array_equal(read_photo(result.data).pixels, pixels)
        assert (tags_of(result.data)[259] == tags_of(file)[259]) == (grey == 255)


def test_inks_come_back_as_rgb_and_say_so() -> None:
    file = saved(Image.fromarray(noise(20, 20)).convert("CMYK"), "TIFF", compression="tiff_lzw")
    photo = read_photo(file)
    result = written(photo, file)
    assert result.not_kept == (NotKept.INKS,)
    assert np.array_equal(read_photo(result.data).pixels, photo.pixels)
    with Image.open(io.BytesIO(result.data)) as image:
        assert (image.mode, image.info["compression"]) == ("RGB", "tiff_lzw")


def test_metadata_and_resolution_go_along() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270], tags[315] = "A bridge", "Somebody"
    for turn in (1, 6):
        tags[274] = turn
        file = saved(noise(30, 20), "TIFF", compression="tiff_lzw", dpi=(300, 150), tiffinfo=tags)
        with Image.open(io.BytesIO(written(read_photo(file), file).data)) as image:
            assert isinstance(image, TiffImagePlugin.TiffImageFile)
            assert (image.tag_v2[270], image.tag_v2[315], image.tag_v2.get(274, 1)) == (
                "A bridge", "Somebody", turn
            )  # fmt: skip
            assert (float(image.tag_v2[282]), float(image.tag_v2[283])) == (300, 150)
