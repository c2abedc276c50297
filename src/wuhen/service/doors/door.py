"""What a door is: another product's interface to our own actions, as values that the steps of a call use.

A door knows neither gates nor workers. It says which paths it has, makes parameters of what is asked for
there, and an answer of what came of it; all between is done as for any other call.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wuhen.accounts import AccountKey
from wuhen.service.doors.bearers import KeyReader, read_bearer
from wuhen.service.handling import ErasureFacts
from wuhen.wire import Action, ApiError, HttpRequest, Language

__all__ = ["Answer", "Asked", "Done", "Door", "Entrance", "Page", "Refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back.

    Attributes
    ----------
    body : bytes
        Nothing, or what the media type says.
    media_type : str
        As it is sent, with a charset where it is text.
    status : int
        Of HTTP.
    headers : mapping of str to str
        Besides; every answer has an `X-Request-Id` anyway, and a `Retry-After` where that is known.
    """

    body: bytes = field(repr=False)
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, in terms of the action.

    Attributes
    ----------
    parameters : mapping
        By the names of the action's parameters: a picture as bytes, as base64 or as data URI; a number as
        such or as text; structures and lists as mappings and lists. Whether they fit the action is checked
        behind the door.
    note : object
        What the door wants to know of the request when it answers.
    """

    parameters: Mapping[str, object] = field(repr=False)
    note: object = None


@dataclass(frozen=True, slots=True)
class Done:
    """A call that was carried out.

    Attributes
    ----------
    head : HttpRequest
        The request, its body left out.
    note : object
        The door's own; see `Asked`.
    reply : mapping
        The members of the action's answer. `RspImgType` is base64 unless the door asks otherwise.
    facts : ErasureFacts or None
        What is told of an erasure besides: media type and size of the result, remarks, seconds of each stage.
    key : AccountKey
        Whose call it was, with the limits of its account.
    request_id : str
        The call's number.
    language : Language
        Of texts.
    seconds : float
        That it took so far.
    """

    head: HttpRequest
    note: object
    reply: Mapping[str, object] = field(repr=False)
    facts: ErasureFacts | None
    key: AccountKey
    request_id: str
    language: Language
    seconds: float

    def picture(self, name: str = "ResultImage") -> bytes:
        """Return a picture of the reply as a file."""
        return base64.b64decode(str(self.reply[name]))

    @property
    def media_type(self) -> str:
        """Of the result of an erasure."""
        return "application/octet-stream" if self.facts is None else self.facts.media_type


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that came to nothing.

    Attributes
    ----------
    head : HttpRequest
        The request, its body left out.
    error : ApiError
        Why; its code is one of the vendor's table.
    status : int
        What HTTP says of such a code; a door whose original says something else sends that.
    request_id : str
        The call's number.
    language : Language
        Of the text.
    retry_after : int or None
        Seconds after which it may succeed, where that is known.
    """

    head: HttpRequest
    error: ApiError
    status: int
    request_id: str
    language: Language
    retry_after: int | None = None

    @property
    def text(self) -> str:
        """What was wrong, and what would be right."""
        return self.error.message(self.language)


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: what is sent to a path by a method, the action that it asks for, and how that is answered.

    Attributes
    ----------
    method, path : str
        Of HTTP, the path without the prefix of a proxy.
    action : Action
        One of our own.
    read : callable
        Makes parameters of the whole request, in a thread. Raises `ApiError`.
    write : callable
        Makes the answer, in a thread.
    """

    method: str
    path: str
    action: Action
    read: Callable[[HttpRequest], Asked]
    write: Callable[[Done], Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """What a door tells anybody, without a key: the same always, and nothing of anybody's."""

    method: str
    path: str
    answer: Callable[[HttpRequest], Answer]


@dataclass(frozen=True, slots=True)
class Door:
    """One interface.

    Attributes
    ----------
    name : str
        As in ``--doors``, in logs and in metrics.
    entrances : tuple of Entrance
        The calls that it takes.
    refuse : callable
        Makes the answer to one that came to nothing: a wrong key, a wrong method, a body that is too large,
        and whatever an action refuses.
    keys : tuple of callables
        Where its callers put their key, the first found counts: see `wuhen.service.doors.bearers`.
    pages : tuple of Page
        What it tells besides.
    """

    name: str
    entrances: tuple[Entrance, ...]
    refuse: Callable[[Refused], Answer]
    keys: tuple[KeyReader, ...] = (read_bearer,)
    pages: tuple[Page, ...] = ()
