"""The actions that look at the call log."""

from wuhen.action.identity import SERVICE, VERSION
from wuhen.wire import Action, AnswerMember, Boolean, Integer, Message, Parameter, String, Struct

__all__ = [
    "DELETE_CALLS",
    "DESCRIBE_CALL",
    "DESCRIBE_CALLS",
    "DESCRIBE_CALL_STATISTICS",
    "LISTED",
    "OFFSET",
    "SCOPES",
    "SEARCHED",
    "TIME",
    "USUALLY_LISTED",
]

_SUMMARY = (
    ("RequestId", String(), Message("The call's number.", "调用的 RequestId。")),
    ("Time", String(), Message("When it arrived: ISO 8601, UTC.", "调用时间：ISO 8601，UTC。")),
    ("SecretId", String(), Message("The key that it named.", "所用密钥的 SecretId。")),
    (
        "Verified",
        Boolean(),
        Message(
            "Whether it was signed with that key; of calls that only named it, the last 20 are kept.",
            "签名是否正确；仅声称使用该密钥的调用只保留最近 20 条。",
        ),
    ),
    ("Service", String(), Message("Product; empty if there is no such action.", "产品；接口不存在时为空。")),
    ("Action", String(), Message("What it asked for.", "接口名称。")),
    ("Version", String(), Message("Of the product.", "接口版本。")),
    ("Region", String(), Message("As it was sent.", "请求中的地域。")),
    ("Form", String(), Message("How it was sent and signed.", "请求与签名方式。")),
    (
        "Code",
        String(),
        Message(
            "OK or the error's code; empty if the caller hung up.", "OK 或错误码；调用方中途断开时为空。"
        ),
    ),
    ("Message", String(), Message("The error's text.", "错误信息。")),
    ("Duration", Integer(), Message("Milliseconds.", "耗时，单位毫秒。")),
)


def _summary(prefix: str) -> tuple[AnswerMember, ...]:
    return tuple(AnswerMember(f"{prefix}.{name}", kind, text) for name, kind, text in _SUMMARY)


TIME = Integer(0, 1 << 40)
"""Unix time in seconds; the end is late enough for anybody."""
SEARCHED = String(max_length=128)
LISTED = Integer(1, 200)
USUALLY_LISTED = 50
OFFSET = Integer(0, 1_000_000)

SCOPES = ("key", "account")
"""Whose calls: of the key that asks, or of all keys of its account."""

_SCOPE = Parameter(
    "Scope",
    String(choices=SCOPES),
    Message("Whose calls.", "查询范围。"),
    Message(
        "key (default): this key's; account: those of all keys of its account, for keys that a link to the "
        "studio opened for an account.",
        "key（默认）：仅该密钥；account：同一账号的全部密钥，仅限通过该账号的登录链接获得的密钥。",
    ),
    example="key",
)

_WANTED = (
    _SCOPE,
    Parameter(
        "ActionName",
        String(),
        Message("Only calls of this action.", "仅查询该接口的调用。"),
        example="ImageInpaintingRemoval",
    ),
    Parameter(
        "Code",
        String(),
        Message("Only calls with this outcome.", "仅查询返回该结果的调用。"),
        Message(
            "OK, a code, or the part of codes before the dot.",
            "OK、错误码，或错误码中点号之前的部分。",
        ),
        example="InvalidParameterValue",
    ),
    Parameter(
        "Since",
        TIME,
        Message("Only calls from this time on.", "仅查询该时间及之后的调用。"),
        Message("Unix time in seconds.", "Unix 时间，单位秒。"),
        example=1795570000,
    ),
    Parameter(
        "Until",
        TIME,
        Message("Only calls before this time.", "仅查询该时间之前的调用。"),
        Message("Unix time in seconds.", "Unix 时间，单位秒。"),
        example=1795580000,
    ),
    Parameter(
        "Text",
        SEARCHED,
        Message(
            "Only calls with this in their RequestId, action, code, message or parameters.",
            "仅查询 RequestId、接口、错误码、错误信息或参数中含有该文字的调用。",
        ),
        Message(
            f"At most {SEARCHED.max_length} characters; case does not matter.",
            f"最多 {SEARCHED.max_length} 个字符；不区分大小写。",
        ),
        example="LogoRect",
    ),
    Parameter(
        "SecretId",
        String(),
        Message("Only calls with this key.", "仅查询使用该密钥的调用。"),
        example="AKIDz8krbsJ5yKBZQpn74WFkmLPx3xxxxxxx",
    ),
)
"""Which calls."""

