"""Everything that the studio does with a photo that is open: the middle of the hour."""

from pathlib import Path

from bench.studio.hour.first import erase, found, home, opened, sample
from bench.studio.hour.hand import Hand
from playwright.sync_api import expect

#: Around the red thing in the hour's own photo, as shares of its sides.
_AROUND = ((0.43, 0.41), (0.57, 0.41), (0.57, 0.59), (0.43, 0.59), (0.43, 0.41))
_OVER = ((0.45, 0.5), (0.55, 0.5))


def tools(hand: Hand, files: dict[str, Path]) -> None:
    """Brush, eraser, lasso, rectangle, and a rectangle that is placed by keys."""
    opened(hand, files["jpg"])
    hand.press("tool.brush")
    hand.page.locator("#size").fill("60")
    hand.stroke(*_OVER)
    hand.look("brush")
    hand.press("tool.eraser")
    hand.stroke((0.45, 0.48), (0.5, 0.48))
    hand.look("eraser")
    hand.press("tool.lasso")
    hand.stroke(*_AROUND)
    hand.look("lasso")
    hand.press("tool.rectangle")
    hand.stroke((0.1, 0.1), (0.2, 0.2))
    hand.look("rectangle")
    hand.page.locator("wh-stage").focus()
    hand.page.keyboard.press("Shift+R")
    expect(hand.page.locator(".placing, wh-placing, [name=left]").first).to_be_attached()
    hand.look("rectangle by keys")
    hand.page.keyboard.press("Escape")


def mask(hand: Hand, files: dict[str, Path]) -> None:
    """Grow by a number, choose a colour, grow, shrink, invert, export, import, clear."""
    page = hand.page
    hand.touch(page.locator(".mask-more.opens"))
    expect(page.locator("wh-mask")).to_be_visible()
    page.locator("wh-mask [type=number]").fill("12")
    hand.look("grow by a number")
    before = page.evaluate("() => document.querySelector('wh-studio').work.shapes.length")
    hand.press("mask.apply", "wh-mask")
    grown = "before => document.querySelector('wh-studio').work.shapes.length > before"
    page.wait_for_function(grown, arg=before)
    expect(page.locator(":popover-open")).to_have_count(0)
    hand.press("mask.invert")
    hand.look("inverted")
    hand.press("mask.invert")
    hand.download("mask.export")
    hand.choose("mask.import", files["pdf"])
    said = hand.word("open.pdf", name=files["pdf"].name)
    expect(page.locator("wh-notices .status")).to_have_text(said)
    hand.look("no mask")
    hand.press("mask.clear")
    hand.look("cleared")


def select(hand: Hand) -> None:
    """Smart select: a click, what it is not, and done."""
    hand.press("tool.select")
    hand.look("smart select")
    hand.tap((0.5, 0.5))
    expect(hand.button("select.takeAway")).to_be_visible(timeout=60_000)
    hand.look("selected")
    hand.press("select.takeAway")
    hand.stroke((0.1, 0.8), (0.2, 0.8))
    hand.page.evaluate("() => document.querySelector('wh-studio').selection.settled")
    hand.look("not this")
    hand.press("select.done")
    hand.look("selection kept")


def going(hand: Hand) -> None:
    """Erase while one looks, cancel, and paint and go."""
    page = hand.page
    erase(hand)
    hand.look("erased")
    hand.press("tool.rectangle")
    hand.stroke((0.02, 0.1), (0.98, 0.9))
    hand.press("erase.run")
    expect(hand.button("erase.cancel")).to_be_visible()
    hand.look("under way", busy=True)
    if hand.button("erase.cancel").is_visible():
        hand.press("erase.cancel")
    page.wait_for_function("() => document.querySelector('wh-studio').running === null")
    hand.look("cancelled")
    if not hand.button("mask.clear").is_disabled():
        hand.press("mask.clear")
    hand.press("tool.brush")
    box = page.locator(".goes input")
    hand.touch(page.locator(".goes"))
    expect(box).to_be_checked()
    before = page.locator(".film li").count()
    hand.stroke((0.2, 0.3), (0.25, 0.3))
    there = "before => document.querySelectorAll('.film li').length > before"
    page.wait_for_function(there, arg=before, timeout=60_000)
    page.wait_for_function("() => document.querySelector('wh-studio').running === null")
    hand.look("paint and go")
    hand.touch(page.locator(".goes"))


def choices(hand: Hand) -> None:
    """Other results: one beside the other, and the better one."""
    page = hand.page
    hand.press("variants.open")
    expect(page.locator("wh-variants .ways")).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('wh-studio').running === null"
        " && [...document.querySelectorAll('wh-variants .ways button')].every(one => !one.disabled)",
        timeout=90_000,
    )
    hand.look("choices")
    hand.touch(page.locator("wh-variants .ways button").nth(2))
    hand.look("another choice")
    hand.press("choices.keep")
    expect(page.locator("wh-variants .ways")).to_be_hidden()


