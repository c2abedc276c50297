"""What an action's handler is given, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from wuhen import wire
from wuhen.accounts import Credential

__all__ = ["Asked", "Handler", "Handlers"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that the rate gate has admitted.

    Attributes
    ----------
    call : wuhen.wire.Call
        What is asked for.
    credential : wuhen.accounts.Credential
        Who asks.
    request_id : str
        The call's number.
    base_url : str or None
        What a URL that leads back here begins with; None when the caller named no host that could.
    note : callable
        Takes facts for the call's line in the log, by name.
    """

    call: wire.Call
    credential: Credential
    request_id: str
    base_url: str | None
    note: Callable[..., None]


class Handler(Protocol):
    """Carries out one action."""

    async def __call__(self, asked: Asked) -> Mapping[str, object]:
        """Return the members of the answer; cancelled when the client hangs up or the deadline passes.

        Raises
        ------
        ApiError
            What the caller is told.
        """
        ...


Handlers: TypeAlias = Mapping[tuple[str, str], Handler]
"""The handlers by the `key` of their action."""
