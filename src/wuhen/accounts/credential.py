"""The values that stand for a key: the credential that signs, and the record of it that may be shown."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass, field
from typing import Literal

BEARER_PREFIX = "whk_"
STUDIO = "studio"
"""The account in whose limits everybody's calls from the studio count, and of links that are for no other."""
_ALPHABET = string.ascii_letters + string.digits
_BEARER = re.compile(rf"{BEARER_PREFIX}[0-9A-Za-z]{{16}}_[0-9A-Za-z]{{43}}")

KeyState = Literal["active", "disabled", "expired"]


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A key that is in force, with the limits of its account.

    Attributes
    ----------
    secret_id
        The public half, in the vendor's shape: ``AKID`` and 32 letters or digits.
    secret_key
        The secret half. HMAC needs it as it is, so a store cannot keep a mere hash of it. Empty of a bearer
        key, which signs nothing.
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
    by_link
        Whether a link to the studio made it. It is its account's, but counts in the limits of `STUDIO`: what
        somebody does in the page takes no place from the account's programs.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(repr=False)
    account: str
    concurrency: int
    rate: int | None
    expires_at: int | None
    by_link: bool = False

    @property
    def counted(self) -> str:
        """The account in whose limits and place in the line its calls count."""
        return STUDIO if self.by_link else self.account

    @property
    def sees_account(self) -> bool:
        """Whether it may look at the calls of all keys of its account.

        Those of `STUDIO` were given to people who need not know each other.
        """
        return self.by_link and self.account != STUDIO


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
    bearer: bool = False

    def state(self, now: float) -> KeyState:
        """Say whether the key is accepted at `now`, and if not, why."""
        if self.disabled_at is not None:
            return "disabled"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "active"


@dataclass(frozen=True, slots=True)
class BearerKey:
    """A bearer key that was just made; nobody can be shown it again.

    Attributes
    ----------
    secret_id
        What it is called, in lists and logs; its own first letters.
    text
        The whole key, as it is sent.
    account
        Name of the account.
    expires_at
        Unix time in seconds from which on it is refused; None for never.
    """

    secret_id: str
    text: str = field(repr=False)
    account: str
    expires_at: int | None


def new_bearer() -> tuple[str, str]:
    """Make a bearer key; return what it is called, and the whole.

    Its secret part has 256 bits, its name 95. Scanners of source code know it by its first letters.
    """
    name = BEARER_PREFIX + _random_text(16)
    return name, f"{name}_{_random_text(43)}"


def split_bearer(text: str) -> str | None:
    """Return what a bearer key is called; None if a text is none at all."""
    return text.rpartition("_")[0] if _BEARER.fullmatch(text) else None


def hash_bearer(text: str) -> str:
    """Return what is kept of a bearer key.

    Nobody tries 2^256 texts, however fast their hashes are made; what slows that down for a password would
    only slow down each call.
    """
    return hashlib.sha256(text.encode("ascii")).hexdigest()


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
