"""What doors refuse themselves, before a call has anything to do with an action."""

from typing import Final

from wuhen.wire import Failure

__all__ = [
    "KEY_MISSING",
    "KEY_UNKNOWN",
    "NO_SUCH_FIELD",
    "ORIGIN_REFUSED",
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
