"""Fetching a model: from one mirror after another, on from where a cut left off, trusting its checksum alone.

What came lies in a file of its own until it is whole and is what the catalogue says. Which mirror sent which
part of it is of no account, nor what it calls its version: a file put together of two versions has another
checksum, is thrown away and fetched once more from its beginning.
"""

import errno
import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from wuhen._version import __version__
from wuhen.models.catalogue import Model
from wuhen.models.errors import ModelsError, NotFetched, WrongFile
from wuhen.models.store import ModelStore, is_model

__all__ = ["pull"]

_SILENCE_SECONDS = 30.0
"""How long a mirror may send nothing."""
_TRIES = 3
"""How often a mirror may be asked without sending a byte more than before."""
_PAUSE_SECONDS = 0.5
"""Before the second such try, twice that before the third."""
_CHUNK = 256 * 1024
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RANGE_REFUSED = 416


class _MirrorFailed(Exception):
    """A mirror does not give the file; the text says why."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


def pull(
    model: Model,
    store: ModelStore,
    mirrors: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a model, unless it is there.

    Parameters
    ----------
    model : Model
        What to fetch.
    store : ModelStore
        Where to put it.
    mirrors : sequence of str
        URLs of folders that hold the file, asked before the public ones.
    progress : callable
        Called now and then with the number of bytes that are here.
    sleep : callable, optional
        Waits for so many seconds before a mirror is asked again.

    Returns
    -------
    Path
        Of the model's file.

    Raises
    ------
    ModelsError
        A mirror's URL cannot be used.
    NotFetched
        No mirror gave the file; what came of it is kept for the next time, unless it is wrong.
    OSError
        The file cannot be written. Where room runs out on the way, what came of it is deleted.
    """
    urls = [_url(mirror, model) for mirror in mirrors]
    with store.lock(model):
        if store.state(model) == "ready":
            return store.path(model)
        reasons = []
        for url in (*urls, *model.urls):
            try:
                _pull_from(url, model, store, progress, sleep)
            except _MirrorFailed as error:
                reasons.append(f"{urlsplit(url).hostname}: {error}")
            else:
                return store.install(model, store.part(model))
    raise NotFetched(_hint(model, store, reasons))


def _url(mirror: str, model: Model) -> str:
    try:
        parts = urlsplit(mirror)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    # Nothing of the URL is repeated: it may hold what must not be shown.
    if not usable or not mirror.isascii() or not mirror.isprintable() or " " in mirror:
        raise ModelsError("a mirror must be the http or https URL of a folder, e.g. https://host/models")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ModelsError("a mirror's URL must have no user name, password, query or fragment")
    return f"{mirror.rstrip('/')}/{model.file}"


def _hint(model: Model, store: ModelStore, reasons: list[str]) -> str:
    where = "\n".join(f"  {url}" for url in model.urls)
    return (
        f"{model.name} could not be fetched ({'; '.join(reasons)}).\n"
        f"On a machine with a network, fetch one of\n{where}\n"
        f"({model.size / 1e6:.0f} MB, SHA-256 {model.sha256}), bring {model.file} here, and run\n"
        f"  wuhen models add {model.name} {model.file}\n"
        f"which puts it into {store.directory}."
    )


def _pull_from(
    url: str,
    model: Model,
    store: ModelStore,
    progress: Callable[[int], None],
    sleep: Callable[[float], None],
) -> None:
    """Complete the part from a mirror.

    Raises
    ------
    _MirrorFailed
        It does not give the file.
    OSError
        The part cannot be written.
    """
    part = store.part(model)
    resumed = _length(part) > 0
    tries = 0
    while True:
        before = _length(part)
        try:
            _fetch(url, model, part, progress)
            _check(part, model)
        except WrongFile as error:
            part.unlink()
            if not resumed:
                raise _MirrorFailed(str(error)) from error
            # Perhaps the beginning, which came before, was wrong.
            resumed = False
        except _MirrorFailed as error:
            tries = 0 if _length(part) > before else tries + 1
            if not error.again or tries == _TRIES:
                raise
            sleep(_PAUSE_SECONDS * tries)
        else:
            return


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _check(part: Path, model: Model) -> None:
    if not is_model(part, model):
        raise WrongFile("what it sent has the wrong checksum and was discarded")


