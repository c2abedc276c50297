"""A large photo in the studio on a slow processor: python -m bench.studio.large [--megapixels 50].

Opens a JPEG as a camera writes it (EXIF, ICC, XMP, a gain map with its multi-picture index), paints, erases
and downloads, in Chromium whose page is slowed down by a factor. It prints what each step takes, how long
frames take while the brush moves, what was sent, and how the file that comes back differs from the one that
was opened: pixels outside the hole, and each kind of metadata, byte for byte. XMP says how long the gain map
is, which changes with what is erased from it; without one (``--plain``) it is the same.

The service runs without a label in its results, whose place is the XMP packet, and the mark is off; with
``--marked`` it is on, and its pixels are left out of the comparison.
"""

import argparse
import base64
import io
import math
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import CDPSession, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
# The tests' way to run a service and its studio, and to make files.
sys.path.insert(0, str(ROOT / "tests"))

from harness import running  # noqa: E402
from photo.photo_files import exif_block, matrix_profile  # noqa: E402
from photo.test_photo_removed import segment  # noqa: E402
from studio.studio_pages import ARGUMENTS, WHOLE, Opened, at, link_to, open_tab, press  # noqa: E402
from wuhen import samples, xmp  # noqa: E402
from wuhen.photo.jpeg.ultra_hdr import find_gain_map  # noqa: E402

__all__ = ["main"]

OPTIONS = ("--workers", "1", "--threads", "1", "--aigc-label", "false", "--iptc-source", "false")
GAIN = "http://ns.adobe.com/hdr-gain-map/1.0/"
CREATOR = ("http://ns.adobe.com/xap/1.0/", "CreatorTool")
ISO = b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"
SHAPE = 4 / 3
STROKES = 6
STEPS = 60
"""Moves of the pointer in a stroke, one for each frame of a screen of 60 Hz."""
FRAMES = """() => {
    window.frames_ = [];
    let last = performance.now();
    const note = (now) => {
        window.frames_.push(now - last);
        last = now;
        requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
}"""


@dataclass
class Taken:
    """What the steps took, in seconds, and what was sent, in bytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def measure(self, name: str, step: Callable[[], object]) -> None:
        began = time.perf_counter()
        step()
        self.seconds[name] = time.perf_counter() - began


def make_photo(megapixels: float, *, plain: bool) -> bytes:
    """Return the sample, enlarged and with grain, as a camera's JPEG, with a gain map unless it is plain."""
    height = round(math.sqrt(megapixels * 1e6 / SHAPE) / 16) * 16
    width = round(height * SHAPE / 16) * 16
    with Image.open(samples.photo_path()) as image:
        large = np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC))
    grain = np.random.default_rng(1).integers(-6, 7, (512, 512, 1))
    tiled = np.tile(grain, (height // 512 + 1, width // 512 + 1, 1))[:height, :width]
    pixels = (large.astype(np.int16) + tiled).clip(0, 255).astype(np.uint8)
    said = {CREATOR: "Camera 1.0"} | ({} if plain else {(GAIN, "Version"): "1.0"})
    promise = xmp.rewrite(None, said, prefixes={GAIN: "hdrgm", CREATOR[0]: "xmp"})
    out = io.BytesIO()
    block = exif_block(size=(width, height))
    how: dict[str, Any] = {"exif": block, "icc_profile": matrix_profile(), "xmp": promise, "dpi": (300, 300)}
    Image.fromarray(pixels).save(out, "JPEG", quality=90, **how)
    first = out.getvalue()
    if plain:
        return first
    gains = io.BytesIO()
    said = {(GAIN, "Version"): "1.0", (GAIN, "GainMapMax"): "2.5", (GAIN, "HDRCapacityMax"): "2.5"}
    grey = Image.fromarray(pixels[::4, ::4, 1])
    grey.save(gains, "JPEG", quality=90, xmp=xmp.rewrite(None, said, prefixes={GAIN: "hdrgm"}))
    second = gains.getvalue()
    return first[:2] + segment(2, ISO) + first[2:] + second[:2] + segment(2, ISO + b"parameters") + second[2:]


def paint(page: Page, cdp: CDPSession, middle: tuple[float, float], reach: float) -> list[float]:
    """Paint a disc by strokes; return how long frames took meanwhile, in milliseconds."""
    page.evaluate(FRAMES)
    x, y = at(page, *middle)

    def move(kind: str, dx: float, dy: float) -> None:
        pressed = {"button": "left", "buttons": 1} if kind != "mouseMoved" else {"buttons": 1}
        place = {"x": x + dx, "y": y + dy, "clickCount": 1}
        cdp.send("Input.dispatchMouseEvent", {"type": kind, **place, **pressed})

    for stroke in range(STROKES):
        dy = reach * (stroke / (STROKES - 1) - 0.5)
        move("mousePressed", -reach, dy)
        for step in range(STEPS):
            move("mouseMoved", reach * (2 * step / (STEPS - 1) - 1), dy)
            page.wait_for_timeout(1000 / 60)
        move("mouseReleased", reach, dy)
    found: list[float] = page.evaluate("() => window.frames_.splice(0)")
    return found[1:]


def work(page: Page, cdp: CDPSession, file: Path, folder: Path, *, marked: bool) -> tuple[Taken, list[float]]:
    """Open, paint, erase, download; the result lies in the folder as ``result.jpg``."""
    taken = Taken()

    def note(request: Any) -> None:
        if action := request.headers.get("x-tc-action"):
            taken.sent[action] = len(request.post_data_buffer or b"")

    page.on("request", note)

    def open_file() -> None:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Open a photo").click()
        chooser.value.set_files(file)
        expect(page.locator("wh-stage")).to_be_visible(timeout=300_000)

    taken.measure("open", open_file)
    page.get_by_label("Draw the AI mark").set_checked(marked)
    with Image.open(file) as image:
        width, height = image.size
    page.locator("#size").fill("40")
    frames: list[float] = []
    taken.measure("paint", lambda: frames.extend(paint(page, cdp, (width / 2, height / 2), 60)))

    def erase() -> None:
        page.get_by_role("button", name="Erase", exact=True).click()
        expect(page.get_by_role("button", name="Result 1")).to_be_visible(timeout=600_000)

    taken.measure("erase", erase)

    def download() -> None:
        with page.expect_download(timeout=600_000) as offered:
            press(page, "Download")
        offered.value.save_as(folder / "result.jpg")

    taken.measure("download", download)
    return taken, frames


def hole_of(page: Page) -> tuple[NDArray[np.bool_], list[float]]:
    """Return what was erased, and where the mark lies."""
    packed, width, height = page.evaluate(
        """() => {
            const { packed, width, height } = document.querySelector("wh-studio").work.result.erased;
            let text = "";
            for (let i = 0; i < packed.length; i += 8192) {
                text += String.fromCharCode(...packed.subarray(i, i + 8192));
            }
            return [btoa(text), width, height];
        }"""
    )
    bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), np.uint8), bitorder="little")
    mark = page.evaluate("() => document.querySelector('wh-studio').markLayer.mark?.place ?? [0, 0, 0, 0]")
    return bits[: width * height].reshape(height, width).astype(bool), mark


