"""Where slots and calls are counted, if several services count them together."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from wuhen.settings.part import Part

__all__ = ["Gates"]

_PREFIX = re.compile(r"[0-9A-Za-z._:-]{1,64}")


def _gates_url(value: str | None) -> str | None:
    """Check that gates can be there. The URL is never repeated: it may hold a password."""
    if value is None:
        return None
    try:
        url = urlsplit(value)
        known = bool(url.hostname and url.port != 0 if url.scheme in {"redis", "rediss"} else url.path)
    except ValueError:
        known = False
    if not known or url.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("give a URL such as redis://127.0.0.1:6379/0, rediss:// for TLS, or unix:///path")
    if find_spec("redis") is None:
        raise ValueError("gates in Redis need another package: pip install 'wuhen[redis]'")
    return value


def _prefix(value: str) -> str:
    if not _PREFIX.fullmatch(value):
        raise ValueError("give 1 to 64 letters, digits, or `.`, `_`, `:`, `-`")
    return value


class Gates(Part):
    """Where slots and calls are counted, if several services count them together."""

    gates_url: Annotated[str | None, AfterValidator(_gates_url)] = Field(
        None,
        repr=False,
        description="Redis or Valkey in which all services that name it count slots and calls together, such "
        "as redis://gates.internal:6379/0, or rediss:// for TLS; by default each counts its own.",
    )
    gates_password_file: Path | None = Field(
        None,
        description="File with the password of --gates-url, read for each new connection. Without it, the "
        "URL's own counts.",
    )
    gates_prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        "wuhen",
        description="What the names of all keys in --gates-url begin with; another one counts apart.",
    )
    gates_away: Literal["refuse", "local"] = Field(
        "refuse",
        description="What becomes of calls while --gates-url cannot be reached: refuse answers "
        "ServiceUnavailable; local has each service count its own, so that all together let more in.",
    )

    @model_validator(mode="after")
    def _check_gates_password_file(self) -> "Gates":
        if self.gates_password_file is not None and self.gates_url is None:
            raise ValueError("gates_password_file is for a gates_url: give both")
        return self
