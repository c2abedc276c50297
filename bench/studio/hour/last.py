"""Many photos, the explorer, the inspector, and what goes wrong: the end of the hour."""

import json
from pathlib import Path

from bench.studio.hour.first import erase, opened
from bench.studio.hour.hand import Hand
from bench.studio.hour.serving import Serving
from playwright.sync_api import expect


def batch(hand: Hand, files: dict[str, Path]) -> None:
    """Photos in, rectangles, all done, one looked at, one touched up, cleared."""
    page = hand.page
    tab(hand, "app.batch")
    expect(page.locator("wh-batch .intake")).to_be_visible()
    hand.look("batch empty")
    named = [name for name in files if name.startswith("a photo")]
    given = [files[name] for name in ("one", "two", *named, "broken")]
    hand.choose("batch.choosePhotos", *given, within="wh-batch")
    expect(page.locator("wh-photos li")).to_have_count(len(given))
    expect(page.locator("wh-photos")).not_to_contain_text(hand.word("batch.looking"))
    hand.look("batch with photos")
    hand.press("batch.rectangles", "wh-batch")
    hand.press("batch.areaAdd", "dialog")
    hand.look("rectangles")
    hand.press("batch.areaDone", "dialog")
    hand.look("batch ready")
    hand.press("batch.start", "wh-batch", number=3)
    done = hand.word("batch.summary", done=3, all=4)
    expect(page.locator("wh-batch .summary")).to_contain_text(done, timeout=90_000)
    hand.look("batch done")
    hand.download("batch.zip", "wh-batch", number=3)
    page.locator("wh-batch .above").evaluate("above => above.scrollTo(0, above.scrollHeight)")
    hand.look("batch scrolled")
    _reviewed(hand)
    hand.press("batch.clear", "wh-batch")
    hand.look("batch cleared")
    hand.press("batch.undo", "wh-notices")
    expect(page.locator("wh-photos li")).to_have_count(len(given))
    hand.press("batch.clear", "wh-batch")


def _reviewed(hand: Hand) -> None:
    page = hand.page
    hand.touch(page.locator("wh-photos .thumb").first)
    expect(page.locator("wh-review h2")).to_contain_text(".jpg")
    hand.look("review")
    hand.press("batch.keep", "dialog")
    hand.look("next in review")
    hand.press("batch.touchUp", "dialog")
    expect(page.locator(".touch-up")).to_be_visible()
    expect(hand.button("erase.run")).to_be_enabled()
    hand.look("touch up")
    erase(hand)
    hand.look("touched up")
    hand.press("batch.into", ".touch-up")
    expect(page.locator("wh-batch")).to_be_visible()
    hand.look("back in batch")


def explorer(hand: Hand) -> None:
    """Make a call of the explorer, and everything beside it."""
    page = hand.page
    tab(hand, "app.explorer")
    expect(page.locator("wh-explorer-form")).to_be_visible()
    hand.look("explorer")
    hand.press("explorer.sample")
    expect(page.locator(".x-thumb:visible")).to_have_count(2)
    hand.press("explorer.send")
    expect(page.locator("wh-explorer-answer .x-status")).to_contain_text("RequestId", timeout=60_000)
    hand.look("explorer answered")
    for name in ("signature", "code", "check", "errors"):
        hand.touch(page.get_by_role("tab", name=hand.word(f"explorer.tab.{name}"), exact=True))
        hand.look(f"explorer {name}")


def inspector(hand: Hand) -> None:
    """See the calls of the hour, over time and one by one."""
    page = hand.page
    tab(hand, "app.inspector")
    calls = page.locator("wh-calls li button")
    expect(calls.first).to_be_visible()
    hand.look("inspector")
    chart = page.locator("wh-call-chart summary")
    if not chart.last.is_visible():
        hand.touch(chart.first)
    hand.touch(chart.last)
    hand.look("inspector table")
    hand.touch(calls.first)
    expect(page.locator("wh-call .i-head")).to_be_visible()
    hand.look("a call")
    for name in ("response", "code"):
        words = hand.word(f"inspector.tab.{name}")
        chosen = page.locator("wh-call").get_by_role("tab", name=words, exact=True)
        hand.touch(chosen)
        hand.look(f"a call's {name}")


def key_ends(hand: Hand, service: Serving, files: dict[str, Path]) -> None:
    """Lose the key in mid-work; another is typed in, and the work goes on."""
    page = hand.page
    tab(hand, "app.studio")
    opened(hand, files["one"])
    hand.press("tool.rectangle")
    hand.stroke((0.4, 0.4), (0.6, 0.6))
    ended = json.loads(page.evaluate("sessionStorage.getItem('wuhen.key')"))["SecretId"]
    secret_id, secret_key = service.key()
    service.disable(ended)
    hand.press("erase.run")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    hand.look("key ended")
    dialog.get_by_label(hand.word("signin.id")).fill(secret_id)
    dialog.get_by_label(hand.word("signin.secret")).fill("wrong")
    hand.press("signin.use", "dialog")
    expect(dialog.get_by_role("alert")).to_have_text(hand.word("signin.wrong"))
    hand.look("wrong key")
    dialog.get_by_label(hand.word("signin.secret")).fill(secret_key)
    hand.press("signin.use", "dialog")
    expect(dialog).to_have_count(0)
    page.wait_for_function("() => document.querySelectorAll('.film li').length > 1", timeout=60_000)
    hand.look("work goes on")


def service_stops(hand: Hand, service: Serving) -> None:
    """Stop the service, and start it again."""
    page = hand.page
    hand.press("tool.rectangle")
    hand.stroke((0.1, 0.1), (0.2, 0.3))
    service.stop()
    # The browser's own line.
    hand.allowed = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
    hand.press("erase.run")
    gone = hand.word("erase.gone")
    expect(page.locator("wh-notices .status")).to_have_text(gone, timeout=60_000)
    hand.look("service away")
    service.start()
    erase(hand)
    hand.look("service back")
    hand.allowed = ()


def tab(hand: Hand, key: str) -> None:
    """Go to another part of the page."""
    hand.press(key, "header")
