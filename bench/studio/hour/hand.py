"""Somebody with a device before the studio: presses, strokes, looks, and what is wrong with what is seen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Locator, Page

LOCALES = {"en": "en-US", "zh": "zh-CN"}
FAULTS = (Path(__file__).parent / "faults.js").read_text()
PATIENCE = 60_000  # milliseconds
REST = 20_000  # milliseconds that are waited for what comes by itself
#: What axe holds the page against: WCAG 2.0 to 2.2, A and AA, and its best practices.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_AXE = """async ([tags, rules]) => {
    const only = rules.length ? { type: "rule", values: rules } : { type: "tag", values: tags };
    const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => {
        const { target, html } = nodes[0];
        return [id, nodes.length, target.join(" "), html.slice(0, 120)];
    });
}"""
#: What depends on colours is looked at in the other theme again.
COLOURS = ("color-contrast", "link-in-text-block")
#: Until nothing is on its way any more that comes by itself: type, styles, pictures, proposals, changes.
_STILL = """async ([busy, most]) => {
    const frame = () => new Promise((resolve) => setTimeout(resolve, 20));
    const studio = document.querySelector("wh-studio");
    let changed = true;
    const watch = new MutationObserver(() => { changed = true; });
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const comes = () => {
        if (changed) return "what is shown changes";
        if (document.fonts.status === "loading") return "type comes";
        const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
        if (sheets.some((one) => !one.sheet)) return "styles come";
        if ([...document.images].some((one) => !one.complete)) return "pictures come";
        if (busy || !studio?.work) return "";
        const { proposing, running, work, saving } = studio;
        // Behind a dialog it waits for the user.
        if (running && !document.querySelector("dialog[open]")) return "it is at work";
        if (!saving.keeper) return "nothing keeps it";
        const proposes = proposing.on && sessionStorage.getItem("wuhen.key") !== null
            && (proposing.known !== work || (proposing.shown && !proposing.shown.isConnected));
        return proposes ? "proposals come" : "";
    };
    const end = performance.now() + most;
    while (comes() && performance.now() < end) {
        changed = false;
        await frame();
        await frame();
    }
    watch.disconnect();
    return comes();
}"""
_PLACES = """(stage, shares) => {
    const { left, top } = stage.getBoundingClientRect();
    const { x, y, scale } = stage.view;
    const { width, height } = document.querySelector("wh-studio").work;
    return shares.map(([u, v]) => [left + x + u * width * scale, top + y + v * height * scale]);
}"""

Share = tuple[float, float]


@dataclass(frozen=True)
class Device:
    """What the studio is seen on."""

    name: str
    width: int
    height: int
    touch: bool
    mobile: bool = False


DEVICES = (
    Device("desktop", 1280, 800, touch=False),
    Device("tablet", 820, 1180, touch=True, mobile=True),
    Device("tablet-wide", 1180, 820, touch=True, mobile=True),
    Device("phone", 390, 844, touch=True, mobile=True),
    Device("phone-wide", 844, 390, touch=True, mobile=True),
    Device("phone-small", 360, 640, touch=True, mobile=True),
)


@dataclass
class Hand:
    """A tab, a hand on it, and what was found."""

    device: Device
    language: str
    context: BrowserContext
    page: Page
    axe: str
    themes: Sequence[str] = ("light", "dark")
    shots: Path | None = None
    #: By theme and station.
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    #: What the console may say at the moment, as patterns.
    allowed: tuple[str, ...] = ()
    _console: list[str] = field(default_factory=list)
    _last: str = ""
    _client: CDPSession | None = None

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._console.append(f"not caught: {error}"))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self._client = self.context.new_cdp_session(self.page)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._console.append(f"console: {message.text[:200]}")

    def word(self, key: str, **values: Any) -> str:
        """Return what the page says, in its language."""
        said: str = self.page.evaluate(
            """async ([key, values]) => {
                const words = new URL("base/words.js", document.querySelector("script").src);
                return (await import(words)).t(key, values);
            }""",
            [key, values],
        )
        return said

    def button(self, key: str, within: str = "body", **values: Any) -> Locator:
        """Return a button by what it is called in the page's words."""
        named = self.page.locator(within).get_by_role("button", name=self.word(key, **values), exact=True)
        return named.locator("visible=true").first

    def touch(self, wanted: Locator) -> None:
        """Press something by mouse or finger."""
        if self.device.touch:
            wanted.tap()
        else:
            wanted.click()

    def press(self, key: str, within: str = "body", **values: Any) -> None:
        """Press a button, in the menus of what is done more rarely if it is there."""
        wanted = self.button(key, within, **values)
        if within == "body" and not wanted.is_visible():
            for opener in (".run > .opens", ".app-menu.opens"):
                menu = self.page.locator(opener)
                if not menu.is_visible():
                    continue
                self.touch(menu)
                if wanted.is_visible():
                    break
                self.page.keyboard.press("Escape")
        self.touch(wanted)

    def choose(self, key: str, *given: Path, within: str = "body") -> None:
        """Press a button that lets files be chosen, and choose these."""
        with self.page.expect_file_chooser() as chooser:
            self.press(key, within)
        chooser.value.set_files(given)

    def download(self, key: str, within: str = "body", **values: Any) -> None:
        """Press a button that offers a file, and wait for all of it."""
        with self.page.expect_download() as offered:
            self.press(key, within, **values)
        offered.value.path()

    def still(self, *, busy: bool = False) -> None:
        """Wait until nothing comes any more by itself; where something is under way, but for that."""
        comes = self.page.evaluate(_STILL, [busy, REST])
        if comes and not busy:
            self.fault(f"after {self._last}", f"no rest in {REST / 1000:g} s: {comes}")

    def stroke(self, *shares: Share) -> None:
        """Drag over the photo; points are shares of its sides."""
        self.still()
        places = self.page.locator("wh-stage").evaluate(_PLACES, shares)
        if not self.device.touch:
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place, steps=4)
            self.page.mouse.up()
            return
        assert self._client is not None
        for kind, points in _touches(places):
            self._client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            self.page.wait_for_timeout(16)
        # No finger comes back at once.
        self.page.wait_for_timeout(200)

    def tap(self, share: Share) -> None:
        """Click or tap on a place of the photo."""
        self.still()
        ((x, y),) = self.page.locator("wh-stage").evaluate(_PLACES, [share])
        if self.device.touch:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)

    def look(self, station: str, *, busy: bool = False) -> None:
        """Look at the page as it is, in every theme, and note what is wrong."""
        page = self.page
        self.still(busy=busy)
        self._last = station
        assert self._client is not None
        # Not as scripts of the page, whose policy forbids them.
        missing = page.evaluate("[typeof faultsOf === 'undefined', typeof axe === 'undefined']")
        for code, lacks in zip((FAULTS, self.axe), missing, strict=True):
            if lacks and code:
                self._client.send("Runtime.evaluate", {"expression": code})
        faults = page.evaluate("options => faultsOf(options)", {"touch": self.device.touch})
        for number, theme in enumerate(self.themes):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            found = self.found.setdefault((theme, station), [])
            found += [] if number else faults
            # What is under way would be over before axe is.
            if self.axe and not busy:
                rules = COLOURS if number else []
                found += [_violation(one) for one in page.evaluate(_AXE, [TAGS, rules])]
            if self.shots:
                name = f"{self.device.name}-{self.language}-{theme}-{station}.png"
                page.screenshot(path=self.shots / re.sub(r"[^\w.-]", "-", name), animations="disabled")
        self.heard(station)

    def heard(self, station: str) -> None:
        """Note what the console has said since the last time."""
        console = [one for one in self._console if not any(re.search(each, one) for each in self.allowed)]
        if console:
            self.found.setdefault((self.themes[0], station), []).extend(console)
        self._console.clear()

    def fault(self, station: str, text: str) -> None:
        """Note that something did not come about."""
        self.found.setdefault((self.themes[0], station), []).append(text)


def seated(browser: Browser, device: Device, language: str, axe: str, shots: Path | None = None) -> Hand:
    """Return somebody who sits down before the device."""
    context = browser.new_context(
        viewport={"width": device.width, "height": device.height},
        has_touch=device.touch,
        is_mobile=device.mobile,
        locale=LOCALES[language],
        reduced_motion="reduce",
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return Hand(device, language, context, context.new_page(), axe, shots=shots)


def _violation(given: Sequence[Any]) -> str:
    name, count, target, html = given
    return f"axe: {name} ({count}): {target}: {html}"


def _touches(places: Sequence[Sequence[float]]) -> Iterator[tuple[str, list[dict[str, float]]]]:
    """Yield what a finger does that goes from place to place, and rests on the last."""
    (x, y), *others = places
    yield "touchStart", [{"x": x, "y": y}]
    for to_x, to_y in others:
        for step in (0.33, 0.67, 1):
            yield "touchMove", [{"x": x + (to_x - x) * step, "y": y + (to_y - y) * step}]
        x, y = to_x, to_y
    for _ in range(4):
        yield "touchMove", [{"x": x, "y": y}]
    yield "touchEnd", []
