"""The explorer in a real browser, on the real service: its form, its calls, its checks."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from harness import Service
from scenes import assert_erased, red_square
from studio.explorer_vectors import EX
from studio.studio_pages import link_to, open_tab
from studio.studio_seen import AXE, objections


@pytest.fixture
def explorer(studio: Page) -> Page:
    """The page with the explorer in front."""
    studio.get_by_role("button", name="API").click()
    expect(studio.locator("wh-explorer-form")).to_be_visible()
    return studio


def send_sample(page: Page) -> Locator:
    page.get_by_role("button", name="Fill in a sample").click()
    expect(page.locator(".x-thumb:visible")).to_have_count(2)
    page.get_by_role("button", name="Send", exact=True).click()
    status = page.locator("wh-explorer-answer .x-status")
    expect(status).to_contain_text("RequestId", timeout=40_000)
    return status


def shown(page: Page, title: str) -> str:
    """Return the whole text of a block, unfolded if it is folded."""
    block = page.locator("wh-block", has=page.get_by_text(title, exact=True)).filter(visible=True)
    unfold = block.get_by_role("button", name="Show all")
    if unfold.is_visible():
        unfold.click()
    return block.locator("pre").inner_text()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_the_sample_is_erased(explorer: Page) -> None:
    status = send_sample(explorer)
    expect(status).to_contain_text("Success")
    expect(explorer.locator("img.x-result")).to_be_visible()
    width = explorer.locator("img.x-result").evaluate(
        "async (image) => (await image.decode(), image.naturalWidth)"
    )
    assert width == 480


def test_files_are_sent_and_only_what_was_given(explorer: Page, tmp_path: Path) -> None:
    scene = red_square()
    for name, data in (("photo.png", scene.photo), ("mask.png", scene.mask)):
        (tmp_path / name).write_bytes(data)
    explorer.locator("#x-field-InputImage").set_input_files(tmp_path / "photo.png")
    explorer.locator("#x-field-Mask").set_input_files(tmp_path / "mask.png")
    explorer.get_by_label("LogoAdd").fill("0")
    explorer.get_by_role("button", name="Send", exact=True).click()
    expect(explorer.locator(".x-status")).to_contain_text("Success", timeout=40_000)
    request = shown(explorer, "Request as sent")
    body = json.loads(request.split("\n\n", 1)[1])
    assert list(body) == ["InputImage", "Mask", "LogoAdd"]
    assert body["LogoAdd"] == 0
    response = json.loads(shown(explorer, "Response"))
    assert_erased(response["Response"]["ResultImage"], scene)


def test_the_request_is_shown_as_sent_without_the_secret(explorer: Page) -> None:
    send_sample(explorer)
    folded = explorer.locator("wh-explorer-answer pre").first.inner_text()
    assert re.search(r"… \(\d+ characters\)", folded)
    assert len(folded) < 3000
    request = shown(explorer, "Request as sent")
    key = json.loads(explorer.evaluate("sessionStorage.getItem('wuhen.key')"))
    assert f"Credential={key['SecretId']}/" in request
    assert f"X-TC-Token: {key['Token']}" in request
    assert "X-TC-Language: en-US" in request
    assert key["SecretKey"] not in explorer.content()


def test_an_error_leads_to_its_page(explorer: Page) -> None:
    explorer.get_by_role("button", name="Send", exact=True).click()
    status = explorer.locator("wh-explorer-answer .x-status")
    expect(status).to_contain_text("No image is input")
    status.get_by_role("button", name="InvalidParameterValue.ImageEmpty").click()
    article = explorer.locator("[data-code='InvalidParameterValue.ImageEmpty']")
    expect(article).to_be_focused()
    expect(article).to_contain_text("图片为空：请传入 InputImage（Base64）或 InputUrl。")


def test_the_answers_language_is_not_the_pages(explorer: Page) -> None:
    spoken = explorer.get_by_label("X-TC-Language")
    spoken.select_option("zh-CN")
    explorer.get_by_role("button", name="Send", exact=True).click()
    status = explorer.locator("wh-explorer-answer .x-status")
    expect(status).to_contain_text("图片为空")
    tab(explorer, "Code")
    assert "zh-CN" in shown(explorer, "Code")
    spoken.select_option("")
    explorer.get_by_role("button", name="Send", exact=True).click()
    expect(status).to_contain_text("No image is input")


def test_what_is_typed_wrongly_is_sent_as_it_is(explorer: Page) -> None:
    explorer.get_by_label("LogoAdd").fill("yes")
    expect(explorer.get_by_text("Not an integer").filter(visible=True)).to_have_count(1)
    explorer.get_by_label("X-TC-Region").fill("ap-guangzhou")
    explorer.get_by_role("button", name="Send", exact=True).click()
    expect(explorer.locator(".x-status")).to_contain_text("input type should be `int64`")


def test_nested_parameters_open_when_searched_for(explorer: Page) -> None:
    search = explorer.get_by_role("combobox", name="Search actions, parameters and error codes")
    search.fill("rect.w")
    search.press("ArrowDown")
    search.press("Enter")
    width = explorer.get_by_label("Width")
    expect(width).to_be_focused()
    width.fill("30")
    tab(explorer, "Code")
    assert "logoRect.Width = 30" in shown(explorer, "Code")


def test_an_action_of_our_own_is_called_like_the_others(explorer: Page) -> None:
    explorer.get_by_label("InputUrl").fill("https://example.com/stays.png")
    explorer.get_by_label("X-TC-Action").select_option("DescribeLabels")
    expect(explorer.get_by_label("InputUrl")).to_have_value("https://example.com/stays.png")
    expect(explorer.get_by_label("MaskUrl")).to_have_count(0)
    explorer.get_by_label("InputUrl").fill("")
    explorer.get_by_role("button", name="Fill in a sample").click()
    explorer.get_by_role("button", name="Send", exact=True).click()
    expect(explorer.locator(".x-status")).to_contain_text("Success", timeout=40_000)
    response = json.loads(shown(explorer, "Response"))["Response"]
    assert (response["Format"], response["Width"], response["Height"]) == ("PNG", 480, 320)
    tab(explorer, "Code")
    assert 'CommonClient("wuhen", "2026-11-25",' in shown(explorer, "Code")
    expect(explorer.get_by_label("Endpoint").locator("option").nth(1)).to_be_disabled()
    explorer.get_by_label("Language", exact=True).select_option(label="tccli")
    expect(explorer.locator("wh-explorer-code")).to_contain_text("tccli knows the cloud's own products only")
    tab(explorer, "Signature")
    expect(explorer.locator("wh-explorer-signature pre").nth(1)).to_contain_text("/wuhen/tc3_request")


def test_lists_are_written_as_json_and_their_members_explained(explorer: Page) -> None:
    explorer.get_by_label("X-TC-Action").select_option("EraseRegions")
    rectangles = explorer.get_by_label("Rectangles", exact=True)
    rectangles.fill('[{"X": 5')
    expect(explorer.get_by_text("No list in JSON").filter(visible=True)).to_have_count(1)
    rectangles.fill('[{"X": "10%", "Y": 5, "Width": 20, "Height": 9}]')
    expect(explorer.get_by_text("No list in JSON").filter(visible=True)).to_have_count(0)
    explorer.locator('[data-path="Polygons"] summary').click()
    expect(explorer.locator('[data-path="Polygons"] dl')).to_contain_text("Polygons[].Points[].X")
    explorer.get_by_label("Sensitivity").fill("0.7")
    tab(explorer, "Code")
    code = re.sub(r"\s+", " ", shown(explorer, "Code"))
    assert '"Rectangles": [{ "X": "10%", "Y": 5, "Width": 20, "Height": 9, }], "Sensitivity": 0.7,' in code


def test_an_action_is_found_by_what_it_does(explorer: Page) -> None:
    search = explorer.get_by_role("combobox", name="Search actions, parameters and error codes")
    search.fill("标识是否有效")
    explorer.locator("#x-found").get_by_text("DescribeLabels", exact=True).first.click()
    expect(explorer.get_by_label("X-TC-Action")).to_be_focused()
    expect(explorer.locator("wh-explorer-form h2")).to_have_text("DescribeLabels")


def test_codes_that_are_never_answered_are_found_too(explorer: Page) -> None:
    search = explorer.get_by_role("combobox", name="Search actions, parameters and error codes")
    search.fill("账号已欠费")
    explorer.get_by_role("option", name="ResourceUnavailable.InArrears").click()
    article = explorer.locator("[data-code='ResourceUnavailable.InArrears']")
    expect(article).to_be_focused()
    expect(article).to_contain_text("never answered here")


def test_the_signature_follows_the_form(explorer: Page) -> None:
    explorer.get_by_label("MaskUrl").fill("https://example.com/mask.png")
    tab(explorer, "Signature")
    steps = explorer.locator("wh-explorer-signature")
    expect(steps.locator("pre").nth(2)).to_contain_text(
        re.compile(r"kSigning = .* = [0-9a-f]{2}…[0-9a-f]{2}")
    )
    before = shown(explorer, "Canonical request")
    assert before.startswith("POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:127.0.0.1:")
    explorer.get_by_label("MaskUrl").fill("https://example.com/other.png")
    expect(steps.locator("pre").first).not_to_have_text(before)
    signature = shown(explorer, "Signature").splitlines()[0]
    assert re.fullmatch("[0-9a-f]{64}", signature)


def test_the_signature_shown_is_the_one_the_service_takes(explorer: Page) -> None:
    explorer.get_by_label("MaskUrl").fill("https://example.com/mask.png")
    tab(explorer, "Signature")
    explorer.get_by_role("button", name="Sign again for now").click()
    expect(explorer.locator("wh-explorer-signature pre").nth(3)).to_contain_text("Authorization")
    authorization = shown(explorer, "Signature").splitlines()[-1].removeprefix("Authorization: ")
    timestamp = shown(explorer, "String to sign").splitlines()[1]
    answer = explorer.evaluate(
        """async ([authorization, timestamp]) => {
            const { Token } = JSON.parse(sessionStorage.getItem("wuhen.key"));
            const headers = {
                "Content-Type": "application/json; charset=utf-8", Authorization: authorization,
                "X-TC-Action": "ImageInpaintingRemoval", "X-TC-Version": "2022-12-29",
                "X-TC-Region": "ap-guangzhou", "X-TC-Timestamp": timestamp, "X-TC-Token": Token,
            };
            const body = JSON.stringify({ MaskUrl: "https://example.com/mask.png" });
            return (await fetch("/", { method: "POST", headers, body })).json();
        }""",
        [authorization, timestamp],
    )
    # Past the signature: what is missing is the picture.
    assert answer["Response"]["Error"]["Code"] == "InvalidParameterValue.ImageEmpty"


def test_a_failing_signature_is_explained(explorer: Page) -> None:
    tab(explorer, "Check a signature")
    view = explorer.locator("wh-explorer-check")
    view.get_by_role("button", name="Show an example").click()
    view.get_by_role("button", name="Check", exact=True).click()
    expect(view).to_contain_text("First difference: Canonical request")
    wrong = view.locator("[data-step=canonical]")
    expect(wrong).to_have_attribute("data-state", "bad")
    expect(wrong).to_contain_text(
        "Signed for the host “cvm.tencentcloudapi.com”, but sent to “127.0.0.1:8000”."
    )
    expect(wrong.locator("mark")).to_have_text(["host:127.0.0.1:8000", "host:cvm.tencentcloudapi.com"])
    view.get_by_label("Request", exact=True).fill(
        view.get_by_label("Request", exact=True)
        .input_value()
        .replace("127.0.0.1:8000", "cvm.tencentcloudapi.com")
    )
    view.get_by_role("button", name="Check", exact=True).click()
    expect(view).to_contain_text("The signature is right.")
    kept = explorer.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert EX[1] not in kept


def test_code_is_written_for_either_endpoint(explorer: Page, studio_service: Service) -> None:
    explorer.get_by_role("button", name="Fill in a sample").click()
    tab(explorer, "Code")
    for language in [
        "Python",
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
    ]:
        explorer.get_by_label("Language", exact=True).select_option(label=language)
        code = shown(explorer, "Code")
        assert "photo.png" in code
        assert len(code) < 4000
        assert studio_service.endpoint.split(":")[0] in code
    explorer.get_by_label("Endpoint").select_option(label="aiart.tencentcloudapi.com")
    assert "https://aiart.tencentcloudapi.com" in shown(explorer, "Code")
    explorer.locator("wh-explorer-code wh-block").nth(1).get_by_role("button", name="Copy").click()
    expect(explorer.get_by_role("button", name="Copied")).to_be_visible()
    assert explorer.evaluate("navigator.clipboard.readText()") == shown(explorer, "Code")


def test_tabs_go_by_keyboard(explorer: Page) -> None:
    explorer.get_by_role("tab", name="Call", exact=True).focus()
    explorer.keyboard.press("ArrowRight")
    expect(explorer.get_by_role("tab", name="Signature", exact=True)).to_be_focused()
    expect(explorer.get_by_role("tab", name="Signature", exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    explorer.keyboard.press("End")
    expect(explorer.locator("wh-explorer-errors")).to_be_visible()


def test_everything_is_said_in_chinese_too(explorer: Page) -> None:
    explorer.get_by_role("button", name="中文").click()
    expect(explorer.get_by_role("button", name="填入示例")).to_be_visible()
    explorer.get_by_role("button", name="发送", exact=True).click()
    expect(explorer.locator(".x-status")).to_contain_text("图片为空")
    for name in ["签名过程", "代码", "签名诊断", "错误码"]:
        tab(explorer, name)
        assert "explorer." not in explorer.locator("wh-explorer").inner_text()


def test_a_page_without_a_key_says_so(browser: Browser, studio_service: Service) -> None:
    context = browser.new_context(locale="en-US")
    opened = open_tab(context, f"{studio_service.url}/studio/")
    page = opened.page
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="API").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".x-status")).to_contain_text("no key")
    tab(page, "Signature")
    expect(page.locator("wh-explorer-signature .x-warning")).to_be_visible()
    assert shown(page, "String to sign").startswith("TC3-HMAC-SHA256\n")
    context.close()
    assert opened.errors == []


def test_a_phone_shows_all_of_it(browser: Browser, studio_service: Service) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-US")
    opened = open_tab(context, link_to(studio_service))
    page = opened.page
    page.get_by_role("button", name="API").click()
    send_sample(page)
    for name in ["Call", "Signature", "Code", "Check a signature", "Error codes"]:
        tab(page, name)
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            explorer = page.locator("wh-explorer")
            assert explorer.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    context.close()
    assert opened.errors == []


@pytest.mark.skipif(not AXE.exists(), reason="`make test` installs axe-core")
def test_nothing_hinders_those_who_cannot_see_it(browser: Browser, studio_service: Service) -> None:
    context = browser.new_context(locale="en-US", bypass_csp=True)
    opened = open_tab(context, link_to(studio_service))
    page = opened.page
    page.get_by_role("button", name="API").click()
    send_sample(page)
    page.add_script_tag(path=AXE)
    for name in ["Call", "Signature", "Code", "Check a signature", "Error codes"]:
        tab(page, name)
        if name == "Check a signature":
            page.get_by_role("button", name="Show an example").click()
            page.get_by_role("button", name="Check", exact=True).click()
            expect(page.locator(".x-verdicts")).to_be_visible()
        assert objections(page, "wh-explorer") == []
    context.close()
