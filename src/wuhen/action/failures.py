"""What can go wrong with an erasure, in the protocol's codes and in both languages.

The parts below raise small exceptions of their own; `wuhen.action.translation` turns them into these. The
codes follow the vendor's table where it lists the mistake and the nearest listed code where it does not
(`docs/decisions.md`).

A failed job never answers InternalError: the SDKs' region breaker counts that code as an outage and would
send the next picture to the public cloud.
"""

from typing import Final

from wuhen import photo
from wuhen.action.limits import ANSWER_FORMS
from wuhen.wire import Failure, Message

__all__ = [
    "BAD_VALUE",
    "BASE64_BROKEN",
    "BASE64_TOO_LONG",
    "BODY_TOO_SLOW",
    "CALLBACK",
    "CALL_UNKNOWN",
    "CANDIDATES_TOO_LARGE",
    "DEADLINE",
    "FIND_REFUSED",
    "HOST_UNUSABLE",
    "INPUT",
    "JOBS_FULL",
    "JOBS_UNAVAILABLE",
    "JOB_DIED",
    "JOB_LOST",
    "JOB_UNKNOWN",
    "LOGO",
    "LOG_UNAVAILABLE",
    "MASK",
    "MASK_OF_OTHER_SHAPE",
    "MASK_SCALED",
    "NOTHING_FOUND",
    "NOTHING_LEFT",
    "NO_IMAGE",
    "NO_LOGO_IMAGE",
    "NO_MASK",
    "NO_POINT",
    "NO_PRESETS",
    "NO_SELECTION",
    "NO_URL",
    "RECT_INCOMPLETE",
    "RESULT_HOST_UNUSABLE",
    "RESULT_TYPE",
    "SCOPE_REFUSED",
    "SHAPE_UNUSABLE",
    "TOKEN_USED",
    "TOO_LARGE",
    "TOO_LONG",
    "TOO_MANY_POINTS",
    "TOO_MANY_SENDING",
    "TOO_MANY_SHAPES",
    "URL_ANSWER_UNKNOWN",
]

# What a message calls each picture.
INPUT: Final = Message("input image", "输入图片")
MASK: Final = Message("mask", "Mask 图片")
PATCH: Final = Message("patch", "Patches 图片")
LOGO: Final = Message("logo image", "Logo 图片")
CALLBACK: Final = Message("callback", "回调")

