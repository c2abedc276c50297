"""From the link to photos of one's own: the first stations of the hour."""

from pathlib import Path

import numpy as np
from bench.studio.hour.hand import Hand
from bench.studio.hour.serving import Serving, shadowed
from playwright.sync_api import Locator, expect

SAMPLES = ("hikers", "sign", "caption")
KINDS = ("jpg", "png", "tif", "heic")


def sign_in(hand: Hand, service: Serving) -> None:
    """By the address: with what is no link, with no key, with a key, and with a link that is pasted."""
    page = hand.page
    page.goto(service.url)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    hand.look("sign in")
    link = dialog.get_by_label(hand.word("signin.link"), exact=True)
    link.fill("https://photos.example/")
    hand.press("signin.open", "dialog")
    hand.look("no link")
    secret_id, secret_key = service.key()
    dialog.get_by_label(hand.word("signin.id")).fill(secret_id[:-1])
    dialog.get_by_label(hand.word("signin.secret")).fill(secret_key)
    hand.press("signin.use", "dialog")
    expect(dialog.get_by_role("alert")).to_have_text(hand.word("signin.unknown").replace("`", ""))
    hand.look("no key")
    dialog.get_by_label(hand.word("signin.id")).fill(secret_id)
    hand.press("signin.use", "dialog")
    expect(dialog).to_have_count(0)
    expect(hand.button("open.pick")).to_be_visible()
    expect(page.locator(".samples img")).to_have_count(len(SAMPLES))
    hand.look("signed in by a key")
    hand.press("app.key")
    expect(dialog).to_contain_text(secret_id)
    hand.look("whose key")
    page.evaluate("link => navigator.clipboard.writeText(link)", service.link())
    link.focus()
    page.keyboard.press("Control+v")
    hand.press("signin.open", "dialog")
    expect(dialog).to_have_count(0)
    expect(page.locator(".samples img")).to_have_count(len(SAMPLES))


def empty(hand: Hand) -> None:
    """See the empty studio, and what can be opened from it."""
    page = hand.page
    hand.look("empty")
    hand.press("open.address")
    expect(page.get_by_role("dialog")).to_be_visible()
    hand.look("by address")
    page.get_by_role("dialog").get_by_role("textbox").fill("photo")
    hand.press("open.fetch", "dialog")
    hand.look("no address")
    hand.press("app.cancel", "dialog")


def page_bar(hand: Hand) -> None:
    """Open the menu of the page, its help, its key, its other language and theme."""
    page = hand.page
    opener = page.locator(".app-menu.opens")
    if opener.is_visible():
        hand.touch(opener)
        hand.look("menu")
        page.keyboard.press("Escape")
    hand.press("app.help")
    expect(page.get_by_role("dialog")).to_be_visible()
    hand.look("help")
    page.keyboard.press("Escape")
    hand.press("app.key")
    expect(page.get_by_role("dialog")).to_be_visible()
    hand.look("key")
    page.keyboard.press("Escape")
    hand.press("app.theme")
    hand.press("app.theme")
    here = page.evaluate("document.documentElement.lang")
    hand.press("app.language")
    assert page.evaluate("document.documentElement.lang") != here
    hand.press("app.language")
    assert page.evaluate("document.documentElement.lang") == here


def sample(hand: Hand, name: str) -> None:
    """Open a sample, and erase what is selected in it."""
    page = hand.page
    home(hand)
    hand.touch(page.get_by_role("button", name=hand.word(f"samples.{name}")))
    expect(page.locator("wh-stage")).to_be_visible()
    expect(hand.button("erase.run")).to_be_enabled()
    hand.look(f"sample {name}")
    erase(hand)
    hand.look(f"{name} erased")


def own(hand: Hand, kind: str, files: dict[str, Path]) -> None:
    """Open a photo of one's own."""
    opened(hand, files[kind])
    hand.look(f"own {kind}")


def chips(hand: Hand, files: dict[str, Path]) -> None:
    """Point at what is proposed, take it, leave it, and turn proposals off and on."""
    page = hand.page
    opened(hand, files["marked"])
    proposals = page.locator("wh-proposals .chip[aria-pressed]")
    expect(proposals).to_have_count(2)
    hand.look("chips")
    for number, chip in enumerate(proposals.all()):
        if not hand.device.touch:
            chip.hover()
            page.wait_for_function("() => document.querySelector('wh-stage').places.length > 0")
            hand.look(f"chip {number} pointed at")
        hand.touch(chip)
        expect(chip).to_have_attribute("aria-pressed", "true")
        hand.look(f"chip {number} taken")
    hand.touch(proposals.first)
    expect(proposals.first).to_have_attribute("aria-pressed", "false")
    hand.look("chip left")
    hand.press("propose.stop", "wh-proposals")
    expect(proposals).to_have_count(0)
    hand.look("no chips")
    hand.press("propose.again", "wh-notices")
    expect(proposals).to_have_count(2)


