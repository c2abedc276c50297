"""A newcomer's whole hour in the studio, replayed in Chromium on a service of its own.

    python -m bench.studio.hour [SHOTS] [--devices phone,desktop] [--languages en,zh] [--only batch] [--full]

On each device (a desk, a tablet and a phone, each way up, by mouse or touch) and in each language, somebody
signs in, opens samples and photos, uses every tool, erases, compares, chooses, exports, reloads, works
through a batch, calls the API, looks at the calls, loses the key, and loses the service. The other language
than the first takes a shorter way, unless all of it is asked for with --full. At every station, in both
themes:

* the console has said nothing (errors, warnings, what was not caught);
* axe finds nothing against WCAG 2.0 to 2.2, A and AA, nor against its best practices;
* every control is hit at its middle and its corners, unless it lies behind a dialog;
* no text and no control is cut where nobody can scroll, nor lies on another, and nothing scrolls sideways;
* controls are 40 pixels high and wide on devices that are touched, 24 elsewhere;
* no notice covers the photo.

What is found is printed by device, language and theme. The exit status is 1 if there is anything.
With SHOTS, a picture of every station is written to that folder.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.studio.hour import first, keyboard, last, middle
from bench.studio.hour.hand import DEVICES, PATIENCE, Device, Hand, seated
from bench.studio.hour.serving import HERE, Serving, files
from playwright.sync_api import Error, expect, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
AXE = HERE / "tests/studio/node_modules/axe-core/axe.min.js"

Station = Callable[[Hand], None]


def walk(service: Serving, given: dict[str, Path], device: Device) -> list[tuple[str, bool, Station]]:
    """Return what is done: its name, whether the shorter way has it as well, and how it is done."""
    # Others than those at a desk have no keyboard.
    keys = (
        [] if device.touch else [("keys alone", True, partial(keyboard.alone, service=service, files=given))]
    )
    return [
        *keys,
        ("sign in", True, partial(first.sign_in, service=service)),
        ("empty", True, first.empty),
        ("page", True, first.page_bar),
        *((f"sample {name}", name == "hikers", partial(first.sample, name=name)) for name in first.SAMPLES),
        *((f"own {kind}", False, partial(first.own, kind=kind, files=given)) for kind in first.KINDS),
        ("chips", True, partial(first.chips, files=given)),
        ("things", True, partial(first.things, files=given)),
        ("effects", True, partial(first.effects, files=given)),
        ("dropped", False, partial(first.dropped, files=given)),
        ("tools", True, partial(middle.tools, files=given)),
        ("refused", False, partial(first.refused, files=given)),
        ("mask", True, partial(middle.mask, files=given)),
        ("select", True, middle.select),
        ("going", False, middle.going),
        ("choices", True, middle.choices),
        ("compare", True, middle.compare),
        ("history", True, middle.history),
        ("settings", True, middle.settings),
        ("more", True, middle.more),
        ("export", True, middle.export),
        ("restored", True, middle.restored),
        ("find", True, middle.find),
        ("batch", True, partial(last.batch, files=given)),
        ("explorer", True, last.explorer),
        ("inspector", True, last.inspector),
        ("key ends", True, partial(last.key_ends, service=service, files=given)),
        ("service stops", False, partial(last.service_stops, service=service)),
    ]


def replay(hand: Hand, stations: Sequence[tuple[str, Station]]) -> None:
    """Go from station to station; where one does not come about, that is noted, and the next is gone to."""
    for name, act in stations:
        try:
            act(hand)
        except (Error, AssertionError) as error:
            what = " ".join(str(error).split())[:300]
            hand.fault(name, f"did not come about: {what}")
            _recover(hand, name)
        hand.heard(name)


def _recover(hand: Hand, name: str) -> None:
    if hand.shots:
        hand.page.screenshot(path=hand.shots / f"{hand.device.name}-{hand.language}-failed-{name}.png")
    try:
        for _ in range(3):
            hand.page.keyboard.press("Escape")
    except Error:
        hand.fault(name, "the page does not answer")


def _told(hand: Hand, seconds: float) -> int:
    """Print how much was found in each theme, and each fault with its stations; return how much."""
    total = 0
    stations: dict[str, list[str]] = {}
    for theme in hand.themes:
        found = {station: set(faults) for (of, station), faults in hand.found.items() if of == theme}
        count = sum(len(faults) for faults in found.values())
        total += count
        size = f"{hand.device.width}×{hand.device.height}"
        looked = f"{hand.device.name:12} {size:10} {hand.language}  {theme:6} {len(found):8}"
        print(f"{looked} {count:7} {seconds:7.0f}")
        for station, faults in found.items():
            for fault in faults:
                stations.setdefault(fault, []).append(
                    f"{station} ({theme})" if theme == hand.themes[1] else station
                )
    for fault, places in sorted(stations.items()):
        others = f" and {len(places) - 3} more" if len(places) > 3 else ""
        print(f"    {fault}\n        at {', '.join(places[:3])}{others}")
    sys.stdout.flush()
    return total


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("shots", type=Path, nargs="?", help="where pictures of all stations are written to")
    parser.add_argument("--devices", default=",".join(device.name for device in DEVICES))
    parser.add_argument("--languages", default="en,zh")
    parser.add_argument("--only", default="", help="stations to go to, after signing in")
    parser.add_argument("--full", action="store_true", help="the whole way in every language")
    parser.add_argument("--no-axe", action="store_true")
    given = parser.parse_args()
    if given.shots:
        given.shots.mkdir(parents=True, exist_ok=True)
    only = {name.strip() for name in given.only.split(",")} - {""}
    chosen = [device for device in DEVICES if device.name in given.devices.split(",")]
    languages = given.languages.split(",")
    if not AXE.exists() and not given.no_axe:
        sys.exit("axe-core is missing: make tests/studio/node_modules/.installed")
    axe = "" if given.no_axe else AXE.read_text()
    expect.set_options(timeout=PATIENCE)
    print("device       size       language  theme  stations  faults  seconds")
    total = 0
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        service = Serving(Path(work) / "data")
        service.start()
        made = files(Path(work) / "files")
        named = ("chromium-headless-shell", "chromium", "chromium-browser")
        chromium = next(filter(None, map(shutil.which, named)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            for device in chosen:
                for language in languages:
                    hand = seated(browser, device, language, axe, given.shots)
                    short = language != languages[0] and not given.full
                    stations = [
                        (name, act)
                        for name, shorter, act in walk(service, made, device)
                        if (name in only or name == "sign in" if only else shorter or not short)
                    ]
                    started = time.perf_counter()
                    replay(hand, stations)
                    total += _told(hand, time.perf_counter() - started)
                    hand.context.close()
        finally:
            browser.close()
            service.stop()
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
