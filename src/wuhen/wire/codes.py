"""The vendor's error codes with their documented meaning.

Codes are the stable part of the protocol: clients branch on them, so none may be made up. Everything that
raises declares its failures against this table, and documentation is generated from it. The texts here say
what a code means in general; what a caller reads for one particular mistake is worded where the failure is
declared.

Sources: the common error codes of Tencent Cloud API 3.0, and the error codes of the product `aiart`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .message import Message

COMMON_CODES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "ActionOffline": Message(en="This API has been deprecated.", zh="接口已下线。"),
        "AuthFailure.InvalidAuthorization": Message(
            en="`Authorization` in the request header is invalid.",
            zh="请求头部的 `Authorization` 不符合腾讯云标准。",
        ),
        "AuthFailure.InvalidSecretId": Message(
            en="Invalid key (not a TencentCloud API key type).",
            zh="密钥非法（不是云API密钥类型）。",
        ),
        "AuthFailure.MFAFailure": Message(en="MFA failed.", zh="MFA错误。"),
        "AuthFailure.SecretIdNotFound": Message(en="Key does not exist.", zh="密钥不存在。"),
        "AuthFailure.SignatureExpire": Message(en="Signature expired.", zh="签名过期。"),
        "AuthFailure.SignatureFailure": Message(en="Invalid signature.", zh="签名错误。"),
        "AuthFailure.TokenFailure": Message(en="Token error.", zh="token错误。"),
        "AuthFailure.UnauthorizedOperation": Message(en="The request is not authorized.", zh="请求未授权。"),
        "DryRunOperation": Message(en="DryRun Operation.", zh="DryRun操作。"),
        "FailedOperation": Message(en="Operation failed.", zh="操作失败。"),
        "InternalError": Message(en="Internal error.", zh="内部错误。"),
        "InvalidAction": Message(en="The API does not exist.", zh="接口不存在。"),
        "InvalidParameter": Message(en="Incorrect parameter.", zh="参数错误（包括参数格式、类型等错误）。"),
        "InvalidParameterValue": Message(en="Invalid parameter value.", zh="参数取值错误。"),
        "InvalidRequest": Message(
            en="The multipart format of the request body is incorrect.",
            zh="请求body的multipart格式错误。",
        ),
        "IpInBlacklist": Message(en="Your IP is in uin IP blacklist.", zh="IP地址在黑名单中。"),
        "IpNotInWhitelist": Message(en="Your IP is not in uin IP whitelist.", zh="IP地址不在白名单中。"),
        "LimitExceeded": Message(en="Quota limit exceeded.", zh="超过配额限制。"),
        "MissingParameter": Message(en="A parameter is missing.", zh="缺少参数。"),
        "NoSuchProduct": Message(en="The product does not exist.", zh="产品不存在。"),
        "NoSuchVersion": Message(en="The API version does not exist.", zh="接口版本不存在。"),
        "RequestLimitExceeded": Message(
            en="The number of requests exceeds the frequency limit.",
            zh="请求的次数超过了频率限制。",
        ),
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded": Message(
            en="Uin exceeds the frequency limit.",
            zh="主账号超过频率限制。",
        ),
        "RequestLimitExceeded.IPLimitExceeded": Message(
            en="Ip exceeds the frequency limit.",
            zh="IP限频。",
        ),
        "RequestLimitExceeded.UinLimitExceeded": Message(
            en="Uin exceeds the frequency limit.",
            zh="主账号限频。",
        ),
        "RequestSizeLimitExceeded": Message(
            en="The request size exceeds the upper limit.",
            zh="请求包超过限制大小。",
        ),
        "ResourceInUse": Message(en="Resource is in use.", zh="资源被占用。"),
        "ResourceInsufficient": Message(en="Insufficient resource.", zh="资源不足。"),
        "ResourceNotFound": Message(en="The resource does not exist.", zh="资源不存在。"),
        "ResourceUnavailable": Message(en="Resource is unavailable.", zh="资源不可用。"),
        "ResponseSizeLimitExceeded": Message(
            en="The response size exceeds the upper limit.",
            zh="返回包超过限制大小。",
        ),
        "ServiceUnavailable": Message(en="Service is unavailable now.", zh="当前服务暂时不可用。"),
        "UnauthorizedOperation": Message(en="Unauthorized operation.", zh="未授权操作。"),
        "UnknownParameter": Message(
            en="Unknown parameter.",
            zh="未知参数错误，用户多传未定义的参数会导致错误。",
        ),
        "UnsupportedOperation": Message(en="Unsupported operation.", zh="操作不支持。"),
        "UnsupportedProtocol": Message(
            en="HTTP(S) request protocol error; only GET and POST requests are supported.",
            zh="http(s)请求协议错误，只支持GET和POST请求。",
        ),
        "UnsupportedRegion": Message(
            en="API does not support the requested region.",
            zh="接口不支持所传地域。",
        ),
    },
)
"""Codes that any API of the vendor's gateway may answer."""

