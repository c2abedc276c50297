"""The use case: ImageInpaintingRemoval, from validated parameters to a finished file.

The service and the command line both call `perform`; it knows of pictures and of the protocol's error codes,
not of sockets.
"""

from wuhen.action.failures import DEADLINE, HOST_UNUSABLE, JOB_LOST
from wuhen.action.job import Encoded, Job, Logo, Outcome, perform
from wuhen.action.labelling import Labelling
from wuhen.action.parameters import ACTION, ACTIONS
from wuhen.action.request import EraseRequest, Fetch, Source

__all__ = [
    "ACTION",
    "ACTIONS",
    "DEADLINE",
    "HOST_UNUSABLE",
    "JOB_LOST",
    "Encoded",
    "EraseRequest",
    "Fetch",
    "Job",
    "Labelling",
    "Logo",
    "Outcome",
    "Source",
    "perform",
]
