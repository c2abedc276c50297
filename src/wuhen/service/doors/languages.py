"""The language of a door's texts: what the caller's Accept-Language prefers of the two that there are."""

import re

from wuhen.wire import HttpRequest, Language

__all__ = ["accepted_language"]

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[0-9A-Za-z-]{1,32})?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")
_MOST = 16
"""Ranges that are looked at; browsers send two to six."""


def accepted_language(head: HttpRequest) -> Language:
    """Return Chinese where Accept-Language prefers it to English, otherwise English (RFC 9110, 12.5.4)."""
    best = {"zh": 0.0, "en": 0.0, "*": 0.0}
    values = head.values("Accept-Language")
    for part in ",".join(values).split(",", _MOST)[:_MOST]:
        found = _RANGE.fullmatch(part)
        if found and (name := found[1].lower()) in best:
            best[name] = max(best[name], float(found[2] or 1))
    return Language.CHINESE if best["zh"] > max(best["en"], best["*"]) else Language.ENGLISH
