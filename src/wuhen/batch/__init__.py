"""Many photos: whose mask is whose, what is still to be done, and who does it, on one machine or on many.

Folders may lie in an object store. The modules that only such folders need are imported when there is one, so
that nothing else waits for them.
"""

from wuhen.batch.names import OUTPUT_FORMATS, copy_name, format_of_name, output_suffix, result_names
from wuhen.batch.pairing import Pairing, Picture, pair
from wuhen.batch.template import JobTemplate

__all__ = [
    "OUTPUT_FORMATS",
    "JobTemplate",
    "Pairing",
    "Picture",
    "copy_name",
    "format_of_name",
    "output_suffix",
    "pair",
    "result_names",
]
