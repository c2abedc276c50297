"""Keys, links, a service that goes away, phones, and what a checker of accessibility finds."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from harness import Service, create_key, running
from scenes import red_square
from studio.studio_pages import choose, drag, erase, link_to, mask_of, open_photo, open_tab, paint_square

STATIC = Path(__file__).parents[2] / "src/wuhen/studio/static"
MODULES = Path(__file__).parent / "node_modules"


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that is set up otherwise than everybody's; the last test with it has it go away."""
    options = (
        "--regions",
        "ap-beijing,eu-frankfurt",
        "--call-log-days",
        "0",
        "--workers",
        "1",
        "--threads",
        "1",
    )
    with running(tmp_path_factory.mktemp("fragile") / "data", *options) as started:
        yield started


def test_the_regions_are_the_services(browser: Browser, fragile: Service) -> None:
    context = browser.new_context(locale="en-US")
    opened = open_tab(context, link_to(fragile))
    opened.page.get_by_role("button", name="API").click()
    region = opened.page.get_by_label("X-TC-Region")
    expect(region).to_have_value("ap-beijing")
    options = opened.page.locator("#x-regions option").evaluate_all("all => all.map(one => one.value)")
    assert options == ["ap-beijing", "eu-frankfurt"]
    opened.page.get_by_role("button", name="Fill in a sample").click()
    opened.page.get_by_role("button", name="Send", exact=True).click()
    expect(opened.page.locator("wh-explorer-answer .x-status")).to_contain_text("Success", timeout=40_000)
    opened.page.get_by_role("button", name="Studio").click()
    opened.page.get_by_role("button", name="Try the sample").click()
    opened.page.locator("wh-stage").wait_for()
    opened.page.keyboard.press("r")
    drag(opened.page, (900, 400), (960, 460))
    erase(opened.page)
    assert opened.errors == []
    context.close()


def test_a_log_of_calls_that_is_off_is_said_to_be(browser: Browser, fragile: Service) -> None:
    context = browser.new_context(locale="en-US")
    opened = open_tab(context, link_to(fragile))
    opened.page.get_by_role("button", name="Inspector").click()
    expect(opened.page.locator(".i-status")).to_contain_text("keeps no record of calls", timeout=20_000)
    expect(opened.page.get_by_role("button", name="Clear this page's calls")).to_be_disabled()
    context.close()
    assert opened.errors == []


def test_a_service_that_goes_away_costs_no_work(
    browser: Browser, fragile: Service, photo_file: Path, tmp_path: Path
) -> None:
    context = browser.new_context(locale="en-US")
    tab = open_tab(context, link_to(fragile))
    open_photo(tab.page, photo_file)
    paint_square(tab.page)
    mask = mask_of(tab.page, tmp_path)
    run = tab.page.get_by_role("button", name="Erase", exact=True)
    fragile.process.kill()
    fragile.process.wait()
    run.click()
    expect(tab.page.locator(".status")).to_contain_text("does not answer")
    np.testing.assert_array_equal(mask_of(tab.page, tmp_path), mask)
    expect(run).to_be_enabled()
    # Nothing but the browser's own lines about the connection.
    assert tab.errors
    assert all("ERR_CONNECTION_REFUSED" in line for line in tab.errors)
    context.close()


def test_an_erasure_can_be_cancelled(browser: Browser, studio_service: Service, tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    file.write_bytes(red_square(1400, 1000, side=60).photo)
    context = browser.new_context(locale="en-US")
    tab = open_tab(context, link_to(studio_service))
    open_photo(tab.page, file)
    tab.page.keyboard.press("r")
    drag(tab.page, (100, 100), (1300, 900))
    tab.page.get_by_role("button", name="Erase", exact=True).click()
    tab.page.get_by_role("button", name="Cancel").click()
    expect(tab.page.locator(".status")).to_contain_text("Cancelled")
    expect(tab.page.get_by_role("button", name="Clear")).to_be_enabled()
    assert tab.errors == []
    context.close()


def test_keys_are_typed_in_where_there_is_no_link(
    browser: Browser, studio_service: Service, photo_file: Path
) -> None:
    key = create_key(studio_service.data_dir)
    context = browser.new_context(locale="en-US")
    tab = open_tab(context, f"{studio_service.url}/studio")
    page = tab.page
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("SecretId").fill(key.secret_id)
    dialog.get_by_label("SecretKey").fill(key.secret_key)
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog).to_have_count(0)
    open_photo(page, photo_file)
    paint_square(page)
    erase(page)
    assert tab.errors == []
    assert key.secret_key not in page.url
    assert key.secret_key not in page.evaluate("() => JSON.stringify(localStorage)")
    context.close()
    assert key.secret_key not in studio_service.log.read_text()


def test_a_link_opens_once(browser: Browser, studio_service: Service) -> None:
    address = link_to(studio_service)
    for used in (False, True):
        context = browser.new_context(locale="en-US")
        page = open_tab(context, address).page
        if used:
            told = page.get_by_role("dialog").get_by_role("alert")
            expect(told).to_contain_text("has been used or has expired")
        else:
            page.get_by_role("button", name="Open a photo").wait_for()
            expect(page.get_by_role("dialog")).to_have_count(0)
            assert "code=" not in page.url
        context.close()


def post(service: Service, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(f"{service.url}/studio/session", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"code": 1}',
        b'{"code": "../accounts.sqlite3"}',
        b'{"code": "' + b"x" * 43 + b'"}',
    ],
)
def test_other_codes_open_nothing(body: bytes, studio_service: Service) -> None:
    assert post(studio_service, body)[0] == 403


