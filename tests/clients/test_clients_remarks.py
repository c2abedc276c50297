"""A job's remarks in answers and in the log."""

from typing import Any

import numpy as np
import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception import TencentCloudSDKException

from clients.common_sdk import ask
from clients.python_sdk import credential_of, profile
from harness import Service, eventually
from pictures import base64_of, encoded, same_but_for_numbers, scene

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


def test_a_mask_may_be_inverted_and_scaled(service: Service) -> None:
    mask = np.zeros(PHOTO.shape[:2], bool)
    mask[10:20, 10:30] = True

    def erased(flags: Any, **more: Any) -> bytes:
        parameters = given() | {"Mask": base64_of(encoded(flags)), "RspImgType": "base64"}
        return same_but_for_numbers(ask(service, "EraseRegions", parameters | more)["ResultImage"])

    assert erased(~mask, Invert=1) == erased(mask)
    assert erased(mask[::2, ::2], FitMask=1) == erased(mask)
    with pytest.raises(TencentCloudSDKException) as refused:
        erased(mask[::2, ::2])
    assert refused.value.code == "InvalidParameterValue.ParameterValueError"
    assert "FitMask" in refused.value.message


def vendors(service: Service, parameters: dict[str, Any]) -> Any:
    client = CommonClient("aiart", "2022-12-29", credential_of(service.key), "ap-guangzhou", profile(service))
    return client.call_json("ImageInpaintingRemoval", parameters)["Response"]


def test_the_vendors_refusal_of_another_size_offers_nothing(service: Service) -> None:
    mask = base64_of(encoded(np.ones((32, 48), bool)))
    with pytest.raises(TencentCloudSDKException) as refused:
        vendors(service, given() | {"Mask": mask})
    assert refused.value.message == "Mask 的尺寸为 48x32，而输入图片为 96x64，两者必须一致。"


def test_the_vendors_answer_has_none(service: Service) -> None:
    assert set(vendors(service, given() | {"RspImgType": "base64"})) == {"ResultImage", "RequestId"}
