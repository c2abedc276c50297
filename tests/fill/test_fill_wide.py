"""Photos of 16 bits: the same is copied as at 8, at full precision."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wuhen.fill import erase
from wuhen.fill.engines.network import fill as fill_by_network
from wuhen.fill.finish.blend import LastVote, blend
from wuhen.fill.raster.alpha import unpremultiply
from wuhen.fill.raster.samples import narrow, widen
from wuhen.fill.task import Run, Task

Wide = NDArray[np.uint16]
Hole = NDArray[np.bool_]


def rounded(wide: Wide) -> NDArray[np.uint8]:
    return np.round(wide / 257).astype(np.uint8)


def with_lower_bits(photo: NDArray[np.uint8], seed: int) -> Wide:
    """Return samples of 16 bits that a photo could be rounded from."""
    lower = np.random.default_rng(seed).integers(-128, 129, photo.shape)
    return np.clip(photo.astype(int) * 257 + lower, 0, 65535).astype(np.uint16)


def grain(height: int = 90, width: int = 110, channels: int = 3) -> NDArray[np.uint8]:
    rng = np.random.default_rng(3)
    smooth = np.kron(
        rng.integers(60, 196, (height // 10 + 1, width // 10 + 1, channels)), np.ones((10, 10, 1), int)
    )
    noise = rng.integers(-20, 21, (height, width, channels))
    return np.asarray(np.clip(smooth[:height, :width] + noise, 0, 255), np.uint8)


def disc(height: int = 90, width: int = 110, radius: float = 17) -> Hole:
    y, x = np.mgrid[:height, :width]
    return np.asarray(np.hypot(y - height / 2, x - width / 2) < radius)


def slope(height: int = 120, width: int = 160) -> Wide:
    """Return colours that rise by a few hundredths of an 8-bit step from pixel to pixel."""
    y, x = np.mgrid[:height, :width]
    rise = 20000 + 7.3 * x + 3.1 * y
    return np.dstack([rise, 65535 - rise, 0.5 * rise]).round().astype(np.uint16)


def decisions(monkeypatch: pytest.MonkeyPatch, photo: Any, hole: Hole, **options: Any) -> list[bytes]:
    """Return the matches of all regions, and the weights of their votes."""
    seen: list[bytes] = []

    def spy(raster: Any, hole: Any, vote: LastVote, *rest: Any, repeats: bool) -> None:
        seen.extend([vote.match.tobytes(), vote.votes.tobytes()])
        blend(raster, hole, vote, *rest, repeats=repeats)

    monkeypatch.setattr(import_module("wuhen.fill.engines.finishing"), "blend", spy)
    erase(photo, hole, **options)
    monkeypatch.undo()
    return list(dict.fromkeys(seen))


@pytest.mark.parametrize("engine", ["patch", "guided"])
@pytest.mark.parametrize("channels", [3, 4])
def test_what_is_copied_is_decided_by_the_rounded_photo(
    monkeypatch: pytest.MonkeyPatch, engine: str, channels: int
) -> None:
    photo = grain(channels=channels)
    found = decisions(monkeypatch, photo, disc(), engine=engine)
    assert len(found) == 2
    for seed in range(2):
        assert decisions(monkeypatch, with_lower_bits(photo, seed), disc(), engine=engine) == found


@settings(max_examples=10, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([{}, {"remove_traces": True}, {"grow": 2}, {"engine": "guided"}]),
)
def test_a_result_is_near_that_of_the_rounded_photo(seed: int, options: dict[str, Any]) -> None:
    photo, hole = grain(), disc()
    narrow_result = erase(photo, hole, **options).astype(int)
    gap = np.abs(rounded(erase(with_lower_bits(photo, seed), hole, **options)) - narrow_result)
    # At 8 bits, vote, blend and contrast are each rounded, and the last may double what the others have cost.
    assert gap.max() <= 3
    assert (gap[hole] <= 1).mean() > 0.98


def test_what_is_not_erased_stays_to_the_last_bit() -> None:
    photo = with_lower_bits(grain(), 0)
    before = photo.copy()
    result = erase(photo, disc())
    assert result.dtype == np.uint16
    assert np.array_equal(photo, before)
    assert np.array_equal(result[~disc()], photo[~disc()])
    assert (result[disc()] != photo[disc()]).any()


def test_a_slope_comes_back_without_steps() -> None:
    photo, hole = slope(), disc(120, 160, 30)
    result = erase(photo, hole)
    assert len(np.unique(result[hole])) > 1000
    error = np.abs(result[hole].astype(int) - photo[hole])
    stepped = np.abs(widen(erase(rounded(photo), hole))[hole].astype(int) - photo[hole])
    assert np.median(error) <= 4
    assert error.max() < 64 < stepped.max()
    assert np.abs(rounded(result).astype(int) - erase(rounded(photo), hole)).max() <= 1


def test_an_even_ground_comes_back_exactly() -> None:
    photo = np.full((60, 70, 3), (33333, 1, 65535), np.uint16)
    assert np.array_equal(erase(photo, disc(60, 70, 12)), photo)


def test_threads_change_nothing() -> None:
    photo, hole = with_lower_bits(grain(200, 220), 1), disc(200, 220, 60)
    assert np.array_equal(erase(photo, hole, threads=1), erase(photo, hole, threads=3))


def test_a_shadow_is_divided_out_at_sixteen_bits() -> None:
    y, x = np.mgrid[:200, :240]
    distance = np.hypot(y - 103, x - 124)
    ground = 40000 + np.random.default_rng(8).integers(-3000, 3001, (200, 240, 1))
    shade = 1 - 0.45 / (1 + np.exp((distance - 42) / 3))
    photo = (np.dstack([ground] * 3) * shade[..., None]).astype(np.uint16)
    hole = np.hypot(y - 100, x - 120) < 40
    result, narrow_result = (
        erase(one, hole, remove_traces=True, engine="patch") for one in (photo, rounded(photo))
    )
    lightened = (narrow_result != rounded(photo)).any(axis=2) & ~hole
    assert lightened.sum() > 500
    assert np.abs(rounded(result)[lightened].astype(int) - narrow_result[lightened]).max() <= 2
    assert len(np.unique(result[lightened] % 257)) > 200
    untouched = ~hole & (result == photo).all(axis=2)
    assert untouched.sum() > 5000


@pytest.mark.parametrize("alpha", [65535, 30001])
def test_an_even_alpha_stays_to_the_last_bit(alpha: int) -> None:
    photo = np.dstack([with_lower_bits(grain(), 0), np.full((90, 110), alpha, np.uint16)])
    assert (erase(photo, disc())[..., 3] == alpha).all()


def test_an_alpha_that_varies_is_filled_at_sixteen_bits() -> None:
    alpha = np.broadcast_to(np.linspace(9000, 65535, 160).astype(np.uint16)[None, :, None], (120, 160, 1))
    photo, hole = np.concatenate([slope(), alpha], axis=2), disc(120, 160, 20)
    result = erase(photo, hole)
    assert np.array_equal(result[~hole], photo[~hole])
    narrow_result = erase(rounded(photo), hole)
    assert np.abs(rounded(result).astype(int) - narrow_result).max() <= 2
    error = np.abs(result[hole].astype(int) - photo[hole])
    stepped = np.abs(widen(narrow_result)[hole].astype(int) - photo[hole])
    assert np.median(error) < np.median(stepped) / 2


def test_where_nothing_can_be_copied_the_fill_is_smooth() -> None:
    photo, hole = slope(16, 16), np.eye(16, dtype=bool)
    hole[3::4] = True
    result = erase(photo, hole)
    assert np.array_equal(result[~hole], photo[~hole])
    assert np.abs(rounded(result).astype(int) - rounded(photo)).max() <= 2


def test_a_network_alone_paints_at_eight_bits() -> None:
    photo, hole = with_lower_bits(grain(), 0), disc()
    task = Task(photo, hole, guide=lambda image, _: image * 0 + 0.4)
    result = fill_by_network(task, Run(threads=1))
    assert np.array_equal(result[~hole], photo[~hole])
    assert np.array_equal(result[hole], widen(narrow(result[hole])))


@pytest.mark.parametrize("white", [np.uint8(255), np.uint16(65535)])
def test_colours_that_nobody_can_see_come_out_alike_at_any_depth(white: np.unsignedinteger[Any]) -> None:
    scaled = np.array([[[0, 1, 9, 0], [3, 4, 5, 4]]], white.dtype)
    assert unpremultiply(scaled)[0, 0].tolist() == [0, white, white, 0]
    assert unpremultiply(scaled)[0, 1, 1:].tolist() == [white, white, 4]
