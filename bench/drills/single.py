"""One slot, many callers, several services: python -m bench.drills.single [--calls 10000].

The official SDK calls through nginx, from several threads, with a key that may run one call at a time; all
wait for their turn in the gate that the services share. Each call's photo is downloaded, and its result put
into the store. The picture server knows when the one began, the store when the other was done: between the
two, the call had the slot. No two such times may overlap, and at the end, the slot must be free at once.
"""

import argparse
import itertools
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from tencentcloud.aiart.v20221229.aiart_client import AiartClient
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import credential_of, profile, request_of
from estate import Estate
from scenes import Scene, red_square
from servers.s3 import BUCKET

CALLERS = 6
QUEUE_SECONDS = 40
CLOCK_SECONDS = 0.01
"""By how much a file's time may be too early: it is of the kernel's coarse clock."""


class Photos(ThreadingHTTPServer):
    """Serves one photo under every path, and notes when it was asked for."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, photo: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.photo = photo
        self.asked: dict[str, list[float]] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = cast("Photos", self.server)
        server.asked.setdefault(self.path, []).append(time.time())
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(server.photo)))
        self.end_headers()
        self.wfile.write(server.photo)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""


@contextmanager
def serving(photo: bytes) -> Iterator[Photos]:
    """Run a server of photos."""
    with Photos(photo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@dataclass
class Calls:
    """What is called, and what came of it."""

    estate: Estate
    photos: Photos
    scene: Scene
    count: int
    codes: Counter[str] = field(default_factory=Counter)
    stored: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Make all calls."""
        numbers = itertools.count()
        threads = [threading.Thread(target=self._work, args=(numbers,)) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def held(self) -> list[tuple[float, float]]:
        """Return when the slot was held by whom it was, at least, in its order."""
        folder = self.estate.servers.store.root / BUCKET
        ends = {path: (folder / name).stat().st_mtime for path, name in self.stored.items()}
        return sorted((self.photos.asked[path][0], end) for path, end in ends.items())

    def _work(self, numbers: Iterator[int]) -> None:
        client = AiartClient(credential_of(self.estate.key), "ap-guangzhou", profile(self.estate.service))
        for number in numbers:
            if number >= self.count:
                return
            path = f"/{number}.png"
            url = f"http://127.0.0.1:{self.photos.server_address[1]}{path}"
            parameters = self.scene.parameters(InputUrl=url, InputImage=None, RspImgType="url")
            try:
                result = client.ImageInpaintingRemoval(request_of(parameters)).ResultImage
            except TencentCloudSDKException as error:
                self.codes[str(error.get_code())] += 1
            else:
                self.codes["OK"] += 1
                self.stored[path] = urlsplit(result).path.removeprefix(f"/{BUCKET}/")


def main() -> None:
    """Make the calls and tell what came of them; exit with 1 if two were at it at once or a slot was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    count = parser.parse_args().calls
    scene = red_square(64, 48, side=8)
    options = ("--queue-seconds", str(QUEUE_SECONDS))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(scene.photo) as photos,
        Estate(Path(folder), photos.server_address[1], options=options, concurrency=1) as estate,
    ):
        calls = Calls(estate, photos, scene, count)
        started = time.monotonic()
        calls.make()
        took = time.monotonic() - started
        held = calls.held()
        overlaps = sum(after < end - CLOCK_SECONDS for (_, end), (after, _) in itertools.pairwise(held))
        busy = sum(end - begin for begin, end in held)
        asked = (estate.root / "nginx/access.log").read_text().splitlines()
        shares = Counter(one.split()[6] for one in asked)
        again = Calls(estate, photos, scene, 1)
        begun = time.monotonic()
        again.make()
        free = time.monotonic() - begun
        print(f"calls {count}, in {took:.0f} s: {dict(calls.codes)}; by {dict(shares)}")
        print(f"slot held for {busy / took:.0%} of the time; held twice: {overlaps} times")
        print(f"afterwards: {dict(again.codes)}, after {free:.2f} s")
        twice = sum(len(times) > 1 for times in photos.asked.values()) - 1
        print(f"calls begun twice: {max(0, twice)}")
    raise SystemExit(bool(overlaps or set(calls.codes) != {"OK"} or set(again.codes) != {"OK"}))


if __name__ == "__main__":
    main()
