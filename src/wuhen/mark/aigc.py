"""The implicit label of China's rules: what a file says about itself where only machines look.

The field is called ``AIGC``; its value is a JSON object of seven strings (GB 45438-2025, 6.1 and annex E). A
picture carries exactly one. Whoever changes a picture that has one already does not append another: who
produced it stays, who passed it on is replaced.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from wuhen.mark.errors import BrokenLabel
from wuhen.xmp import legal

__all__ = ["AIGC", "AigcLabel", "Issuer", "printable"]

AIGC = "AIGC"
"""Name of the field, keyword or property."""
GENERATED, POSSIBLE, SUSPECTED = "1", "2", "3"
"""What the first string may say: it is generated, possibly, or it is suspected to be."""

_MAX_LENGTH = 32768  # characters; seven short strings, and two signatures at most
TELLING = ("Label", "ContentProducer")
"""Names by which an object is known for a label, where nothing around it says so."""
# Annex E, item j: printable ASCII without space, double quote and backslash.
_PRINTABLE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]*")
_NAMES = {
    "label": "Label",
    "content_producer": "ContentProducer",
    "produce_id": "ProduceID",
    "reserved_code1": "ReservedCode1",
    "content_propagator": "ContentPropagator",
    "propagate_id": "PropagateID",
    "reserved_code2": "ReservedCode2",
}
# What other writers call them. ServiceProvider and ContentId are Tencent Cloud's own.
_ALIASES = {
    "content_producer": ("Producer", "ServiceProvider"),
    "produce_id": ("ContentId",),
    "reserved_code1": ("ReserveCode1",),
    "content_propagator": ("Propagator",),
    "propagate_id": ("PropatorID",),
    "reserved_code2": ("ReserveCode2",),
}


def printable(text: str) -> bool:
    """Tell whether a text is of the characters that the label's values are to be made of."""
    return _PRINTABLE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who labels: what of a label does not depend on the picture.

    Attributes
    ----------
    producer
        Name or code of whoever provides the service that makes the content. The code has 27 digits and
        capitals (TC260-PG-20252A). Empty where nobody has said.
    propagator
        The same of whoever passes content on that has a producer already.
    """

    producer: str = ""
    propagator: str = ""


@dataclass(frozen=True, slots=True)
class AigcLabel:
    """The seven values of a label.

    Attributes
    ----------
    label
        ``"1"`` generated, ``"2"`` possibly generated, ``"3"`` suspected to be generated.
    content_producer, produce_id
        Who made the content, and their number for it.
    reserved_code1
        The producer's own, such as a signature over the three values before.
    content_propagator, propagate_id, reserved_code2
        The same of whoever passed it on last.
    """

    label: str = GENERATED
    content_producer: str = ""
    produce_id: str = ""
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    @classmethod
    def first(cls, issuer: Issuer, number: str) -> Self:
        """Label content that nobody has labelled before: its producer also counts as its propagator."""
        return cls(
            content_producer=issuer.producer,
            produce_id=number,
            content_propagator=issuer.producer,
            propagate_id=number,
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a value as it is found in files, bare or wrapped in ``{"AIGC": …}``.

        Names that other writers use for the seven are understood, values that are no text are made text.

        Raises
        ------
        BrokenLabel
            It is not such an object.
        """
        return cls(**_values(_members(text)))

    def pass_on(self, issuer: Issuer, number: str) -> Self:
        """Return the label of what was made of content with this label.

        The producer stays with all that is the producer's. Where a propagator only supposed that the content
        is generated, the result certainly is, and what was signed of the supposition goes. Where no producer
        is named, this is the first label.
        """
        if not self.content_producer:
            return self.first(issuer, number)
        passed = replace(
            self,
            label=GENERATED,
            reserved_code1=self.reserved_code1 if self.label == GENERATED else "",
            content_propagator=issuer.propagator or issuer.producer,
            propagate_id=number,
            reserved_code2="",
        )
        # One that nobody could read back would be none.
        return passed if len(passed.as_json()) <= _MAX_LENGTH else self.first(issuer, number)

    def as_json(self) -> str:
        """Return the value to write: one line, its names in the standard's order."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    def as_dict(self) -> dict[str, str]:
        """Return the values by the standard's names, in the standard's order."""
        return {_NAMES[field.name]: getattr(self, field.name) for field in fields(self)}

    def problems(self) -> tuple[str, ...]:
        """List in what the values differ from the standard."""
        found = []
        if self.label not in {GENERATED, POSSIBLE, SUSPECTED}:
            found.append(f"Label is {self.label!r}; it must be 1, 2 or 3")
        if not self.content_producer:
            found.append("no ContentProducer is named")
        found += [
            f"{name} has characters other than printable ASCII"
            for name, value in self.as_dict().items()
            if not printable(value)
        ]
        return tuple(found)


def _members(text: str) -> Mapping[str, Any]:
    """Return the object, unwrapped."""
    if len(text) > _MAX_LENGTH:
        raise BrokenLabel(f"the AIGC label has {len(text)} characters; at most {_MAX_LENGTH} are read")
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise BrokenLabel("the AIGC label is not JSON") from None
    inner = found.get(AIGC, found) if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        raise BrokenLabel("the AIGC label is not a JSON object")
    if inner is found and not found.keys() >= set(TELLING):
        raise BrokenLabel(f"the AIGC label lacks {' or '.join(TELLING)}")
    return inner


def _values(members: Mapping[str, Any]) -> dict[str, str]:
    values = {}
    for field, name in _NAMES.items():
        given = next((members[key] for key in (name, *_ALIASES.get(field, ())) if key in members), None)
        if isinstance(given, dict | list):
            raise BrokenLabel(f"{name} of the AIGC label is not text")
        if given is not None:
            values[field] = given if isinstance(given, str) else json.dumps(given)
    if not values:
        raise BrokenLabel("the AIGC label has none of the seven fields")
    if "label" not in values:
        # Tencent Cloud's own form has no such member: to be there is to say that it is generated.
        values["label"] = GENERATED if "ServiceProvider" in members else ""
    return {name: legal(value) for name, value in values.items()}
