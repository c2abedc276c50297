"""Which photos of a folder are looked at to learn what they have in common, and what is passed over."""

import asyncio
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures import encoded
from wuhen.action import PictureData, PictureLimits, SketchedPhoto, sketch_photo
from wuhen.batch.errors import StoreFailed
from wuhen.batch.learning import MOST_PHOTOS, choose, learn_overlays
from wuhen.finders import FinderError
from wuhen.finders.overlay import FEWEST
from wuhen.workers import LocalWorkers


@pytest.mark.slow
@given(st.integers(0, 2000))
def test_a_folder_gives_the_same_photos_every_time_and_in_their_order(count: int) -> None:
    photos = list(range(count))
    chosen = choose(photos)
    assert chosen == choose(photos) == sorted(set(chosen))
    assert len(chosen) == min(count, MOST_PHOTOS)


class Here(LocalWorkers):
    """Stands in for workers: sketches in this process."""

    def __init__(self) -> None:
        self.sketched = 0

    @property
    def capacity(self) -> int:
        return 2

    async def sketch(self, picture: PictureData, limits: PictureLimits) -> SketchedPhoto:
        made = sketch_photo(picture, limits)
        self.sketched += 1
        return made


def photo(seed: int, *, logo: bool = True) -> bytes:
    """Return a photo of blocks, no two alike, with a ring in the lower right corner."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(40, 215, (12, 16, 3), np.uint8).repeat(20, axis=0).repeat(20, axis=1)
    y, x = np.mgrid[:240, :320]
    if logo:
        away = np.hypot(x - 280, y - 205)
        pixels[(away < 25) & (away > 17)] = (250, 250, 250)
    return encoded(pixels)


async def read(data: bytes | Exception) -> bytes:
    await asyncio.sleep(0)
    if isinstance(data, Exception):
        raise data
    return data


@pytest.mark.slow
async def test_what_cannot_be_read_is_passed_over() -> None:
    files: list[bytes | Exception] = [photo(seed) for seed in range(14)]
    files += [b"no picture", StoreFailed("away"), OSError("gone")]
    workers = Here()
    overlays = await learn_overlays([partial(read, file) for file in files], workers)
    assert workers.sketched == 14
    assert overlays.learned_from == 14
    found = overlays.find(np.asarray(sketch_photo(photo(99), PictureLimits()).as_sketch().pixels))
    (place,) = found.places
    left, top, width, height = place.box
    assert left < 280 < left + width
    assert top < 205 < top + height
    assert not overlays.find(sketch_photo(photo(98, logo=False), PictureLimits()).as_sketch().pixels)


async def test_too_few_photos_are_said_to_be() -> None:
    reads = [partial(read, photo(seed)) for seed in range(2)] + [partial(read, b"")]
    with pytest.raises(FinderError, match=rf"{FEWEST} different ones at least, not 2"):
        await learn_overlays(reads, Here())
