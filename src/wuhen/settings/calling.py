"""What callers may ask for, and what is kept of it."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field

from wuhen.settings.part import Part, Port, Separated
from wuhen.wire import DEFAULT_REGIONS

__all__ = ["Calling"]


class Calling(Part):
    """What callers may ask for, and what is kept of it."""

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
    regions: Annotated[tuple[str, ...], *Separated] = Field(
        tuple(sorted(DEFAULT_REGIONS)),
        min_length=1,
        description="Regions that X-TC-Region may name, separated by commas.",
    )
    download_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], *Separated] = Field(
        (),
        description="Private networks that InputUrl, MaskUrl and LogoUrl may reach, e.g. 10.1.0.0/16, "
        "separated by commas; none by default.",
    )
    download_ports: Annotated[tuple[Port, ...], *Separated] = Field(
        (80, 443), description="Ports that those URLs may name, separated by commas."
    )
    download_timeout: float = Field(15.0, gt=0, le=60, description="Seconds that one download may take.")
