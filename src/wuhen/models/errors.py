"""How a model fails to be there. Messages are for the operator's terminal: one line, and what would help."""

__all__ = ["ModelsError", "NotFetched", "WrongFile"]


class ModelsError(Exception):
    """Base of everything that this part raises on its own account."""


class WrongFile(ModelsError):
    """A file is not the model that it was said to be."""


class NotFetched(ModelsError):
    """No mirror gave the model."""
