"""Fill engines in processes of their own, so that two versions of ours can be measured in turn.

    python -m bench.apart ENGINE

is such a process: ``tree`` is the package that PYTHONPATH leads to, anything else one of `bench.peers`. Each
line of standard input is a JSON object with ``photo``, ``mask`` and ``result``, paths of PNG files, and in
``guide`` the longer side, in pixels, of the truth that guides the fill, or 0; ``truth`` says where that is,
and ``enlarged`` where the guide's picture is written, enlarged. Each is answered by a line with ``seconds``
and ``processor`` (without what the guide takes) and ``peak_mib``, or with ``error``.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from bench.memory import forget_peak, peak_mib
from numpy.typing import NDArray
from PIL import Image as Pillow

__all__ = ["Apart"]

_ROOT = Path(__file__).parent.parent
_HALF = 128
#: How the sides of a box move, left, top, right and bottom, to move or to enlarge it, and each by itself.
_MOVES = (
    (1, 0, 1, 0), (0, 1, 0, 1), (-1, -1, 1, 1), (0, 0, 1, 1), (1, 1, 0, 0),
    (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1),
)  # fmt: skip


class Apart:
    """An engine in a process of its own.

    Parameters
    ----------
    engine
        What to run there.
    source
        Folder that holds the package ``wuhen`` to run; None for the one that runs here.
    """

    def __init__(self, engine: str, source: Path | None = None) -> None:
        paths = [str(path) for path in (source and source.resolve(), _ROOT) if path]
        earlier = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.apart", engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([*paths, *([earlier] if earlier else [])])},
        )

    def fill(self, request: dict[str, Any]) -> dict[str, float]:
        """Have it fill a photo; return what it answers.

        Raises
        ------
        RuntimeError
            When it failed, or is gone.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the engine's process has no pipes")
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the engine's process has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


class _Perfect:
    """A guide that paints the truth, no larger than a side.

    It is shown part of the photo, shrunk, and is not told which: that is found by where the hole lies in it
    and what the rest looks like.
    """

    def __init__(self, truth: NDArray[np.uint8], hole: NDArray[np.bool_], side: int) -> None:
        self.side = side
        self.seconds = self.processor = 0.0
        self.enlarged = truth.copy()
        self._truth = truth
        self._hole = hole

    def __call__(self, image: NDArray[np.float32], part: NDArray[np.bool_]) -> NDArray[np.float32]:
        start = time.perf_counter(), time.process_time()
        box = self._find(image, part)
        painted = _resize(self._truth, box, (image.shape[1], image.shape[0]))
        left, top, right, bottom = box
        large = Pillow.fromarray(painted).resize((right - left, bottom - top), Pillow.Resampling.BICUBIC)
        inside = self._hole[top:bottom, left:right]
        self.enlarged[top:bottom, left:right][inside] = np.array(large)[inside]
        self.seconds += time.perf_counter() - start[0]
        self.processor += time.process_time() - start[1]
        return (painted / np.float32(255)).astype(np.float32)

    def _find(self, image: NDArray[np.float32], part: NDArray[np.bool_]) -> tuple[int, int, int, int]:
        """Find left, top, right and bottom of what the image shows."""
        sides = []
        for axis in (0, 1):
            small, large = np.nonzero(part.any(axis))[0], np.nonzero(self._hole.any(axis))[0]
            scale = (large[-1] + 1 - large[0]) / max(1, small[-1] + 1 - small[0])
            first = round(large[0] - small[0] * scale)
            last = round(large[-1] + 1 + (part.shape[1 - axis] - small[-1] - 1) * scale)
            sides.append((max(0, first), min(self._hole.shape[1 - axis], last)))
        (left, right), (top, bottom) = sides
        best = [left, top, right, bottom]
        error = self._error(image, part, best)
        for step in (8, 4, 2, 1, 1):
            # Moved and enlarged as a whole before any side moves by itself: hardly any picture is stretched.
            for move in _MOVES * 2:
                for sign in (-step, step):
                    moved = [side + sign * by for side, by in zip(best, move, strict=True)]
                    found = self._error(image, part, moved)
                    if found < error:
                        best, error = moved, found
        return best[0], best[1], best[2], best[3]

    def _error(self, image: NDArray[np.float32], part: NDArray[np.bool_], box: list[int]) -> float:
        left, top, right, bottom = box
        height, width = self._hole.shape
        if left < 0 or top < 0 or right > width or bottom > height or left >= right or top >= bottom:
            return float("inf")
        shown = _resize(self._truth, (left, top, right, bottom), (image.shape[1], image.shape[0]))
        return float(np.square(shown[~part] / np.float32(255) - image[~part]).mean())


def _resize(
    picture: NDArray[np.uint8], box: tuple[int, int, int, int], size: tuple[int, int]
) -> NDArray[np.uint8]:
    cut = Pillow.fromarray(picture[box[1] : box[3], box[0] : box[2]])
    return np.array(cut.resize(size, Pillow.Resampling.BOX))


def _fill_tree(
    photo: NDArray[np.uint8], mask: NDArray[np.uint8], guide: _Perfect | None
) -> NDArray[np.uint8]:
    import wuhen.fill  # noqa: PLC0415 - peers do not need it

    if guide is None:
        return wuhen.fill.erase(photo, mask, threads=1)
    return wuhen.fill.erase(photo, mask, engine="patch", guide=guide, threads=1)


def _fill_peer(name: str, photo: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from bench.peers import find_engine  # noqa: PLC0415 - what peers need counts as theirs

    return find_engine(name)(photo, mask)


def _answer(engine: str, request: dict[str, Any]) -> dict[str, Any]:
    photo = np.array(Pillow.open(request["photo"]).convert("RGB"))
    mask = (np.array(Pillow.open(request["mask"]).convert("L")) >= _HALF).astype(np.uint8) * 255
    guide = None
    if request.get("guide"):
        guide = _Perfect(np.array(Pillow.open(request["truth"]).convert("RGB")), mask > 0, request["guide"])
    photo[mask > 0] = 127
    forget_peak()
    start = time.perf_counter(), time.process_time()
    result = _fill_tree(photo, mask, guide) if engine == "tree" else _fill_peer(engine, photo, mask)
    seconds, processor = time.perf_counter() - start[0], time.process_time() - start[1]
    peak = peak_mib()
    Pillow.fromarray(result).save(request["result"])
    if guide is not None:
        seconds, processor = seconds - guide.seconds, processor - guide.processor
        if request.get("enlarged"):
            Pillow.fromarray(guide.enlarged).save(request["enlarged"])
    return {"seconds": seconds, "processor": processor, "peak_mib": peak}


def main() -> None:
    """Fill what standard input asks for, until it ends."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("engine")
    engine = parser.parse_args().engine
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (64, 64, 3), np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[24:40, 24:40] = 255
    _fill_tree(photo, mask, None) if engine == "tree" else _fill_peer(engine, photo, mask)
    for line in sys.stdin:
        try:
            answer = _answer(engine, json.loads(line))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
