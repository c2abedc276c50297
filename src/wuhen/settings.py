"""The service's settings: one typed object, read once at the edge and passed down.

Each setting is named alike everywhere: the flag ``--result-dir``, the environment variable
``WUHEN_RESULT_DIR`` and the key ``result_dir`` in ``wuhen.toml``. A flag beats the environment, which beats
the file. The descriptions here are the only ones: the command line's help and the reference page are made of
them.
"""

import os
import re
from dataclasses import fields
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_type_hints

from pydantic import AfterValidator, Field, create_model, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from wuhen.action import OWN_BODY, OWN_MEGAPIXELS
from wuhen.mark import MarkOptions, printable
from wuhen.photo import MEGAPIXEL, QUALITIES, USUAL_LIMIT, USUAL_QUALITY
from wuhen.places import default_data_dir, models_in
from wuhen.wire import DEFAULT_REGIONS

__all__ = ["Settings", "load"]

CONFIG_FILE = "wuhen.toml"
_SERVICE_URL = re.compile(r"https?://[0-9A-Za-z._\-\[\]:]{1,260}(?:/[!-~]*)?")
_SHARE = re.compile(r"[^=,]{1,64}=[1-9][0-9]{0,3}")
_BASE_URL = re.compile(
    r"(https?://(?:[0-9a-z._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?)((?:/[0-9a-z._~-]{1,64}){0,8})/?",
    re.IGNORECASE,
)


Port = Annotated[int, Field(ge=1, le=65535)]


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


def _split(value: object) -> object:
    """Let tuples be written with commas in flags and in the environment; TOML has lists of its own."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _share(value: str) -> str:
    if not _SHARE.fullmatch(value):
        raise ValueError("write each as the account's name, `=`, and a number from 1 to 9999")
    return value


Share = Annotated[str, AfterValidator(_share)]


def _base_url(value: str | None) -> str | None:
    """Check that a result's URL can begin with `value`; a slash at its end is tolerated."""
    if value is None:
        return None
    found = _BASE_URL.fullmatch(value)
    if not found or {".", ".."} & set(found[2].split("/")):
        raise ValueError("give scheme, host and perhaps a path, such as https://photos.example.com/erase")
    return found[1].lower() + found[2]


def _trace_endpoint(value: str | None) -> str | None:
    """Check that traces can be sent to `value`: it holds no secret, and what sends them is installed."""
    if value is None:
        return None
    if not _SERVICE_URL.fullmatch(value) or "?" in value or "#" in value:
        raise ValueError("give an http or https URL without query, such as http://127.0.0.1:4318/v1/traces")
    try:
        found = find_spec("opentelemetry.exporter.otlp.proto.http")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ValueError("traces need another package: pip install 'wuhen[telemetry]'")
    return value


class _Work(BaseSettings):
    """Where the service listens, and how it works."""

    model_config = SettingsConfigDict(
        env_prefix="WUHEN_", frozen=True, extra="forbid", toml_file=None, validate_default=True
    )

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
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
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
    workers: int = Field(
        default_factory=_cpus,
        ge=1,
        le=256,
        description="Worker processes, hence pictures worked on at a time.",
    )
    threads: int = Field(
        default_factory=_cpus, ge=1, le=256, description="Threads that one worker may fill with."
    )
    worker_memory: int = Field(
        3072,
        ge=256,
        description="Memory that one worker may allocate, in MiB; a call that needs more fails alone.",
    )
    worker_user: str | None = Field(
        None,
        description="User that workers run as when the service is started as root; nobody by default.",
    )
    max_megapixels: int = Field(
        OWN_MEGAPIXELS,
        ge=1,
        le=USUAL_LIMIT.pixels // MEGAPIXEL,
        description="Millions of pixels that a picture may have in our own actions and the studio.",
    )
    max_body: int = Field(
        OWN_BODY,
        ge=13,
        le=512,
        description="Size of a call of our own actions, in MiB: base64, or raw in multipart form. "
        "The vendor's action keeps its 13.",
    )
    deadline: float = Field(
        55.0, gt=0, le=3600, description="Seconds after which a call is given up. The SDKs hang up after 60."
    )
    queue_seconds: float = Field(
        0.0,
        ge=0,
        le=60,
        description="Seconds a call above its account's concurrency waits for a slot before JobNumExceed.",
    )
    max_wait: float = Field(
        5.0,
        ge=0,
        le=3600,
        description="Seconds that a call may be expected to wait for a worker; one that would wait longer is "
        "refused at once. Whoever has no call under way may wait longer, if it would be next.",
    )
    spare_workers: int | None = Field(
        None,
        ge=0,
        le=255,
        description="Workers kept for accounts that have nothing under way; by default one in eight.",
    )
    account_shares: Annotated[tuple[Share, ...], NoDecode] = Field(
        (),
        description="Accounts that get more of the workers' time than others where there is not enough for "
        "all, e.g. shop=4,lab=2, separated by commas; all others have a share of 1.",
    )
    engine: str = Field(
        "auto",
        description="The engine that fills; auto uses guided for wide holes if installed, patch otherwise.",
    )
    models_dir: Path | None = Field(
        None,
        description="Where `wuhen models pull` keeps networks; by default models/ in the data directory.",
    )
    cache_dir: Path | None = Field(
        None,
        description="Where compiled code is looked for first, and kept if that can be written; see "
        "`wuhen warmup`.",
    )
    output_format: Literal["auto", "jpeg", "png"] = Field(
        "auto", description="Format of results; auto answers JPEG to JPEG and PNG to everything else."
    )
    jpeg_quality: int | None = Field(
        None,
        ge=QUALITIES[0],
        le=QUALITIES[-1],
        description="Quality of JPEG results, whose chroma is then never subsampled. By default "
        f"{USUAL_QUALITY} for ImageInpaintingRemoval, while EraseRegions and the studio code anew only those "
        "blocks of a JPEG that have changed.",
    )
    studio: bool = Field(
        default=True, description="Whether the studio, a page in the browser, is served at /studio."
    )


