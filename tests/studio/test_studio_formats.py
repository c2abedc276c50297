"""Photos in the studio that the browser itself cannot show."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photo.photo_files import heic, saved
from scenes import reds
from studio.studio_pages import downloaded, erase, open_photo, paint_square, pixels_of


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "scan.tif"])
def test_a_photo_that_the_browser_does_not_show_is_opened_and_erased_from(
    studio: Page, photo_file: Path, tmp_path: Path, name: str
) -> None:
    with Image.open(photo_file) as image:
        file = heic(image, quality=100) if name.endswith("HEIC") else saved(image, "TIFF")
    (tmp_path / name).write_bytes(file)
    open_photo(studio, tmp_path / name)
    paint_square(studio)
    erase(studio)
    result = downloaded(studio, "Download", tmp_path)
    assert result.suffix == (".jpg" if name.endswith("HEIC") else ".tif")
    assert reds(pixels_of(photo_file)) > 3000
    assert reds(pixels_of(result)) == 0
    assert np.shape(pixels_of(result)) == np.shape(pixels_of(photo_file))


def test_what_the_service_cannot_show_either_is_told_with_its_reason(studio: Page, tmp_path: Path) -> None:
    (tmp_path / "cut.heic").write_bytes(heic(np.zeros((64, 64, 3), np.uint8))[:300])
    with studio.expect_file_chooser() as chooser:
        studio.get_by_role("button", name="Open a photo").click()
    chooser.value.set_files(tmp_path / "cut.heic")
    expect(studio.get_by_role("alert").filter(has_text="cut.heic:")).to_contain_text("cannot be decoded")
