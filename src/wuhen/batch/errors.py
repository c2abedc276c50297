"""What ends a batch; each text says why, for the user."""

__all__ = ["BadPlace", "ClusterFailed", "StoreFailed"]


class BadPlace(Exception):
    """What was given is no folder that can be used."""


class StoreFailed(Exception):
    """A folder could not be read or written."""


class ClusterFailed(Exception):
    """The cluster cannot be reached, or has ended the work."""
