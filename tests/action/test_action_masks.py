"""What a job makes of masks, seen in its result."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from pictures import decoded, encoded, scene
from wuhen.action import Job, perform
from wuhen.wire import ApiError, Language

WIDTH, HEIGHT = 160, 120
GROUND = scene(WIDTH, HEIGHT)
RED = np.array((230, 20, 30))


def coverage(seed: int = 0) -> NDArray[np.uint8]:
    """Draw a figure of round and straight edges, each pixel as light as it is covered."""
    large = Image.new("L", (WIDTH * 8, HEIGHT * 8))
    draw = ImageDraw.Draw(large)
    x, y = np.random.default_rng(seed).integers(400, 480, 2)
    draw.ellipse([x, y - 150, x + 263, y + 205], fill=255)
    draw.polygon([(x + 150, y - 200), (x + 435, y + 37), (x + 210, y + 301)], fill=255)
    return np.asarray(large.reduce(8))


def composed(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put the red figure onto the ground."""
    share = mask[..., np.newaxis] / 255
    pixels: NDArray[np.uint8] = np.rint(share * RED + (1 - share) * GROUND).astype(np.uint8)
    return pixels


def redness(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    signed = pixels.astype(np.int16)
    return signed[..., 0] - signed[..., 1]


@pytest.mark.parametrize("seed", range(3))
def test_an_anti_aliased_mask_that_fits_leaves_no_ring(seed: int) -> None:
    mask = coverage(seed)
    ring = (mask >= 8) & (mask < 128)
    photo = composed(mask)
    assert ring.sum() > 50
    assert redness(photo)[ring].max() > redness(GROUND).max() + 50
    result = decoded(perform(Job(encoded(photo), encoded(mask), marked=False)).data)
    assert redness(result).max() < redness(GROUND).max() + 12
    np.testing.assert_array_equal(result[mask == 0], photo[mask == 0])


def test_a_soft_mask_changes_what_it_covers_by_half_and_nothing_else() -> None:
    soft = np.asarray(Image.fromarray(coverage()).filter(ImageFilter.GaussianBlur(8)))
    photo = composed(coverage())
    one, other = (
        decoded(perform(Job(encoded(photo), encoded(mask), marked=False)).data)
        for mask in (soft, soft >= 128)
    )
    np.testing.assert_array_equal(one, other)


def test_a_scaled_mask_is_refused_in_two_ways() -> None:
    photo, mask = encoded(GROUND), encoded(coverage()[::2, ::2])

    def refusal(**how: bool) -> str:
        with pytest.raises(ApiError) as refused:
            perform(Job(photo, mask, marked=False, **how))  # type: ignore[arg-type]
        assert refused.value.code == "InvalidParameterValue.ParameterValueError"
        return refused.value.message(Language.CHINESE)

    assert "FitMask" not in refusal()
    assert "FitMask" in refusal(fit_mask=False)


@pytest.mark.parametrize(
    ("how", "told"), [({}, False), ({"fit_mask": False}, False), ({"fit_mask": True}, True)]
)
def test_only_who_asked_for_scaling_is_told_what_can_be_scaled(how: dict[str, bool], *, told: bool) -> None:
    with pytest.raises(ApiError) as refused:
        perform(Job(encoded(GROUND), encoded(coverage()[::2]), **how))  # type: ignore[arg-type]
    assert refused.value.code == "InvalidParameterValue.ParameterValueError"
    message = refused.value.message(Language.ENGLISH)
    assert "160x60" in message
    assert ("same ratio" in message) == told


def test_masks_of_what_not_to_copy_are_scaled_too_and_not_inverted() -> None:
    photo = encoded(composed(coverage()))
    mask, keep_out = coverage() >= 128, np.zeros((HEIGHT, WIDTH), bool)
    keep_out[:, :40] = True
    plain = perform(Job(photo, encoded(mask), encoded(keep_out), marked=False))
    scaled = perform(
        Job(photo, encoded(~mask), encoded(keep_out[::2, ::2]), marked=False, invert=True, fit_mask=True)
    )
    np.testing.assert_array_equal(decoded(scaled.data), decoded(plain.data))


def test_what_is_transparent_in_a_mask_is_erased_where_that_is_asked_for() -> None:
    photo = composed(coverage())
    cut = np.dstack([photo, 255 - coverage()])
    painted = perform(Job(encoded(photo), encoded(coverage()), marked=False))
    rubbed = perform(Job(encoded(photo), encoded(cut), marked=False, transparent=True))
    np.testing.assert_array_equal(decoded(rubbed.data), decoded(painted.data))
    with pytest.raises(ApiError, match="transparent nowhere"):
        perform(Job(encoded(photo), encoded(coverage()), marked=False, transparent=True))
