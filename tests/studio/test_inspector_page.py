"""The inspector in a real browser, on the real service: whose calls it shows, and what of them."""

import json
import re
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from clients.python_sdk import erase as erase_with_sdk
from clients.python_sdk import profile
from harness import Key, Service, clean_environment, create_key, eventually
from pictures import base64_of
from scenes import Scene
from studio.studio_pages import link_to, open_tab
from studio.studio_seen import AXE, objections

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

SOON = 20_000


def key_of(page: Page) -> Key:
    """Return the key that the page signs with."""
    stored = json.loads(eventually(lambda: page.evaluate("sessionStorage.getItem('wuhen.key')")))
    return Key(stored["SecretId"], stored["SecretKey"], stored["Token"])


def inspector(page: Page) -> Locator:
    """Bring the inspector to the front."""
    page.get_by_role("button", name="Inspector").click()
    expect(page.locator("wh-inspector h1")).to_be_visible()
    return page.locator("wh-inspector")


def calls(page: Page) -> Locator:
    return page.locator("wh-calls li button")


def labels(service: Service, key: Key, **parameters: Any) -> str:
    """Call DescribeLabels and return the code."""
    try:
        ask(service, "DescribeLabels", parameters, key)
    except TencentCloudSDKException as error:
        return str(error.code)
    return "OK"


def shown(page: Page, title: str) -> str:
    block = page.locator("wh-call wh-block", has=page.get_by_text(title, exact=True)).filter(visible=True)
    return block.locator("pre").inner_text()


def test_calls_of_a_program_and_of_the_explorer_show_up_while_one_looks(
    studio: Page, studio_service: Service, scene: Scene
) -> None:
    inspector(studio)
    expect(studio.locator(".i-status")).to_contain_text("No calls yet")
    expect(studio.locator(".i-kept")).to_contain_text("kept for 7 days")
    key = key_of(studio)
    erase_with_sdk(scene.parameters(), key, profile(studio_service))
    expect(calls(studio)).to_have_count(1, timeout=SOON)
    expect(calls(studio)).to_contain_text("ImageInpaintingRemoval")
    studio.get_by_role("button", name="API").click()
    studio.get_by_role("button", name="Send", exact=True).click()
    expect(studio.locator("wh-explorer-answer .x-status")).to_contain_text("No image is input")
    inspector(studio)
    expect(calls(studio)).to_have_count(2, timeout=SOON)
    expect(calls(studio).first).to_contain_text("InvalidParameterValue.ImageEmpty")
    calls(studio).nth(1).click()
    assert json.loads(shown(studio, "Parameters"))["InputImage"]["bytes"] == len(scene.photo)
    headers = shown(studio, "Headers (without signature and token)")
    assert "user-agent: python-requests" in headers
    assert "authorization" not in headers.lower()
    expect(studio.locator("wh-call")).to_contain_text("96 x 64, engine")
    studio.get_by_role("tab", name="Response").filter(visible=True).click()
    assert json.loads(shown(studio, "Response"))["Response"]["ResultImage"]["bytes"] > 0


def test_what_a_call_was_is_written_as_code_that_works(
    studio: Page, studio_service: Service, scene: Scene, tmp_path: Path
) -> None:
    key = key_of(studio)
    erase_with_sdk(scene.parameters(), key, profile(studio_service))
    assert labels(studio_service, key, InputUrl="https://h.example/a.jpg?sign=0123456789") != "OK"
    inspector(studio)
    expect(calls(studio)).to_have_count(2, timeout=SOON)
    calls(studio).nth(1).click()
    studio.get_by_role("tab", name="Code").filter(visible=True).click()
    expect(studio.locator("wh-call")).to_contain_text("Pictures are not kept")
    for language in [
        "Java",
        "PHP",
        "Go",
        "Node.js",
        ".NET",
        "C++",
        "Ruby",
        "tccli",
        "curl",
        "wuhen call",
        "Python",
    ]:
        studio.locator("wh-call").get_by_label("Language").select_option(label=language)
        assert "photo.jpg" in shown(studio, "Code")
    code = shown(studio, "Code")
    (tmp_path / "photo.jpg").write_bytes(scene.photo)
    (tmp_path / "mask.png").write_bytes(scene.mask)
    environment = {"TENCENTCLOUD_SECRET_ID": key.secret_id, "TENCENTCLOUD_SECRET_KEY": key.secret_key}
    script = f"import os; os.environ.update({environment | {'TENCENTCLOUD_TOKEN': key.token}!r})\n{code}"
    exec_in(tmp_path, script)
    assert (tmp_path / "result.jpg").read_bytes().startswith(b"\x89PNG")
    expect(calls(studio)).to_have_count(3, timeout=SOON)
    calls(studio).nth(1).click()
    expect(studio.locator("wh-call h2")).to_have_text("DescribeLabels")
    assert "https://h.example/…" in shown(studio, "Code")
    assert "CommonClient" in shown(studio, "Code")
    expect(studio.locator("wh-call")).to_contain_text("only the host is kept")
    assert "0123456789" not in studio.content()


