"""Forms with files, as the clients of doors send them; read in memory, within what a body may have."""

from wuhen.service.doors.failures import FILE_EMPTY, WRONG_TYPE
from wuhen.wire import HttpRequest, Part, failures, parse_multipart

__all__ = ["read_files", "read_form", "text_of"]

FORM = "multipart/form-data"


def read_form(request: HttpRequest) -> tuple[Part, ...]:
    """Return the parts of a form, in their order, of which several may have one name.

    Raises
    ------
    ApiError
        It is another kind of body, or malformed.
    """
    given = request.header("Content-Type") or ""
    if given.partition(";")[0].strip().lower() != FORM:
        raise WRONG_TYPE(given=given or "?", right=FORM)
    return tuple(parse_multipart(given, request.body))


def text_of(part: Part) -> str:
    """Return a part that is no file.

    Raises
    ------
    ApiError
        It is not UTF-8.
    """
    try:
        return part.content.decode("utf-8")
    except UnicodeDecodeError:
        raise failures.INVALID_FORMAT(name=part.name) from None


def read_files(request: HttpRequest, *names: str) -> tuple[dict[str, Part], tuple[bytes, ...]]:
    """Return the parts of a form by their names, and the files that it must have.

    Raises
    ------
    ApiError
        It is no form, has a field twice, or lacks a file.
    """
    parts: dict[str, Part] = {}
    for part in read_form(request):
        if part.name in parts:
            raise failures.REPEATED(name=part.name)
        parts[part.name] = part
    for name in names:
        if name not in parts:
            raise failures.MISSING_PARAMETER(name=name)
        if not parts[name].content:
            raise FILE_EMPTY(name=name)
    return parts, tuple(parts[name].content for name in names)
