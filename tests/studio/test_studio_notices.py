"""What the page tells: in one place that covers nothing, for a while, in the page's language, and aloud."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from harness import Service
from studio.studio_pages import erase, link_to, open_photo, open_tab, paint_square
from studio.studio_seen import accessible, seen

MINUTE = 60_000
COVERED = """() => {
    const box = (element) => element.getBoundingClientRect();
    const told = box(document.querySelector("wh-notices .status"));
    const others = [...document.querySelectorAll("wh-stage, wh-studio button, wh-studio input")];
    const meet = (one) => one.width && one.left < told.right && told.left < one.right
        && one.top < told.bottom && told.top < one.bottom;
    if (!told.width) return ["nothing is told"];
    return others.filter((one) => meet(box(one))).map((one) => one.outerHTML);
}"""


def test_a_notice_covers_nothing_follows_the_language_and_goes(
    browser: Browser, studio_service: Service, photo_file: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    tab = open_tab(context, link_to(studio_service))
    studio = tab.page
    studio.get_by_role("button", name="Open a photo").wait_for()
    studio.clock.install()
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    told = studio.locator("wh-notices .status")
    for width, height in ((1280, 800), (820, 1180), (390, 844), (844, 390)):
        studio.set_viewport_size({"width": width, "height": height})
        assert studio.evaluate(COVERED) == []
        assert seen(studio) == []
    assert accessible(studio) == []
    studio.set_viewport_size({"width": 1280, "height": 800})
    expect(told).to_contain_text("Erased in")
    studio.get_by_text("中文", exact=True).click()
    expect(told).to_contain_text("消除完成")
    told.hover()
    studio.clock.fast_forward(MINUTE)
    expect(told).to_contain_text("消除完成")  # somebody reads it
    studio.mouse.move(640, 400)
    studio.clock.fast_forward(MINUTE)
    expect(told).to_be_empty()
    context.close()
    assert tab.errors == []


def test_what_is_wrong_is_announced_and_what_was_not_found_is_no_error(
    studio: Page, photo_file: Path
) -> None:
    open_photo(studio, photo_file)
    studio.evaluate("() => document.querySelector('wh-studio').erase()")
    expect(studio.get_by_role("status").filter(has_text="Paint over what is to go first.")).to_have_count(1)
    expect(studio.locator("wh-notices")).to_have_attribute("data-kind", "info")
    studio.evaluate(
        """() => {
            const file = new File(["no picture"], "a.png", { type: "image/png" });
            return document.querySelector("wh-studio").open(file, "a.png");
        }"""
    )
    expect(studio.get_by_role("alert").filter(has_text="a.png")).to_have_count(1)
    expect(studio.get_by_role("status").filter(has_text="Paint over")).to_have_count(0)
    studio.get_by_role("button", name="Dismiss").click()
    expect(studio.locator("wh-notices .status")).to_be_empty()


def test_a_service_that_stopped_before_the_first_erasure_is_said_to(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    studio.route("**/mask-worker.js", lambda route: route.abort())
    paint_square(studio)
    studio.get_by_role("button", name="Erase", exact=True).click()
    expect(studio.locator(".status")).to_contain_text("The service does not answer.")
    studio.unroute("**/mask-worker.js")
    erase(studio)


def test_the_wheel_with_ctrl_zooms_the_photo_and_never_the_page(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    scale = "() => document.querySelector('wh-stage').view.scale"
    for place in (".film", ".tools", ".context", ".foot"):
        before = studio.evaluate(scale)
        stopped = studio.locator(place).evaluate(
            """place => !place.dispatchEvent(
                new WheelEvent("wheel", { deltaY: -20, ctrlKey: true, bubbles: true, cancelable: true }))"""
        )
        assert stopped, place
        assert studio.evaluate(scale) > before


def test_a_photo_that_was_just_opened_says_what_to_do_with_it(studio: Page, photo_file: Path) -> None:
    titled = "one => [innerHeight > one.getBoundingClientRect().bottom, one.getBoundingClientRect().left]"
    title, pitch = (studio.locator(one).evaluate(titled) for one in ("#samples-title", ".pitch"))
    assert title == pitch  # one column is read down, and seen without scrolling
    open_photo(studio, photo_file)
    told = studio.locator("wh-notices .rest")
    expect(told).to_have_text("Paint over what is to go. photo.png, 480 × 320")
    brush = studio.get_by_role("button", name="Brush", exact=True)
    assert brush.evaluate("one => getComputedStyle(one, '::after').content") != "none"
    paint_square(studio)
    expect(told).to_have_text("photo.png, 480 × 320")
