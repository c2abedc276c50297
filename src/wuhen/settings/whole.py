"""The settings as one typed object, read once at the edge and passed down."""

import os
from pathlib import Path

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, TomlConfigSettingsSource

from wuhen.places import CONFIG_FILE
from wuhen.settings.calling import Calling
from wuhen.settings.clustering import Clustering
from wuhen.settings.database import Database
from wuhen.settings.doors import Doors
from wuhen.settings.gates import Gates
from wuhen.settings.jobs import Jobs
from wuhen.settings.marking import Marking
from wuhen.settings.observing import Observing
from wuhen.settings.presets import Presets
from wuhen.settings.results import Results
from wuhen.settings.working import Working

__all__ = ["Settings", "load"]


# The reference lists them by their parts, from the last to the first.
class Settings(
    Observing, Calling, Doors, Gates, Presets, Marking, Clustering, Results, Jobs, Database, Working
):
    """Everything an operator can set. Frozen: what was read at start is what holds."""

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
