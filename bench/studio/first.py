"""How long it takes from the link to the first download without a mark: presses, strokes and seconds.

    python -m bench.studio.first [--tree NAME=FOLDER ...] [--photo FILE] [--rounds 3]

Each tree of sources (a checkout of this repository; without one, this) runs a service of its own, whose
studio is gone through in Chromium as somebody does who sees it for the first time: the bundled sample, and
an own photo in which a lasso is drawn around what is to go. Counted are presses of a button and strokes
over the photo. The seconds are the machine's: from the press to what it brings, the median of so many
rounds. What a hand takes is reckoned with the keystroke-level model: 1.3 s for a press that is aimed at,
2.5 s for a stroke around something.

Card, Moran, Newell: The Keystroke-Level Model for User Performance Time with Interactive Systems. CACM 1980.
"""

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE = Path(__file__).parents[2]
PRESS, STROKE = 1.3, 2.5  # seconds of a hand
#: Around the tree in the middle of the sample of earlier trees, as shares of the photo.
_TREE = ((0.695, 0.71), (0.71, 0.55), (0.745, 0.38), (0.785, 0.5), (0.805, 0.69), (0.78, 0.72))
_SQUARE = ((0.42, 0.40), (0.58, 0.40), (0.58, 0.60), (0.42, 0.60))
_PATIENCE = 60_000  # milliseconds


@dataclass
class Way:
    """What going one way took."""

    page: Page
    presses: int = 0
    strokes: int = 0
    steps: list[float] = field(default_factory=list)

    def press(self, wanted: Locator, until: Callable[[], object]) -> None:
        """Press something, and wait for what it brings."""
        self.presses += 1
        started = time.perf_counter()
        wanted.click()
        until()
        self.steps.append(time.perf_counter() - started)

    def stroke(self, shares: tuple[tuple[float, float], ...]) -> None:
        """Draw around something; points are shares of the photo's sides."""
        self.strokes += 1
        places = self.page.locator("wh-stage").evaluate(
            """(stage, shares) => {
                const { left, top } = stage.getBoundingClientRect();
                const { x, y, scale } = stage.view;
                const { width, height } = document.querySelector("wh-studio").work;
                return shares.map(([u, v]) => [left + x + u * width * scale, top + y + v * height * scale]);
            }""",
            [*shares, shares[0]],
        )
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

    @property
    def hand(self) -> float:
        """Seconds that a hand takes."""
        return self.presses * PRESS + self.strokes * STROKE


@contextlib.contextmanager
def serving(tree: Path, folder: Path) -> Iterator[Callable[[], str]]:
    """Run a tree's service; what is yielded makes links that open its studio."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = os.environ | {"PYTHONPATH": str(tree / "src")}
    wuhen = [sys.executable, "-m", "wuhen"]
    place = ["--data-dir", str(folder), "--port", port]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        service = subprocess.Popen(
            [*wuhen, "serve", *place, "--workers", "1", "--threads", "1"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(int(port))

            def link() -> str:
                made = subprocess.run(
                    [*wuhen, "studio", *place], env=environment, check=True, capture_output=True
                )
                return made.stdout.decode().strip()

            yield link
        finally:
            service.terminate()
            service.wait(30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"The service at port {port} does not get ready.")


def _selected(page: Page) -> int:
    shapes: int = page.evaluate("() => document.querySelector('wh-studio').work?.shapes.length ?? 0")
    return shapes


def _opened(page: Page) -> None:
    page.locator("wh-stage").wait_for(timeout=_PATIENCE)


def go(browser: Browser, address: str, photo: Path | None) -> Way:
    """Go from the link to the first download: of the sample, or of an own photo."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    way = Way(page)
    started = time.perf_counter()
    page.goto(address)
    button = page.get_by_role("button", name="Open a photo" if photo else "Try the sample")
    button.wait_for()
    way.steps.append(time.perf_counter() - started)
    if photo:
        page.once("filechooser", lambda chooser: chooser.set_files(photo))
    way.press(button, lambda: _opened(page))
    page.wait_for_timeout(1000)
    if not _selected(page):
        way.press(page.get_by_role("button", name="Lasso"), lambda: None)
        way.stroke(_SQUARE if photo else _TREE)
    mark = page.get_by_label("Draw the AI mark")
    if mark.is_checked():
        way.press(mark, lambda: None)
    way.press(
        page.get_by_role("button", name="Erase", exact=True),
        page.get_by_role("button", name="Result 1").wait_for,
    )
    with page.expect_download() as offered:
        way.press(page.get_by_role("button", name="Download").first, lambda: None)
        waited = time.perf_counter()
        offered.value.path()
    way.steps.append(time.perf_counter() - waited)
    context.close()
    return way


def _own_photo(file: Path) -> Path:
    grain = np.random.default_rng(3).integers(-12, 13, (2000, 3000, 3))
    shade = np.linspace(90, 190, 3000)[None, :, None]
    photo = np.clip(shade + grain, 0, 255).astype(np.uint8)
    photo[850:1150, 1350:1650] = (200, 30, 30)
    Image.fromarray(photo).save(file, quality=92)
    return file


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--tree", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--photo", type=Path, help="the own photo; without it, six megapixels are made")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    trees = [(name, Path(folder)) for name, _, folder in (tree.partition("=") for tree in given.tree)]
    print("tree          photo     presses  strokes  machine, s  with a hand, s")
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        photo = given.photo or _own_photo(Path(work) / "own.jpg")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, tree in trees or [("this", HERE)]:
            folder = Path(work) / name
            folder.mkdir()
            with serving(tree.resolve(), folder) as link:
                for what, file in (("sample", None), ("own", photo)):
                    ways = [go(browser, link(), file) for _ in range(given.rounds)]
                    machine = statistics.median(sum(way.steps) for way in ways)
                    way = ways[0]
                    counts = f"{name:14}{what:10}{way.presses:7}{way.strokes:9}"
                    print(f"{counts}{machine:12.1f}{machine + way.hand:16.1f}")
        browser.close()


if __name__ == "__main__":
    main()
