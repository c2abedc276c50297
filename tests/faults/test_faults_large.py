"""Large pictures: our own actions take them within a bound of memory, the vendor's does not."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest

from clients.raw import Answer, call
from faults.sending import MB, megabytes, sending
from harness import Key, Service, eventually, running
from pictures import base64_of, decoded, encoded
from scenes import Scene

OWN = {"X-TC-Action": "EraseRegions", "X-TC-Version": "2026-11-25"}
GREEN, RED = (20, 120, 30), (250, 0, 0)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    options = ("--workers", "1", "--threads", "1", "--max-body", "32", "--max-megapixels", "6")
    with running(tmp_path_factory.mktemp("large") / "data", *options) as started:
        yield started


def erase(service: Service, shape: tuple[int, int], picture_format: str, **changes: str) -> Answer:
    """Have a red square erased from a green photo of a height and width."""
    photo = np.full((*shape, 3), GREEN, np.uint8)
    hole = np.zeros(shape, bool)
    hole[20:40, -40:-20] = True
    photo[hole] = RED
    pictures = {"InputImage": base64_of(encoded(photo, picture_format)), "Mask": base64_of(encoded(hole))}
    return call(service, {**pictures, "LogoAdd": 0}, changes=OWN | changes)


def test_a_photo_larger_than_the_vendors_action_takes_is_erased(service: Service) -> None:
    answer = erase(service, (1100, 5200), "BMP")
    result = decoded(base64.b64decode(answer.image))
    assert result.shape == (1100, 5200, 3)
    assert (result == GREEN).all()
    line, *_ = [line for line in service.log_lines() if line.get("event") == "call"]
    assert line["request_bytes"] > 20 * MB


def test_the_vendors_action_refuses_it(service: Service, scene: Scene) -> None:
    vendors = {"X-TC-Action": "ImageInpaintingRemoval", "X-TC-Version": "2022-12-29"}
    assert erase(service, (1100, 5200), "BMP", **vendors).code == "RequestSizeLimitExceeded"
    wide = erase(service, (60, 5200), "PNG", **vendors)
    assert wide.code == "FailedOperation.ImageResolutionExceed"
    assert "5200x60; each side must be shorter than 5000 pixels" in wide.message
    assert call(service, scene.parameters()).code == "OK"


def test_what_is_too_large_for_our_own_is_told_the_limit_that_is_set(service: Service) -> None:
    pixels = erase(service, (2500, 2500), "PNG")
    assert pixels.code == "FailedOperation.ImageResolutionExceed"
    assert "2500x2500; it may have 6 megapixels at most" in pixels.message
    body = erase(service, (2000, 4800), "BMP")
    assert body.code == "RequestSizeLimitExceeded"
    assert str(32 * MB) in body.message


def test_nothing_is_kept_of_bodies_that_are_refused(service: Service) -> None:
    stranger = Key(service.key.secret_id, "not its secret")
    body = {"InputImage": "A" * (30 * MB)}
    assert call(service, body, key=stranger, changes=OWN).code == "AuthFailure.SignatureFailure"
    before = megabytes(service)
    for _ in range(12):
        call(service, body, key=stranger, changes=OWN)
    # The last may take a moment, and what is free is not given back to the last byte.
    eventually(lambda: megabytes(service) < before + 120)


def test_large_bodies_are_bounded_and_hold_up_no_others(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = megabytes(service)
    size = 30 * MB
    stranger = Key(service.key.secret_id, "not its secret")
    with sending(service, stranger, 12, size=size, changes=OWN, seconds=3):
        # One that is worked on and one to spare; what is growing is twice as large for a moment.
        assert megabytes(service) < before + 2 * 30 + 90
        assert call(service, scene.parameters()).code == "OK"
    assert erase(service, (1100, 5200), "BMP").code == "OK"
