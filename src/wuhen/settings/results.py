"""Where results are kept that are fetched by URL."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from wuhen.results import Access, Place, find_bucket_url
from wuhen.settings.listening import Listening

__all__ = ["Results"]

_USUAL_REGION = "us-east-1"
"""What an S3 server of one's own goes by."""


def _place(value: str | None) -> str | None:
    """Check that results can be kept at `value`, and that what keeps them there is installed."""
    if value is None:
        return None
    place = Place.parse(value)
    if find_spec("obstore") is None:
        raise ValueError("an object store needs another package: pip install 'wuhen[objects]'")
    return str(place)


class Results(Listening):
    """Where results are kept. On those settings, as it is a directory of this machine by default."""

    results_url: Annotated[str | None, AfterValidator(_place)] = Field(
        None,
        description="Object store that keeps results, with bucket and prefix: s3://photos/results, or "
        "cos://photos-1250000000/results for Tencent Cloud's. Its URLs lead there. By default --result-dir.",
    )
    results_region: str | None = Field(
        None,
        description="Region of that bucket, such as ap-guangzhou. cos:// must have one; by default "
        f"AWS_REGION, or else {_USUAL_REGION}.",
    )
    results_endpoint: str | None = Field(
        None,
        description="Address of that store, if it is not the provider's public one, such as "
        "https://s3.example.com; {bucket} in it stands for the bucket's name. Without that, the name follows "
        "in the path, and for cos:// nowhere: the address is the bucket's own.",
    )
    results_public_endpoint: str | None = Field(
        None,
        description="The same as callers reach it, if they do by another address; their URLs begin with it.",
    )
    results_credentials: Path | None = Field(
        None,
        description='JSON file with the store\'s key pair, {"SecretId": "…", "SecretKey": "…"}, which may '
        "change while the service runs. By default the environment has it: AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, or COS_SECRET_ID and COS_SECRET_KEY for cos://.",
    )

    @model_validator(mode="after")
    def _check_store(self) -> "Results":
        if self.results_place is None:
            for name in ("region", "endpoint", "public_endpoint", "credentials"):
                if getattr(self, f"results_{name}") is not None:
                    raise ValueError(f"results_{name} says how a store is reached: set results_url too")
            return self
        if self.result_dir is not None:
            raise ValueError("result_dir and results_url are two places for results: give one")
        if self.results_place.scheme == "cos" and self.results_region is None:
            raise ValueError("results_region is missing: set the bucket's, such as ap-guangzhou")
        for endpoint in (self.results_endpoint, self.results_public_endpoint):
            find_bucket_url(self.results_place, self.results_access.region, endpoint)
        return self

    @property
    def results_place(self) -> Place | None:
        """The bucket and the prefix, if an object store keeps results."""
        return None if self.results_url is None else Place.parse(self.results_url)

    @property
    def results_access(self) -> Access:
        """How that store is reached."""
        region = self.results_region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        return Access(
            region or _USUAL_REGION,
            self.results_endpoint,
            self.results_public_endpoint,
            self.results_credentials,
        )

    @property
    def folders(self) -> dict[str, Path]:
        """The directories of this machine that are written to while calls are answered, by what they hold."""
        data = {"data": self.data_dir}
        return data if self.results_url is not None else {**data, "results": self.results}
