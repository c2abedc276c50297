"""The use cases: ImageInpaintingRemoval, from validated parameters to a finished file, and our own actions.

The service and the command line both call `perform`; it knows of pictures and of the protocol's error codes,
not of sockets.
"""

from wuhen.action.call_actions import (
    DELETE_CALLS,
    DESCRIBE_CALL,
    DESCRIBE_CALLS,
    LISTED,
    OFFSET,
    SEARCHED,
    TIME,
    USUALLY_LISTED,
)
from wuhen.action.conversion import Converted, convert
from wuhen.action.cost import free_memory
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.engine import check_engine, model_file
from wuhen.action.failures import (
    BAD_VALUE,
    BODY_TOO_SLOW,
    CALL_UNKNOWN,
    DEADLINE,
    HOST_UNUSABLE,
    INPUT,
    JOB_LOST,
    LOG_UNAVAILABLE,
    NO_IMAGE,
    NO_URL,
    TOO_MANY_SENDING,
)
from wuhen.action.inspection import Inspection, examine
from wuhen.action.job import Job, Logo, Outcome
from wuhen.action.labelling import Labelling
from wuhen.action.limits import (
    FETCH_LIMITS,
    OWN_BODY,
    OWN_LIMITS,
    OWN_MEGAPIXELS,
    VENDOR_LIMITS,
    PictureLimits,
)
from wuhen.action.parameters import ACTION
from wuhen.action.perform import perform
from wuhen.action.pictures import Downloaded, Encoded, PictureData
from wuhen.action.product import (
    ACTIONS,
    CONVERT_PICTURE,
    DESCRIBE_LABELS,
    ERASE,
    FETCH_PICTURE,
    LOG_KEYS,
)
from wuhen.action.remarks import Remark
from wuhen.action.request import EraseRequest, Fetch, Source, download_picture

__all__ = [
    "ACTION",
    "ACTIONS",
    "BAD_VALUE",
    "BODY_TOO_SLOW",
    "CALL_UNKNOWN",
    "CONVERT_PICTURE",
    "DEADLINE",
    "DELETE_CALLS",
    "DESCRIBE_CALL",
    "DESCRIBE_CALLS",
    "DESCRIBE_LABELS",
    "ERASE",
    "FETCH_LIMITS",
    "FETCH_PICTURE",
    "HOST_UNUSABLE",
    "INPUT",
    "JOB_LOST",
    "LISTED",
    "LOG_KEYS",
    "LOG_UNAVAILABLE",
    "NO_IMAGE",
    "NO_URL",
    "OFFSET",
    "OWN_BODY",
    "OWN_LIMITS",
    "OWN_MEGAPIXELS",
    "SEARCHED",
    "TIME",
    "TOO_MANY_SENDING",
    "USUALLY_LISTED",
    "VENDOR_LIMITS",
    "Converted",
    "Digest",
    "Downloaded",
    "Encoded",
    "EraseRequest",
    "Fetch",
    "InputDigests",
    "Inspection",
    "Job",
    "Labelling",
    "Logo",
    "Outcome",
    "PictureData",
    "PictureLimits",
    "Remark",
    "Source",
    "check_engine",
    "convert",
    "download_picture",
    "examine",
    "free_memory",
    "model_file",
    "perform",
]
