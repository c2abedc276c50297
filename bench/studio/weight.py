"""What the studio's page weighs before anybody asks for a sample, a model or a photo.

    python -m bench.studio.weight [--tree NAME=FOLDER ...] [--most 300]

Each tree of sources (a checkout of this repository; without one, this) runs a service of its own, whose
studio is opened by its link in Chromium with nothing kept. Counted are the bytes of all answers until the
page has been still for three seconds, as they are before any compression, by kind; those of samples and
of the API are apart. The exit status is 1 where the last tree weighs more than it may, in kilobytes.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bench.studio.first import HERE, serving
from playwright.sync_api import Browser, Error, Response, sync_playwright

KINDS = ("html", "css", "js", "font", "picture", "other", "sample", "api")
_STILL = 3000  # milliseconds
_ENDINGS = {"css": "css", "js": "js", "woff2": "font", "svg": "picture", "webp": "picture", "jpg": "picture"}


def kind_of(answer: Response) -> str:
    """Say what an answer is."""
    path = urlsplit(answer.url).path
    if answer.request.method == "POST":
        return "api"
    if "sample" in path and not path.endswith((".js", ".css")):
        return "sample"
    return "html" if path.endswith("/") else _ENDINGS.get(path.rsplit(".", 1)[-1], "other")


def weigh(browser: Browser, address: str) -> tuple[Counter[str], int]:
    """Open the page, and return the bytes of each kind, and how many answers there were."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.insert(0, answer))
    page.goto(address)
    page.get_by_role("button", name="Open a photo").wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_STILL)
    weights: Counter[str] = Counter()
    for answer in answers:
        try:
            weights[kind_of(answer)] += len(answer.body())
        except Error:  # a redirection has no body
            continue
    context.close()
    return weights, len(answers)


def main() -> None:
    """Run from the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--tree", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--most", type=float, default=300.0, help="kilobytes that the page may weigh")
    given = parser.parse_args()
    trees = [(name, Path(folder)) for name, _, folder in (tree.partition("=") for tree in given.tree)]
    print(f"{'kB':12}" + "".join(f"{kind:>9}" for kind in KINDS) + "    page  answers")
    kilobytes = 0.0
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, tree in trees or [("this", HERE)]:
            folder = Path(work) / name
            folder.mkdir()
            with serving(tree.resolve(), folder) as link:
                weights, answers = weigh(browser, link())
            page = sum(weights[kind] for kind in KINDS if kind not in {"sample", "api"})
            kilobytes = page / 1000
            each = "".join(f"{weights[kind] / 1000:9.1f}" for kind in KINDS)
            print(f"{name:12}{each}{kilobytes:8.1f}{answers:9}")
        browser.close()
    sys.exit(1 if kilobytes > given.most else 0)


if __name__ == "__main__":
    main()
