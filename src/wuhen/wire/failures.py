"""What the gateway itself refuses, in the vendor's words.

English and Chinese texts are those which the public endpoint sends or its error centre documents, oddities of
language included; where only one language is known, the other is a translation.
"""

from typing import Final

from .errors import Failure

# The request as a whole

UNSUPPORTED_METHOD: Final = Failure.documented("UnsupportedProtocol")
UNSUPPORTED_PATH: Final = Failure(
    "UnsupportedProtocol",
    en="The request path `{path}` is not supported, API requests are sent to `/`.",
    zh="不支持请求路径 `{path}` ，API请求路径应为 `/` 。",
)
UNSUPPORTED_CONTENT_TYPE: Final = Failure(
    "UnsupportedProtocol",
    en="this action does not support Content-Type=`{content_type}`",
    zh="该接口不支持 Content-Type=`{content_type}`",
)
UNSUPPORTED_V1_CONTENT_TYPE: Final = Failure(
    "UnsupportedProtocol",
    en="this action does not support Content-Type=`{content_type}` without an `Authorization` header; sign "
    "the request with TC3-HMAC-SHA256, or send signature v1 as `application/x-www-form-urlencoded`",
    zh="该接口在没有 `Authorization` 请求头时不支持 Content-Type=`{content_type}`，请使用 "
    "TC3-HMAC-SHA256 签名，或以 `application/x-www-form-urlencoded` 发送签名方法 v1 的请求",
)
REQUEST_TOO_LARGE: Final = Failure(
    "RequestSizeLimitExceeded",
    en="The request size exceeds the upper limit of {limit} bytes.",
    zh="请求包超过限制大小 {limit} 字节。",
)
TOO_MANY_HEADERS: Final = Failure(
    "RequestSizeLimitExceeded",
    en="The request has more than {limit} headers.",
    zh="请求头数量超过 {limit} 个。",
)
PATH_TOO_LONG: Final = Failure(
    "RequestSizeLimitExceeded",
    en="The request path is longer than {limit} bytes, API requests are sent to `/`.",
    zh="请求路径超过 {limit} 字节，API请求路径应为 `/` 。",
)
MALFORMED_HTTP: Final = Failure(
    "UnsupportedProtocol",
    en="HTTP(S) request protocol error; the request does not conform to HTTP/1.1 (RFC 9112).",
    zh="http(s)请求协议错误，请求不符合 HTTP/1.1（RFC 9112）。",
)
AMBIGUOUS_LENGTH: Final = Failure(
    "UnsupportedProtocol",
    en="HTTP(S) request protocol error; `Transfer-Encoding` should come without `Content-Length`, and with "
    "HTTP/1.1.",
    zh="http(s)请求协议错误，`Transfer-Encoding` 不能与 `Content-Length` 同时出现，且只能用于 HTTP/1.1。",
)
TRAILERS: Final = Failure(
    "UnsupportedProtocol",
    en="HTTP(S) request protocol error; a request body should have no trailers.",
    zh="http(s)请求协议错误，请求body之后不支持trailer。",
)
CHUNKS_TOO_SMALL: Final = Failure(
    "UnsupportedProtocol",
    en="HTTP(S) request protocol error; the chunks of the body should have {size} bytes or more on average, "
    "or send `Content-Length` instead.",
    zh="http(s)请求协议错误，body的chunk平均应不少于 {size} 字节，或改用 `Content-Length` 。",
)
V1_REQUEST_TOO_LARGE: Final = Failure(
    "AuthFailure.SignatureFailure",
    en="The provided credentials could not be validated because of exceeding request size limit, please use "
    "new signature method `TC3-HMAC-SHA256`.",
    zh="由于请求包大小超过限制，请求签名验证失败，请使用新的签名方法 `TC3-HMAC-SHA256`。",
)
# Not `InternalError`, the vendor's code for both: the SDKs' region breakers take it for an outage, and would
# send the next picture to the public cloud.
KEYS_UNREADABLE: Final = Failure(
    "ServiceUnavailable",
    en="Service is unavailable now: keys cannot be looked up. Please try again later.",
    zh="当前服务暂时不可用：无法查询密钥，请稍后重试。",
)
GATES_AWAY: Final = Failure(
    "ServiceUnavailable",
    en="Service is unavailable now: calls cannot be counted. Please try again later.",
    zh="当前服务暂时不可用：无法统计请求数，请稍后重试。",
)
INNER_FAULT: Final = Failure(
    "FailedOperation.InnerError",
    en="The call could not be carried out because of an internal fault. Please try again.",
    zh="服务内部错误，请稍后重试。",
)