NO_IMAGE = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="No image is input: give InputImage (base64) or InputUrl.",
    zh="图片为空：请传入 InputImage（Base64）或 InputUrl。",
)
NO_MASK = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="There is no mask: give Mask (base64) or MaskUrl, white where the image is to be erased.",
    zh="Mask 为空：请传入 Mask（Base64）或 MaskUrl，需要消除的区域为白色。",
)
NO_SELECTION = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="Nothing says what is to be erased: give Mask (base64) or MaskUrl, white where the image is to be "
    "erased, or Rectangles, Polygons, Strokes or Find.",
    zh="未指定需要消除的内容：请传入 Mask（Base64）或 MaskUrl（需要消除的区域为白色），"
    "或传入 Rectangles、Polygons、Strokes、Find。",
)
SHAPE_UNUSABLE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="{name} cannot be used: {reason}.",
    zh="{name} 取值错误：{reason}。",
)
NO_PATCHES = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="There are no patches: give in Patches what EraseRegions answers with ResultPart patch.",
    zh="Patches 为空：请传入 EraseRegions 在 ResultPart 为 patch 时返回的补丁。",
)
NO_PATCH_IMAGE = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="Patches.{number} has no picture: give Image (base64).",
    zh="Patches.{number} 没有图片：请传入 Image（Base64）。",
)
TOO_MANY_PATCHES = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="There are {given} patches; a call may have {limit} at most.",
    zh="Patches 共 {given} 个，最多 {limit} 个。",
)
PATCH_BESIDE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Patches.{number}, of {patch}, reaches beyond the image, of {photo}; X and Y say where its upper left "
    "corner lies.",
    zh="Patches.{number}（{patch}）超出了图片范围（{photo}）；X 和 Y 为其左上角在图片中的位置。",
)
PATCH_COLOURS = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Patches.{number} has another colour profile than the image; a patch is in the image's own colours.",
    zh="Patches.{number} 的颜色配置文件与图片不同；补丁须使用图片自身的颜色。",
)
TOO_MANY_SHAPES = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="There are {given} shapes; a call may have {limit} at most. Send a mask instead.",
    zh="形状共 {given} 个，最多 {limit} 个；请改用 Mask。",
)
CANDIDATES_TOO_LARGE = Failure(
    "FailedOperation.ImageResolutionExceed",
    en="{candidates} candidates of an image of {size} would have more than {limit} megapixels together; ask "
    "for {right} of it, or send a smaller image.",
    zh="{size} 的图片生成 {candidates} 个候选结果，总像素将超过 {limit}；"
    "请减少到 {right} 个，或减小图片尺寸。",
)
NOTHING_LEFT = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="All of the image is to be erased, so nothing is left to fill from; mask, shapes and what is found "
    "must leave some of it.",
    zh="整张图片都将被消除，没有可供参考的区域；Mask、形状与找到的内容之外须有保留的区域。",
)
NO_URL = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="No image is input: give InputUrl.",
    zh="未指定图片：请传入 InputUrl。",
)
NO_LOGO_IMAGE = Failure(
    "InvalidParameterValue.LogoParamErr",
    en="LogoParam has no picture: give LogoUrl or LogoImage, or leave LogoParam out.",
    zh="LogoParam 中没有图片：请传入 LogoUrl 或 LogoImage，或不传 LogoParam。",
)
RECT_INCOMPLETE = Failure(
    "InvalidParameterValue.LogoParamErr",
    en="LogoRect needs Width and Height; missing: {missing}.",
    zh="LogoRect 需要传入 Width 和 Height；缺少：{missing}。",
)
RECT_BAD = Failure(
    "InvalidParameterValue.LogoParamErr",
    en="LogoRect cannot be used: {reason}",
    zh="LogoRect 取值错误：{reason}",
)
RESULT_TYPE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en=f"RspImgType is `{{given}}`; it must be `{'` or `'.join(ANSWER_FORMS)}`.",
    zh=f"RspImgType 取值为 `{{given}}`，只支持 `{'` 或 `'.join(ANSWER_FORMS)}`。",
)
HOST_UNUSABLE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="RspImgType is `url`, but the request's Host header does not name a host that a URL could begin with; "
    "send the endpoint's host and port, or ask for `base64`.",
    zh="RspImgType 为 `url`，但请求头部的 Host 无法用于生成 URL；请传入服务的域名和端口，或使用 `base64`。",
)
RESULT_HOST_UNUSABLE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="The result comes as URL, but the request's Host header does not name a host that one could begin "
    "with; send the endpoint's host and port.",
    zh="结果以 URL 形式返回，但请求头部的 Host 无法用于生成 URL；请传入服务的域名和端口。",
)
BASE64_BROKEN = Failure(
    "FailedOperation.ImageDecodeFailed",
    en="The {what} is not valid base64: {reason}.",
    zh="{what}解码失败：不是合法的 Base64（{reason}）。",
)
BASE64_TOO_LONG = Failure(
    "FailedOperation.ImageSizeExceed",
    en="The base64 of the {what} has {given} bytes; it must be shorter than {limit} ({text}).",
    zh="{what}的 Base64 大小为 {given} 字节，必须小于 {limit} 字节（{text}）。",
)
DEADLINE = Failure(
    "FailedOperation.RequestTimeout",
    en="The call was given up after {seconds} s. Send a smaller image or a smaller mask.",
    zh="处理超过 {seconds} 秒，已放弃。请减小图片尺寸或消除区域。",
)
BODY_TOO_SLOW = Failure(
    "FailedOperation.RequestTimeout",
    en="The request's body came too slowly. Please send it again, over a faster connection or with fewer "
    "requests at a time.",
    zh="请求内容传输过慢，已放弃。请更换更快的网络或减少并发后重试。",
)
TOO_MANY_SENDING = Failure(
    "RequestLimitExceeded.IPLimitExceeded",
    en="Too many requests from your address are still being sent. Please send fewer at a time.",
    zh="来自您的 IP 的请求有过多尚在传输，请减少并发后重试。",
)
JOB_LOST = Failure(
    "FailedOperation.InnerError",
    en="The picture could not be processed because of an internal fault. Please try again.",
    zh="服务内部错误，请稍后重试。",
)
TOO_LONG = Failure(
    "FailedOperation.RequestTimeout",
    en="Erasing {hole} megapixels of this image takes about {needed} s, and {left} s are left. Send a "
    "smaller image, or a mask that erases {right} megapixels or less.",
    zh="消除该图片中的 {hole}像素约需 {needed} 秒，剩余时间为 {left} 秒。"
    "请减小图片尺寸，或将消除区域减小到 {right}像素以内。",
)
TOO_LARGE = Failure(
    "FailedOperation.ImageResolutionExceed",
    en="Erasing {hole} megapixels of this image takes about {needed} MB of memory, and {left} MB are left "
    "for it. Send a smaller image, or a mask that erases {right} megapixels or less.",
    zh="消除该图片中的 {hole}像素约需 {needed} MB 内存，可用内存为 {left} MB。"
    "请减小图片尺寸，或将消除区域减小到 {right}像素以内。",
)
OUT_OF_MEMORY = Failure(
    "FailedOperation.ServerError",
    en="The picture needs more memory than one call may use. Send a smaller image or a smaller mask.",
    zh="处理该图片所需内存超出限制，请减小图片尺寸或消除区域。",
)