def exec_in(folder: Path, script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_of_what_anybody_may_have_sent_there_is_no_code(studio: Page, studio_service: Service) -> None:
    forger = replace(key_of(studio), secret_key="guessed")
    assert labels(studio_service, forger, InputUrl="https://h.example/") == "AuthFailure.SignatureFailure"
    inspector(studio)
    expect(calls(studio)).to_contain_text("not signed with this key", timeout=SOON)
    calls(studio).click()
    expect(studio.locator("wh-call")).to_contain_text("Somebody named this key")
    expect(studio.locator("wh-call")).to_contain_text("What was sent is not kept.")
    studio.get_by_role("tab", name="Code").filter(visible=True).click()
    expect(studio.locator("wh-call")).to_contain_text("There is no code for this call")


def test_calls_are_filtered(studio: Page, studio_service: Service, scene: Scene) -> None:
    key = key_of(studio)
    erase_with_sdk(scene.parameters(), key, profile(studio_service))
    assert labels(studio_service, key, InputImage=base64_of(scene.photo)) == "OK"
    assert labels(studio_service, key, InputImage=base64_of(b"text")) == "FailedOperation.ImageDecodeFailed"
    inspector(studio)
    expect(calls(studio)).to_have_count(3, timeout=SOON)
    bar = studio.get_by_role("search")
    bar.get_by_label("Action").select_option("DescribeLabels")
    expect(calls(studio)).to_have_count(2)
    bar.get_by_label("Result").select_option("FailedOperation.ImageDecodeFailed")
    expect(calls(studio)).to_have_count(1)
    bar.get_by_label("Result").select_option("")
    bar.get_by_label("Action").select_option("")
    bar.get_by_label("Search").fill("logoadd")
    expect(calls(studio)).to_have_count(1)
    expect(studio.locator(".i-status")).to_have_text("1 of 1")
    bar.get_by_label("Search").fill("no such thing")
    expect(studio.locator(".i-status")).to_have_text("No call matches.")


def test_a_long_list_is_shown_page_by_page_and_by_keyboard(studio: Page, studio_service: Service) -> None:
    key = key_of(studio)
    for _ in range(60):
        labels(studio_service, key)
    inspector(studio)
    expect(studio.locator(".i-status")).to_have_text("50 of 60", timeout=SOON)
    calls(studio).first.focus()
    studio.keyboard.press("ArrowDown")
    studio.keyboard.press("Enter")
    expect(studio.locator("wh-call h2")).to_have_text("DescribeLabels")
    expect(studio.locator("wh-call .i-head")).to_be_focused()
    assert calls(studio).nth(1).get_attribute("aria-current") == "true"
    calls(studio).first.focus()
    studio.keyboard.press("End")
    expect(calls(studio).last).to_be_focused()
    studio.get_by_role("button", name="Show more").click()
    expect(calls(studio)).to_have_count(60)
    expect(studio.get_by_role("button", name="Show more")).to_be_hidden()
    calls(studio).nth(3).focus()
    labels(studio_service, key)
    expect(calls(studio)).to_have_count(61, timeout=SOON)
    expect(calls(studio).nth(4)).to_be_focused()


def test_a_user_clears_the_calls_and_can_stop_the_clock(studio: Page, studio_service: Service) -> None:
    key = key_of(studio)
    labels(studio_service, key)
    inspector(studio)
    expect(calls(studio)).to_have_count(1, timeout=SOON)
    studio.get_by_label("Live").uncheck()
    labels(studio_service, key)
    studio.wait_for_timeout(4000)
    expect(calls(studio)).to_have_count(1)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    studio.once("dialog", agree)
    studio.get_by_role("button", name="Clear my calls").click()
    expect(studio.locator(".i-status")).to_contain_text("Deleted: 2")
    expect(calls(studio)).to_have_count(0)
    assert asked == ["Delete the record of all calls of this key?"]
    assert ask(studio_service, "DescribeCalls", {}, key)["TotalCount"] == 0


def test_another_key_has_other_calls(studio: Page, studio_service: Service) -> None:
    key = create_key(studio_service.data_dir)
    labels(studio_service, key_of(studio))
    inspector(studio)
    expect(calls(studio)).to_have_count(1, timeout=SOON)
    studio.get_by_role("button", name="Key", exact=True).click()
    studio.get_by_label("SecretId").fill(key.secret_id)
    studio.get_by_label("SecretKey").fill(key.secret_key)
    studio.get_by_role("button", name="Use this key").click()
    expect(studio.locator(".i-status")).to_contain_text("No calls yet")
    studio.get_by_role("button", name="Key", exact=True).click()
    studio.get_by_role("button", name="Sign out").click()
    expect(studio.locator(".i-status")).to_have_text("Sign in to see your calls.")
    studio.locator("wh-inspector").get_by_role("button", name="Sign in").click()
    expect(studio.get_by_role("dialog")).to_be_visible()


def test_a_link_for_an_account_shows_what_its_programs_called(
    browser: Browser, studio_service: Service
) -> None:
    shop = f"shop {secrets.token_hex(4)}"
    one, other = (create_key(studio_service.data_dir, "--account", shop) for _ in range(2))
    stranger = create_key(studio_service.data_dir)
    context = browser.new_context(locale="en-US")
    opened = open_tab(context, link_to(studio_service, "--account", shop))
    page = opened.page
    own = key_of(page)
    for signer in (one, other, own, stranger):
        labels(studio_service, signer)
    inspector(page)
    expect(page.locator("wh-inspector h1")).to_have_text(f"The calls of account {shop}")
    expect(calls(page)).to_have_count(3, timeout=SOON)
    makers = page.locator(".i-maker").all_inner_texts()
    assert sorted(makers) == sorted(["this page", *(f"AKID…{key.secret_id[-5:]}" for key in (one, other))])
    page.get_by_role("search").get_by_label("Key").select_option(one.secret_id)
    expect(calls(page)).to_have_count(1)
    calls(page).click()
    expect(page.locator("wh-call dl")).to_contain_text(one.secret_id)
    page.get_by_role("search").get_by_label("Key").select_option("")
    expect(calls(page)).to_have_count(3)
    chart = page.locator("wh-call-chart")
    expect(chart.get_by_role("img").first).to_have_attribute("aria-label", re.compile("^3 calls .* 3 failed"))
    chart.get_by_text("The same as a table").click()
    counted = chart.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(1, 3).map(cell => Number(cell.textContent)))"
    )
    assert [sum(column) for column in zip(*counted, strict=True)] == [3, 3]
    # It clears its own.
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this page's calls").click()
    expect(calls(page)).to_have_count(2)
    context.close()
    assert opened.errors == []


