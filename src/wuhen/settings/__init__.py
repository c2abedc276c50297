"""The service's settings: one typed object, read once at the edge and passed down.

Each setting is named alike everywhere: the flag ``--result-dir``, the environment variable
``WUHEN_RESULT_DIR`` and the key ``result_dir`` in ``wuhen.toml``. A flag beats the environment, which beats
the file. The descriptions here are the only ones: the command line's help and the reference page are made of
them. Each concern has a part of its own, a module here, and `Settings` is made of the parts.
"""

from wuhen.settings.whole import Settings, load

__all__ = ["Settings", "load"]
