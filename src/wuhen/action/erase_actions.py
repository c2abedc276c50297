"""The actions of our own that erase: at once, or as a job that is asked for later."""

from wuhen.action.find_actions import FOUND
from wuhen.action.identity import SERVICE, VERSION
from wuhen.action.limits import RESULT_FORMATS
from wuhen.action.mask_parameters import EFFECTS_MASK, MASKING
from wuhen.action.options import OPTION_PARAMETERS
from wuhen.action.own_pictures import OWN_PICTURE
from wuhen.action.parameters import ACTION, declare_parameters
from wuhen.action.paste_action import MARK_LANGUAGE, PLACE, RESULT_PART
from wuhen.action.presets import PRESET
from wuhen.action.selection import CANDIDATES, FINDING, SHAPES
from wuhen.wire import Action, AnswerMember, Integer, List, Message, Parameter, Picture, String, Struct

__all__ = ["CANCEL_ERASE", "DESCRIBE_ERASE", "ERASE", "SUBMIT_ERASE", "TOKEN"]

_REMARKS = AnswerMember(
    "Remarks",
    List(String()),
    Message(
        "What to know of the result: that the mask is an unusual one, or what of the image could not "
        "be kept; mostly empty.",
        "关于结果的说明：例如 Mask 不同寻常，或图片中未能保留的内容；通常为空。",
    ),
)

_ALTERNATIVES = Message(
    "The results of further candidates; ResultImage is the first.", "其余候选结果；ResultImage 为第一个。"
)
_SEED = AnswerMember(
    "Alternatives[].Seed", Integer(), Message("The seed it was made with.", "生成该结果所用的种子。")
)

ERASE = Action(
    service=SERVICE,
    name="EraseRegions",
    version=VERSION,
    parameters=Struct(
        (
            *declare_parameters(OWN_PICTURE).parameters,
            *SHAPES,
            *FINDING,
            PRESET,
            *OPTION_PARAMETERS,
            *EFFECTS_MASK,
            *MASKING,
            Parameter(
                "ResultFormat",
                String(choices=tuple(RESULT_FORMATS)),
                Message(
                    "The result's format. If it is the image's own, the result is coded as the image is: its "
                    "palette, quality, compression, and bits.",
                    "结果图片的格式。与输入图片格式相同时，沿用其编码方式：调色板、质量、压缩方式与位深。",
                ),
                Message(
                    "auto (default): the service's choice, mostly JPEG for JPEG and PNG for the rest; same: "
                    "the image's own, unless that is only read; jpeg, png, webp or tiff.",
                    "auto（默认）：由服务决定，通常 JPEG 返回 JPEG，其余返回 PNG；same：与输入图片相同"
                    "（仅支持读取的格式除外）；或 jpeg、png、webp、tiff。",
                ),
                example="same",
            ),
            MARK_LANGUAGE,
            RESULT_PART,
            CANDIDATES,
        )
    ),
    description=Message(
        "ImageInpaintingRemoval with everything else that the fill can do; what is to go may also be said by "
        "shapes, or be found.",
        "在 ImageInpaintingRemoval 的基础上支持更多补全参数，并可用形状或需要查找的内容指定消除区域。",
    ),
    answer=(
        *ACTION.answer,
        *PLACE,
        AnswerMember("Alternatives[].ResultImage", Picture(), _ALTERNATIVES),
        _SEED,
        *FOUND,
        _REMARKS,
    ),
)

_AT_ONCE = {"RspImgType", "ResultPart"}
"""What jobs do not take: their results are asked for later, as URL, and are finished ones."""
TOKEN = String(max_length=64)
_JOB_ID = Parameter(
    "JobId",
    String(),
    Message("The job, as SubmitErase answered.", "SubmitErase 返回的任务 ID。"),
    example="5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11",
)
_STATUS = Message(
    "waiting, running, done, failed or cancelled.", "waiting、running、done、failed 或 cancelled。"
)
_ID_ANSWERED = AnswerMember("JobId", String(), Message("The job.", "任务 ID。"))

