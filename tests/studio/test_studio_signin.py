"""Signing in: by links wherever they are opened, anew in mid-work, in all tabs, and over plain http."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from harness import Service, create_key, eventually, wuhen
from studio.explorer_node import run
from studio.studio_pages import ELSEWHERE, erase, link_to, open_photo, open_tab, paint_square

STATIC = Path(__file__).parents[2] / "src/wuhen/studio/static"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-US")
    yield opened
    opened.close()


def secret_id(page: Page) -> str:
    """Return the SecretId of the key that a page signs with."""
    stored = eventually(lambda: page.evaluate("sessionStorage.getItem('wuhen.key')"))
    found: str = json.loads(stored)["SecretId"]
    return found


def disable(service: Service, name: str) -> None:
    wuhen("keys", "disable", name, "--data-dir", str(service.data_dir))


def test_a_link_opens_in_a_tab_that_is_open(context: BrowserContext, studio_service: Service) -> None:
    """Only the hash of the address changes then. The tab came by the address of the service alone."""
    tab = open_tab(context, studio_service.url)
    page = tab.page
    dialog = page.get_by_role("dialog")
    for command in ("wuhen serve", "wuhen studio", "wuhen keys create"):
        expect(dialog.locator("code", has_text=command)).to_be_visible()
    assert page.url == f"{studio_service.url}/studio/"
    page.goto(link_to(studio_service))
    expect(dialog).to_have_count(0)
    assert "code=" not in page.url
    first = secret_id(page)
    # A used one costs nobody his key.
    page.goto(f"{studio_service.url}/studio/#code={'x' * 43}")
    expect(page.locator(".status")).to_contain_text("still signed in")
    assert secret_id(page) == first
    expect(dialog).to_have_count(0)
    assert [error for error in tab.errors if "403" not in error] == []


def test_a_key_that_ends_in_mid_work_is_renewed_in_place_and_in_all_tabs(
    context: BrowserContext, studio_service: Service, photo_file: Path
) -> None:
    tab = open_tab(context, link_to(studio_service))
    page = tab.page
    open_photo(page, photo_file)
    ended = secret_id(page)
    # Another tab has the key of the first without being asked for one.
    other = open_tab(context, f"{studio_service.url}/studio/")
    assert secret_id(other.page) == ended
    expect(other.page.get_by_role("dialog")).to_have_count(0)
    page.bring_to_front()
    paint_square(page)
    disable(studio_service, ended)
    page.get_by_role("button", name="Erase", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("your work stays as it is")
    dialog.get_by_label("Link", exact=True).fill("https://photos.example/")
    dialog.get_by_role("button", name="Open", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("no link to the studio")
    dialog.get_by_label("Link", exact=True).fill(link_to(studio_service))
    dialog.get_by_role("button", name="Open", exact=True).click()
    # The same call goes on.
    expect(page.get_by_role("button", name="Result 1")).to_be_visible(timeout=40_000)
    expect(dialog).to_have_count(0)
    renewed = secret_id(page)
    assert renewed != ended
    assert eventually(lambda: secret_id(other.page) == renewed)
    # Whoever signs out does so everywhere.
    page.get_by_role("button", name="Key", exact=True).click()
    expect(dialog).to_contain_text(renewed)
    dialog.get_by_role("button", name="Sign out").click()
    eventually(lambda: other.page.evaluate("sessionStorage.getItem('wuhen.key')") is None)
    assert tab.errors + other.errors == []


def test_a_key_is_tried_before_it_is_taken(context: BrowserContext, studio_service: Service) -> None:
    key = create_key(studio_service.data_dir)
    gone = create_key(studio_service.data_dir)
    disable(studio_service, gone.secret_id)
    tab = open_tab(context, f"{studio_service.url}/studio/")
    dialog = tab.page.get_by_role("dialog")
    for name, secret, token, told in [
        (key.secret_id, "wrong" * 6, "", "not the SecretKey"),
        (gone.secret_id, gone.secret_key, "", "disabled or expired"),
        (key.secret_id, key.secret_key, "x" * 64, "token does not belong"),
    ]:
        dialog.get_by_label("SecretId").fill(name)
        dialog.get_by_label("SecretKey").fill(secret)
        dialog.get_by_label("Token").fill(token)
        dialog.get_by_role("button", name="Use this key").click()
        expect(dialog.get_by_role("alert")).to_contain_text(told)
    dialog.get_by_label("Token").fill("")
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog).to_have_count(0)
    assert secret_id(tab.page) == key.secret_id
    assert tab.errors == []


def test_over_plain_http_the_page_signs_by_itself_and_warns(
    context: BrowserContext, studio_service: Service, photo_file: Path
) -> None:
    """Browsers lend no cryptography to such a page, nor a clipboard."""
    address = f"http://{ELSEWHERE}:{studio_service.port}"
    tab = open_tab(context, f"{address}/")
    page = tab.page
    assert page.evaluate("isSecureContext || crypto.subtle !== undefined") is False
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("plain http")
    page.goto(link_to(studio_service).replace(studio_service.url, address))
    expect(dialog).to_have_count(0)
    open_photo(page, photo_file)
    paint_square(page)
    erase(page)
    page.keyboard.press("Control+c")
    expect(page.locator(".status")).to_contain_text("lets no page copy pictures")
    # Large bodies are hashed in a worker.
    hashed = page.evaluate(
        """async () => {
            const { sha256 } = await import("/studio/js/api/sign.js");
            return sha256(new Uint8Array(3_000_001).map((_, index) => index % 251));
        }"""
    )
    assert hashed == hashlib.sha256(bytes(index % 251 for index in range(3_000_001))).hexdigest()
    page.get_by_role("button", name="API").click()
    page.get_by_role("tab", name="Code", exact=True).click()
    block = page.locator("wh-explorer-code wh-block").nth(1)
    block.get_by_role("button", name="Copy").click()
    expect(block).to_contain_text("Copied")
    # The browser's own line about a header that it heeds over https only.
    assert [error for error in tab.errors if "Cross-Origin-Opener-Policy" not in error] == []


LENT = re.compile(
    r"navigator\.(share|locks|storage|clipboard|serviceWorker)|crypto\.(subtle|randomUUID)|Picker\("
)
"""What browsers lend to secure pages only."""
ASKED = re.compile(r"isSecureContext|navigator\.\w+\?\.|!navigator\.\w|\bin navigator|if \(!?subtle\)")


def test_what_only_secure_pages_have_is_asked_for_before_it_is_used() -> None:
    for module in (STATIC / "js").rglob("*.js"):
        source = re.sub(r"/\*.*?\*/", "", module.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not LENT.search(source) or ASKED.search(source), module.name


@pytest.mark.parametrize("hash_name", ["SHA-1", "SHA-256"])
def test_our_hashes_are_everybodys(hash_name: str) -> None:
    lengths = [*range(260), 511, 512, 513, 4096, 100_003, 1_000_000]
    assert run("digests", lengths=lengths, hash=hash_name) == []


def test_our_hashes_give_what_the_standards_print() -> None:
    """FIPS 180-2, appendix B, and RFC 4231, test cases 2 and 6."""
    assert run("digest", text="abc", hash="SHA-256") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert run("digest", text="abc", hash="SHA-1") == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert run("digest", text="what do ya want for nothing?", key="Jefe", hash="SHA-256") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    long = "Test Using Larger Than Block-Size Key - Hash Key First"
    assert run("digest", text=long, key="\xaa" * 131, hash="SHA-256") == (
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    )


def test_both_languages_say_the_same_of_signing_in() -> None:
    words = run("words", part="signin")
    assert words["en"].keys() == words["zh"].keys()
    source = (STATIC / "js/signin/dialog.js").read_text(encoding="utf-8")
    assert all(f'"{key}"' in source or key.startswith("signin.why.") for key in words["en"])
