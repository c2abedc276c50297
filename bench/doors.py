"""What other products' clients get at our doors: python -m bench.doors [--page IOPAINT.whl].

Each client erases once, and is then refused for each reason that there is. One table shows what it made of
that: the status, and what its user reads. With the wheel of IOPaint (1.6.0 of PyPI), its own page is opened
in Chromium as if it came from the service, a photo is given to it and a stroke drawn, as a user would.
"""

import argparse
import io
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent
# The tests' clients, and their way to run a service.
sys.path.insert(0, str(ROOT / "tests"))

from clients.door_clients import CALLERS, Caller, Told  # noqa: E402
from harness import Service, create_bearer, running  # noqa: E402
from pictures import encoded  # noqa: E402
from scenes import Scene, assert_erased, red_square, reds  # noqa: E402

__all__ = ["main"]

OPTIONS = ("--doors", "clipdrop,iopaint,openai", "--workers", "1", "--threads", "1", "--max-body", "13")
LARGE = 14 * 1024**2
"""Bytes of a file that no call may have room for."""
SHOWN = 150
"""Characters of a text in the table."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGE = "IOPaint's own page, in Chromium"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Line:
    """One line of the table: a client, what was sent, and what it made of the answer."""

    client: str
    case: str
    status: int
    text: str

    def __str__(self) -> str:
        text = self.text.replace("|", "/").replace("\n", " ")
        text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        return f"| {self.client} | {self.case} | {self.status} | {text} |"


def lines_of(caller: Caller, service: Service, scene: Scene, long: Scene) -> Iterator[Line]:
    """Yield what one client gets, case by case; a worker is busy with the `long` scene for some seconds."""
    data, account = service.data_dir, f"bench {caller.name}"
    key = create_bearer(data, "--account", account, "--concurrency", "2", "--rate", "50")
    hurried = create_bearer(data, "--account", f"{account}, hurried", "--rate", "1")
    narrow = create_bearer(data, "--account", f"{account}, narrow", "--concurrency", "1")

    def call(case: str, with_key: str, photo: bytes, mask: bytes) -> Line:
        try:
            result = caller.erase(service.url, with_key, photo, mask)
        except Told as told:
            return Line(caller.name, case, told.status, told.text)
        assert_erased(result, scene)
        return Line(caller.name, case, 200, "erased, and the rest bit for bit as it was")

    photo, mask = scene.photo, scene.mask
    yield call("good", key, photo, mask)
    yield call("wrong key", key[:-1] + ("a" if key[-1] != "a" else "b"), photo, mask)
    yield call("mask of another size", key, photo, red_square(50, 40).mask)
    yield call("no picture", key, b"no picture", mask)
    yield call("nothing to erase", key, photo, encoded(np.zeros(scene.hole.shape, np.bool_)))
    yield call("file of 14 MiB where a call may have 13", key, photo + bytes(LARGE), mask)
    with suppress(Told):
        caller.erase(service.url, hurried, b"?", mask)
    yield call("more often than the key may", hurried, photo, mask)
    with busy(partial(caller.erase, service.url, narrow, long.photo, long.mask)):
        yield call("while the account's one slot is taken", narrow, photo, mask)


@contextmanager
def busy(work: Callable[[], object]) -> Iterator[None]:
    """Do something beside, and go on when it is under way."""

    def quietly() -> None:
        with suppress(Told):
            work()

    beside = threading.Thread(target=quietly)
    beside.start()
    time.sleep(1.0)
    try:
        yield
    finally:
        beside.join()


def draw_in_page(service: Service, wheel: Path, scene: Scene) -> Line:
    """Erase by IOPaint's own page; return what came of it."""
    from playwright.sync_api import Route, sync_playwright  # noqa: PLC0415 - only for this

    key = create_bearer(service.data_dir, "--account", "page")
    files = zipfile.ZipFile(wheel)

    def from_wheel(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/api/"):
            route.continue_()
            return
        name = "iopaint/web_app/" + (path.lstrip("/") or "index.html")
        if name not in files.namelist():
            route.abort()
            return
        kind = TYPES.get(Path(name).suffix, "application/octet-stream")
        route.fulfill(body=files.read(name), content_type=kind)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(http_credentials={"username": "any", "password": key}).new_page()
        page.route("**/*", from_wheel)
        page.goto(f"{service.url}/")
        with page.expect_file_chooser() as chooser:
            page.locator("text=/Click here or drag/i").first.click()
        chooser.value.set_files({"name": "photo.png", "mimeType": "image/png", "buffer": scene.photo})
        canvas = page.locator("canvas").first
        canvas.wait_for()
        page.wait_for_timeout(1000)
        box = canvas.bounding_box()
        if box is None:
            raise LookupError("the page shows no canvas")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        reach = box["width"] * 0.17
        page.mouse.move(x - reach, y)
        page.mouse.down()
        for step in range(21):
            page.mouse.move(x + reach * (step / 10 - 1), y + (step % 2 * 2 - 1) * box["height"] * 0.17)
        with page.expect_response(lambda answer: answer.url.endswith("/inpaint")) as info:
            page.mouse.up()
        page.mouse.move(0, 0)
        page.wait_for_timeout(1000)
        with Image.open(io.BytesIO(page.screenshot(clip=box))) as image:
            left = reds(np.asarray(image.convert("RGB")))
        status = info.value.status
        browser.close()
    return Line(PAGE, "a stroke", status, f"shows {left} of {reds(scene.pixels)} red pixels then")


def main() -> None:
    """Run the clients and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", type=Path, help="the wheel of IOPaint")
    parser.add_argument("--only-page", action="store_true", help="leave the other clients out")
    given = parser.parse_args()
    scene, long = red_square(), red_square(2000, 1500, side=1200)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data", *OPTIONS) as service:
        print("| client | sent | status | what it makes of the answer |\n|---|---|---|---|")
        for caller in () if given.only_page else CALLERS:
            for line in lines_of(caller, service, scene, long):
                print(line, flush=True)
        if given.page is not None:
            print(draw_in_page(service, given.page, red_square(400, 300, side=80)))


if __name__ == "__main__":
    main()
