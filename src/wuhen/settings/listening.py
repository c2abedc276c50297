"""Where the service listens, and what stands in front of it."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from wuhen.places import default_data_dir
from wuhen.settings.part import Part, Separated

__all__ = ["Listening"]

_BASE_URL = re.compile(
    r"(https?://(?:[0-9a-z._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?)((?:/[0-9a-z._~-]{1,64}){0,8})/?",
    re.IGNORECASE,
)


def _base_url(value: str | None) -> str | None:
    """Check that a result's URL can begin with `value`; a slash at its end is tolerated."""
    if value is None:
        return None
    found = _BASE_URL.fullmatch(value)
    if not found or {".", ".."} & set(found[2].split("/")):
        raise ValueError("give scheme, host and perhaps a path, such as https://photos.example.com/erase")
    return found[1].lower() + found[2]


class Listening(Part):
    """Where the service listens, what stands in front of it, and where its data is."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls_cert: Path | None = Field(
        None, description="PEM certificate chain; with it the service serves https."
    )
    tls_key: Path | None = Field(None, description="PEM private key of --tls-cert.")
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Where keys and results are kept. Readable by its owner only.",
    )
    result_dir: Path | None = Field(
        None,
        description="Where results wait to be fetched by URL; by default results/ in the data directory.",
    )
    public_url: Annotated[str | None, AfterValidator(_base_url)] = Field(
        None,
        description="What result URLs begin with, e.g. https://photos.example.com, or "
        "https://example.com/erase where a proxy has the service under a path; by default what the caller "
        "used.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], *Separated] = Field(
        (),
        description="Addresses or networks of proxies in front, separated by commas, whose X-Forwarded-For, "
        "X-Forwarded-Proto and X-Forwarded-Prefix are believed; nobody's by default.",
    )
    hsts_seconds: int = Field(
        31_536_000,
        ge=0,
        le=63_072_000,
        description="Seconds for which browsers that came by https come by https only; 0 leaves it open.",
    )

    @model_validator(mode="after")
    def _check_certificate(self) -> "Listening":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together: give both or neither")
        return self

    @property
    def results(self) -> Path:
        """The directory of results, default applied."""
        return self.result_dir or self.data_dir / "results"

    @property
    def scheme(self) -> Literal["http", "https"]:
        """What the listening socket speaks."""
        return "https" if self.tls_cert else "http"

    @property
    def is_https(self) -> bool:
        """Whether callers come by https: to the service itself, or to a proxy in front of it."""
        return self.scheme == "https" or (self.public_url or "").startswith("https:")