AIART_CODES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "AuthFailure.UnauthorizedOperation": Message(
            en="You have no permission to perform this operation. Check that your CAM policies grant it.",
            zh="无权执行该操作，请检查您的CAM策略，确保您拥有对应的CAM权限。",
        ),
        "FailedOperation.ConsoleServerError": Message(en="Console service error.", zh="控制台服务异常。"),
        "FailedOperation.GenerateImageFailed": Message(
            en="The generated image failed the review. Please try again.",
            zh="生成图片审核不通过，请重试。",
        ),
        "FailedOperation.ImageDecodeFailed": Message(en="Image decoding failed.", zh="图片解码失败。"),
        "FailedOperation.ImageDownloadError": Message(en="Image download error.", zh="图片下载错误。"),
        "FailedOperation.ImageResolutionExceed": Message(
            en="The image resolution is too high, which exceeds 2000×2000.",
            zh="图片分辨率过大，超过2000*2000。",
        ),
        "FailedOperation.ImageSizeExceed": Message(
            en="The size of the image after base64 encoding cannot exceed 10 MB.",
            zh="base64编码后的图片数据大小不超过10M。",
        ),
        "FailedOperation.InnerError": Message(
            en="Internal service error. Please try again.",
            zh="服务内部错误，请稍后重试。",
        ),
        "FailedOperation.JobNotExist": Message(en="The job does not exist.", zh="任务不存在。"),
        "FailedOperation.ModerationFailed": Message(en="The review failed.", zh="审核失败。"),
        "FailedOperation.RequestEntityTooLarge": Message(
            en="The entire request body (usually images) is too large.",
            zh="整个请求体太大（通常主要是图片）。",
        ),
        "FailedOperation.RequestTimeout": Message(en="The backend service timed out.", zh="后端服务超时。"),
        "FailedOperation.RpcFail": Message(
            en="RPC request failed, typically due to algorithm service malfunction.",
            zh="RPC请求失败，一般为算法微服务故障。",
        ),
        "FailedOperation.ServerError": Message(en="Internal service error.", zh="服务内部错误。"),
        "FailedOperation.Unknown": Message(en="Unknown error.", zh="未知错误。"),
        "InvalidParameter.InvalidParameter": Message(en="Invalid parameters.", zh="参数不合法。"),
        "InvalidParameterValue.ImageEmpty": Message(en="No image is input.", zh="图片为空。"),
        "InvalidParameterValue.LogoParamErr": Message(
            en="The current engine does not support custom logos.",
            zh="当前引擎不支持自定义水印。",
        ),
        "InvalidParameterValue.ParameterValueError": Message(
            en="Parameter or value is invalid.",
            zh="参数字段或者值有误",
        ),
        "InvalidParameterValue.StyleConflict": Message(
            en="Styles 1xx cannot be mixed with others.", zh="1xx和其他风格不可混合使用。"
        ),
        "InvalidParameterValue.TextLengthExceed": Message(
            en="The text is too long. Try again with a shorter one.",
            zh="输入文本过长，请更换短一点的文本后重试。",
        ),
        "InvalidParameterValue.UrlIllegal": Message(en="The URL format is invalid.", zh="URL格式不合法。"),
        "OperationDenied.ImageIllegalDetected": Message(
            en="The image failed the review because it contains illegal information.",
            zh="图片包含违法违规信息，审核不通过。",
        ),
        "OperationDenied.TextIllegalDetected": Message(
            en="The text failed the review because it contains illegal information.",
            zh="文本包含违法违规信息，审核不通过。",
        ),
        "RequestLimitExceeded": Message(en="Too frequent requests", zh="请求的次数超过了频率限制。"),
        "RequestLimitExceeded.JobNumExceed": Message(
            en="Too many tasks are being processed simultaneously. Please try again later.",
            zh="同时处理的任务数过多，请稍后重试。",
        ),
        "ResourceUnavailable.Delivering": Message(
            en="The resource is being delivered.", zh="资源正在发货中。"
        ),
        "ResourceUnavailable.InArrears": Message(en="The account is in arrears.", zh="账号已欠费。"),
        "ResourceUnavailable.LowBalance": Message(en="The balance is insufficient.", zh="余额不足。"),
        "ResourceUnavailable.NotExist": Message(
            en="The billing status is unknown. Check whether the service is activated in the console.",
            zh="计费状态未知，请确认是否已在控制台开通服务。",
        ),
        "ResourceUnavailable.StopUsing": Message(en="The account is suspended.", zh="账号已停服。"),
        "ResourcesSoldOut.ChargeStatusException": Message(
            en="The billing status is abnormal.", zh="计费状态异常。"
        ),
    },
)
"""Codes that the product `aiart` adds, or words in its own way."""

CODES: Final[Mapping[str, Message]] = MappingProxyType({**COMMON_CODES, **AIART_CODES})
"""Every code that may be answered; where both tables have one, the product's wording."""