def compare(before: bytes, after: bytes, hole: NDArray[np.bool_], mark: list[float]) -> None:
    """Print how two files differ."""
    pixels = [np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (before, after)]
    differs = (pixels[0] != pixels[1]).any(axis=2)
    touched = hole.copy()
    left, top, width, height = mark
    touched[math.floor(top) : math.ceil(top + height), math.floor(left) : math.ceil(left + width)] = True
    # A block of colours is 16 pixels wide, and decoders smooth them over the next.
    rows, columns = (side // 16 for side in touched.shape)
    units = touched[: rows * 16, : columns * 16].reshape(rows, 16, columns, 16).any(axis=(1, 3))
    near = np.zeros_like(touched)
    near[: rows * 16, : columns * 16] = np.repeat(np.repeat(units, 16, 0), 16, 1)
    edge = near.copy()
    edge[1:] |= near[:-1]
    edge[:-1] |= near[1:]
    edge[:, 1:] |= edge[:, :-1].copy()
    edge[:, :-1] |= edge[:, 1:].copy()
    inside, beyond = differs & hole, differs & ~edge
    print(f"  pixels in the hole         {hole.sum():,}, changed {inside.sum():,}")
    print(f"  changed outside its blocks {beyond.sum():,} of {(~edge).sum():,}")
    one, other = (Image.open(io.BytesIO(data)).info for data in (before, after))
    for name, what in (("exif", "EXIF"), ("icc_profile", "ICC"), ("xmp", "XMP"), ("dpi", "resolution")):
        print(f"  {what:26s} {'the same, byte for byte' if one[name] == other.get(name) else 'differs'}")
    had, has = (find_gain_map(data) for data in (before, after))
    kept = f"kept, {len(has):,} bytes" if has else "lost" if had else "none"
    print(f"  gain map                   {kept}")
    print(f"  multi-picture index        {'there' if b'MPF' + bytes(1) in after[:200_000] else 'none'}")


def main() -> None:
    """Do it, and print what came of it."""
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=how)
    parser.add_argument("--megapixels", type=float, default=50)
    parser.add_argument("--slower", type=float, default=4, help="factor by which the page is slowed down")
    parser.add_argument("--plain", action="store_true", help="without a gain map")
    parser.add_argument("--marked", action="store_true", help="with the visible mark")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running(Path(name, "data"), *OPTIONS) as service:
        folder = Path(name)
        file = folder / "camera.jpg"
        file.write_bytes(make_photo(given.megapixels, plain=given.plain))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=WHOLE, args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
            tab: Opened = open_tab(context, link_to(service))
            page = tab.page
            page.get_by_role("button", name="Open a photo").wait_for()
            cdp = context.new_cdp_session(page)
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": given.slower})
            taken, frames = work(page, cdp, file, folder, marked=given.marked)
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            hole, mark = hole_of(page)
            browser.close()
        before, after = file.read_bytes(), (folder / "result.jpg").read_bytes()
        with Image.open(io.BytesIO(before)) as image:
            print(f"{image.width} x {image.height}, {len(before):,} bytes, {given.slower:g} times slower")
        print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in taken.seconds.items()))
        middle, high, most = np.percentile(frames, (50, 95, 100))
        print(f"  {len(frames)} frames while painting, in milliseconds:")
        print(f"  median {middle:.1f}, p95 {high:.1f}, longest {most:.1f}")
        for action, size in taken.sent.items():
            print(f"  sent with {action:16s} {size:,} bytes")
        print(f"file that came back: {len(after):,} bytes")
        compare(before, after, hole, mark if given.marked else [0, 0, 0, 0])
        for error in tab.errors:
            print(f"  in the console: {error}")


if __name__ == "__main__":
    main()