DESCRIBE_CALLS = Action(
    service=SERVICE,
    name="DescribeCalls",
    version=VERSION,
    parameters=Struct(
        (
            *_WANTED,
            Parameter(
                "Limit",
                LISTED,
                Message("How many calls to return, the newest first.", "返回条数，从最近的开始。"),
                Message(
                    f"{LISTED.range.en}; default {USUALLY_LISTED}.",
                    f"{LISTED.range.zh}；默认为 {USUALLY_LISTED}。",
                ),
                example=USUALLY_LISTED,
            ),
            Parameter(
                "Offset",
                OFFSET,
                Message("How many of the newest to skip.", "从最近的开始跳过的条数。"),
                Message("0 or more; default 0.", "不小于 0；默认为 0。"),
                example=0,
            ),
        )
    ),
    description=Message(
        "Lists the calls that were made with this key, or with all of its account, without their pictures.",
        "查询该密钥或其账号全部密钥的调用记录，不含图片。",
    ),
    answer=(
        AnswerMember("TotalCount", Integer(), Message("How many calls there are.", "符合条件的调用总数。")),
        AnswerMember(
            "RetentionDays",
            Integer(),
            Message("For how many days calls are kept; 0 means none are.", "记录保留天数；0 表示不记录。"),
        ),
        AnswerMember(
            "MostCalls",
            Integer(),
            Message("How many are kept of each key at most.", "每个密钥最多保留的条数。"),
        ),
        *_summary("Calls[]"),
    ),
)

DESCRIBE_CALL = Action(
    service=SERVICE,
    name="DescribeCall",
    version=VERSION,
    parameters=Struct(
        (
            Parameter(
                "RequestId",
                String(),
                Message("The call's number.", "调用的 RequestId。"),
                example="5c9f7e0a-2f5c-4b52-9d4e-0c6d5c0f7a11",
            ),
            _SCOPE,
        )
    ),
    description=Message(
        "Shows a call: what was sent and what was answered, without pictures.",
        "查询一次调用：请求与返回内容，不含图片。",
    ),
    answer=(
        *_summary("Call"),
        AnswerMember(
            "Call.Parameters",
            Struct(),
            Message(
                "As sent; a picture is {bytes, sha256}, URLs have no query; null if unknown.",
                "请求参数；图片为 {bytes, sha256}，URL 不含查询串；未知时为 null。",
            ),
        ),
        AnswerMember(
            "Call.Headers",
            Struct(),
            Message("Without signature and token.", "请求头部，不含签名和 Token。"),
        ),
        AnswerMember(
            "Call.Response", Struct(), Message("As answered, likewise.", "返回内容，处理方式同上。")
        ),
        AnswerMember(
            "Call.Result",
            Struct(),
            Message(
                "Width, Height and Engine of a result, or null.", "结果的 Width、Height、Engine，或 null。"
            ),
        ),
    ),
)

DESCRIBE_CALL_STATISTICS = Action(
    service=SERVICE,
    name="DescribeCallStatistics",
    version=VERSION,
    parameters=Struct(_WANTED),
    description=Message(
        "Tells how many calls there were over time, how many failed, and how long the others took.",
        "按时间统计调用次数、失败次数和耗时。",
    ),
    answer=(
        AnswerMember(
            "Step",
            Integer(),
            Message(
                "Seconds that each point stands for, so that there are 60 at most.",
                "每个时间点对应的秒数，使时间点不超过 60 个。",
            ),
        ),
        AnswerMember(
            "Points[].Time",
            Integer(),
            Message(
                "Unix time in seconds at which it begins; where nothing was called there is no point.",
                "起始时间，Unix 时间，单位秒；没有调用的时段不返回。",
            ),
        ),
        AnswerMember("Points[].Calls", Integer(), Message("How many there were.", "调用次数。")),
        AnswerMember(
            "Points[].Errors",
            Integer(),
            Message("How many of them were answered with an error.", "其中返回错误的次数。"),
        ),
        AnswerMember(
            "Points[].Median",
            Integer(),
            Message(
                "Milliseconds that half of those without an error took at most; null where there are none.",
                "成功调用耗时的中位数，单位毫秒；没有成功调用时为 null。",
            ),
        ),
        AnswerMember(
            "Points[].P95",
            Integer(),
            Message(
                "Milliseconds that 95 % of them took at most; null likewise.",
                "成功调用耗时的 95 分位数，单位毫秒；没有成功调用时为 null。",
            ),
        ),
    ),
)

DELETE_CALLS = Action(
    service=SERVICE,
    name="DeleteCalls",
    version=VERSION,
    parameters=Struct(),
    description=Message("Deletes the record of this key's calls.", "删除该密钥的调用记录。"),
    answer=(AnswerMember("Deleted", Integer(), Message("How many there were.", "删除的条数。")),),
)