def compare(hand: Hand) -> None:
    """Split, side by side, loupe, hold."""
    page = hand.page
    for key, station in (("view.compare", "split"), ("view.side", "side by side"), ("view.loupe", "loupe")):
        hand.press(key)
        if station == "loupe":
            hand.tap((0.5, 0.5))
        hand.look(station)
        hand.press(key)
    held = hand.button("view.original")
    held.dispatch_event("pointerdown")
    hand.look("original held")
    held.dispatch_event("pointerup")
    hand.press("view.actual") if hand.button("view.actual").is_visible() else page.keyboard.press("1")
    hand.look("pixel for pixel")
    hand.press("view.fit") if hand.button("view.fit").is_visible() else page.keyboard.press("0")


def history(hand: Hand) -> None:
    """Undo, redo, the strip of results."""
    hand.press("edit.undo")
    hand.look("undone")
    hand.press("edit.redo")
    hand.touch(hand.page.locator(".film button").first)
    hand.look("original")
    hand.touch(hand.page.locator(".film button").last)
    hand.look("last result")


def settings(hand: Hand) -> None:
    """Effects, and the mark on and off."""
    page = hand.page
    for name in ("withEffects", "marked"):
        hand.touch(page.locator(f"wh-studio .{name}"))
    hand.look("settings changed")
    for name in ("withEffects", "marked"):
        hand.touch(page.locator(f"wh-studio .{name}"))


def more(hand: Hand) -> None:
    """Open the menu of what is done more rarely."""
    hand.touch(hand.page.locator(".run > .opens"))
    hand.look("more")
    hand.page.keyboard.press("Escape")


def export(hand: Hand) -> None:
    """Export, copy, download, and what labels say."""
    page = hand.page
    hand.press("file.export")
    dialog = page.get_by_role("dialog")
    expect(hand.button("file.download", "dialog")).to_be_enabled(timeout=60_000)
    hand.look("export")
    hand.touch(dialog.get_by_text("JPEG", exact=True).first)
    expect(dialog.get_by_role("slider")).to_be_visible()
    expect(hand.button("file.download", "dialog")).to_be_enabled()
    hand.look("export as JPEG")
    for kind in ("PNG", "WebP"):
        hand.touch(dialog.get_by_text(kind, exact=True))
        expect(hand.button("file.download", "dialog")).to_be_disabled()
        expect(hand.button("file.download", "dialog")).to_be_enabled()
    dialog.get_by_role("textbox").fill("a name that somebody gives to what has become of the photo")
    hand.look("export by a name")
    hand.download("file.download", "dialog")
    expect(dialog).to_have_count(0)
    hand.look("exported")
    hand.press("file.copy")
    expect(page.locator("wh-notices .status")).to_have_text(hand.word("file.copied"), timeout=60_000)
    hand.look("copied")
    hand.download("file.download")
    page.wait_for_function("() => document.querySelector('wh-studio').running === null")
    hand.look("downloaded")
    hand.press("labels.title")
    expect(page.get_by_role("dialog")).not_to_contain_text(hand.word("labels.loading"), timeout=60_000)
    hand.look("labels")
    page.keyboard.press("Escape")


def restored(hand: Hand) -> None:
    """Reload, and see recent work: in the dialog, and in the empty studio."""
    page = hand.page
    page.evaluate("() => document.querySelector('wh-studio').saving.keeper.flush()")
    page.reload()
    expect(page.locator("wh-stage")).to_be_visible()
    hand.look("restored")
    hand.press("recent.title")
    expect(page.get_by_role("dialog")).to_be_visible()
    hand.look("recent work")
    page.keyboard.press("Escape")
    home(hand)
    expect(page.locator("wh-recent")).to_be_visible()
    hand.look("empty again")
    hand.touch(page.locator("wh-recent .work-kept").first)
    expect(page.locator("wh-stage")).to_be_visible()


def find(hand: Hand) -> None:
    """Find text on the sample that has some, leave it out, take it back, keep it."""
    page = hand.page
    sample(hand, "caption")
    hand.touch(page.locator(".film button").first)
    hand.press("tool.find")
    place = found(hand)
    hand.look("text found")
    hand.touch(place)
    expect(place).to_have_attribute("aria-pressed", "false")
    hand.look("one left out")
    hand.touch(place)
    hand.press("find.done", "wh-findings")
    hand.look("text kept")
    hand.press("tool.brush")
