"""What it costs a page over plain http to sign by itself.

    python -m bench.studio.signing [--rounds 5]

A page that browsers call secure has its bodies hashed by the browser, any other by the studio's own SHA-256,
those of a megabyte and more in a worker. Chromium loads the studio's modules once as either and hashes bodies
of several sizes: the median of so many rounds, and the longest that the page was held up meanwhile. Only
ratios within one run mean something where others work on the machine.
"""

import argparse
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[2] / "src/wuhen/studio/static"
SIZES = (100_000, 1_000_000, 8_000_000, 30_000_000)
_HASH = """async ([size, rounds]) => {
    const { digest } = await import("/js/api/digest.js");
    const bytes = new Uint8Array(size).map((_, index) => (index * 2654435761) >>> 24);
    await digest(bytes, "SHA-256");
    const took = [];
    let held = 0, last = performance.now(), going = true;
    const look = () => {
        const now = performance.now();
        held = Math.max(held, now - last);
        last = now;
        if (going) setTimeout(look);
    };
    look();
    for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        await digest(bytes, "SHA-256");
        took.push(performance.now() - started);
    }
    going = false;
    return [took.sort((one, other) => one - other)[rounds >> 1], held];
}"""


class _Files(SimpleHTTPRequestHandler):
    """Serves the studio's files and says nothing of it."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    found: dict[str, list[tuple[float, float]]] = {}
    with _serving() as port, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        rules = "--host-resolver-rules=MAP photos.example 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", rules]
        )
        for whose, host in (("browser", "127.0.0.1"), ("own", "photos.example")):
            page = browser.new_page()
            page.goto(f"http://{host}:{port}/icon.svg")
            assert page.evaluate("isSecureContext") is (whose == "browser")
            found[whose] = [page.evaluate(_HASH, [size, rounds]) for size in SIZES]
        browser.close()
    print("bytes        browser       own   page held up by the own")
    for size, (theirs, _), (ours, held) in zip(SIZES, found["browser"], found["own"], strict=True):
        print(f"{size:>10,} {theirs:7.1f} ms {ours:7.1f} ms {held:7.1f} ms")


if __name__ == "__main__":
    main()
