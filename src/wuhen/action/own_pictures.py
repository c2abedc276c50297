"""How actions of our own are given a picture."""

from wuhen.action.limits import OWN_LIMITS, describe_limits
from wuhen.wire import Message, Parameter, Picture, String

__all__ = ["OWN_PICTURE", "PICTURE"]

_USUAL = describe_limits(OWN_LIMITS)
OWN_PICTURE = Message(
    f"{_USUAL.en[:-1]}, unless the service is set otherwise.", f"{_USUAL.zh[:-1]}；服务可另行设置。"
)
"""What pictures of our own actions may be."""

PICTURE = (
    Parameter(
        "InputImage",
        Picture(),
        Message("The picture, as base64.", "图片的 Base64。"),
        OWN_PICTURE,
        example="/9j/4AAQSkZJRg…",
    ),
    Parameter(
        "InputUrl",
        String(),
        Message("URL of the picture.", "图片的 URL。"),
        Message(
            "http or https. Takes precedence over InputImage when both are given.",
            "http 或 https；与 InputImage 同时传入时以 InputUrl 为准。",
        ),
        example="https://example.com/image.jpg",
    ),
)
"""The parameters of an action on one picture."""
