"""Our own product, called with the official Python SDK's common client as any product of the cloud is."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from clients.python_sdk import erase, profile
from harness import Key, Service, create_key
from picture_server import PictureServer
from pictures import base64_of
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
    codes = set()
    for _ in range(5):
        try:
            ask(service, "DescribeLabels", given, key)
        except TencentCloudSDKException as error:
            codes.add(error.code)
    assert codes <= {"RequestLimitExceeded"}
    assert codes