def test_sessions_are_for_the_page_itself(studio_service: Service) -> None:
    code = link_to(studio_service).partition("code=")[2]
    body = json.dumps({"code": code}).encode()
    assert post(studio_service, body, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert post(studio_service, b"x" * 2000)[0] == 413
    status, made = post(studio_service, body)
    assert status == 200
    assert made["Token"]
    assert post(studio_service, body)[0] == 403


@pytest.mark.parametrize(
    ("method", "query", "headers", "leads"),
    [
        ("GET", "", {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, True),
        ("HEAD", "", {"Accept": "text/html"}, True),
        ("GET", "", {"Accept": "*/*"}, False),
        ("GET", "", {}, False),
        ("GET", "?Action=DescribeLabels", {"Accept": "text/html"}, False),
        ("GET", "", {"Accept": "text/html", "X-TC-Action": "DescribeLabels"}, False),
        ("GET", "", {"Accept": "text/html", "Authorization": "TC3-HMAC-SHA256 x"}, False),
        ("POST", "", {"Accept": "text/html"}, False),
    ],
)
def test_the_address_of_the_service_leads_browsers_to_the_studio(
    studio_service: Service, method: str, query: str, headers: dict[str, str], *, leads: bool
) -> None:
    """Whatever asks the API something, by GET too, gets the API's answer."""
    with closing(HTTPConnection("127.0.0.1", studio_service.port, timeout=10)) as connection:
        connection.request(method, f"/{query}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    if leads:
        assert (answer.status, answer.headers["location"]) == (307, "studio/")
        assert answer.headers["vary"] == "accept"
    else:
        assert answer.status == 200
        assert b'"Response"' in body


def test_the_page_may_load_nothing_from_elsewhere(studio_service: Service) -> None:
    with urllib.request.urlopen(f"{studio_service.url}/studio/", timeout=10) as answer:
        policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_a_phone_erases_by_touch_in_chinese(
    browser: Browser, studio_service: Service, photo_file: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
    )
    tab = open_tab(context, link_to(studio_service))
    page = tab.page
    choose(page, "打开照片", photo_file)
    box = page.locator("wh-stage").bounding_box()
    assert box is not None
    touch = context.new_cdp_session(page)
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    points = [{"x": middle[0] + x, "y": middle[1] + y} for y in (-15, 0, 15) for x in (-22, 22)]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    # Not by a tap: so soon after those touches it would be the second half of a double tap.
    page.get_by_role("button", name="消除", exact=True).click()
    expect(page.get_by_role("button", name="结果 1")).to_be_visible(timeout=40_000)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert tab.errors == []
    context.close()


@pytest.mark.skipif(not MODULES.exists(), reason="`make test` installs axe-core")
def test_axe_finds_nothing_serious(studio: Page, photo_file: Path) -> None:
    axe = (MODULES / "axe-core/axe.min.js").read_text()
    client = studio.context.new_cdp_session(studio)

    def serious() -> list[str]:
        # Not as a script of the page, whose policy forbids it.
        client.send("Runtime.evaluate", {"expression": axe})
        found = studio.evaluate(
            """async () => {
                const found = [];
                for (const theme of ["light", "dark"]) {
                    document.documentElement.dataset.theme = theme;
                    for (const { impact, id, nodes } of (await axe.run(document)).violations) {
                        found.push([impact, id, `${theme}: ${nodes[0].html}`]);
                    }
                }
                return found;
            }"""
        )
        return [
            f"{name}: {html}"
            for impact, name, html in found
            if impact in {"serious", "critical"} or name == "page-has-heading-one"
        ]

    assert serious() == []
    open_photo(studio, photo_file)
    # One row of controls: what erases is not below the others.
    first, last = (
        studio.get_by_role("button", name=name, exact=True).bounding_box() for name in ("Undo", "Erase")
    )
    assert first is not None
    assert last is not None
    assert abs(first["y"] - last["y"]) < first["height"] / 2
    paint_square(studio)
    erase(studio)
    studio.keyboard.press("c")
    assert serious() == []
    studio.keyboard.press("?")
    assert serious() == []
    studio.get_by_role("button", name="Close").click()
    studio.get_by_role("button", name="Batch").click()
    choose(studio, "Choose photos", photo_file, within="wh-batch")
    assert serious() == []


def test_the_page_is_light(browser: Browser, studio_service: Service) -> None:
    """Less than 300 kB before any photo, but for the small pictures of the samples."""
    context = browser.new_context(locale="en-US")
    tab = open_tab(context, link_to(studio_service))
    tab.page.get_by_role("button", name="Open a photo").wait_for()
    tab.page.wait_for_load_state("networkidle")
    sizes = tab.page.evaluate(
        """() => performance.getEntriesByType("resource").filter(one => !one.name.includes("/samples/"))
            .map(one => one.decodedBodySize)"""
    )
    assert len(sizes) > 10
    assert sum(sizes) < 300_000
    context.close()


def test_who_blocks_cookies_has_a_studio_all_the_same(
    browser: Browser, studio_service: Service, photo_file: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.add_init_script(
        """for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
            const refuse = () => { throw new DOMException("denied", "SecurityError"); };
            Object.defineProperty(window, name, { get: refuse, configurable: true });
        }"""
    )
    tab = open_tab(context, link_to(studio_service), proposing=True)
    open_photo(tab.page, photo_file)
    context.close()
    assert tab.errors == []
