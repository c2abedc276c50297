"""What the parts raise, turned into the failures of an erasure.

Whoever calls a part says what messages call the picture at hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from wuhen import download, fill, mark, photo
from wuhen.action.failures import (
    BAD_SHAPE,
    BROKEN_IMAGE,
    DOWNLOAD_FAILED,
    DOWNLOAD_TOO_LARGE,
    EMPTY_PICTURE,
    FILL_REFUSED,
    MASK_EMPTY,
    MASK_FULL,
    MASK_NOT_CUT,
    MASK_SIZE,
    NO_READER,
    OUT_OF_MEMORY,
    RECT_BAD,
    SIDE_TOO_LONG,
    TOO_MANY_PIXELS,
    UNKNOWN_FORMAT,
    UNWRITABLE,
    URL_ILLEGAL,
)
from wuhen.action.kinds import KINDS
from wuhen.action.limits import megabytes, megapixels, name_formats
from wuhen.wire import ApiError, Message

__all__ = ["format_size", "translate_errors"]

# The parts speak English; these say the same in Chinese.
_REFUSALS: Final = {
    download.RefusalReason.LENGTH: "URL 过长",
    download.RefusalReason.SYNTAX: "URL 格式错误，应形如 https://host/path",
    download.RefusalReason.SCHEME: "URL 必须以 http:// 或 https:// 开头",
    download.RefusalReason.USERINFO: "URL 中不能包含用户名或密码",
    download.RefusalReason.PORT: "URL 的端口不在允许范围内",
    download.RefusalReason.ADDRESS: "URL 指向非公网地址，需由运维人员设置允许后才能访问",
}
_DOWNLOADS: Final = {
    download.FailureReason.UNREACHABLE: "域名无法解析或服务器无法连接",
    download.FailureReason.TLS: "无法与服务器建立可信的 TLS 连接",
    download.FailureReason.TIMEOUT: "服务器未在规定时间内返回文件",
    download.FailureReason.STATUS: "服务器返回的 HTTP 状态码不是 200",
    download.FailureReason.REDIRECTS: "URL 重定向次数过多",
    download.FailureReason.ENCODING: "服务器返回了未请求的压缩数据（Content-Encoding）",
    download.FailureReason.BROKEN: "服务器中断了连接或返回了非法的 HTTP 响应",
}


@contextmanager
def translate_errors(what: Message) -> Iterator[None]:
    """Turn what the parts raise about the picture called `what` into `ApiError`."""
    try:
        yield
    except MemoryError:
        raise OUT_OF_MEMORY() from None
    except (photo.PhotoError, mark.MarkError, fill.FillError) as error:
        raise _translate(error, what) from error
    except download.UrlRefused as error:
        raise URL_ILLEGAL(what=what, reason=Message(str(error), _REFUSALS[error.reason])) from error
    except download.DownloadTooLarge as error:
        text = megabytes((error.limit + 1) // 3 * 4)
        raise DOWNLOAD_TOO_LARGE(what=what, limit=error.limit, text=text) from error
    except download.DownloadFailed as error:
        raise DOWNLOAD_FAILED(what=what, reason=Message(str(error), _DOWNLOADS[error.reason])) from error


def _translate(error: photo.PhotoError | mark.MarkError | fill.FillError, what: Message) -> ApiError:
    match error:
        case mark.BadRect():
            return RECT_BAD(reason=Message(str(error), error.zh))
        case mark.MarkError():
            return RECT_BAD(reason=error)
        case fill.NothingToFillFrom():
            return FILL_REFUSED(reason=Message(str(error), error.zh))
        case fill.FillError():
            return FILL_REFUSED(reason=error)
        case _:
            return _translate_photo(error, what)


def _translate_photo(error: photo.PhotoError, what: Message) -> ApiError:
    match error:
        case photo.EmptyInput():
            failure = EMPTY_PICTURE(what=what)
        case photo.UnknownFormat() | photo.MissingReader():
            failure = _unread(error, what)
        case photo.SideTooLong():
            failure = SIDE_TOO_LONG(what=what, width=error.width, height=error.height, limit=error.limit)
        case photo.TooManyPixels():
            limit = megapixels(error.limit)
            failure = TOO_MANY_PIXELS(what=what, width=error.width, height=error.height, limit=limit)
        case photo.Unwritable():
            failure = UNWRITABLE(reason=Message(str(error), error.zh))
        case photo.BrokenImage():
            failure = BROKEN_IMAGE(what=what, reason=Message(str(error), error.zh))
        case _:
            failure = _translate_mask(error) or BROKEN_IMAGE(what=what, reason=error)
    return failure


def _translate_mask(error: photo.PhotoError) -> ApiError | None:
    match error:
        case photo.MaskSizeMismatch():
            return MASK_SIZE(mask=format_size(error.mask), photo=format_size(error.photo))
        case photo.MaskEmpty():
            return MASK_EMPTY()
        case photo.MaskFull():
            return MASK_FULL()
        case photo.MaskNotCut():
            where = Message("everywhere", "整张") if error.everywhere else Message("nowhere", "整张不")
            return MASK_NOT_CUT(where=where)
        case photo.BadShape():
            return BAD_SHAPE(reason=Message(error.en, error.zh))
    return None


def _unread(error: photo.UnknownFormat | photo.MissingReader, what: Message) -> ApiError:
    found = KINDS[error.found]
    if isinstance(error, photo.MissingReader):
        return NO_READER(what=what, found=found, remedy=Message(error.remedy, error.zh))
    return UNKNOWN_FORMAT(what=what, found=found, formats=name_formats(error.formats))


def format_size(size: tuple[int, int]) -> str:
    """Return a width and height as messages write them."""
    width, height = size
    return f"{width}x{height}"
