"""What says that a picture was changed: the visible mark, labels in its metadata, Content Credentials."""

from wuhen.mark.aigc import AigcLabel, Issuer, printable
from wuhen.mark.certificate import Identity, make_identity
from wuhen.mark.credentials import Edit, Signing, check_signing, sign
from wuhen.mark.errors import BadRect, BrokenLabel, MarkError, SigningFailed
from wuhen.mark.labels import Found, find_labels, find_source, write_labels
from wuhen.mark.layer import Layer
from wuhen.mark.logo import logo_layer
from wuhen.mark.options import LONGEST_NAME, MarkOptions
from wuhen.mark.place import Corner, Rect
from wuhen.mark.source import is_by_network, source_after, source_name
from wuhen.mark.text import (
    DEFAULT_TEXT,
    LONGEST_SIDE,
    MIDDLE,
    TEXTS,
    DrawnMark,
    Wording,
    draw_mark,
    mark_layer,
    states_generation,
)
from wuhen.mark.verify import ContentCredentials, check_anchors, read_credentials

__all__ = [
    "DEFAULT_TEXT",
    "LONGEST_NAME",
    "LONGEST_SIDE",
    "MIDDLE",
    "TEXTS",
    "AigcLabel",
    "BadRect",
    "BrokenLabel",
    "ContentCredentials",
    "Corner",
    "DrawnMark",
    "Edit",
    "Found",
    "Identity",
    "Issuer",
    "Layer",
    "MarkError",
    "MarkOptions",
    "Rect",
    "Signing",
    "SigningFailed",
    "Wording",
    "check_anchors",
    "check_signing",
    "draw_mark",
    "find_labels",
    "find_source",
    "is_by_network",
    "logo_layer",
    "make_identity",
    "mark_layer",
    "printable",
    "read_credentials",
    "sign",
    "source_after",
    "source_name",
    "states_generation",
    "write_labels",
]
