"""The key pair that signs a request, as signing and verifying need to see it."""

from dataclasses import dataclass, field
from typing import Protocol


class Credential(Protocol):
    """A secret id with its key; a `token` belongs to temporary credentials."""

    @property
    def secret_id(self) -> str:
        """The public half."""

    @property
    def secret_key(self) -> str:
        """The secret half."""

    @property
    def token(self) -> str | None:
        """What a temporary credential must be sent with; None or empty for a permanent one."""


@dataclass(frozen=True, slots=True)
class Key:
    """The plainest credential: what a caller reads from a file or the environment."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
