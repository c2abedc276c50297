"""Smart select, run under Node."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wuhen import samples

RUN = Path(__file__).with_name("select_run.mjs")
MARK_FONT = str(files("wuhen.mark") / "assets" / "wuhen-mark.otf")
Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Make = Callable[..., tuple[Mask, dict[str, Any]]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else shutil.which("node")
    if node is None:
        pytest.skip("There is no Node.js.")

    def run(
        pixels: Pixels,
        task: str,
        *,
        before: bool | Mask = False,
        size: tuple[int, int] | None = None,
        **options: Any,
    ) -> tuple[Mask, dict[str, Any]]:
        """Do a task.

        `before` is the mask that it begins with, or tells that this is the last one's; `size` is the width
        and height of what the pixels are a smaller copy of.
        """
        height, width = pixels.shape[:2]
        out = tmp_path / "mask.bin"
        if isinstance(before, np.ndarray):
            out.write_bytes(np.packbits(before, bitorder="little").tobytes())
        rgba = tmp_path / "picture.rgba"
        rgba.write_bytes(np.dstack([pixels, np.full((height, width), 255, np.uint8)]).tobytes())
        order = tmp_path / "order.json"
        order.write_text(
            json.dumps(
                {
                    "task": task,
                    "options": options,
                    "before": before is not False,
                    "rgba": str(rgba),
                    "width": width,
                    "height": height,
                    **({"size": dict(zip(("width", "height"), size, strict=True))} if size else {}),
                }
            )
        )
        done = subprocess.run(
            [node, str(RUN), str(order), str(out)], capture_output=True, text=True, check=True
        )
        reply = json.loads(done.stdout)
        if "error" in reply:
            return np.zeros((height, width), dtype=bool), reply
        width, height = reply["width"], reply["height"]
        assert out.stat().st_size == (width * height + 7) // 8
        bits = np.unpackbits(np.frombuffer(out.read_bytes(), np.uint8), bitorder="little")
        return bits[: width * height].reshape(height, width).astype(bool), reply

    return run


def sample(name: str) -> tuple[Pixels, Mask]:
    with Image.open(samples.photo_path(name)) as photo, Image.open(samples.mask_path(name)) as mask:
        return np.asarray(photo.convert("RGB")), np.asarray(mask.convert("L")) > 127


def on(*points: tuple[float, float]) -> dict[str, Any]:
    return {"points": points}


def off(*points: tuple[float, float]) -> dict[str, Any]:
    return {"points": points, "takesAway": True}


def grown(mask: Mask, steps: int) -> Mask:
    for _ in range(steps):
        framed = np.pad(mask, 1)
        mask = mask | framed[:-2, 1:-1] | framed[2:, 1:-1] | framed[1:-1, :-2] | framed[1:-1, 2:]
    return mask


def overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


def disk_on_noise(width: int = 640, height: int = 480) -> tuple[Pixels, Mask]:
    rng = np.random.default_rng(1)
    pixels = rng.integers(60, 140, (height, width, 3)).astype(np.uint8)
    rows, columns = np.mgrid[:height, :width]
    disk = np.hypot(columns - 250, rows - 200) < 90
    pixels[disk] = (230, 40, 40)
    return pixels, disk


def test_a_flat_shape_on_noise_is_found_within_two_pixels(make: Make) -> None:
    pixels, disk = disk_on_noise()
    mask, reply = make(pixels, "segment", scribbles=[on((240, 210))])
    assert (reply["id"], reply["width"], reply["height"]) == (7, 640, 480)
    assert not (mask & ~grown(disk, 2)).any()
    assert not (disk & ~grown(mask, 2)).any()


def test_a_flipped_picture_gives_the_flipped_outline(make: Make) -> None:
    pixels, _ = sample("spruce")
    mask, _ = make(pixels, "segment", scribbles=[on((944, 458))])
    flipped, _ = make(pixels[:, ::-1], "segment", scribbles=[on((1279 - 944, 458))])
    assert overlap(mask, flipped[:, ::-1]) > 0.85


def test_one_click_selects_the_spruce(make: Make) -> None:
    pixels, truth = sample("spruce")
    mask, _ = make(pixels, "segment", scribbles=[on((944, 458))])
    # The shipped mask is wider than the tree.
    assert overlap(mask, truth) > 0.5
    assert (mask & truth).sum() > 0.85 * mask.sum()


def test_scribbles_add_and_remove(make: Make) -> None:
    pixels, disk = disk_on_noise()
    right = np.zeros_like(disk)
    right[150:250, 400:480] = True
    pixels[right] = (230, 40, 40)
    bridge = np.zeros_like(disk)
    bridge[190:210, 330:410] = True
    pixels[bridge] = (230, 40, 40)
    everything, _ = make(pixels, "segment", scribbles=[on((250, 200), (440, 200))])
    assert overlap(everything, disk | right | bridge) > 0.95
    barred = [(x, y) for x in range(405, 476, 5) for y in range(155, 246, 5)]
    less, _ = make(pixels, "segment", scribbles=[on((250, 200)), off(*barred)])
    assert not any(less[y, x] for x, y in barred)
    assert (less & disk).sum() > 0.95 * disk.sum()
    assert (less & right).sum() < 0.3 * right.sum()


def two_disks() -> tuple[Pixels, Mask, Mask]:
    """A disk of red and blue halves, and beside it a green one."""
    pixels, disk = disk_on_noise()
    columns = np.mgrid[:480, :640][1]
    pixels[disk & (columns >= 250)] = (40, 60, 220)
    other = np.roll(disk, (140, 250), axis=(0, 1))
    pixels[other] = (40, 200, 60)
    return pixels, disk, other


def test_further_scribbles_add_what_they_lie_on_or_turn_their_neighbourhood_back(make: Make) -> None:
    pixels, disk, other = two_disks()
    scribbles: list[dict[str, Any]] = []

    def selected(further: dict[str, Any]) -> Mask:
        scribbles.append(further)
        return make(pixels, "segment", before=len(scribbles) > 1, scribbles=scribbles)[0]

    left = np.mgrid[:480, :640][1] < 250
    assert overlap(selected(on((200, 200))), disk & left) > 0.95
    assert overlap(selected(on((290, 180), (300, 200), (310, 220))), disk) > 0.95
    on_other = ((480, 330), (520, 350))
    assert overlap(selected(on(*on_other)), disk | other) > 0.95
    assert overlap(selected(off(*on_other)), disk) > 0.95
    assert overlap(selected(on(*on_other)), disk | other) > 0.95, "where scribbles cross, the last one counts"


def test_what_hardly_stands_out_is_added_to_what_does(make: Make) -> None:
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:480, :640]
    dark = np.full((480, 640, 3), (30, 24, 22))
    arms = (rows >= 120) & (rows < 160) & (columns >= 300) & (columns < 380)
    legs = (rows >= 190) & (rows < 400) & (columns >= 310) & (columns < 370)
    dark[legs] = (52, 58, 84)
    pixels = (dark + rng.normal(0, 6, dark.shape)).clip(0, 255).astype(np.uint8)
    pixels[arms] = (220, 160, 130)
    scribbles = [on((340, 140)), off((120, 200))]
    first, _ = make(pixels, "segment", scribbles=scribbles[:1])
    assert overlap(first, arms) > 0.95
    less, _ = make(pixels, "segment", before=True, scribbles=scribbles)
    assert overlap(less, arms) > 0.95
    both, _ = make(pixels, "segment", before=True, scribbles=[*scribbles, on((340, 300))])
    assert overlap(both, arms | legs) > 0.95


def test_nothing_is_selected_outside_the_box(make: Make) -> None:
    pixels, _ = disk_on_noise()
    mask, _ = make(pixels, "segment", scribbles=[on((240, 210))], box=[140, 90, 120, 240])
    assert mask.any()
    assert not mask[:, :138].any()
    assert not mask[:, 263:].any()


def test_a_large_photograph_comes_back_at_its_own_size(make: Make) -> None:
    pixels, disk = disk_on_noise()
    mask, reply = make(pixels.repeat(4, axis=0).repeat(4, axis=1), "segment", scribbles=[on((960, 840))])
    assert (reply["width"], reply["height"]) == mask.shape[::-1] == (2560, 1920)
    assert overlap(mask, disk.repeat(4, axis=0).repeat(4, axis=1)) > 0.97


@pytest.mark.parametrize("task", ["segment", "paint"])
def test_what_cannot_be_done_is_answered_with_an_error(make: Make, task: str) -> None:
    _, reply = make(np.zeros((8, 8, 3), np.uint8), task)
    assert reply["id"] == 7
    assert "error" in reply


def test_a_rough_outline_is_brought_to_the_edges_beside_it(make: Make) -> None:
    pixels, disk = disk_on_noise()
    # As a network's is: in cells, and shifted.
    rough = np.roll(disk, (3, -3), axis=(0, 1))[::6, ::6].repeat(6, axis=0).repeat(6, axis=1)[:480, :640]
    assert overlap(rough, disk) < 0.93
    sharp, _ = make(pixels, "sharpen", before=rough, scribbles=[on((250, 200))])
    assert overlap(sharp, disk) > 0.98


def along(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the pixels (x, y) of a line."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    line = np.rint(np.linspace(start, end, steps + 1)).astype(int)
    return [(x, y) for x, y in line.tolist()]


def test_no_pixel_of_a_stroke_that_takes_away_is_selected(make: Make) -> None:
    pixels, disk = disk_on_noise()
    # Across the middle of what is most certainly the object, told by its ends alone.
    scribbles = [on((250, 160)), off((190, 215), (310, 225))]
    mask, _ = make(pixels, "segment", before=disk, scribbles=scribbles)
    assert not any(mask[y, x] for x, y in along((190, 215), (310, 225)))
    again, _ = make(pixels, "segment", before=True, scribbles=[*scribbles, on((250, 260))])
    assert not any(again[y, x] for x, y in along((190, 215), (310, 225)))
    assert again[160, 250]
    assert again[260, 250]


def test_what_a_network_insists_on_is_taken_away_all_the_same(make: Make) -> None:
    pixels, disk, other = two_disks()
    scribbles = [on((250, 200)), off((480, 330), (520, 350))]
    less, _ = make(pixels, "sharpen", before=disk | other, scribbles=scribbles)
    assert overlap(less, disk) > 0.95


def test_small_holes_and_islands_are_not_selected(make: Make) -> None:
    pixels, disk = disk_on_noise()
    rng = np.random.default_rng(4)
    rough = disk.copy()
    for x, y in rng.integers((200, 150), (300, 250), (12, 2)):
        pixels[y - 3 : y + 3, x - 3 : x + 3] = (90, 100, 110)
        rough[y - 3 : y + 3, x - 3 : x + 3] = False
    for x, y in rng.integers((400, 50), (600, 400), (12, 2)):
        pixels[y - 4 : y + 4, x - 4 : x + 4] = (230, 40, 40)
        rough[y - 4 : y + 4, x - 4 : x + 4] = True
    mask, _ = make(pixels, "sharpen", before=rough, scribbles=[on((250, 200))])
    assert not (mask & ~grown(disk, 2)).any()
    assert not (disk & ~grown(mask, 2)).any()


def test_a_sketch_shows_what_a_click_would_take(make: Make) -> None:
    pixels, disk = disk_on_noise()
    small, reply = make(pixels, "sketch", scribbles=[on((240, 210))])
    assert max(reply["width"], reply["height"]) < 640
    rows = (np.arange(480) * reply["height"] // 480)[:, None]
    assert overlap(small[rows, np.arange(640) * reply["width"] // 640], disk) > 0.9


def test_a_smaller_copy_gives_a_mask_of_the_photo_s_size(make: Make) -> None:
    pixels, disk = disk_on_noise()
    size = (2560, 1920)
    scribbles = [on((960, 840)), off((1800, 400), (2400, 1500))]
    mask, reply = make(pixels, "segment", size=size, scribbles=scribbles)
    assert (reply["width"], reply["height"]) == size == mask.shape[::-1]
    assert overlap(mask, disk.repeat(4, axis=0).repeat(4, axis=1)) > 0.97


def test_no_hints_select_nothing(make: Make) -> None:
    mask, _ = make(disk_on_noise()[0], "segment", scribbles=[])
    assert not mask.any()
