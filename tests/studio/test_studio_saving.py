"""What the browser keeps of the work in the studio, and brings back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from harness import Service
from studio.studio_pages import drag, erase, link_to, mask_of, open_photo, open_tab, paint_square

WRITTEN = """async () => {
    const { keeper } = document.querySelector("wh-studio").saving;
    await keeper.flush();
    return keeper.safe;
}"""
SHELVES = """async () => {
    const { together } = await import("/studio/js/base/store.js");
    return together("readonly", async ({ all, keys }) => [
        (await all("works")).map(({ name, bytes, version }) => ({ name, bytes, version })),
        (await keys("parts", IDBKeyRange.lowerBound([]))).length,
    ]);
}"""


@pytest.fixture(scope="module")
def context(browser: Browser, studio_service: Service) -> Iterator[BrowserContext]:
    """A browser whose tabs have the key."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    tab = open_tab(made, link_to(studio_service))
    tab.page.get_by_role("button", name="Open a photo").wait_for()
    yield made
    made.close()
    assert tab.errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The tab that has the key."""
    return context.pages[0]


def another(context: BrowserContext, page: Page) -> Page:
    """Open another tab; it is given the key by the first."""
    return open_tab(context, page.url).page


def test_a_reload_loses_nothing(page: Page, photo_file: Path, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    open_photo(page, photo_file)
    paint_square(page)
    first = mask_of(page, tmp_path)
    erase(page, 1)
    page.keyboard.press("Control+z")
    page.keyboard.press("i")
    expect(page.locator(".status")).to_have_text("")
    drag(page, (60, 60), (120, 60))
    page.locator("#size").fill("23")
    painted = mask_of(page, tmp_path)
    assert page.evaluate(WRITTEN)
    page.reload()
    expect(page.locator("wh-stage")).to_be_visible()
    expect(page.get_by_role("button", name="Result 1")).to_be_visible()
    np.testing.assert_array_equal(mask_of(page, tmp_path), painted)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(mask_of(page, tmp_path), first)
    page.get_by_role("button", name="Result 1").click()
    drag(page, (60, 60), (120, 60))
    erase(page, 2)
    assert page.evaluate(WRITTEN)
    assert asked == []


def test_tabs_do_not_take_each_others_work(context: BrowserContext, page: Page, tmp_path: Path) -> None:
    other = another(context, page)
    other.get_by_role("button", name="Go on with photo.png").click()
    expect(other.get_by_role("button", name="Result 2")).to_be_visible()
    for tab, y in ((page, 40), (other, 280)):
        drag(tab, (60, y), (120, y))
        assert tab.evaluate(WRITTEN)
    works, _ = page.evaluate(SHELVES)
    assert [work["name"] for work in works] == ["photo.png", "photo.png"]
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Recent work").click()
    listed = page.get_by_role("dialog").get_by_role("button", name="Go on with photo.png")
    expect(listed).to_have_count(2)
    assert [one.is_enabled() for one in listed.all()].count(False) == 1
    page.keyboard.press("Escape")
    for tab, y in ((page, 40), (other, 280)):
        tab.reload()
        expect(tab.locator("wh-stage")).to_be_visible()
        mask = mask_of(tab, tmp_path)
        assert mask[y, 90]
        assert not mask[320 - y, 90]


def test_what_is_kept_can_be_deleted(context: BrowserContext, page: Page) -> None:
    tab = another(context, page)
    tab.on("dialog", lambda dialog: dialog.accept())
    recent = tab.locator("wh-recent")
    expect(recent.get_by_text("Kept in this browser only")).to_be_visible()
    expect(recent.get_by_role("button", name="Go on with")).to_have_count(2)
    recent.get_by_role("button", name="Delete photo.png").first.click()
    expect(recent.get_by_role("button", name="Go on with")).to_have_count(1)
    recent.get_by_role("button", name="Delete all").click()
    expect(recent.get_by_role("button", name="Go on with")).to_have_count(0)
    assert tab.evaluate(SHELVES) == [[], 0]


def test_a_full_disk_is_told_once_and_leaving_asks_then(page: Page) -> None:
    page.evaluate(
        """() => {
            IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
        }"""
    )
    drag(page, (60, 200), (120, 200))
    assert not page.evaluate(WRITTEN)
    told = page.locator("wh-notices").get_by_text("has no room left to keep your work")
    expect(told.first).to_be_visible()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.reload()
    assert asked == ["beforeunload"]
