"""The values that stand for a key: the credential that signs, and the record of it that may be shown."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Literal

_ALPHABET = string.ascii_letters + string.digits

KeyState = Literal["active", "disabled", "expired"]


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A key that is in force, with the limits of its account.

    Attributes
    ----------
    secret_id
        The public half, in the vendor's shape: ``AKID`` and 32 letters or digits.
    secret_key
        The secret half. HMAC needs it as it is, so a store cannot keep a mere hash of it.
    token
        What the caller of a temporary key must send along; None for a permanent key.
    account
        Name of the account. Keys of one account share its limits.
    concurrency
        How many jobs the account may run at one time, at least 1.
    rate
        How many calls of one action the account may make within a second; None for no limit.
    expires_at
        Unix time in seconds from which on the key is refused; None for never.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(repr=False)
    account: str
    concurrency: int
    rate: int | None
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What may be shown of a key: everything but its secrets.

    Times are Unix times in seconds; the other attributes are those of `AccountKey`.
    """

    secret_id: str
    account: str
    concurrency: int
    rate: int | None
    temporary: bool
    created_at: int
    expires_at: int | None
    disabled_at: int | None

    def state(self, now: float) -> KeyState:
        """Say whether the key is accepted at `now`, and if not, why."""
        if self.disabled_at is not None:
            return "disabled"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "active"


def new_secret_id() -> str:
    """Make a SecretId in the vendor's shape, unguessable and unique."""
    return "AKID" + _random_text(32)


def new_secret_key() -> str:
    """Make a SecretKey of 32 characters, 190 bits."""
    return _random_text(32)


def new_token() -> str:
    """Make the token of a temporary key, 380 bits."""
    return _random_text(64)


def new_account() -> str:
    """Make the name of an account that nobody named: a number as long as the vendor's."""
    return f"100{secrets.randbelow(10**9):09d}"


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