def _mark_fields() -> dict[str, Any]:
    """Return the marking options as the fields of settings that they are."""
    hints = get_type_hints(MarkOptions)
    return {
        one.name: (
            hints[one.name],
            Field(one.default, max_length=one.metadata.get("longest"), description=one.metadata["text"]),
        )
        for one in fields(MarkOptions)
    }


if TYPE_CHECKING:
    _WithMarks = _Work
else:
    # Made at run time, in their place among the settings: nobody but `marks` reads them by name.
    _WithMarks = create_model("_WithMarks", __base__=_Work, **_mark_fields())


class Settings(_WithMarks):
    """Everything an operator can set. Frozen: what was read at start is what holds."""

    audit_days: int = Field(
        184,
        ge=0,
        le=36500,
        description="Days to keep the record of who got which result; six months are 184. 0 keeps none.",
    )
    call_log_days: int = Field(
        7,
        ge=0,
        le=3660,
        description="Days to keep each key's calls, without pictures, for its user to look at. 0 keeps none.",
    )
    regions: Annotated[tuple[str, ...], NoDecode] = Field(
        tuple(sorted(DEFAULT_REGIONS)),
        min_length=1,
        description="Regions that X-TC-Region may name, separated by commas.",
    )
    download_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Private networks that InputUrl, MaskUrl and LogoUrl may reach, e.g. 10.1.0.0/16, "
        "separated by commas; none by default.",
    )
    download_ports: Annotated[tuple[Port, ...], NoDecode] = Field(
        (80, 443), description="Ports that those URLs may name, separated by commas."
    )
    download_timeout: float = Field(15.0, gt=0, le=60, description="Seconds that one download may take.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="How log lines look; auto is console on a terminal and json elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level that is logged."
    )
    metrics_host: str = Field(
        "127.0.0.1",
        description="Address that /metrics listens on; whoever reaches it can read it.",
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of /metrics, for Prometheus; 0 takes a free one. By default there is no such page.",
    )
    access_log: bool = Field(
        default=False,
        description="Whether each request has a line in the log, with the client's address: for results, "
        "the studio and health too.",
    )
    trace_endpoint: Annotated[str | None, AfterValidator(_trace_endpoint)] = Field(
        None,
        description="URL that calls are sent to as OpenTelemetry traces (OTLP over HTTP), such as "
        "http://127.0.0.1:4318/v1/traces; by default nowhere.",
    )
    shutdown_seconds: int = Field(
        60, ge=0, le=3600, description="Seconds that running calls have to finish after the signal to stop."
    )

    separated: ClassVar[frozenset[str]] = frozenset(
        {"regions", "download_allow", "download_ports", "account_shares", "trusted_proxies"}
    )

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: Any) -> Any:
        if isinstance(values, dict):
            return {k: _split(v) if k in cls.separated else v for k, v in values.items()}
        return values

    @model_validator(mode="after")
    def _check_pairs(self) -> "Settings":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together: give both or neither")
        if self.spare >= self.workers:
            raise ValueError("spare_workers must be fewer than workers, or none would work for most calls")
        self.marks.check_pairs()
        return self

    @field_validator("aigc_producer", "aigc_propagator")
    @classmethod
    def _check_issuer(cls, value: str) -> str:
        if not printable(value):
            raise ValueError('use printable ASCII without spaces, `"` and `\\`, such as your 27-digit code')
        return value

    @field_validator("c2pa_timestamp")
    @classmethod
    def _check_timestamp(cls, value: str | None) -> str | None:
        if value is not None and not _SERVICE_URL.fullmatch(value):
            raise ValueError("give an http or https URL, such as http://timestamp.example.com")
        return value

    @property
    def marks(self) -> MarkOptions:
        """The marking options as one value."""
        return MarkOptions(**{one.name: getattr(self, one.name) for one in fields(MarkOptions)})

    @property
    def spare(self) -> int:
        """Workers that are kept for accounts with nothing under way, default applied."""
        return self.workers // 8 if self.spare_workers is None else self.spare_workers

    @property
    def shares(self) -> dict[str, int]:
        """The shares of the workers' time, by account."""
        pairs = (share.rpartition("=") for share in self.account_shares)
        return {account: int(share) for account, _, share in pairs}

    @property
    def results(self) -> Path:
        """The directory of results, default applied."""
        return self.result_dir or self.data_dir / "results"

    @property
    def models(self) -> Path:
        """The directory of models, default applied."""
        return self.models_dir or models_in(self.data_dir)

    @property
    def scheme(self) -> Literal["http", "https"]:
        """What the listening socket speaks."""
        return "https" if self.tls_cert else "http"

    @property
    def is_https(self) -> bool:
        """Whether callers come by https: to the service itself, or to a proxy in front of it."""
        return self.scheme == "https" or (self.public_url or "").startswith("https:")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, then the environment, then the file."""
        file = os.environ.get("WUHEN_CONFIG", CONFIG_FILE)
        if "WUHEN_CONFIG" in os.environ:
            # One that is named must be there; the library would pass over it in silence.
            Path(file).open("rb").close()
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)


def load(**given: object) -> Settings:
    """Read the settings; `given` holds the flags that were used.

    Raises
    ------
    pydantic.ValidationError
        A setting is unknown or out of its range.
    ValueError
        The file is not TOML.
    OSError
        The file that WUHEN_CONFIG names cannot be read.
    """
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
