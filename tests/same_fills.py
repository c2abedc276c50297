"""Fills whose bytes must not change unless somebody means them to: their hashes, per family of processors.

    python tests/same_fills.py            # compare with what is kept for this processor's family
    python tests/same_fills.py --write    # keep what is computed now

Networks are computed by other instructions on other processors, and differ there in the last bits.
"""

import argparse
import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import binding  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from wuhen import samples
from wuhen.fill import erase

KEPT = Path(__file__).parent / "fill" / "same"
_FEATURES = ("avx512vnni", "avxvnni", "avx512f", "avx2", "dotprod")


@dataclass(frozen=True)
class Fill:
    """One fill: what is filled, and how."""

    name: str
    photo: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    options: dict[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """Return the hash of what comes out."""
        return hashlib.sha256(erase(self.photo, self.hole, **self.options).tobytes()).hexdigest()[:32]


def family() -> str:
    """Name the family of this processor: what it is called, and the widest instructions that it has."""
    features = binding.get_host_cpu_features()
    best = next((name for name in _FEATURES if features.get(name)), "plain")
    return f"{platform.machine()}-{best}"


def kept() -> dict[str, str] | None:
    """Return the hashes that are kept for this family, if there are any."""
    file = KEPT / f"{family()}.json"
    if not file.is_file():
        return None
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


@cache
def fills() -> tuple[Fill, ...]:
    """List all fills."""
    return tuple(_fills())


def _fills() -> Iterator[Fill]:
    photo = np.asarray(Image.open(samples.photo_path()).convert("RGB"))
    mask = np.asarray(Image.open(samples.mask_path()).convert("L")) >= 128
    for threads in (1, 3):
        yield Fill(f"sample-auto-{threads}", photo, mask, {"threads": threads})
        yield Fill(f"sample-patch-{threads}", photo, mask, {"engine": "patch", "threads": threads})
        yield Fill(f"sample-guided-{threads}", photo, mask, {"engine": "guided", "threads": threads})
    yield Fill("sample-seed", photo, mask, {"engine": "patch", "seed": 7, "threads": 3})
    yield Fill("sample-traces", photo, mask, {"remove_traces": True, "threads": 3})
    yield Fill("sample-grow", photo, mask, {"grow": 6, "engine": "patch", "threads": 3})
    noise, bricks, shaded = _noise(200, 240), _bricks(220, 260), _shaded(260, 300)
    disc, box, text = _disc((200, 240), 30), _box((220, 260), 40), _text((200, 240))
    for threads in (1, 3):
        yield Fill(f"noise-text-{threads}", noise, text, {"threads": threads})
        yield Fill(f"bricks-box-{threads}", bricks, box, {"threads": threads})
        yield Fill(f"bricks-patch-{threads}", bricks, box, {"engine": "patch", "threads": threads})
        yield Fill(f"shaded-traces-{threads}", shaded, _disc((260, 300), 45),
                   {"remove_traces": True, "engine": "patch", "threads": threads})  # fmt: skip
    keep_out = np.zeros((200, 240), bool)
    keep_out[:, :110] = True
    yield Fill("noise-keep-out", noise, disc, {"keep_out": keep_out, "threads": 3})
    yield Fill("noise-edge", noise, _edge((200, 240)), {"engine": "guided", "threads": 3})
    opaque = np.dstack([noise, np.full(disc.shape, 200, np.uint8)])
    yield Fill("alpha-even", opaque, disc, {"threads": 3})
    slope = np.broadcast_to(np.linspace(0, 255, 240).astype(np.uint8), disc.shape)
    yield Fill("alpha-varied", np.dstack([noise, slope]), disc, {"threads": 3})
    yield Fill("alpha-varied-guided", np.dstack([noise, slope]), disc, {"engine": "guided", "threads": 1})
    yield Fill("nothing-whole", noise[:16, :16].copy(), np.eye(16, dtype=bool), {"threads": 1})
    yield Fill("tiny", noise[:5, :4].copy(), np.eye(5, 4, dtype=bool), {"threads": 1})


def _noise(height: int, width: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(5)
    coarse = rng.integers(60, 196, (height // 20 + 1, width // 20 + 1, 3))
    smooth = np.kron(coarse, np.ones((20, 20, 1), np.int64))[:height, :width]
    return np.asarray(np.clip(smooth + rng.integers(-24, 25, smooth.shape), 0, 255), np.uint8)


def _bricks(height: int, width: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width]
    shifted = x + 11 * ((y // 12) % 2)
    joint = (y % 12 < 2) | (shifted % 22 < 2)
    grain = np.random.default_rng(6).integers(-6, 7, (height, width, 3))
    return np.asarray(np.where(joint[..., None], (190, 185, 175), (150, 80, 60)) + grain, np.uint8)


def _shaded(height: int, width: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(y - height / 2 - 3, x - width / 2 - 4)
    shade = 1 - 0.45 / (1 + np.exp((distance - 47) / 3))
    rng = np.random.default_rng(8)
    ground = 150 + rng.integers(-14, 15, (height, width, 3)) + (y % 9 < 3)[..., None] * 18
    ring = np.abs(np.hypot(y - height / 2, x - width / 2) - 46) < 1.5
    return np.asarray(np.where(ring[..., None], (30, 40, 160), ground * shade[..., None]).astype(np.uint8))


def _disc(shape: tuple[int, int], radius: int) -> NDArray[np.bool_]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.asarray((y - shape[0] / 2) ** 2 + (x - shape[1] / 2) ** 2 < radius**2)


def _box(shape: tuple[int, int], half: int) -> NDArray[np.bool_]:
    hole = np.zeros(shape, bool)
    hole[shape[0] // 2 - half : shape[0] // 2 + half, shape[1] // 2 - half : shape[1] // 2 + half] = True
    return hole


def _text(shape: tuple[int, int]) -> NDArray[np.bool_]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    strokes = (x % 17 < 4) | (y % 23 < 3)
    return np.asarray(strokes & (y > 60) & (y < 140) & (x > 30) & (x < 210))


def _edge(shape: tuple[int, int]) -> NDArray[np.bool_]:
    hole = np.zeros(shape, bool)
    hole[shape[0] - 70 :, shape[1] - 80 :] = True
    hole[:20, :30] = True
    return hole


def main() -> int:
    """Compare, or write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="keep what is computed now")
    found = {fill.name: fill.digest() for fill in fills()}
    say: Callable[[str], object] = print
    if parser.parse_args().write:
        KEPT.mkdir(exist_ok=True)
        text = json.dumps(found, indent=1) + "\n"
        (KEPT / f"{family()}.json").write_text(text, encoding="utf-8")
    expected = kept()
    if expected is None:
        say(f"nothing is kept for {family()}; --write keeps what is computed here")
        return 0
    changed = [name for name in expected if found.get(name) != expected[name]]
    say(f"{family()}: {len(expected) - len(changed)} of {len(expected)} fills have the same bytes")
    for name in changed:
        say(f"changed: {name}")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