def things(hand: Hand, files: dict[str, Path]) -> None:
    """Have the service look for people and things, and take one."""
    page = hand.page
    opened(hand, files["one"])
    hand.touch(page.get_by_role("button", name=hand.word("propose.things")))
    place = found(hand)
    hand.look("things found")
    hand.touch(place)
    expect(place).to_have_attribute("aria-pressed", "true")
    hand.look("a thing taken")
    hand.press("find.done", "wh-findings")
    hand.press("tool.brush")


def found(hand: Hand) -> Locator:
    """Wait until the service has looked, and return the first place that it found."""
    place = hand.page.locator("wh-findings .places button").first
    expect(place).to_be_visible(timeout=90_000)
    hand.page.wait_for_function("() => document.querySelector('wh-studio').running === null")
    return place


def effects(hand: Hand, files: dict[str, Path]) -> None:
    """See the shadow that would go with a thing, take it into the mask, let it stay, and erase."""
    page = hand.page
    opened(hand, files["shadowed"])
    hand.press("tool.rectangle")
    hole = shadowed().hole
    rows, columns = (np.flatnonzero(hole.any(axis)) for axis in (1, 0))
    height, width = hole.shape
    hand.stroke((columns[0] / width, rows[0] / height), ((columns[-1] + 1) / width, (rows[-1] + 1) / height))
    switch = page.locator("wh-studio .withEffects")
    hand.touch(switch)
    chip = page.locator("wh-traces button")
    expect(chip).to_have_attribute("data-how", "goes", timeout=90_000)
    hand.still()
    hand.look("its shadow seen")
    for how in ("taken", "left"):
        hand.touch(chip)
        expect(chip).to_have_attribute("data-how", how)
        hand.look(f"its shadow {how}")
    erase(hand)
    hand.look("shadow left")
    hand.touch(switch)


def refused(hand: Hand, files: dict[str, Path]) -> None:
    """Choose what is no photo."""
    hand.choose("open.pick", files["pdf"])
    said = hand.word("open.pdf", name=files["pdf"].name)
    expect(hand.page.locator("wh-notices .status")).to_have_text(said)
    hand.look("refused PDF")


def dropped(hand: Hand, files: dict[str, Path]) -> None:
    """Drop two photos."""
    given = [list(files[name].read_bytes()) for name in ("one", "two")]
    hand.page.evaluate(
        """(given) => {
            const dataTransfer = new DataTransfer();
            for (const [index, bytes] of given.entries()) {
                const name = `${["one", "two"][index]}.jpg`;
                dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
            }
            const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
            document.querySelector("wh-studio").dispatchEvent(event);
        }""",
        given,
    )
    expect(hand.button("open.asBatch")).to_be_visible()
    hand.look("two dropped")


def opened(hand: Hand, file: Path) -> None:
    """Open a photo by the picker, and wait until it is there."""
    hand.choose("open.pick", file)
    hand.page.wait_for_function(
        "name => document.querySelector('wh-studio').work?.name === name", arg=file.name
    )
    expect(hand.page.locator("wh-stage")).to_be_visible()
    hand.still()


def home(hand: Hand) -> None:
    """Come to the empty studio: a tab of its own has it, with the key of this."""
    page = hand.page
    if page.locator("wh-stage").count() == 0:
        return
    hand.still()
    page.evaluate(
        """async () => {
            await document.querySelector("wh-studio").saving.keeper?.flush();
            sessionStorage.removeItem("wuhen.work");
        }"""
    )
    page.reload()
    expect(page.locator(".samples img")).to_have_count(len(SAMPLES))


def erase(hand: Hand) -> None:
    """Erase, and wait for the result."""
    page = hand.page
    before = page.locator(".film li").count()
    hand.press("erase.run")
    page.wait_for_function(
        "before => document.querySelectorAll('.film li').length > before", arg=max(before, 1), timeout=90_000
    )
    page.wait_for_function("() => document.querySelector('wh-studio').running === null")
