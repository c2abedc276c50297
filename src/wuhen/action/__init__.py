"""The use cases: ImageInpaintingRemoval, from validated parameters to a finished file, and our own actions.

The service and the command line both call `perform`; it knows of pictures and of the protocol's error codes,
not of sockets.
"""

from wuhen.action.call_actions import (
    DELETE_CALLS,
    DESCRIBE_CALL,
    DESCRIBE_CALL_STATISTICS,
    DESCRIBE_CALLS,
    LISTED,
    OFFSET,
    SCOPES,
    SEARCHED,
    TIME,
    USUALLY_LISTED,
)
from wuhen.action.conversion import Converted, convert
from wuhen.action.cost import free_memory
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.effects_action import FIND_EFFECTS
from wuhen.action.engine import check_engine, model_file
from wuhen.action.erase_actions import CANCEL_ERASE, DESCRIBE_ERASE, ERASE, SUBMIT_ERASE, TOKEN
from wuhen.action.failures import (
    BAD_VALUE,
    BODY_TOO_SLOW,
    CALL_UNKNOWN,
    CALLBACK,
    DEADLINE,
    HOST_UNUSABLE,
    INPUT,
    JOB_DIED,
    JOB_LOST,
    JOB_UNKNOWN,
    JOBS_FULL,
    JOBS_UNAVAILABLE,
    LOG_UNAVAILABLE,
    NO_IMAGE,
    NO_URL,
    NOTHING_FOUND,
    RESULT_HOST_UNUSABLE,
    SCOPE_REFUSED,
    TOKEN_USED,
    TOO_MANY_SENDING,
)
from wuhen.action.find_actions import FIND_REGIONS
from wuhen.action.finding import FindJob, FoundPlace, FoundRegions, find_regions
from wuhen.action.foreseeing import FoundEffects, find_effects
from wuhen.action.inspection import Inspection, examine
from wuhen.action.job import Alternative, Job, Logo, Outcome, number_candidate, seed_candidate
from wuhen.action.labelling import Labelling
from wuhen.action.limits import (
    FETCH_LIMITS,
    OWN_BODY,
    OWN_LIMITS,
    OWN_MEGAPIXELS,
    VENDOR_LIMITS,
    PictureLimits,
)
from wuhen.action.news import News
from wuhen.action.parameters import ACTION
from wuhen.action.paste_action import SIDE as MARK_SIDE
from wuhen.action.paste_request import parse_paste
from wuhen.action.pasting import Patch
from wuhen.action.perform import perform
from wuhen.action.pictures import Downloaded, Encoded, PictureData, extent_of
from wuhen.action.presets import Preset, apply_preset, read_presets
from wuhen.action.product import (
    ACTIONS,
    CONVERT_PICTURE,
    DESCRIBE_LABELS,
    DRAW_MARK,
    FETCH_PICTURE,
    PASTE_REGIONS,
    UNRECORDED,
)
from wuhen.action.remarks import Remark
from wuhen.action.request import (
    EraseRequest,
    Fetch,
    Pictures,
    Source,
    download_picture,
    parse_answer_form,
    parse_mark_language,
)
from wuhen.action.search import OVERLAY, USUAL_SENSITIVITY, Find
from wuhen.action.select_action import SELECT_OBJECT
from wuhen.action.selecting import SelectedObject, SelectJob, parse_clicks, select_object, selector_files
from wuhen.action.selection import MOST_CANDIDATES, Selection, parse_find
from wuhen.action.sketching import SketchedPhoto, sketch_photo
from wuhen.action.translation import translate_errors

__all__ = [
    "ACTION",
    "ACTIONS",
    "BAD_VALUE",
    "BODY_TOO_SLOW",
    "CALLBACK",
    "CALL_UNKNOWN",
    "CANCEL_ERASE",
    "CONVERT_PICTURE",
    "DEADLINE",
    "DELETE_CALLS",
    "DESCRIBE_CALL",
    "DESCRIBE_CALLS",
    "DESCRIBE_CALL_STATISTICS",
    "DESCRIBE_ERASE",
    "DESCRIBE_LABELS",
    "DRAW_MARK",
    "ERASE",
    "FETCH_LIMITS",
    "FETCH_PICTURE",
    "FIND_EFFECTS",
    "FIND_REGIONS",
    "HOST_UNUSABLE",
    "INPUT",
    "JOBS_FULL",
    "JOBS_UNAVAILABLE",
    "JOB_DIED",
    "JOB_LOST",
    "JOB_UNKNOWN",
    "LISTED",
    "LOG_UNAVAILABLE",
    "MARK_SIDE",
    "MOST_CANDIDATES",
    "NOTHING_FOUND",
    "NO_IMAGE",
    "NO_URL",
    "OFFSET",
    "OVERLAY",
    "OWN_BODY",
    "OWN_LIMITS",
    "OWN_MEGAPIXELS",
    "PASTE_REGIONS",
    "RESULT_HOST_UNUSABLE",
    "SCOPES",
    "SCOPE_REFUSED",
    "SEARCHED",
    "SELECT_OBJECT",
    "SUBMIT_ERASE",
    "TIME",
    "TOKEN",
    "TOKEN_USED",
    "TOO_MANY_SENDING",
    "UNRECORDED",
    "USUALLY_LISTED",
    "USUAL_SENSITIVITY",
    "VENDOR_LIMITS",
    "Alternative",
    "Converted",
    "Digest",
    "Downloaded",
    "Encoded",
    "EraseRequest",
    "Fetch",
    "Find",
    "FindJob",
    "FoundEffects",
    "FoundPlace",
    "FoundRegions",
    "InputDigests",
    "Inspection",
    "Job",
    "Labelling",
    "Logo",
    "News",
    "Outcome",
    "Patch",
    "PictureData",
    "PictureLimits",
    "Pictures",
    "Preset",
    "Remark",
    "SelectJob",
    "SelectedObject",
    "Selection",
    "SketchedPhoto",
    "Source",
    "apply_preset",
    "check_engine",
    "convert",
    "download_picture",
    "examine",
    "extent_of",
    "find_effects",
    "find_regions",
    "free_memory",
    "model_file",
    "number_candidate",
    "parse_answer_form",
    "parse_clicks",
    "parse_find",
    "parse_mark_language",
    "parse_paste",
    "perform",
    "read_presets",
    "seed_candidate",
    "select_object",
    "selector_files",
    "sketch_photo",
    "translate_errors",
]
