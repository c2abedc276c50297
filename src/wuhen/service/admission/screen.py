"""The look at a call before it is read, whether there is room for it at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from wuhen.accounts import AccountKey, ConcurrencyGate, JobNumExceeded
from wuhen.service.admission.door import Admission, Wish

__all__ = ["Screen"]


@dataclass(frozen=True, slots=True)
class Screen:
    """Refuses calls that would be refused later, when their signature is known and before they are parsed.

    Of a proven caller only: whether an account is busy is nobody else's business. Reading a body of base64
    costs several times what this does, so that a service with too much to do spends its time on what it does.

    Attributes
    ----------
    admission : Admission
        The line.
    gates : mapping
        Of the actions that work on pictures, by their key: the gate for the account's slots, if whoever has
        none free is refused at once.
    """

    admission: Admission
    gates: Mapping[tuple[str, str], ConcurrencyGate | None]

    async def check(self, key: AccountKey, action: tuple[str, str], size: int, ends: float) -> None:
        """Let a call pass, or not.

        Parameters
        ----------
        key : AccountKey
            Whose it is.
        action : tuple of str
            Version and name of what it asks for.
        size : int
            Bytes of its body.
        ends : float
            When it must have ended, on the clock of the line.

        Raises
        ------
        Busy
            It would wait too long.
        wuhen.accounts.JobNumExceeded
            Its account has no slot free.
        """
        if action not in self.gates:
            return
        gate = self.gates[action]
        if gate is not None and await gate.is_full(key.counted, key.concurrency):
            raise JobNumExceeded(key.concurrency)
        self.admission.screen(Wish(key.counted, action[1], size, ends))
