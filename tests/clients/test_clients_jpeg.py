"""How the service codes a JPEG photo: to the block in our own action, anew in the vendor's."""

import base64

import pytest
from tencentcloud.common.common_client import CommonClient

from clients.common_sdk import ask
from clients.python_sdk import credential_of, profile
from harness import Service
from pictures import base64_of, encoded, scene, with_object
from wuhen.photo.jpeg.file import JpegFile, parse

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

PIXELS, MASK = with_object(scene())
FILE = encoded(PIXELS, "JPEG", quality=70, subsampling="4:2:0", progressive=True)
GIVEN = {"InputImage": base64_of(FILE), "Mask": base64_of(encoded(MASK))}


def file_of(answer: dict[str, str]) -> JpegFile:
    return parse(base64.b64decode(answer["ResultImage"]))


def test_our_own_action_keeps_tables_sampling_and_scans(service: Service) -> None:
    given, result = parse(FILE), file_of(ask(service, "EraseRegions", GIVEN))
    assert (result.frame, result.components) == (given.frame, given.components)
    assert (result.quantization[0] == given.quantization[0]).all()


def test_the_vendors_codes_the_whole_picture_anew_without_subsampling(service: Service) -> None:
    client = CommonClient("aiart", "2022-12-29", credential_of(service.key), "ap-guangzhou", profile(service))
    result = file_of(client.call_json("ImageInpaintingRemoval", GIVEN)["Response"])
    assert (result.progressive, result.sampling) == (False, (1, 1))
    assert result.quantization[0].max() <= 12  # quality 95
