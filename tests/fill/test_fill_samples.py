"""What comes of the samples, which are the first pictures that anybody sees."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wuhen import samples
from wuhen.fill import erase

Pixels = NDArray[np.uint8]


def filled(name: str, seed: int) -> tuple[Pixels, Pixels, NDArray[np.bool_]]:
    """Return a sample, its fill, and the hole."""
    with Image.open(samples.photo_path(name)) as image, Image.open(samples.mask_path(name)) as mask:
        photo, hole = np.asarray(image.convert("RGB")), np.asarray(mask)
    return photo, erase(photo, hole, seed=seed), hole


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_ridge_of_the_dune_goes_on_where_the_hikers_were(seed: int) -> None:
    photo, result, hole = filled("hikers", seed)
    # Sand in the light is brighter than sand in the shadow; people are darker than both.
    assert photo[hole].sum(axis=1).min() < 60
    assert result[hole].sum(axis=1).min() > 150
    columns = np.arange(400, 760)
    ridge = (result[480:760, 400:760, 0] > 212).sum(axis=0)
    smooth = np.polynomial.Polynomial.fit(columns, ridge, 2)(columns)
    assert np.abs(ridge - smooth).max() < 3  # with a bump it is 8 and more


@pytest.mark.slow
def test_nothing_stays_of_the_sign_before_the_sky() -> None:
    photo, result, hole = filled("sign", 0)
    sky = hole.copy()
    sky[520:] = False
    assert (photo[sky].sum(axis=1) < 330).mean() > 0.5
    assert (result[sky].sum(axis=1) > 450).all()
