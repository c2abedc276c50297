"""What a batch of several hundred photos takes in the browser, from adding them to their archive.

    python -m bench.studio.batch [--tree NAME=FOLDER ...] [--photos 300] [--megapixels 12]

Each tree of sources (a checkout of this repository; without one, this) has its page open in Chromium, which
is given that many JPEGs of their own and one mask. Erasures are answered at once with a JPEG as large as the
photo, without the service: measured is the page. Told are, as the batch gets on, the page's own objects after
a collection (the heap), and what the browser's processes have in memory that they share with nobody (USS);
then seconds until the last photo is known to be readable, until the last is done, and until the archive is.
"""

import argparse
import base64
import io
import json
import re
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from bench.studio.first import HERE, serving
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

_PATIENCE = 1_800_000  # milliseconds


def photo_of(megapixels: float) -> tuple[bytes, tuple[int, int]]:
    """Return a JPEG with grain, and its size."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = width * 3 // 4
    grain = np.random.default_rng(5).integers(-9, 10, (height, width, 3))
    shade = np.linspace(60, 200, width)[None, :, None]
    file = io.BytesIO()
    Image.fromarray(np.clip(grain + shade, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue(), (width, height)


def files_in(folder: Path, photo: bytes, size: tuple[int, int], count: int) -> tuple[list[Path], Path]:
    """Write that many photos, each a file of its own, and one mask."""
    photos = [folder / f"photo-{number:03}.jpg" for number in range(count)]
    for number, file in enumerate(photos):
        # A comment after the end makes each of them another.
        file.write_bytes(photo + number.to_bytes(4, "big"))
    mask = np.zeros(size[::-1], np.uint8)
    mask[100:200, 100:200] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    return photos, folder / "mask.png"


def memory(context: BrowserContext, page: Page) -> tuple[float, float]:
    """Return megabytes: the page's heap, and what the browser's processes have for themselves."""
    client = context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    heap: float = page.evaluate("() => performance.memory.usedJSHeapSize")
    client.detach()
    own = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                own += process.memory_full_info().uss
        except psutil.Error:  # it has ended meanwhile
            continue
    return heap / 1e6, own / 1e6


def done(page: Page) -> int:
    """Return how many photos are done, as the page says."""
    said = page.locator("wh-batch .summary, wh-batch [role=status]").first.inner_text()
    found = re.match(r"(\d+) of", said)
    return int(found[1]) if found else 0


def print_row(count: int, heap: float, own: float) -> None:
    """Print what there is in memory."""
    print(f"{count:8}{heap:11.0f}{own:14.0f}", flush=True)


def measure(browser: Browser, address: str, photos: list[Path], mask: Path, photo: bytes) -> None:
    """Have one page do the batch, and print what it took."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    result = base64.b64encode(photo).decode()
    answer = {"ResultImage": result, "Alternatives": [], "Found": [], "Remarks": [], "RequestId": "0"}
    body = json.dumps({"Response": answer})

    def erased(route: Route) -> None:
        if route.request.headers.get("x-tc-action") == "EraseRegions":
            route.fulfill(content_type="application/json", body=body)
        else:
            route.continue_()

    page.route(lambda url: url.count("/") == 3, erased)
    page.goto(address)
    page.get_by_role("button", name="Batch", exact=True).click()
    for button, files in (("Choose photos", photos), ("Choose masks", [mask])):
        with page.expect_file_chooser() as chooser:
            page.locator("wh-batch").get_by_role("button", name=button).click()
        started = time.perf_counter()
        chooser.value.set_files(files)
    if page.locator("wh-photos").count():
        shown = "count => document.querySelectorAll('.thumb img[src]').length === count"
        page.wait_for_function(shown, arg=len(photos))
        print(f"    known to be readable after {time.perf_counter() - started:.0f} s")
    print("    done   heap, MB   browser, MB")
    print_row(0, *memory(context, page))
    started = time.perf_counter()
    page.get_by_role("button", name=re.compile("^Erase (all|from)")).click()
    for part in (0.25, 0.5, 0.75, 1):
        wanted = round(part * len(photos))
        while done(page) < wanted:
            page.wait_for_timeout(100)
        print_row(done(page), *memory(context, page))
    print(f"    all done after {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    with page.expect_download() as offered:
        page.get_by_role("button", name=re.compile("^Download (zip|[(])")).click()
    size = offered.value.path().stat().st_size
    print(f"    an archive of {size / 1e6:.0f} MB after {time.perf_counter() - started:.0f} s")
    print_row(len(photos), *memory(context, page))
    context.close()


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--tree", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--megapixels", type=float, default=12)
    given = parser.parse_args()
    trees = [(name, Path(folder)) for name, _, folder in (tree.partition("=") for tree in given.tree)]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        photo, size = photo_of(given.megapixels)
        photos, mask = files_in(Path(work), photo, size, given.photos)
        print(f"{given.photos} photos of {len(photo) / 1e6:.1f} MB")
        for name, tree in trees or [("this", HERE)]:
            print(name)
            folder = Path(work) / f"service-{name}"
            folder.mkdir()
            arguments = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            with serving(tree.resolve(), folder) as link:
                measure(browser, link(), photos, mask, photo)
            browser.close()


if __name__ == "__main__":
    main()
