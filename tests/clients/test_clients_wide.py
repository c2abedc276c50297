"""Photos of 16 bits a sample: our own action keeps them, the vendor's answers in 8."""

import base64

import numpy as np
import pytest
from tencentcloud.common.common_client import CommonClient

from clients.common_sdk import ask
from clients.python_sdk import credential_of, profile
from harness import Service
from photo.photo_files import png
from pictures import base64_of, encoded
from wuhen.photo import read_photo

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

SAMPLES = np.random.default_rng(0).integers(20000, 40000, (48, 64, 3), np.uint16)
HOLE = np.zeros((48, 64), bool)
HOLE[16:30, 20:40] = True
GIVEN = {"InputImage": base64_of(png(SAMPLES, 2)), "Mask": base64_of(encoded(HOLE)), "LogoAdd": 0}


def test_our_own_action_answers_in_sixteen_bits(service: Service) -> None:
    answer = ask(service, "EraseRegions", GIVEN)
    photo = read_photo(base64.b64decode(answer["ResultImage"]), wide=True)
    assert photo.wide is not None
    assert np.array_equal(photo.wide[~HOLE], SAMPLES[~HOLE])
    assert answer["Remarks"] == []


def test_the_vendors_answers_in_eight(service: Service) -> None:
    client = CommonClient("aiart", "2022-12-29", credential_of(service.key), "ap-guangzhou", profile(service))
    answer = client.call_json("ImageInpaintingRemoval", GIVEN | {"RspImgType": "base64"})["Response"]
    photo = read_photo(base64.b64decode(answer["ResultImage"]), wide=True)
    assert photo.bits == 8
    assert np.array_equal(photo.pixels[~HOLE], np.round(SAMPLES[~HOLE] / 257))
