"""What painting costs in the studio: python -m bench.studio.painting [--megapixels 1,12,50] [--slower 4].

For each size of photo, Chromium paints strokes on a bare photo, then on one that has a hundred, then zooms
with all of them in sight. Printed are the frames, by wall clock with the page slowed down by the given factor
(median and 95th percentile, milliseconds), and the processor time of the page's main thread for each frame,
not slowed down, which other programs on the machine do not change much.
"""

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).parents[2]
# The tests' way to run a service and its studio.
sys.path.insert(0, str(ROOT / "tests"))

from harness import running  # noqa: E402
from studio.studio_pages import ARGUMENTS, WHOLE, link_to, open_photo, open_tab  # noqa: E402
from wuhen import samples  # noqa: E402

__all__ = ["main"]

SHAPE = 4 / 3
STEPS = 60
"""Moves of the pointer in a stroke, one for each frame of a screen of 60 Hz."""
STROKES = 3
BEFORE = 100
FRAMES = """() => {
    window.frames_ = [];
    let last = performance.now();
    const note = (now) => {
        window.frames_?.push(now - last);
        last = now;
        if (window.frames_) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
}"""
TAKEN = "() => { const all = window.frames_; window.frames_ = null; return all; }"
CROWD = """(count) => {
    const { work } = document.querySelector("wh-studio");
    const shapes = Array.from({ length: count }, (_, i) => {
        const y = ((i + 0.5) * work.height) / count;
        const point = (k) => [(k / 60) * work.width, y, work.height / 40];
        const points = Array.from({ length: 60 }, (_, k) => point(k)).flat();
        return { kind: "stroke", points, erases: false };
    });
    work.replace(shapes);
}"""


def make_photo(megapixels: float, folder: Path) -> Path:
    """Write the sample, enlarged."""
    height = round(math.sqrt(megapixels * 1e6 / SHAPE))
    file = folder / f"{megapixels:g}.jpg"
    with Image.open(samples.photo_path()) as image:
        image.convert("RGB").resize((round(height * SHAPE), height), Image.Resampling.BILINEAR).save(file)
    return file


def cpu_of(cdp: CDPSession) -> float:
    """Return the processor time that the page's main thread has taken, in milliseconds."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return 1000 * sum(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def measure(page: Page, cdp: CDPSession, act: Callable[[], None], slower: float) -> str:
    """Do something with the page slowed down, then once more as it is; return its frames and their cost."""
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.evaluate(FRAMES)
    act()
    frames = sorted(page.evaluate(TAKEN)[1:])
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    before = cpu_of(cdp)
    page.evaluate(FRAMES)
    act()
    count = len(page.evaluate(TAKEN))
    cost = (cpu_of(cdp) - before) / count
    late = frames[min(len(frames) - 1, math.ceil(0.95 * len(frames)))]
    return f"{statistics.median(frames):7.1f} {late:7.1f} {cost:9.2f}"


def paint(page: Page, cdp: CDPSession) -> None:
    """Draw strokes over the middle of the stage."""
    box = page.locator("wh-stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def move(kind: str, dx: float, dy: float) -> None:
        button = "none" if kind == "mouseMoved" else "left"
        event = {"type": kind, "x": x + dx, "y": y + dy, "button": button, "buttons": 1, "clickCount": 1}
        cdp.send("Input.dispatchMouseEvent", event)

    for stroke in range(STROKES):
        dy = 60 * (stroke - 1)
        move("mousePressed", -200, dy)
        for step in range(STEPS):
            move("mouseMoved", 400 * step / STEPS - 200, dy)
            page.wait_for_timeout(1000 / 60)
        move("mouseReleased", 200, dy)


def zoom(page: Page, cdp: CDPSession) -> None:
    """Go closer and back by the wheel."""
    box = page.locator("wh-stage").bounding_box()
    assert box is not None
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    for step in range(STEPS):
        delta = -20 if step < STEPS / 2 else 20
        cdp.send("Input.dispatchMouseEvent", {"type": "mouseWheel", **middle, "deltaX": 0, "deltaY": delta})
        page.wait_for_timeout(1000 / 60)


def measure_all(page: Page, cdp: CDPSession, megapixels: float, slower: float) -> None:
    """Print a line for each thing that is done to an open photo."""
    acts = {"strokes, bare": paint, f"strokes, on {BEFORE}": paint, f"zoom, with {BEFORE}": zoom}
    for what, act in acts.items():
        if str(BEFORE) in what:
            page.evaluate(CROWD, BEFORE)
            page.wait_for_timeout(500)
        print(f"{megapixels:4g} {what:22} {measure(page, cdp, partial(act, page, cdp), slower)}", flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megapixels", default="1,12,50", help="sizes of photos [%(default)s]")
    parser.add_argument(
        "--slower", type=float, default=4, help="how much the page is slowed down [%(default)s]"
    )
    args = parser.parse_args()
    print(f"{'Mpx':>4} {'':22} {'median':>7} {'p95':>7} {'CPU/frame':>9}")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        with running(folder / "data", "--workers", "1", "--threads", "1") as service:
            browser = playwright.chromium.launch(executable_path=WHOLE, args=ARGUMENTS)
            for megapixels in map(float, args.megapixels.split(",")):
                context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
                page = open_tab(context, link_to(service)).page
                open_photo(page, make_photo(megapixels, folder))
                page.wait_for_timeout(2000)
                cdp = context.new_cdp_session(page)
                cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
                measure_all(page, cdp, megapixels, args.slower)
                context.close()
            browser.close()


if __name__ == "__main__":
    main()
