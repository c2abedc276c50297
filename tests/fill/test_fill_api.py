"""What `erase` accepts, refuses and promises, whatever the engine."""

import pickle
import subprocess
import sys
import threading
from typing import Any, get_type_hints

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wuhen.fill import (
    Cancelled,
    FillError,
    OptionChanges,
    Options,
    Preview,
    boxes,
    describe,
    engines,
    erase,
    progress,
    warmup,
)


def _photo(height: int = 40, width: int = 50, channels: int = 3, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def _mask(height: int = 40, width: int = 50) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), bool)
    mask[10:20, 15:30] = True
    return mask


def test_auto_and_patch_are_engines_and_agree() -> None:
    assert engines()[0] == "auto"
    assert "patch" in engines()
    np.testing.assert_array_equal(erase(_photo(), _mask()), erase(_photo(), _mask(), engine="patch"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"photo": [[1]]}, "photo must be a NumPy array, not list"),
        ({"photo": np.zeros((40, 50, 3))}, "uint8 or uint16, not float64"),
        ({"photo": np.zeros((40, 50), np.uint8)}, r"not \(40, 50\)"),
        ({"photo": np.zeros((40, 50, 2), np.uint8)}, r"\(height, width, 3\)"),
        ({"photo": np.zeros((0, 50, 3), np.uint8)}, "no pixels"),
        ({"mask": "hole"}, "mask must be a NumPy array, not str"),
        ({"mask": np.zeros((50, 40), bool)}, r"\(40, 50\), not \(50, 40\)"),
        ({"mask": np.zeros((40, 50, 1), bool)}, "mask must have the photo's height and width"),
        ({"mask": np.zeros((40, 50), complex)}, "bool, integer or floating-point dtype, not complex128"),
        ({"mask": np.full((40, 50), 256)}, "0 and 1, or 0 to 255, if it is of dtype int64; it holds 256"),
        ({"mask": np.full((40, 50), -1, np.int8)}, "it holds -1 to"),
        ({"mask": np.full((40, 50), 255.0)}, "0 to 1 if it is of dtype float64"),
        ({"mask": np.full((40, 50), np.nan)}, "0 to 1 if it is of dtype float64"),
        ({"mask": np.zeros((40, 50), bool)}, r"mask marks no pixel\. Give allow_empty=True"),
        ({"mask": np.full((40, 50), 127, np.uint8)}, "marks no pixel; its largest value is 127"),
        ({"mask": np.ones((40, 50), bool)}, "covers the whole photo"),
        ({"keep_out": np.ones((4, 5), bool)}, "keep_out must have"),
        ({"keep_out": ~_mask()}, "mask and keep_out together"),
        ({"engine": "magic"}, "'magic' is not known; use one of auto, patch"),
        ({"grow": -1}, "grow must be 0 to 500, not -1"),
        ({"grow": 501}, "grow must be 0 to 500, not 501"),
        ({"options": Options(seed=1), "grow": -1}, "grow must be 0 to 500"),
        ({"engine": 3}, "engine must be a string, not 3"),
        ({"grow": 1.5}, "grow must be an integer"),
        ({"grow": 60}, "grown by 60 px covers the whole photo"),
        ({"seed": None}, "seed must be an integer"),
        ({"remove_traces": "no"}, "remove_traces must be true or false, not 'no'"),
        ({"remove_traces": True, "engine": "lama-raw"}, "'lama-raw' is a network alone"),
        ({"effects": "full", "engine": "lama-raw"}, "'lama-raw' is a network alone"),
        ({"effects": "all"}, "effects must be exact or full, not 'all'"),
        ({"effects": True}, "effects must be a string, not True"),
        ({"threads": 0}, "threads must be 1 or more"),
        ({"threads": True}, "threads must be an integer"),
    ],
)
def test_bad_arguments_are_told_apart(changes: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"photo": _photo(), "mask": _mask()} | changes
    with pytest.raises(FillError, match=words):
        erase(**arguments)


def test_options_are_given_as_one_value_or_by_name() -> None:
    photo, mask = _photo(), _mask()
    options = Options(seed=np.int64(7), grow=3, remove_traces=np.bool_(0))  # type: ignore[arg-type]
    expected = erase(photo, mask, seed=7, grow=3)
    np.testing.assert_array_equal(erase(photo, mask, options=options), expected)
    np.testing.assert_array_equal(erase(photo, mask, options=Options(seed=1, grow=3), seed=7), expected)
    assert (expected != erase(photo, mask, seed=1, grow=3)).any()
    # They travel to other processes, and into hashes: what NumPy calls an integer has become one.
    assert pickle.loads(pickle.dumps(options)) == Options(seed=7, grow=3)  # noqa: S301 - our own
    assert repr(options) == repr(Options(seed=7, grow=3))


def test_options_by_name_are_those_that_there_are() -> None:
    assert get_type_hints(OptionChanges) == get_type_hints(Options)


def test_an_empty_mask_that_is_allowed_gives_an_independent_copy() -> None:
    photo = _photo()
    result = erase(photo, np.zeros((40, 50), np.uint8), allow_empty=True)
    np.testing.assert_array_equal(result, photo)
    assert not np.shares_memory(result, photo)


