"""What lies over many photos alike: learned from some, found in each, and not where it is not."""

import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from wuhen.finders import Cancelled, FinderError
from wuhen.finders.overlay import FEWEST, Overlays, learn, sketch
from wuhen.finders.overlay.correlation import directions
from wuhen.finders.overlay.frame import Area, Frame
from wuhen.finders.overlay.layer import Layer, cut
from wuhen.finders.overlay.learning import stands_still
from wuhen.finders.overlay.stamp import Stamp
from wuhen.finders.planes import luma

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def scene(seed: int, width: int, height: int) -> Photo:
    """Draw a ground with rectangles on it, no two alike."""
    rng = np.random.default_rng(seed)
    image = np.empty((height, width, 3), np.float32)
    image[:] = rng.uniform(60, 190, 3) + rng.uniform(-60, 60) * np.linspace(0, 1, height)[:, None, None]
    for _ in range(60):
        x, y = int(rng.integers(-40, width)), int(rng.integers(-40, height))
        wide, high = rng.integers(8, 90, 2)
        image[max(0, y) : y + high, max(0, x) : x + wide] = rng.uniform(0, 255, 3)
    noise = rng.normal(0, 3, (height, width, 1))
    return np.asarray((image + noise).clip(0, 255), np.uint8)


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


SIZES = [(300, 200), (200, 300), (240, 240), (360, 240)]


def photos(count: int) -> Iterator[Photo]:
    return (marked(seed, *SIZES[seed % len(SIZES)]) for seed in range(count))


@pytest.fixture(scope="module")
def overlays() -> Overlays:
    return learn(photos(10))


@pytest.mark.slow
@pytest.mark.parametrize("size", [*SIZES, (900, 600)])
def test_a_logo_is_found_in_photos_of_all_sizes(overlays: Overlays, size: tuple[int, int]) -> None:
    found = overlays.find(marked(1000, *size))
    truth = logo(*size)
    assert [place.what for place in found.places] == ["overlay"]
    assert (found.mask & truth).sum() > 0.97 * truth.sum()
    assert found.mask.sum() < 3.5 * truth.sum()


@pytest.mark.slow
def test_a_photo_without_it_is_left_alone(overlays: Overlays) -> None:
    for seed in range(8):
        assert not overlays.find(scene(2000 + seed, *SIZES[seed % len(SIZES)]))


@pytest.mark.slow
def test_it_is_small_when_pickled_and_finds_the_same(overlays: Overlays) -> None:
    packed = pickle.dumps(overlays)
    photo = marked(1000, 480, 320)
    assert len(packed) < 500_000
    unpacked = pickle.loads(packed)  # noqa: S301 - our own
    assert (unpacked.find(photo).mask == overlays.find(photo).mask).all()


@pytest.mark.slow
def test_scenes_alone_have_no_overlay() -> None:
    assert not learn(scene(seed, *SIZES[seed % 2]) for seed in range(12))


def test_too_few_photos_teach_nothing() -> None:
    with pytest.raises(FinderError, match=f"{FEWEST} different ones"):
        learn([marked(1, 320, 240)] * 30)


def test_learning_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        learn(photos(12), cancelled=lambda: True)


#: Left, top, right, bottom of a digit's seven segments.
SEGMENTS = [
    (0, 0, 8, 2),
    (0, 0, 2, 8),
    (6, 0, 8, 8),
    (0, 7, 8, 9),
    (0, 8, 2, 16),
    (6, 8, 8, 16),
    (0, 14, 8, 16),
]


def dated(seed: int, width: int, height: int) -> tuple[Photo, Mask]:
    """Draw eight digits of seven segments, others in each photo, lower left."""
    photo = scene(seed, width, height)
    rng = np.random.default_rng(seed)
    mask = np.zeros((height, width), np.bool_)
    for digit in range(8):
        x, y = 12 + 12 * digit, height - 30
        for left, top, right, bottom in rng.permutation(SEGMENTS)[: int(rng.integers(3, 7))]:
            mask[y + top : y + bottom, x + left : x + right] = True
    photo[mask] = (255, 140, 20)
    return photo, mask


@pytest.mark.slow
def test_a_stamp_is_found_though_its_digits_differ() -> None:
    sizes = [(360, 270), (270, 360)]
    overlays = learn(dated(seed, *sizes[seed % 2])[0] for seed in range(10))
    assert len(overlays.stamps) == 1
    for seed in range(100, 104):
        photo, truth = dated(seed, *sizes[seed % 2])
        found = overlays.find(photo)
        assert (found.mask & truth).sum() > 0.9 * truth.sum()
        assert not overlays.find(scene(seed, *sizes[seed % 2]))


STAMP = Stamp(Frame("pixels", (0.0, 1.0), 1000.0), Area(10, -34, 100, 22), (255, 140, 20), 0.4, 1.0)


def of(photos: list[Photo], likeness: float) -> Layer:
    """Return the layer that photos have where `STAMP` is: all of the place."""
    mean = np.mean([directions(luma(cut(one, 200, 120, STAMP.frame, STAMP.area))) for one in photos], axis=0)
    template = np.rint(np.stack([mean.real, mean.imag], axis=-1) * 127).astype(np.int8)
    return Layer(STAMP.frame, STAMP.area, template, np.ones(mean.shape, np.bool_), likeness, 1.0)


def test_strokes_that_differ_are_a_stamps_though_a_layer_covers_them() -> None:
    digits, still = ([scene(seed, 200, 120) for seed in range(10)] for _ in range(2))
    left = np.random.default_rng(1).integers(0, 4, (10, 12))
    for seed, (one, other) in enumerate(zip(digits, still, strict=True)):
        for stroke in range(12):
            for photo, shift in ((one, left[seed, stroke]), (other, left[0, stroke])):
                photo[88:106, 12 + 8 * stroke + shift :][:, :2] = (255, 140, 20)
    for photos, same in ((digits, False), (still, True)):
        sketches = [sketch(photo) for photo in photos]
        assert (STAMP.sameness(sketches) > 0.9) == same
        assert stands_still(sketches, STAMP, [of(photos, 0.6)]) == same
    assert STAMP.sameness([sketch(still[0])]) == 0


def test_a_stamp_on_a_ground_of_its_colour_is_covered_whole() -> None:
    photo = np.full((120, 200, 3), 90, np.uint8)
    photo[:, :60] = (250, 150, 40)
    for left in range(12, 108, 8):
        photo[88:106, left : left + 2] = (255, 140, 20)
    found = STAMP.find(photo, 0.3)
    assert found.places[0].what == "overlay"
    assert found.mask[87:107, 11:109].all()
    photo[:, :60] = 90
    for left in range(12, 60, 8):
        photo[88:106, left : left + 2] = (255, 140, 20)
    assert STAMP.find(photo, 0.3).mask[87:107, 11:109].mean() < 0.95
