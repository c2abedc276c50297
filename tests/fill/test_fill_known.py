"""Known networks as engines: with the patches' detail, and alone. The networks are tiny, the rest is real."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from networks import tiny_lama, tiny_migan
from wuhen.fill import FillError, describe, erase, require, warmup

pytest.importorskip("onnxruntime")

MAKE = {"lama": tiny_lama, "migan": tiny_migan}
NAMES = sorted(MAKE)


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return MAKE[name](tmp_path_factory.mktemp(name) / f"{name}.onnx")


def noisy(height: int, width: int, mean: int) -> NDArray[np.uint8]:
    """Noise about a mean."""
    noise = np.random.default_rng(0).integers(-20, 21, (height, width, 3))
    return np.clip(noise + mean, 0, 255).astype(np.uint8)


def square(height: int, width: int, side: int = 60) -> NDArray[np.bool_]:
    hole = np.zeros((height, width), bool)
    top, left = (height - side) // 2, (width - side) // 2
    hole[top : top + side, left : left + side] = True
    return hole


def test_alone_it_paints_the_hole_and_nothing_else(name: str, model: Path) -> None:
    photo, hole = noisy(600, 700, 90), square(600, 700)
    result = erase(photo, hole, engine=f"{name}-raw", model=model)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    inside = result[square(600, 700, 40)]
    assert np.abs(inside.astype(int) - 90).max() <= 2
    np.testing.assert_array_equal(result, erase(photo, hole, engine=f"{name}-raw", model=model, threads=1))


@pytest.mark.parametrize("shape", [(40, 30), (200, 1500), (1400, 1300), (513, 511)])
def test_photos_of_any_size(name: str, model: Path, shape: tuple[int, int]) -> None:
    photo, hole = noisy(*shape, 90), square(*shape, min(shape) // 3)
    result = erase(photo, hole, engine=f"{name}-raw", model=model)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    assert np.abs(result[hole].astype(int) - 90).max() <= 25


def test_what_it_painted_lands_where_it_belongs(tmp_path: Path) -> None:
    # Black all over, so that only what the network adds from left to right is seen.
    photo, hole = np.zeros((700, 1100, 3), np.uint8), np.zeros((700, 1100), bool)
    hole[300:340, 900:1060] = True
    for make, engine in ((tiny_lama, "lama-raw"), (tiny_migan, "migan-raw")):
        model = make(tmp_path / f"{engine}.onnx", slope=1.0)
        result = erase(photo, hole, engine=engine, model=model)
        row = result[320, 910:1050, 0].astype(float)
        # It was shown 512 columns, the last of them the photo's last.
        expected = (np.arange(910, 1050) - (1100 - 512)) / 512 * 255
        assert np.abs(row - expected).max() < 1.5


def test_wide_holes_are_shrunk_for_lama_and_land_where_they_belong(tmp_path: Path) -> None:
    photo, hole = np.zeros((1200, 1200, 3), np.uint8), square(1200, 1200, 600)
    model = tiny_lama(tmp_path / "lama.onnx", slope=1.0)
    row = erase(photo, hole, engine="lama-raw", model=model)[600, 320:880, 0].astype(float)
    # Shrunk to a whole number of hundredths, 42, it is 504 px wide; the network's ramp is 512.
    assert np.abs(row - np.arange(320, 880) / 1200 * 255 * 504 / 512).max() < 2.5


def test_the_border_is_blended_and_the_middle_is_not(tmp_path: Path) -> None:
    photo, hole = np.full((600, 600, 3), 40, np.uint8), square(600, 600)
    model = tiny_lama(tmp_path / "lama.onnx", slope=1.0)
    row = erase(photo, hole, engine="lama-raw", model=model)[300, :, 0].astype(int) - 40
    first = int(np.flatnonzero(hole[300])[0])
    # From the third pixel on what was painted, some 110 levels brighter than the photo.
    assert row[first + 2] > 100
    np.testing.assert_allclose(row[first : first + 3] / row[first + 2], [1 / 3, 2 / 3, 1], atol=0.02)


def test_what_must_not_be_copied_is_not_shown(name: str, model: Path) -> None:
    photo, hole = noisy(600, 600, 90), square(600, 600)
    barred = np.zeros_like(hole)
    barred[:, 400:] = True
    photo[barred] = 255
    result = erase(photo, hole, engine=f"{name}-raw", model=model, keep_out=barred)
    assert np.abs(result[square(600, 600, 40)].astype(int) - 90).max() <= 2
    np.testing.assert_array_equal(result[barred], photo[barred])


def test_alpha_is_kept_or_goes_on(name: str, model: Path) -> None:
    photo, hole = noisy(200, 200, 90), square(200, 200)
    even = np.dstack([photo, np.full((200, 200), 77, np.uint8)])
    result = erase(even, hole, engine=f"{name}-raw", model=model)
    assert (result[..., 3] == 77).all()
    uneven = even.copy()
    uneven[:, :100, 3] = 0
    uneven[:, 100:, 3] = 255
    result = erase(uneven, hole, engine=f"{name}-raw", model=model)
    np.testing.assert_array_equal(result[~hole], uneven[~hole])
    assert result[100, 75, 3] < 60
    assert result[100, 125, 3] > 190


def test_as_guide_it_is_followed_by_patches(name: str, model: Path) -> None:
    photo = np.concatenate([noisy(300, 150, 40), noisy(300, 450, 200)], axis=1)
    hole = square(300, 600, 120)
    result = erase(photo, hole, engine=name, model=model)
    np.testing.assert_array_equal(result[~hole], photo[~hole])
    middle = result[square(300, 600, 40)]
    assert np.median(middle) > 150
    assert middle.std() > 8
    np.testing.assert_array_equal(result, erase(photo, hole, engine=name, model=model, threads=1))


def test_it_is_loaded_once(tmp_path: Path) -> None:
    photo, hole = noisy(100, 100, 90), square(100, 100, 30)
    model = tiny_lama(tmp_path / "lama.onnx")
    first = erase(photo, hole, engine="lama-raw", model=model, threads=1)
    model.write_bytes(b"gone")
    np.testing.assert_array_equal(first, erase(photo, hole, engine="lama-raw", model=model, threads=1))


def test_another_guide_takes_its_place() -> None:
    photo, hole = noisy(100, 100, 90), square(100, 100, 30)
    result = erase(photo, hole, engine="lama-raw", guide=lambda image, _: np.full_like(image, 0.5))
    assert abs(int(result[50, 50, 0]) - 128) <= 1


@pytest.mark.parametrize("use", [require, lambda engine, model: warmup(engine, model=model)])
def test_a_missing_model_says_what_fetches_it(name: str, tmp_path: Path, use: type) -> None:
    for engine in (name, f"{name}-raw"):
        assert describe(engine).model == name
        assert describe(engine).network
        for missing in (None, tmp_path / "missing.onnx", tmp_path):
            with pytest.raises(FillError, match=f"`wuhen models pull {name}`"):
                use(engine, missing)


WRONG = {
    "size": {"side": 512, "channels": 4},
    "names": {"names": ("picture", "mask")},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_another_network_is_told_by_what_it_takes(tmp_path: Path, wrong: str) -> None:
    other = tiny_lama(tmp_path / "other.onnx", **WRONG[wrong])  # type: ignore[arg-type]
    for use in (require, lambda engine, model: warmup(engine, model=model)):
        wanted = r"other.onnx is a different network: it takes .*, not image float"
        with pytest.raises(FillError, match=wanted):
            use("lama", other)


def test_one_known_network_is_not_the_other(tmp_path: Path) -> None:
    with pytest.raises(FillError, match="a different network"):
        require("lama", tiny_migan(tmp_path / "a.onnx"))
    with pytest.raises(FillError, match="a different network"):
        require("migan", tiny_lama(tmp_path / "b.onnx"))
    require("lama", tiny_lama(tmp_path / "c.onnx"))
    require("lama", tiny_lama(tmp_path / "d.onnx", side=256))


def test_an_answer_of_another_size_is_told(tmp_path: Path) -> None:
    model = tiny_lama(tmp_path / "cut.onnx", cut=8)
    with pytest.raises(FillError, match=r"cut.onnx answered \(1, 3, 512, 504\)"):
        erase(noisy(99, 99, 9), square(99, 99, 30), engine="lama-raw", model=model)


@pytest.mark.parametrize("content", [b"", b"no network", bytes(4000)])
def test_a_broken_file_is_told_without_its_folder(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(content)
    with pytest.raises(FillError, match=r"broken.onnx is ") as caught:
        erase(noisy(99, 99, 9), square(99, 99, 30), engine="lama", model=broken)
    assert str(tmp_path) not in str(caught.value)


#: Fills in a process that may have no more than 1 GiB.
HUNGRY = """
import resource, sys
from pathlib import Path
import numpy as np
from wuhen.fill import erase
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
photo, hole = np.zeros((99, 99, 3), np.uint8), np.zeros((99, 99), bool)
hole[40:60, 40:60] = True
try:
    erase(photo, hole, engine="lama-raw", model=Path(sys.argv[1]))
except MemoryError:
    print("memory")
"""


@pytest.mark.slow
def test_too_little_memory_is_told_as_that(tmp_path: Path) -> None:
    model = tiny_lama(tmp_path / "lama.onnx", hungry=True)
    done = subprocess.run([sys.executable, "-c", HUNGRY, model], capture_output=True, text=True, check=True)
    assert done.stdout == "memory\n"
    assert not done.stderr


def test_without_the_runtime_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_lama(tmp_path / "lama.onnx")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(FillError, match="pip install onnxruntime"):
        require("lama", model)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(FillError, match="pip install onnxruntime"):
        warmup("lama", model=model)
