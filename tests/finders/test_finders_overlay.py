"""What lies over many photos alike: learned from some, found in each, and not where it is not."""

import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from wuhen.finders import Cancelled, FinderError
from wuhen.finders.overlay import FEWEST, Overlays, learn

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def scene(seed: int, width: int, height: int) -> Photo:
    """Draw a ground with discs on it, no two alike."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    image = np.empty((height, width, 3), np.float32)
    image[:] = rng.uniform(60, 190, 3)
    image += (rng.uniform(-60, 60) * rows / height)[..., None]
    for _ in range(40):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(6, 60)
        image[np.hypot(columns - x, rows - y) < radius] = rng.uniform(0, 255, 3)
    return np.asarray((image + rng.normal(0, 3, image.shape)).clip(0, 255), np.uint8)


def logo(width: int, height: int) -> Mask:
    """Return where a ring and a bar lie, in the lower right corner, by the shorter side."""
    side = min(width, height)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = (columns - width) / side, (rows - height) / side
    away = np.hypot(x + 0.16, y + 0.12)
    return np.asarray(((away < 0.07) & (away > 0.05)) | ((abs(x + 0.16) < 0.1) & (abs(y + 0.03) < 0.008)))


def marked(seed: int, width: int, height: int) -> Photo:
    photo = scene(seed, width, height)
    mask = logo(width, height)
    photo[mask] = (0.3 * photo[mask] + 0.7 * np.array([255, 250, 240])).astype(np.uint8)
    return photo


SIZES = [(360, 240), (240, 360), (300, 300), (480, 320)]


def photos(count: int) -> Iterator[Photo]:
    return (marked(seed, *SIZES[seed % len(SIZES)]) for seed in range(count))


@pytest.fixture(scope="module")
def overlays() -> Overlays:
    return learn(photos(12))


@pytest.mark.parametrize("size", [*SIZES, (900, 600)])
def test_a_logo_is_found_in_photos_of_all_sizes(overlays: Overlays, size: tuple[int, int]) -> None:
    found = overlays.find(marked(1000, *size))
    truth = logo(*size)
    assert [place.what for place in found.places] == ["overlay"]
    assert (found.mask & truth).sum() > 0.97 * truth.sum()
    assert found.mask.sum() < 3.5 * truth.sum()


def test_a_photo_without_it_is_left_alone(overlays: Overlays) -> None:
    for seed in range(8):
        assert not overlays.find(scene(2000 + seed, *SIZES[seed % len(SIZES)]))


def test_it_is_small_when_pickled_and_finds_the_same(overlays: Overlays) -> None:
    packed = pickle.dumps(overlays)
    photo = marked(1000, 480, 320)
    assert len(packed) < 500_000
    unpacked = pickle.loads(packed)  # noqa: S301 - our own
    assert (unpacked.find(photo).mask == overlays.find(photo).mask).all()


def test_scenes_alone_have_no_overlay() -> None:
    assert not learn(scene(seed, *SIZES[seed % len(SIZES)]) for seed in range(12))


def test_too_few_photos_teach_nothing() -> None:
    with pytest.raises(FinderError, match=f"{FEWEST} different ones"):
        learn([marked(1, 320, 240)] * 30)


def test_learning_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        learn(photos(12), cancelled=lambda: True)
