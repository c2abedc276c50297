"""Large photos in the studio: what the service takes, as far as browsers have canvases."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from pictures import encoded
from scenes import red_square, reds
from studio.studio_pages import choose, downloaded, erase, open_photo, pixels_of


def test_a_photo_larger_than_the_vendors_action_takes_is_erased(studio: Page, tmp_path: Path) -> None:
    scene = red_square(5300, 200, side=60)
    (tmp_path / "wide.png").write_bytes(scene.photo)
    (tmp_path / "square.png").write_bytes(scene.mask)
    open_photo(studio, tmp_path / "wide.png")
    studio.get_by_label("Draw the AI mark").uncheck()
    choose(studio, "Import mask", tmp_path / "square.png")
    erase(studio)
    before, result = pixels_of(tmp_path / "wide.png"), pixels_of(downloaded(studio, "Download", tmp_path))
    assert result.shape == (200, 5300, 3)
    assert reds(before) > 3000
    assert reds(result) == 0


def test_a_photo_that_is_too_long_for_a_canvas_is_refused_with_the_reason(
    studio: Page, tmp_path: Path
) -> None:
    (tmp_path / "strip.png").write_bytes(encoded(np.zeros((2, 16_385, 3), np.uint8)))
    choose(studio, "Open a photo", tmp_path / "strip.png")
    expect(studio.get_by_role("alert")).to_contain_text("can work on sides of up to 16384 pixels")
