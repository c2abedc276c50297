"""Where things lie unless the operator says otherwise. Known without the service's packages."""

import os
from pathlib import Path

__all__ = ["CONFIG_FILE", "default_data_dir", "default_models_dir", "models_in"]

CONFIG_FILE = "wuhen.toml"
"""Settings, and presets; in the working folder, unless WUHEN_CONFIG names another."""


def default_data_dir() -> Path:
    """Return the default of the setting `data_dir`."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "wuhen"


def models_in(data_dir: Path) -> Path:
    """Return the default of the setting `models_dir`."""
    return data_dir / "models"


def default_models_dir() -> Path:
    """Return the directory of models as the environment has it."""
    own, data = os.environ.get("WUHEN_MODELS_DIR"), os.environ.get("WUHEN_DATA_DIR")
    return Path(own) if own else models_in(Path(data) if data else default_data_dir())
