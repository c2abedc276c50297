"""Our own product, called with the official Python SDK's common client as any product of the cloud is."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from clients.python_sdk import credential_of, erase, profile
from harness import Key, Service, create_key
from picture_server import MISSING, NO_PICTURE, REDIRECTED, PictureServer
from pictures import base64_of, decoded, encoded, with_shadow
from scenes import Scene

# The SDK asks for the date in a way that Python 3.12 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

FORMS = [
    ("TC3-HMAC-SHA256", "POST"),
    ("TC3-HMAC-SHA256", "GET"),
    ("HmacSHA256", "POST"),
    ("HmacSHA1", "GET"),
]


def refusal(*given: Any, **how: Any) -> TencentCloudSDKException:
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(*given, **how)
    return caught.value


@pytest.mark.parametrize(("algorithm", "method"), FORMS)
def test_every_form_reaches_it(
    service: Service, url_parameters: dict[str, Any], algorithm: str, method: str
) -> None:
    given = {"InputUrl": url_parameters["InputUrl"]}
    answer = ask(service, "DescribeLabels", given, algorithm=algorithm, method=method)
    assert (answer["Format"], answer["Width"], answer["Height"]) == ("PNG", 96, 64)
    assert answer["Holds"] is True
    assert answer["RequestId"]


def test_a_temporary_key_reaches_it(service: Service, temporary_key: Key, scene: Scene) -> None:
    given = {"InputImage": base64_of(scene.photo)}
    assert ask(service, "DescribeLabels", given, temporary_key)["Aigc"] == []


def test_a_results_labels_are_described(service: Service, scene: Scene) -> None:
    result = erase(scene.parameters(), service.key, profile(service))
    answer = ask(service, "DescribeLabels", {"InputImage": result})
    assert [(one["Place"], one["Values"]["Label"], one["Broken"]) for one in answer["Aigc"]] == [
        ("XMP", "1", None)
    ]
    assert answer["Source"] == "algorithmicallyEnhanced"
    assert answer["Credentials"] is None


def test_it_is_refused_in_the_protocols_codes(service: Service) -> None:
    assert refusal(service, "DescribeLabels").code == "InvalidParameterValue.ImageEmpty"
    broken = refusal(service, "DescribeLabels", {"InputImage": base64_of(b"no picture")}, language="zh-CN")
    assert broken.code == "FailedOperation.ImageDecodeFailed"
    assert "输入图片" in broken.message
    assert refusal(service, "DescribeLabels", {"Mask": "x"}).code == "UnknownParameter"
    unknown = refusal(service, "ImageInpaintingRemoval")
    assert unknown.code == "InvalidAction"
    assert "service=`wuhen`" in unknown.message


def test_a_url_into_our_network_is_refused(service: Service) -> None:
    found = refusal(service, "DescribeLabels", {"InputUrl": "http://169.254.169.254/latest/"})
    assert found.code == "InvalidParameterValue.UrlIllegal"


def test_it_takes_no_slot_of_those_for_erasing(
    service: Service, scene: Scene, picture_server: PictureServer
) -> None:
    key = create_key(service.data_dir, "--concurrency", "1")
    with picture_server.holding() as url, ThreadPoolExecutor(1) as thread:
        held = thread.submit(erase, scene.parameters(InputUrl=url), key, profile(service))
        picture_server.until_asked()
        assert ask(service, "DescribeLabels", {"InputImage": base64_of(scene.photo)}, key)["Holds"]
        assert not held.done()
        picture_server.release.set()
        assert held.result()


def test_the_rate_holds_for_it(service: Service, scene: Scene) -> None:
    key = create_key(service.data_dir, "--rate", "1")
    given = {"InputImage": base64_of(scene.photo)}

    def code(_: int) -> str:
        try:
            ask(service, "DescribeLabels", given, key)
        except TencentCloudSDKException as error:
            return str(error.code)
        return "OK"

    with ThreadPoolExecutor(6) as threads:
        codes = set(threads.map(code, range(6)))
    assert codes == {"OK", "RequestLimitExceeded"}


def test_seeds_fill_differently_and_the_hole_may_be_widened(service: Service, scene: Scene) -> None:
    def erased(**given: Any) -> NDArray[np.uint8]:
        answer = ask(service, "EraseRegions", scene.parameters(**given))
        return decoded(base64.b64decode(answer["ResultImage"]))

    plain = decoded(base64.b64decode(erase(scene.parameters(), service.key, profile(service))))
    np.testing.assert_array_equal(erased(), plain)
    np.testing.assert_array_equal(erased(Seed=5), erased(Seed=5))
    hole = scene.hole
    changed = (erased(Seed=5) != plain).any(axis=2)
    assert changed.any()
    assert not changed[~hole].any()
    wide = (erased(Grow=3) != scene.pixels).any(axis=2)
    assert wide[~hole].any()
    keep_out = np.ones(hole.shape, bool)
    keep_out[:24, :24] = False
    assert (erased(KeepOut=base64_of(encoded(keep_out))) != plain).any()


def test_the_objects_shadow_is_removed_too(service: Service) -> None:
    photo, mask, shaded = with_shadow()
    given = {
        "InputImage": base64_of(encoded(photo)), "Mask": base64_of(encoded(mask)), "LogoAdd": 0,
        "RspImgType": "base64",
    }  # fmt: skip

    def erased(**more: Any) -> NDArray[np.uint8]:
        return decoded(base64.b64decode(ask(service, "EraseRegions", given | more)["ResultImage"]))

    left, removed = erased(Effects="exact"), erased(RemoveTraces=1)
    np.testing.assert_array_equal(left[~mask], photo[~mask])
    np.testing.assert_array_equal(removed[mask], left[mask])
    for clean in (removed, erased(Effects="full")):
        assert (clean[shaded] > photo[shaded]).any(axis=1).mean() > 0.9


@pytest.mark.parametrize("grow", [-1, 501])
def test_a_grow_out_of_range_is_refused(service: Service, scene: Scene, grow: int) -> None:
    error = refusal(service, "EraseRegions", scene.parameters(Grow=grow))
    assert error.code == "InvalidParameterValue"
    assert "500" in error.message


def test_the_vendors_action_takes_none_of_it(service: Service, scene: Scene) -> None:
    vendors = CommonClient(
        "aiart", "2022-12-29", credential_of(service.key), "ap-guangzhou", profile(service)
    )
    with pytest.raises(TencentCloudSDKException) as caught:
        vendors.call_json("ImageInpaintingRemoval", scene.parameters(Seed=1))
    assert caught.value.code == "UnknownParameter"


def test_a_picture_is_fetched_as_it_is(
    service: Service, scene: Scene, picture_server: PictureServer, url_parameters: dict[str, Any]
) -> None:
    answer = ask(service, "FetchPicture", {"InputUrl": url_parameters["InputUrl"]})
    assert base64.b64decode(answer["Image"]) == scene.photo
    assert answer["MediaType"] == "image/png"
    redirected = picture_server.url(f"{REDIRECTED}/photo.png")
    assert ask(service, "FetchPicture", {"InputUrl": redirected})["MediaType"] == "image/png"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "InvalidParameterValue.ImageEmpty"),
        ("ftp://example.com/a.png", "InvalidParameterValue.UrlIllegal"),
        ("http://169.254.169.254/latest/meta-data/", "InvalidParameterValue.UrlIllegal"),
        ("http://[::1]/a.png", "InvalidParameterValue.UrlIllegal"),
        (MISSING, "FailedOperation.ImageDownloadError"),
        (NO_PICTURE, "FailedOperation.ImageDecodeFailed"),
        ("/large.png", "FailedOperation.ImageSizeExceed"),
    ],
)
def test_only_pictures_of_places_that_may_be_reached_are_fetched(
    service: Service, picture_server: PictureServer, url: str, code: str
) -> None:
    picture_server.files["/large.png"] = b"\x89PNG\r\n\x1a\n" + bytes(4_718_600)
    given = {"InputUrl": picture_server.url(url) if url.startswith("/") else url}
    assert refusal(service, "FetchPicture", given).code == code