# Common parameters

MISSING_HEADER: Final = Failure(
    "MissingParameter",
    en="The request header is missing a required common parameter `{name}`.",
    zh="请求头缺少必传公共参数 `{name}` 。",
)
MISSING_PARAMETER: Final = Failure(
    "MissingParameter",
    en="The request is missing a required parameter `{name}`.",
    zh="请求缺少必传参数 `{name}` 。",
)
INVALID_VALUE: Final = Failure(
    "InvalidParameterValue",
    en="A value specified in `{name}` is not valid, is unsupported, or cannot be used.",
    zh="参数 `{name}` 取值错误。",
)
NONCE_TYPE: Final = Failure(
    "InvalidParameter",
    en="Parameter `Nonce` type error.",
    zh="参数 `Nonce` 类型错误。",
)
NO_SUCH_VERSION: Final = Failure(
    "NoSuchVersion",
    en="The specified api version=`{version}` does not exist in service=`{service}`.",
    zh="指定的接口版本 version=`{version}` 在服务 service=`{service}` 中不存在。",
)
INVALID_ACTION: Final = Failure(
    "InvalidAction",
    en="The request action=`{action}` is invalid or not found in service=`{service}` "
    "and version=`{version}`.",
    zh="请求的接口 action=`{action}` 无效，或在服务 service=`{service}`、版本 version=`{version}` 中不存在。",
)
UNSUPPORTED_REGION: Final = Failure(
    "UnsupportedRegion",
    en="The action not support this region.",
    zh="该接口不支持所传地域。",
)

# Authentication

SECRET_ID_NOT_FOUND: Final = Failure(
    "AuthFailure.SecretIdNotFound",
    en="The SecretId is not found, please ensure that your SecretId is correct.",
    zh="SecretId不存在，请输入正确的密钥。",
)
INVALID_SECRET_ID: Final = Failure.documented("AuthFailure.InvalidSecretId")
SIGNATURE_FAILURE: Final = Failure(
    "AuthFailure.SignatureFailure",
    en="The provided credentials could not be validated. Please check your signature is correct.",
    zh="请求签名验证失败，请检查您的签名计算是否正确。",
)
SIGNATURE_EXPIRE: Final = Failure(
    "AuthFailure.SignatureExpire",
    en="The signature is expired, please request again.",
    zh="签名已过期，请重新发起请求。",
)
TOKEN_FAILURE: Final = Failure(
    "AuthFailure.TokenFailure",
    en="Token verification failed, please check if your Token is correct",
    zh="Token验证失败，请检查您的Token是否正确。",
)
CONTENT_HASH: Final = Failure(
    "InvalidParameterValue",
    en="The value specified in `X-TC-Content-SHA256` is not correct.",
    zh="参数 `X-TC-Content-SHA256` 计算值不正确。",
)


def _authorization(en: str, zh: str) -> Failure:
    return Failure(
        "AuthFailure.InvalidAuthorization",
        en=f"The request `Authorization` header does not conform to tencentcloud standards: {en}",
        zh=f"请求头部的 `Authorization` 不符合腾讯云标准：{zh}",
    )