SUBMIT_ERASE = Action(
    service=SERVICE,
    name="SubmitErase",
    version=VERSION,
    parameters=Struct(
        (
            *(one for one in ERASE.parameters.parameters if one.name not in _AT_ONCE),
            Parameter(
                "CallbackUrl",
                String(),
                Message("URL that is told when the job has ended.", "任务结束时接收通知的 URL。"),
                Message(
                    "http or https, to where InputUrl may lead; the call is a signed POST.",
                    "http 或 https，可访问范围与 InputUrl 相同；以带签名的 POST 请求通知。",
                ),
                example="https://example.com/erased",
            ),
            Parameter(
                "ClientToken",
                TOKEN,
                Message(
                    "A text of your own that makes repeating a call harmless: it names the same job.",
                    "用于保证请求幂等性的字符串：相同的字符串对应同一个任务。",
                ),
                Message(
                    f"At most {TOKEN.max_length} characters; holds for as long as the job is kept.",
                    f"最多 {TOKEN.max_length} 个字符；在任务保留期内有效。",
                ),
                example="order-4711",
            ),
        )
    ),
    description=Message(
        "EraseRegions for what takes long: answers at once with a job, which DescribeErase shows.",
        "异步的 EraseRegions，用于耗时较长的图片：立即返回任务 ID，由 DescribeErase 查询结果。",
    ),
    answer=(_ID_ANSWERED, AnswerMember("Status", String(), _STATUS)),
)

DESCRIBE_ERASE = Action(
    service=SERVICE,
    name="DescribeErase",
    version=VERSION,
    parameters=Struct((_JOB_ID,)),
    description=Message(
        "Shows a job of this key's account, with its result once it is done.",
        "查询该密钥所属账号的任务，完成后返回结果。",
    ),
    answer=(
        _ID_ANSWERED,
        AnswerMember("Status", String(), _STATUS),
        AnswerMember("SubmittedAt", String(), Message("ISO 8601, UTC.", "提交时间：ISO 8601，UTC。")),
        AnswerMember(
            "StartedAt",
            String(),
            Message(
                "When it was taken up last; null if it was not.", "最近一次开始处理的时间；未开始时为 null。"
            ),
        ),
        AnswerMember("EndedAt", String(), Message("Null before.", "结束时间；未结束时为 null。")),
        AnswerMember(
            "ExpiresAt",
            String(),
            Message(
                "Until when job and result are kept; null before the end.",
                "任务与结果的保留期限；未结束时为 null。",
            ),
        ),
        AnswerMember("Attempts", Integer(), Message("How often it was taken up.", "开始处理的次数。")),
        AnswerMember(
            "Code",
            String(),
            Message(
                "OK, or the code that EraseRegions would have answered; null before the end.",
                "OK，或 EraseRegions 对应的错误码；未结束时为 null。",
            ),
        ),
        AnswerMember("Message", String(), Message("The error's text.", "错误信息。")),
        AnswerMember(
            "ResultImage",
            String(),
            Message(
                "URL of the result, valid for one hour from this call; null without one.",
                "结果图片的 URL，自本次调用起一小时内有效；没有结果时为 null。",
            ),
        ),
        AnswerMember("Alternatives[].ResultImage", String(), _ALTERNATIVES),
        _SEED,
        AnswerMember("MediaType", String(), Message("Of the result.", "结果图片的媒体类型。")),
        AnswerMember("Width", Integer(), Message("Of the result.", "结果图片的宽度。")),
        AnswerMember("Height", Integer(), Message("Of the result.", "结果图片的高度。")),
        *FOUND,
        _REMARKS,
        AnswerMember(
            "Callback",
            String(),
            Message(
                "Whether CallbackUrl was told: none (there is no such URL), waiting, delivered, or given up.",
                "CallbackUrl 的通知状态：none（未指定）、waiting、delivered 或 given up。",
            ),
        ),
    ),
)

CANCEL_ERASE = Action(
    service=SERVICE,
    name="CancelErase",
    version=VERSION,
    parameters=Struct((_JOB_ID,)),
    description=Message(
        "Cancels a job that has not ended; one that has stays as it is.",
        "取消尚未结束的任务；已结束的任务不受影响。",
    ),
    answer=(
        _ID_ANSWERED,
        AnswerMember("Status", String(), Message("The job's, now.", "任务的当前状态。")),
    ),
)
