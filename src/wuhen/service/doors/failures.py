"""What doors refuse themselves, before a call has anything to do with an action."""

from typing import Final

from wuhen.wire import Failure

__all__ = [
    "FILE_EMPTY",
    "KEY_MISSING",
    "KEY_UNKNOWN",
    "NOT_OFFERED",
    "NOT_UNDERSTOOD",
    "NO_SUCH_FIELD",
    "ORIGIN_REFUSED",
    "SEVERAL_IMAGES",
    "STRUCTURE",
    "WRONG_METHOD",
    "WRONG_TYPE",
]

KEY_MISSING: Final = Failure(
    "AuthFailure.InvalidAuthorization",
    en="The request has no key. Send `Authorization: Bearer whk_…` with a key that `wuhen keys create "
    "--bearer` made.",
    zh="请求中没有密钥：请发送 `Authorization: Bearer whk_…`，密钥由 `wuhen keys create --bearer` 生成。",
)
KEY_UNKNOWN: Final = Failure(
    "AuthFailure.SecretIdNotFound",
    en="The key is not known, has expired or was disabled. Keys for this interface begin with `whk_`; "
    "`wuhen keys create --bearer` makes one.",
    zh="密钥不存在、已过期或已禁用。该接口的密钥以 `whk_` 开头，由 `wuhen keys create --bearer` 生成。",
)
WRONG_METHOD: Final = Failure(
    "UnsupportedProtocol",
    en="This path takes {right} requests.",
    zh="该路径只接受 {right} 请求。",
)
WRONG_TYPE: Final = Failure(
    "InvalidRequest",
    en="The request is `{given}`; send `{right}`.",
    zh="请求的 Content-Type 为 `{given}`，应为 `{right}`。",
)
NO_SUCH_FIELD: Final = Failure(
    "UnknownParameter",
    en="The form has a field `{name}`, which this interface does not know; it knows {known}.",
    zh="表单中有未知字段 `{name}`；可用字段：{known}。",
)
STRUCTURE: Final = Failure(
    "InvalidParameter",
    en="The field `{name}` cannot be read; write JSON, such as `{example}`.",
    zh="无法读取字段 `{name}`，请使用 JSON，例如 `{example}`。",
)
ORIGIN_REFUSED: Final = Failure(
    "UnauthorizedOperation",
    en="Pages of `{origin}` may not call this interface.",
    zh="来自 `{origin}` 的页面不能调用该接口。",
)
FILE_EMPTY: Final = Failure(
    "InvalidParameterValue.ImageEmpty",
    en="The file `{name}` is empty.",
    zh="文件 `{name}` 为空。",
)
SEVERAL_IMAGES: Final = Failure(
    "InvalidParameterValue",
    en="There is more than one `image`; send one, as nothing is put together here.",
    zh="传入了多个 `image`；此处不支持合成，请只传入一个。",
)
NOT_OFFERED: Final = Failure(
    "InvalidParameterValue",
    en="`{name}` is not offered here; leave it out.",
    zh="此处不支持 `{name}`，请勿传入。",
)
NOT_UNDERSTOOD: Final = Failure(
    "MissingParameter",
    en="There is no `mask`, and the prompt does not only say what to find: send a mask that is transparent "
    "where the image is to be erased, or a prompt such as `Remove the text` or `Remove the watermark`.",
    zh="未传入 `mask`，且 prompt 不只是说明要查找的内容：请传入 mask（需要消除的区域为透明），"
    "或使用“去除文字”“去除水印”之类的 prompt。",
)