NOTHING_FOUND = Failure(
    "ResourceNotFound",
    en="Nothing was found in the image of what Find names ({what}), so there is nothing to erase. Look with "
    "a higher Sensitivity, or say with a mask or shapes what is to go.",
    zh="图片中没有找到 Find 指定的内容（{what}），没有需要消除的区域。请提高 Sensitivity，"
    "或用 Mask 或形状指定需要消除的区域。",
)
NO_POINT = Failure(
    "InvalidParameterValue",
    en="No point lies on the object: give one in Points without Outside.",
    zh="没有位于物体上的像素点：请在 Points 中传入至少一个不带 Outside 的点。",
)
TOO_MANY_POINTS = Failure(
    "InvalidParameterValue",
    en="Points has {given} points; it may have {limit} at most.",
    zh="Points 包含 {given} 个点，最多 {limit} 个。",
)
FIND_REFUSED = Failure(
    "UnsupportedOperation",
    en="What Find names cannot be looked for here: {reason}.",
    zh="此处无法查找 Find 指定的内容：{reason}。",
)

BAD_VALUE = Failure(
    "InvalidParameterValue",
    en="{name} is {given}; it must be {right}.",
    zh="{name} 取值为 {given}，应为 {right}。",
)
NO_PRESETS = Failure(
    "InvalidParameterValue",
    en="Preset is {given}; it must be left out, as the service has no presets.",
    zh="Preset 取值为 {given}，但服务端没有预设，请勿传入 Preset。",
)
CALL_UNKNOWN = Failure(
    "ResourceNotFound",
    en="There is no record of a call {request_id} of this key; DescribeCalls lists the calls on record.",
    zh="没有该密钥的调用记录 {request_id}；DescribeCalls 列出现有记录。",
)
SCOPE_REFUSED = Failure(
    "UnauthorizedOperation",
    en="This key sees its own calls only; those of all keys of an account are seen by one that a link opened "
    "for it (`wuhen studio --account`).",
    zh="该密钥只能查看自己的调用；同一账号全部密钥的调用，须使用通过该账号的登录链接"
    "（`wuhen studio --account`）获得的密钥查看。",
)
LOG_UNAVAILABLE = Failure(
    "ResourceUnavailable",
    en="The record of calls cannot be read or changed just now. Please try again.",
    zh="暂时无法读取或修改调用记录，请稍后重试。",
)

JOB_UNKNOWN = Failure(
    "FailedOperation.JobNotExist",
    en="There is no job {job} of this account (any more); give the JobId that SubmitErase answered.",
    zh="该账号没有任务 {job}，或任务已过期；请传入 SubmitErase 返回的 JobId。",
)
JOBS_FULL = Failure(
    "RequestLimitExceeded.JobNumExceed",
    en="{waiting} jobs of this account, with pictures of {megabytes} MB, have not ended yet; it may have "
    "{most} jobs, with {most_megabytes} MB. Submit this one when some have ended.",
    zh="该账号有 {waiting} 个任务（图片共 {megabytes} MB）尚未结束，上限为 {most} 个、"
    "{most_megabytes} MB；请在部分任务结束后再提交。",
)
TOKEN_USED = Failure(
    "InvalidParameterValue",
    en="ClientToken `{token}` names a job with other parameters; use another one for each job.",
    zh="ClientToken `{token}` 已用于参数不同的任务；每个任务请使用不同的 ClientToken。",
)
JOBS_UNAVAILABLE = Failure(
    "ResourceUnavailable",
    en="Jobs cannot be kept or read just now. Please try again.",
    zh="暂时无法保存或读取任务，请稍后重试。",
)
JOB_DIED = Failure(
    "FailedOperation.InnerError",
    en="The job was given up: whatever worked on it was lost, twice. Please submit it again.",
    zh="处理该任务的进程两次中断，任务已放弃；请重新提交。",
)

