"""The panel of labels, and photos opened by their address, in a real browser on the real service."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness import Service, running
from picture_server import MISSING, NO_PICTURE, PictureServer
from scenes import Scene
from studio.explorer_node import run
from studio.studio_pages import erase, open_photo, paint_square, visiting
from studio.studio_seen import AXE
from wuhen.action import Job, perform
from wuhen.mark import make_identity

STATIC = Path(__file__).parents[2] / "src/wuhen/studio/static"
CODE = "001191110108MA01KP2T5U00000"


@pytest.fixture(scope="module")
def signing_service(
    tmp_path_factory: pytest.TempPathFactory, picture_server: PictureServer
) -> Iterator[Service]:
    """A service that signs its results, and may download from the picture server."""
    folder = tmp_path_factory.mktemp("signing")
    made = make_identity("An operator")
    for name, content in (("chain.pem", made.chain), ("key.pem", made.key)):
        (folder / name).write_bytes(content)
    options = (
        "--engine", "patch",
        "--c2pa-cert", str(folder / "chain.pem"), "--c2pa-key", str(folder / "key.pem"),
    )  # fmt: skip
    with running(
        folder / "data", *options, *picture_server.admitted, "--aigc-producer", CODE, "--workers", "1"
    ) as service:
        yield service


@pytest.fixture
def page(desk: BrowserContext, signing_service: Service) -> Iterator[Page]:
    with visiting(desk, signing_service) as opened:
        yield opened


def test_the_panel_tells_what_photo_and_result_carry(page: Page, photo_file: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("x-tc-action", "")))
    open_photo(page, photo_file)
    page.keyboard.press("k")
    panel = page.get_by_role("dialog", name="Labels")
    photo, result = (panel.locator("section").nth(index) for index in range(2))
    expect(photo).to_contain_text("It carries no label.")
    expect(result).to_contain_text("Nothing has been erased yet.")
    panel.get_by_role("button", name="Close").click()
    paint_square(page)
    erase(page)
    page.get_by_role("button", name="Labels").click()
    expect(photo).to_contain_text("It carries no label.")
    expect(result).to_contain_text("Everything that is there is valid.")
    for text in (CODE, "algorithmicallyEnhanced", "An operator", "certificate's own word", "Found inXMP"):
        expect(result).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    # The photo was asked about once; a file does not change.
    assert asked.count("DescribeLabels") == 2


def test_what_is_broken_is_said(page: Page, tmp_path: Path, scene: Scene) -> None:
    outcome = perform(Job(scene.photo, scene.mask))
    broken = outcome.data.replace(b'{"Label"', b'["Label"')
    assert broken != outcome.data
    file = tmp_path / "broken.png"
    file.write_bytes(_with_right_checksums(broken))
    open_photo(page, file)
    page.keyboard.press("k")
    panel = page.get_by_role("dialog", name="Labels")
    expect(panel.locator(".l-bad").first).to_contain_text("the AIGC label in XMP is broken")


def _with_right_checksums(png: bytes) -> bytes:
    chunks, at = [png[:8]], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        chunk = png[at + 4 : at + 8 + length]
        chunks += [png[at : at + 4], chunk, zlib.crc32(chunk).to_bytes(4, "big")]
        at += 12 + length
    return b"".join(chunks)


@pytest.mark.skipif(not AXE.exists(), reason="`make test` installs axe-core")
def test_the_panels_hinder_nobody(page: Page, photo_file: Path) -> None:
    client = page.context.new_cdp_session(page)

    def check() -> None:
        client.send("Runtime.evaluate", {"expression": AXE.read_text()})
        for theme in ("dark", "light"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            found = page.evaluate(
                "async () => (await axe.run('dialog')).violations.map(v => [v.id, v.nodes[0].html])"
            )
            assert found == [], theme

    page.keyboard.press("u")
    expect(page.get_by_role("dialog")).to_be_visible()
    check()
    page.keyboard.press("Escape")
    open_photo(page, photo_file)
    page.keyboard.press("k")
    expect(page.locator(".l-good")).to_have_count(1)
    check()


def address(page: Page, url: str) -> None:
    page.get_by_role("button", name="Open by address").click()
    page.get_by_role("dialog").get_by_label("URL").fill(url)
    page.keyboard.press("Enter")


def test_a_photo_is_opened_by_its_address(page: Page, picture_server: PictureServer) -> None:
    address(page, picture_server.url("/photo.png"))
    expect(page.locator("wh-stage")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.querySelector('wh-studio').work.name") == "photo.png"
    assert page.evaluate("document.querySelector('wh-studio').work.width") == 96
    assert page.evaluate("document.querySelector('wh-studio').work.file.type") == "image/png"


@pytest.mark.parametrize(("how", "data"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_link_that_is_dropped_or_pasted_is_opened(
    page: Page, picture_server: PictureServer, how: str, data: str
) -> None:
    page.locator("wh-studio").evaluate(
        """(element, [how, member, url]) => {
            const data = new DataTransfer();
            data.setData("text/plain", url);
            const kind = how === "drop" ? DragEvent : ClipboardEvent;
            element.dispatchEvent(new kind(how, { [member]: data, bubbles: true, cancelable: true }));
        }""",
        [how, data, picture_server.url("/photo.png")],
    )
    expect(page.locator("wh-stage")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.querySelector('wh-studio').work.name") == "photo.png"


def test_what_cannot_be_fetched_is_said_in_the_dialog(page: Page, picture_server: PictureServer) -> None:
    page.get_by_role("button", name="Open by address").click()
    dialog = page.get_by_role("dialog", name="Open by address")
    for path, said in (
        (MISSING, "could not fetch the photo"),
        (NO_PICTURE, "answers with text"),
        ("http://10.0.0.1/a.png", "address"),
        ("http://", "That is not an address"),
    ):
        url = picture_server.url(path) if path.startswith("/") else path
        dialog.get_by_label("URL").fill(url)
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text(said)
    dialog.get_by_label("URL").fill(picture_server.url("/photo.png"))
    dialog.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("wh-stage")).to_be_visible()


def test_fetching_can_be_given_up(page: Page, picture_server: PictureServer) -> None:
    with picture_server.holding() as url:
        address(page, url)
        picture_server.until_asked()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("Fetching…")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Open by address")).to_be_visible()


def test_every_word_exists_in_both_languages_with_the_same_fields() -> None:
    words = run("words", part="labels")
    assert set(words["en"]) == set(words["zh"])
    files = [file for file in (STATIC / "js/labels").glob("*.js") if not file.name.startswith("words.")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = set(re.findall(r'"(labels\.[\w.]+\w)"', source)) - {"labels.title"}
    assert used <= set(words["en"])
    for key, text in words["en"].items():
        fields = [sorted(set(re.findall(r"\{(\w+)\}", one))) for one in (text, words["zh"][key])]
        assert fields[0] == fields[1], key
