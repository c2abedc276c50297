"""A job's remarks in answers and in the log."""

from typing import Any

import numpy as np
import pytest
from tencentcloud.common.common_client import CommonClient

from clients.common_sdk import ask
from clients.python_sdk import credential_of, profile
from harness import Service, eventually
from pictures import base64_of, encoded, scene

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")

PHOTO = scene()


def given() -> dict[str, Any]:
    mask = np.ones(PHOTO.shape[:2], bool)
    mask[:4] = False
    return {"InputImage": base64_of(encoded(PHOTO)), "Mask": base64_of(encoded(mask)), "LogoAdd": 0}


def test_our_own_answer_has_them_in_the_callers_language_and_the_log_in_english(service: Service) -> None:
    english = ask(service, "EraseRegions", given(), language="en-US")
    chinese = ask(service, "EraseRegions", given(), language="zh-CN")
    assert [remark[:15] for remark in english["Remarks"]] == ["The mask erases"]
    assert [remark[:7] for remark in chinese["Remarks"]] == ["Mask 将消"]

    def logged() -> Any:
        lines = service.log_lines()
        return next((line for line in lines if line.get("RequestId") == chinese["RequestId"]), None)

    assert eventually(logged)["remarks"] == english["Remarks"]


def test_it_has_an_empty_list_where_there_are_none(service: Service) -> None:
    mask = np.zeros(PHOTO.shape[:2], bool)
    mask[10:20, 10:20] = True
    assert ask(service, "EraseRegions", given() | {"Mask": base64_of(encoded(mask))})["Remarks"] == []


def test_the_vendors_answer_has_none(service: Service) -> None:
    client = CommonClient("aiart", "2022-12-29", credential_of(service.key), "ap-guangzhou", profile(service))
    answer = client.call_json("ImageInpaintingRemoval", given() | {"RspImgType": "base64"})
    assert set(answer["Response"]) == {"ResultImage", "RequestId"}
