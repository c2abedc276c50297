"""Take the pictures of the studio that docs/ shows: python scripts/screenshots.py (needs chromium)."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from harness import Service, running  # noqa: E402
from scenes import red_square  # noqa: E402
from studio.studio_pages import ARGUMENTS, CHROMIUM, at, choose, erase, link_to, open_tab  # noqa: E402

FOLDER = ROOT / "docs" / "figures"
HIKERS = (580, 600)
"""Among the hikers of the sample."""


def keep(page: Page, name: str) -> None:
    """Keep what a page shows, small."""
    page.wait_for_timeout(400)
    with Image.open(io.BytesIO(page.screenshot())) as image:
        image.convert("RGB").save(FOLDER / f"studio-{name}.jpg", quality=80, optimize=True)


def studio(browser: Browser, service: Service, theme: str) -> Page:
    """Open the studio."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = open_tab(context, link_to(service)).page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    return page


def work(page: Page) -> None:
    """Open the sample, in which what is to go is selected."""
    page.get_by_role("button", name="Try the sample").click()
    page.locator("wh-stage").wait_for()
    page.wait_for_timeout(1500)


def on_a_phone(browser: Browser, service: Service) -> None:
    """Select on a phone, in Chinese."""
    phone = browser.new_context(
        viewport={"width": 390, "height": 780},
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        color_scheme="dark",
    )
    page = open_tab(phone, link_to(service)).page
    page.get_by_role("button", name="试用示例").tap()
    page.locator("wh-stage").wait_for()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="智能选择", exact=True).tap()
    page.touchscreen.tap(*at(page, 622, 570))
    page.wait_for_timeout(500)
    page.get_by_text("正在处理").first.wait_for(state="hidden")
    page.wait_for_timeout(500)
    keep(page, "phone")


def main() -> None:
    """Take them all."""
    scene = red_square(640, 480, side=80)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data") as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = studio(browser, service, "light")
        page.get_by_role("button", name="Try the sample").wait_for()
        page.wait_for_timeout(5000)  # the edge comes to rest
        keep(page, "empty")
        work(page)
        keep(page, "masking")
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
        erase(page)
        page.keyboard.press("c")
        page.keyboard.press("m")
        page.mouse.move(*at(page, *HIKERS))
        keep(page, "compare")
        page.get_by_role("button", name="API").click()
        page.get_by_role("button", name="Fill in a sample").click()
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_text("Success").wait_for()
        page.wait_for_timeout(1000)
        keep(page, "explorer")
        # One that fails beside those that did not.
        page.locator("wh-explorer-form").get_by_role("button", name="Clear", exact=True).click()
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator("wh-explorer-answer .x-bad").wait_for()
        page.get_by_role("button", name="Inspector").click()
        page.locator("wh-calls button[data-id]").nth(1).wait_for()
        page.locator("wh-calls button[data-id]").nth(1).click()
        page.locator("wh-call").get_by_role("tab", name="Code").click()
        keep(page, "inspector")
        page = studio(browser, service, "light")
        page.get_by_role("button", name="Batch").click()
        photos = [Path(folder) / f"beach-{number:02}.png" for number in range(1, 9)]
        for photo in photos:
            photo.write_bytes(scene.photo)
        (Path(folder) / "mask.png").write_bytes(scene.mask)
        choose(page, "Choose photos", *photos, within="wh-batch")
        choose(page, "Choose masks", Path(folder) / "mask.png", within="wh-batch")
        page.locator("wh-batch").get_by_role("button", name="Erase from").click()
        page.wait_for_timeout(600)
        keep(page, "batch")
        on_a_phone(browser, service)
        browser.close()


if __name__ == "__main__":
    main()
