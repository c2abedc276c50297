"""The known networks as files: which there are, fetching them, keeping them.

Nothing here knows what a network does; `wuhen.fill` is told where a file lies.
"""

from wuhen.models.catalogue import BUNDLES, MODELS, Model, named
from wuhen.models.errors import ModelsError, NotFetched, WrongFile
from wuhen.models.pull import pull
from wuhen.models.store import ModelStore, State

__all__ = [
    "BUNDLES",
    "MODELS",
    "Model",
    "ModelStore",
    "ModelsError",
    "NotFetched",
    "State",
    "WrongFile",
    "named",
    "pull",
]
