"""The format that a call asks for."""

import base64
import io
import urllib.request
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clients.common_sdk import ask
from harness import Service
from pictures import base64_of, encoded, scene
from wuhen.photo.webp.quality import estimate_quality

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

PHOTO = scene()


def given(photo: bytes, **more: Any) -> dict[str, Any]:
    mask = np.zeros(PHOTO.shape[:2], bool)
    mask[10:20, 10:20] = True
    return {"InputImage": base64_of(photo), "Mask": base64_of(encoded(mask)), "LogoAdd": 0, **more}


def test_a_result_is_of_the_format_that_is_asked_for(service: Service) -> None:
    lossy = encoded(PHOTO, "WEBP", quality=50)
    for asked, expected in (("auto", "PNG"), ("same", "WEBP"), ("tiff", "TIFF")):
        answer = ask(service, "EraseRegions", given(lossy, ResultFormat=asked))
        data = base64.b64decode(answer["ResultImage"])
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == expected
        if asked == "same":
            assert estimate_quality(data) == pytest.approx(50, abs=4)


def test_it_is_served_at_its_url_with_its_media_type(service: Service) -> None:
    tiff = encoded(PHOTO, "TIFF", compression="tiff_lzw")
    answer = ask(service, "EraseRegions", given(tiff, ResultFormat="same", RspImgType="url"))
    with urllib.request.urlopen(answer["ResultImage"]) as served:
        assert served.headers["Content-Type"] == "image/tiff"
        with Image.open(io.BytesIO(served.read())) as image:
            assert image.info["compression"] == "tiff_lzw"