AUTHORIZATION_SKIPPED: Final = _authorization(
    en="this service takes no unsigned requests (`SKIP`), sign the request with TC3-HMAC-SHA256.",
    zh="本服务不接受未签名的请求（`SKIP`），请使用 TC3-HMAC-SHA256 签名。",
)
AUTHORIZATION_ALGORITHM: Final = _authorization(
    en="the algorithm is `{algorithm}`, it should be `TC3-HMAC-SHA256`.",
    zh="签名算法为 `{algorithm}` ，应为 `TC3-HMAC-SHA256` 。",
)
AUTHORIZATION_FIELDS: Final = _authorization(
    en="it should read `TC3-HMAC-SHA256 Credential=SecretId/Date/Service/tc3_request, SignedHeaders=..., "
    "Signature=...`.",
    zh="格式应为 `TC3-HMAC-SHA256 Credential=SecretId/Date/Service/tc3_request, SignedHeaders=..., "
    "Signature=...` 。",
)
AUTHORIZATION_CREDENTIAL: Final = _authorization(
    en="`Credential` not valid, it should be `SecretId/Date/Service/tc3_request`.",
    zh="`Credential` 无效，应为 `SecretId/Date/Service/tc3_request` 。",
)
AUTHORIZATION_DATE: Final = _authorization(
    en="`Date` in Credential not valid, it should be `{date}`, the UTC date of `X-TC-Timestamp`.",
    zh="Credential 中的 `Date` 无效，应为 `X-TC-Timestamp` 的 UTC 日期 `{date}` 。",
)
AUTHORIZATION_SERVICE: Final = _authorization(
    en="`Service` in Credential not valid.",
    zh="Credential 中的 `Service` 无效。",
)
AUTHORIZATION_SIGNED_HEADERS: Final = _authorization(
    en="`SignedHeaders` not valid, it should name `content-type` and `host` at least.",
    zh="`SignedHeaders` 无效，至少应包含 `content-type` 和 `host` 。",
)
AUTHORIZATION_SIGNED_TOO_MANY: Final = _authorization(
    en="`SignedHeaders` not valid, it should name each header once, and {limit} at most.",
    zh="`SignedHeaders` 无效，每个请求头只能出现一次，且不超过 {limit} 个。",
)
AUTHORIZATION_SIGNED_TOO_LONG: Final = _authorization(
    en="the headers that `SignedHeaders` names should have {limit} bytes at most, all together.",
    zh="`SignedHeaders` 中的请求头总长度不应超过 {limit} 字节。",
)
AUTHORIZATION_HEADER_ABSENT: Final = _authorization(
    en="`SignedHeaders` names `{name}`, which is not among the request headers.",
    zh="`SignedHeaders` 中的 `{name}` 不在请求头中。",
)

# Business parameters

BODY_NOT_JSON: Final = Failure(
    "InvalidParameter",
    en="The request content not valid json format for specified content-type=application/json.",
    zh="对于指定content-type=application/json协议下，请求内容不是合法的Json格式。",
)


def _multipart(en: str, zh: str) -> Failure:
    return Failure(
        "InvalidRequest",
        en=f"The multipart format of the request body is incorrect: {en}.",
        zh=f"请求body的multipart格式错误：{zh}。",
    )


