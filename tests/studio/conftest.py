"""A real browser on the real service: what the tests of the studio share."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from harness import Service
from scenes import red_square
from studio.studio_pages import ARGUMENTS, CHROMIUM, PATIENCE, visiting


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen.

    For one module at a time: what drives it runs an event loop, beside which no other test could start one.
    """
    if CHROMIUM is None:
        pytest.skip("`make test` installs chromium where it may")
    # As patient as `open_tab`: a browser without a screen encodes pictures when it finds the time.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def studio_service(service: Service) -> Service:
    """The service whose studio the tests open: everybody's, with keys of the studio's own."""
    return service


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody at a desk, for one module: a new one has much to do before its first page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def studio(desk: BrowserContext, studio_service: Service) -> Iterator[Page]:
    """The studio, opened by its link; nothing may have gone wrong in it when the test ends.

    The browser is the module's, but keeps nothing from one test to the next.
    """
    with visiting(desk, studio_service) as page:
        yield page


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    """A lossless photo of 480 x 320 with a red square of 60 pixels in its middle."""
    file = tmp_path / "photo.png"
    file.write_bytes(red_square(480, 320, side=60).photo)
    return file


@pytest.fixture(scope="module")
def lines() -> NDArray[np.uint8]:
    """Return a photo of 400x240 with a line of black letters in each half."""
    rows = np.linspace(90, 170, 240)[:, None]
    ground = np.broadcast_to(np.stack([rows + 20, rows + 40, rows], axis=-1), (240, 400, 3))
    picture = Image.fromarray(ground.astype(np.uint8))
    for top, text in ((30, "Summer 2026"), (150, "Wuhen")):
        ImageDraw.Draw(picture).text((60, top), text, fill=(0, 0, 0), font=ImageFont.load_default(44))
    return np.asarray(picture)
