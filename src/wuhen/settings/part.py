"""What the parts of the settings have in common."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

__all__ = ["SERVICE_URL", "Part", "Port", "Separated"]

SERVICE_URL = r"https?://[0-9A-Za-z._\-\[\]:]{1,260}(?:/[!-~]*)?"
"""An address that the service itself speaks to."""

Port = Annotated[int, Field(ge=1, le=65535)]


class Part(BaseSettings):
    """Some of the settings: those of one concern. Frozen: what was read at start is what holds."""

    model_config = SettingsConfigDict(
        env_prefix="WUHEN_", frozen=True, extra="forbid", toml_file=None, validate_default=True
    )


def _split(value: object) -> object:
    """Let tuples be written with commas in flags and in the environment; TOML has lists of its own."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Separated = BeforeValidator(_split), NoDecode
"""What annotates a tuple that may be written with commas."""