def test_a_service_that_is_gone_is_said_to_be_and_found_again(
    browser: Browser, studio_service: Service
) -> None:
    context = browser.new_context(locale="en-US")
    page = open_tab(context, link_to(studio_service)).page
    inspector(page)
    status = page.locator(".i-status")
    expect(status).to_contain_text("No calls yet", timeout=SOON)
    context.set_offline(True)
    expect(status).to_contain_text("does not answer", timeout=SOON)
    context.set_offline(False)
    expect(status).to_contain_text("No calls yet", timeout=SOON)
    context.close()


def test_everything_is_said_in_chinese_too(studio: Page, studio_service: Service) -> None:
    labels(studio_service, key_of(studio))
    inspector(studio)
    expect(calls(studio)).to_have_count(1, timeout=SOON)
    studio.get_by_role("button", name="中文").click()
    expect(studio.locator("wh-inspector h1")).to_have_text("该密钥的调用记录")
    calls(studio).click()
    for name in ["请求", "返回", "代码"]:
        studio.get_by_role("tab", name=name, exact=True).filter(visible=True).click()
        assert not re.search(r"(inspector|explorer)\.", studio.locator("wh-inspector").inner_text())


@pytest.mark.skipif(not AXE.exists(), reason="`make test` installs axe-core")
def test_nothing_hinders_those_who_cannot_see_it(browser: Browser, studio_service: Service) -> None:
    context = browser.new_context(locale="en-US", bypass_csp=True, viewport={"width": 1280, "height": 800})
    opened = open_tab(context, link_to(studio_service))
    page = opened.page
    page.get_by_role("button", name="Open a photo").wait_for()
    key = key_of(page)
    labels(studio_service, key)
    labels(studio_service, replace(key, secret_key="guessed"))
    # With the explorer in the page too: what the two share must not have the same ids.
    page.get_by_role("button", name="API").click()
    expect(page.locator("wh-explorer-form")).to_be_visible()
    inspector(page)
    expect(calls(page)).to_have_count(2, timeout=SOON)
    page.add_script_tag(path=AXE)

    def check() -> None:
        assert objections(page, "wh-app") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        if width == 390:
            # The call that was looked at last stays in front.
            page.get_by_role("button", name="Back to the list").click()
        check()
        calls(page).nth(1).click()
        for name in ["Request", "Response", "Code"]:
            page.get_by_role("tab", name=name, exact=True).filter(visible=True).click()
            check()
        if width == 390:
            page.get_by_role("button", name="Back to the list").click()
            expect(calls(page).nth(1)).to_be_focused()
        calls(page).first.click()
        check()
    context.close()
    assert opened.errors == []