MULTIPART_BOUNDARY: Final = _multipart(
    en="Content-Type names no valid `boundary`",
    zh="Content-Type 中没有有效的 `boundary`",
)
MULTIPART_FRAMING: Final = _multipart(
    en="each part should begin with a line `--boundary`, and the last line should be `--boundary--`",
    zh="每个part应以 `--boundary` 行开始，最后一行应为 `--boundary--`",
)
MULTIPART_PART: Final = _multipart(
    en='each part should have a header `Content-Disposition: form-data; name="..."` of at most {limit} '
    "bytes, then an empty line",
    zh='每个part应有不超过 {limit} 字节的头 `Content-Disposition: form-data; name="..."` ，其后为一个空行',
)
MULTIPART_ENCODING: Final = _multipart(
    en="Content-Transfer-Encoding `{encoding}` is not supported, parts should be sent as they are",
    zh="不支持 Content-Transfer-Encoding `{encoding}` ，part内容应原样发送",
)
MULTIPART_TOO_MANY: Final = _multipart(
    en="it has more than {limit} parts",
    zh="part数量超过 {limit} 个",
)
KEY_WITHOUT_VALUE: Final = Failure(
    "InvalidParameter",
    en="Url key and value should be splited by `=`.",
    zh="参数错误，请求URL中参数key和value必须以 `=` 分隔。",
)
TOO_MANY_PARAMETERS: Final = Failure(
    "InvalidParameter",
    en="The request has more than {limit} parameters.",
    zh="请求参数数量超过 {limit} 个。",
)
TOO_MANY_ESCAPES: Final = Failure(
    "InvalidParameter",
    en="The request has more than {limit} characters written as `%XX`; send large values as JSON or "
    "multipart.",
    zh="请求中以 `%XX` 编码的字符超过 {limit} 个，请以 JSON 或 multipart 发送较大的参数值。",
)
TOO_DEEP: Final = Failure(
    "InvalidParameter",
    en="The request has parameters nested deeper than {limit} levels.",
    zh="请求参数嵌套超过 {limit} 层。",
)
COMMON_TOO_LONG: Final = Failure(
    "RequestSizeLimitExceeded",
    en="The parameter names and the common parameters of the request have more than {limit} bytes together.",
    zh="请求的参数名与公共参数总长度超过 {limit} 字节。",
)
EMPTY_KEY: Final = Failure(
    "InvalidParameter",
    en="The request has a parameter key which is empty string.",
    zh="参数错误，请求中存在key为空字符串的参数。",
)
REPEATED: Final = Failure(
    "InvalidParameter",
    en="Parameter `{name}` input repeated.",
    zh="参数 `{name}` 重复输入。",
)
INVALID_FORMAT: Final = Failure(
    "InvalidParameter",
    en="Parameter `{name}` format invalid.",
    zh="参数 `{name}` 格式非法。",
)
INVALID_ARRAY: Final = Failure(
    "InvalidParameter",
    en="Parameter `{name}` invalid array format, array index must be continuous and starts with 0.",
    zh="参数 `{name}` 数组格式非法，数组下标必须从0开始且连续。",
)
INVALID_JSON_PARAMETER: Final = Failure(
    "InvalidParameter",
    en="Parameter `{name}` invalid json format.",
    zh="参数 `{name}` 不是合法的Json格式。",
)
UNKNOWN_PARAMETER: Final = Failure(
    "UnknownParameter",
    en="The parameter `{name}` is not recognized.",
    zh="未定义参数 `{name}` 。",
)
WRONG_TYPE: Final = Failure(
    "InvalidParameter",
    en="The value type of parameter `{name}` is not valid, input type should be `{type}`",
    zh="参数 `{name}` 取值类型错误。参数类型应为 `{type}`",
)

# Admission

RATE_LIMIT: Final = Failure(
    "RequestLimitExceeded",
    en="Your current request times equals to `{times}` in a second, which exceeds the frequency limit "
    "`{limit}` for a second. Please reduce the frequency of calls.",
    zh="您当前每秒请求 `{times}` 次，超过了每秒频率上限 `{limit}`，请稍后重试。",
)
JOB_LIMIT: Final = Failure.documented("RequestLimitExceeded.JobNumExceed")
# The one code for having too much to do that SDKs try again after a pause; none takes it for an outage.
BUSY: Final = Failure(
    "RequestLimitExceeded",
    en="The service is busy, `{seconds}` seconds of other work come before this call. "
    "Please try again later.",
    zh="服务繁忙：该请求之前还有约 `{seconds}` 秒的任务，请稍后重试。",
)
