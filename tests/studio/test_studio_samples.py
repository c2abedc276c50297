"""The photos that the studio offers to try it on."""

from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from studio.studio_pages import downloaded, erase, mask_of, pixels_of
from wuhen import samples


def test_a_sample_is_erased_by_two_presses_and_no_painting(studio: Page, tmp_path: Path) -> None:
    pictures = studio.get_by_role("group", name="Photos to try it on").get_by_role("button")
    expect(pictures).to_have_count(3)
    for picture in pictures.get_by_role("img", include_hidden=True).all():
        expect(picture).to_have_js_property("naturalWidth", 264)
    studio.get_by_role("button", name="Sample: hikers on a dune").click()
    expect(studio.get_by_role("status").filter(has_text="What is to go is selected already")).to_be_attached()
    with Image.open(samples.mask_path("hikers")) as mask:
        hole = np.asarray(mask)
    np.testing.assert_array_equal(mask_of(studio, tmp_path), hole)
    studio.get_by_label("Draw the AI mark").uncheck()
    erase(studio)
    result = pixels_of(downloaded(studio, "Download", tmp_path))
    assert pixels_of(samples.photo_path("hikers"))[hole].sum(axis=1).min() < 60
    assert result[hole].sum(axis=1).min() > 120