EMPTY_PICTURE = Failure("InvalidParameterValue.ImageEmpty", en="The {what} is empty.", zh="{what}为空。")
UNKNOWN_FORMAT = Failure(
    "FailedOperation.ImageDecodeFailed",
    en="The {what} is {found}; send {formats}.",
    zh="{what}解码失败：该文件是“{found}”，请使用 {formats}。",
)
URL_ANSWER_UNKNOWN = Failure(
    "FailedOperation.ImageDecodeFailed",
    en="The URL of the {what} answers with {found}{claim}; it must lead to {formats}.",
    zh="{what}解码失败：其 URL 返回的是“{found}”{claim}，请使用 {formats}。",
)
NO_READER = Failure(
    "FailedOperation.ImageDecodeFailed",
    en="The {what} is {found}, and nothing is installed here to read it: {remedy}.",
    zh="{what}解码失败：该文件是“{found}”，此处未安装读取它所需的组件：{remedy}。",
)
BROKEN_IMAGE = Failure(
    "FailedOperation.ImageDecodeFailed",
    en="The {what} cannot be decoded: {reason}",
    zh="{what}解码失败：{reason}。",
)
SIDE_TOO_LONG = Failure(
    "FailedOperation.ImageResolutionExceed",
    en="The {what} is {width}x{height}; each side must be shorter than {limit} pixels.",
    zh="{what}的分辨率为 {width}x{height}，每条边都必须小于 {limit} 像素。",
)
TOO_MANY_PIXELS = Failure(
    "FailedOperation.ImageResolutionExceed",
    en="The {what} is {width}x{height}; it may have {limit} megapixels at most.",
    zh="{what}的分辨率为 {width}x{height}，总像素不能超过 {limit}。",
)
MASK_SIZE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask is {mask} but the input image is {photo}; they must be equal.",
    zh="Mask 的尺寸为 {mask}，而输入图片为 {photo}，两者必须一致。",
)
MASK_SCALED = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask is {mask} but the input image is {photo}; they must be equal. As their sides have the same "
    "ratio, the mask can be scaled: ask for it with FitMask 1 (--fit-mask).",
    zh="Mask 的尺寸为 {mask}，而输入图片为 {photo}，两者必须一致。两者宽高比相同，"
    "可传入 FitMask 为 1（--fit-mask）自动缩放 Mask。",
)
MASK_OF_OTHER_SHAPE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask is {mask} but the input image is {photo}; only a mask whose sides have the same ratio can be "
    "scaled to it.",
    zh="Mask 的尺寸为 {mask}，而输入图片为 {photo}；只有宽高比相同的 Mask 才能缩放。",
)
MASK_EMPTY = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask has no white pixel, so there is nothing to erase; "
    f"paint what is to go white ({photo.LEAST_WHITE} or more).",
    zh=f"Mask 中没有白色像素，没有需要消除的区域；请将需要消除的区域涂为白色（不小于 {photo.LEAST_WHITE}）。",
)
MASK_FULL = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask is white all over, so nothing is left to fill from; "
    f"leave what is to stay black (below {photo.LEAST_WHITE}).",
    zh=f"Mask 全为白色，没有可供参考的区域；请将需要保留的区域涂为黑色（小于 {photo.LEAST_WHITE}）。",
)
BAD_SHAPE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="What is to be erased cannot be read: {reason}.",
    zh="无法确定需要消除的区域：{reason}。",
)
MASK_NOT_CUT = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="Mask erases what is transparent in it, and it is transparent {where}; make transparent what is to "
    "go, and nothing else.",
    zh="Mask 以透明区域表示需要消除的内容，而该 Mask {where}透明；请仅将需要消除的区域设为透明。",
)
UNWRITABLE = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="{reason}",
    zh="{reason}",
)
URL_ILLEGAL = Failure(
    "InvalidParameterValue.UrlIllegal",
    en="The URL of the {what} is refused: {reason}",
    zh="{what}的 URL 不合法：{reason}",
)
DOWNLOAD_FAILED = Failure(
    "FailedOperation.ImageDownloadError",
    en="The {what} could not be downloaded: {reason}",
    zh="{what}下载错误：{reason}",
)
DOWNLOAD_TOO_LARGE = Failure(
    "FailedOperation.ImageSizeExceed",
    en="The {what} has more than {limit} bytes, so its base64 would reach {text}.",
    zh="{what}超过 {limit} 字节，其 Base64 将达到 {text}。",
)
FILL_REFUSED = Failure(
    "InvalidParameterValue.ParameterValueError",
    en="The fill is impossible: {reason}",
    zh="无法补全：{reason}",
)