def test_half_white_is_the_threshold() -> None:
    grey = np.where(_mask(), 128, 127).astype(np.uint8)
    np.testing.assert_array_equal(erase(_photo(), grey), erase(_photo(), _mask()))


@pytest.mark.parametrize("channels", [3, 4])
def test_inputs_of_any_layout_are_read_and_left_alone(channels: int) -> None:
    photo, mask = _photo(channels=channels), _mask()
    wide = np.zeros((40, 100, channels), np.uint8)
    wide[:, ::2] = photo
    strided, turned = wide[:, ::2], np.asfortranarray(photo)
    for view in (strided, turned, photo):
        view.flags.writeable = False
    mask.flags.writeable = False
    before = photo.copy()
    expected = erase(photo, mask)
    for view in (strided, turned):
        np.testing.assert_array_equal(erase(view, mask), expected)
    np.testing.assert_array_equal(erase(photo, np.asfortranarray(mask)), expected)
    np.testing.assert_array_equal(photo, before)
    assert expected.flags.writeable
    assert expected.flags.c_contiguous


def test_one_bit_pictures_are_masks() -> None:
    hole, keep_out = np.zeros((2, 240, 260), bool)
    hole[20:200, 30:200] = True
    keep_out[:, 230:] = True
    # NumPy reads Pillow's as bool, too, but with true as 255.
    read_hole, read_keep_out = (np.array(Image.fromarray(flags)) for flags in (hole, keep_out))
    assert read_hole.view(np.uint8).max() == 255
    photo = _photo(240, 260)
    np.testing.assert_array_equal(
        erase(photo, read_hole, engine="patch", keep_out=read_keep_out),
        erase(photo, hole, engine="patch", keep_out=keep_out),
    )
    assert boxes(read_hole) == boxes(hole)
    assert describe("auto", read_hole) == describe("auto", hole)


def test_grow_widens_the_hole_by_just_that_much() -> None:
    photo, mask = _photo(60, 60), np.zeros((60, 60), bool)
    mask[30, 30] = True
    changed = (erase(photo, mask, grow=9) != photo).any(axis=2)
    ys, xs = np.nonzero(changed)
    distance = np.hypot(ys - 30, xs - 30)
    assert distance.max() < 9.6
    assert changed[30, 22]
    assert changed[38, 30]
    assert changed[24, 25]


def test_a_fill_can_be_ended_before_its_first_round() -> None:
    happened: list[str] = []

    def cancelled() -> bool:
        happened.append("asked")
        return False

    erase(_photo(), _mask(), cancelled=cancelled, progress=lambda _: happened.append("told"))
    assert happened.index("told") > 4


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    erase(_photo(), _mask(), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    assert seen[0] < 0.5


def test_previews_get_finer_and_change_nothing() -> None:
    photo = np.full((400, 600, 3), 128, np.uint8)
    photo[:, ::2] = 90
    hole = np.zeros((400, 600), bool)
    hole[150:250, 200:420] = True
    seen: list[Preview] = []
    shown = erase(photo, hole, preview=seen.append)
    np.testing.assert_array_equal(shown, erase(photo, hole))
    sizes = [one.pixels.shape[1] for one in seen]
    assert len(set(sizes)) > 2
    assert sizes == sorted(sizes)
    for one in seen:
        assert one.left <= 200
        assert one.top <= 150
        assert one.left + one.width >= 420
        assert one.top + one.height >= 250
        # Never as fine as the photo, of which it is no result.
        assert 2 * one.pixels.shape[1] <= one.width


def test_cancelling_stops_the_fill() -> None:
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        erase(_photo(), _mask(), cancelled=cancelled)
    assert len(asked) < 4


def test_a_fill_asks_while_it_works_in_long_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_OFTEN", 0.001)
    mine = threading.get_ident()
    # Large, so that a busy machine lets the other thread look before the fill is done.
    mask = np.zeros((1200, 1200), bool)
    mask[50:1150, 50:1150] = True
    with pytest.raises(Cancelled):
        # Only who looks on from outside is told to end it.
        erase(_photo(1200, 1200), mask, cancelled=lambda: threading.get_ident() != mine)
    assert not [thread for thread in threading.enumerate() if thread.name == "wuhen-watch"]


def test_four_threads_may_erase_at_once() -> None:
    photos = [_photo(80, 80, seed=n) for n in range(4)]
    mask = np.zeros((80, 80), bool)
    mask[5:75, 5:70] = True
    alone = [erase(photo, mask) for photo in photos]
    results: list[NDArray[np.uint8]] = list(photos)
    barrier = threading.Barrier(4)

    def work(n: int) -> None:
        barrier.wait()
        results[n] = erase(photos[n], mask, threads=2)

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for result, expected in zip(results, alone, strict=True):
        np.testing.assert_array_equal(result, expected)


def test_warmup_may_be_called_any_time() -> None:
    warmup()
    warmup()


def test_importing_the_fill_loads_no_compiler() -> None:
    code = "import sys, wuhen.fill; print(*{'numba', 'llvmlite', 'onnxruntime'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not done.stdout.strip()
