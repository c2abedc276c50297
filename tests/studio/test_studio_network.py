"""Selecting by a network, tiny and of MobileSAM's contract: by the API, and in the studio."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from harness import Service, running
from networks import tiny_sam
from pictures import base64_of, decoded, encoded
from studio.studio_pages import at, drag, mask_of, open_photo

pytest.importorskip("onnxruntime")

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

LEFT, RIGHT = np.s_[100:180, 80:160], np.s_[100:180, 340:420]


@pytest.fixture(scope="module")
def studio_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose operator has fetched the network."""
    data_dir = tmp_path_factory.mktemp("network") / "data"
    tiny_sam(data_dir / "models")
    with running(data_dir, "--workers", "1", "--threads", "1") as service:
        yield service


@pytest.fixture(scope="module")
def twins() -> NDArray[np.uint8]:
    """Return a photo of two squares of one colour, which are one object to the tiny network."""
    pixels = np.random.default_rng(3).integers(70, 130, (320, 480, 3)).astype(np.uint8)
    pixels[LEFT] = pixels[RIGHT] = (225, 40, 40)
    return pixels


def widened(square: tuple[slice, ...]) -> tuple[slice, ...]:
    """Return a square with the margin that a mask has around an object in a photo of this size, a pixel."""
    return tuple(slice(side.start - 1, side.stop + 1) for side in square)


def overlap(mask: NDArray[np.bool_], *squares: tuple[slice, ...]) -> float:
    """Say how much of a mask and of these squares is common to both."""
    wanted = np.zeros_like(mask)
    for square in squares:
        wanted[square] = True
    return float((mask & wanted).sum() / (mask | wanted).sum())


def select(service: Service, photo: NDArray[np.uint8], *points: dict[str, int]) -> dict[str, Any]:
    parameters = {"InputImage": base64_of(encoded(photo)), "Points": list(points)}
    return dict(ask(service, "SelectObject", parameters, language="en-US"))


def test_what_a_point_lies_on_is_answered_as_a_mask(
    studio_service: Service, twins: NDArray[np.uint8]
) -> None:
    answer = select(studio_service, twins, {"X": 120, "Y": 140}, {"X": 240, "Y": 140, "Outside": 1})
    mask = decoded(base64.b64decode(answer["Mask"]))[..., 0] > 0
    assert (answer["Width"], answer["Height"], answer["MediaType"]) == (480, 320, "image/png")
    assert mask.shape == (320, 480)
    assert mask[LEFT].mean() > 0.9
    assert mask.sum() < 1.3 * 2 * 80 * 80
    assert 0 < answer["Score"] <= 1


@pytest.mark.parametrize(
    ("points", "text"),
    [
        ([{"X": 480, "Y": 140}], "Points.0.X is 480; it must be 0 to 479."),
        ([{"X": 1, "Y": 1, "Outside": 1}], "No point lies on the object"),
        ([{"X": 1, "Y": 1}] * 65, "Points has 65 points; it may have 64 at most."),
    ],
)
def test_points_that_tell_nothing_are_refused(
    studio_service: Service, twins: NDArray[np.uint8], points: list[dict[str, int]], text: str
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        select(studio_service, twins, *points)
    assert caught.value.get_code() == "InvalidParameterValue"
    assert text in caught.value.get_message()


def test_the_studio_selects_by_it_and_brings_the_outline_to_the_edges(
    studio: Page, studio_service: Service, twins: NDArray[np.uint8], tmp_path: Path
) -> None:
    photo = tmp_path / "twins.png"
    photo.write_bytes(encoded(twins))
    open_photo(studio, photo)
    studio.keyboard.press("s")
    masks = []
    for place, button in (((120, 140), "left"), ((380, 140), "right")):
        studio.mouse.click(*at(studio, *place), button=button)  # type: ignore[arg-type]
        studio.locator("wh-selection").evaluate("async selection => { await selection.settled; }")
        masks.append(mask_of(studio, tmp_path))
    # The page alone would have selected the one that was clicked on. The network's cells are 8 pixels wide.
    assert overlap(masks[0], *map(widened, (LEFT, RIGHT))) > 0.98
    # To the network, what takes one away takes both; where nothing is left, the page corrects what there was.
    assert overlap(masks[1], widened(LEFT)) > 0.98
    # What the network insists on is taken away all the same, and no pixel of what says so is left.
    drag(studio, (90, 110), (150, 170))
    drag(studio, (340, 140), (420, 140))
    studio.keyboard.press("x")
    drag(studio, (345, 105), (415, 175))
    studio.locator("wh-selection").evaluate("async selection => { await selection.settled; }")
    left = mask_of(studio, tmp_path)
    assert not any(left[y, x] for x, y in zip(range(346, 414), range(106, 174), strict=True))
    assert left[140, 120]
    called = [line for line in studio_service.log_lines() if line.get("action") == "SelectObject"]
    assert len(called) >= 2