def _fetch(url: str, model: Model, part: Path, progress: Callable[[int], None]) -> None:
    """Ask a mirror once for what is missing, and append it to the part."""
    have = _length(part)
    if have > model.size:
        part.unlink()
        have = 0
    if have == model.size:
        return
    _check_room(part.parent, model.size - have)
    headers = {"User-Agent": f"wuhen/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - `_url` lets only http and https pass
    try:
        with urllib.request.urlopen(request, timeout=_SILENCE_SECONDS) as answer:  # noqa: S310
            start = _start(answer, have, model)
            _append(answer, part, start, model, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == _RANGE_REFUSED and have:
            part.unlink()
            raise _MirrorFailed("it refused to go on where it was", again=True) from error
        raise _MirrorFailed(f"HTTP status {error.code}", again=error.code >= 500) from error  # noqa: PLR2004
    except urllib.error.URLError as error:
        raise _MirrorFailed(_plain(error.reason)) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        # While waiting for the answer's head; later ones are `_read`'s.
        raise _MirrorFailed(_plain(error), again=True) from error


def _start(answer: http.client.HTTPResponse, have: int, model: Model) -> int:
    """Return which byte an answer begins with, and refuse one that is not of the file."""
    start = 0
    total = answer.headers.get("Content-Length", "")
    if answer.status == http.client.PARTIAL_CONTENT:
        unit, _, span = answer.headers.get("Content-Range", "").partition(" ")
        total = span.partition("/")[2]
        if unit != "bytes" or span.partition("-")[0] != str(have):
            raise _MirrorFailed("it sent another part than was asked for")
        start = have
    elif answer.status != http.client.OK:
        raise _MirrorFailed(f"HTTP status {answer.status}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise _MirrorFailed("it sent the file compressed, unasked")
    if total.isdigit() and int(total) != model.size:
        raise _MirrorFailed(f"its file has {total} bytes instead of {model.size}")
    return start


def _append(
    answer: http.client.HTTPResponse, part: Path, start: int, model: Model, progress: Callable[[int], None]
) -> None:
    """Write an answer's body to the part from a byte on."""
    have = start
    with _room(part, model), part.open("ab") as file:
        file.truncate(start)
        progress(have)
        while chunk := _read(answer):
            have += len(chunk)
            if have > model.size:
                raise _MirrorFailed(f"its file has more than {model.size} bytes")
            file.write(chunk)
            file.flush()
            progress(have)
    if have < model.size:
        raise _MirrorFailed("it ended the connection early", again=True)


def _read(answer: http.client.HTTPResponse) -> bytes:
    # Apart from writing: both fail with OSError.
    try:
        return answer.read(_CHUNK)
    except (http.client.HTTPException, OSError) as error:
        raise _MirrorFailed(_plain(error), again=True) from error


@contextmanager
def _room(part: Path, model: Model) -> Iterator[None]:
    """Delete the part where there turns out to be no room for all of it."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        part.unlink(missing_ok=True)
        raise _no_room(part.parent, model.size) from error


def _check_room(directory: Path, needed: int) -> None:
    """Say beforehand that there is no room; what came before is kept."""
    if shutil.disk_usage(directory).free < needed:
        raise _no_room(directory, needed)


def _no_room(directory: Path, needed: int) -> OSError:
    return OSError(errno.ENOSPC, f"no room for {needed / 1e6:.0f} MB more", str(directory))


def _plain(reason: object) -> str:
    """Put what a library says into a line."""
    if isinstance(reason, TimeoutError):
        return f"it sent nothing for {_SILENCE_SECONDS:.0f} s"
    text = (isinstance(reason, OSError) and reason.strerror) or str(reason) or type(reason).__name__
    return " ".join(text.split())[:200]
