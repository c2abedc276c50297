"""How results are marked: the options of `wuhen.mark`, each a setting."""

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import Field, create_model, field_validator, model_validator

from wuhen.mark import MarkOptions, printable
from wuhen.settings.part import SERVICE_URL, Part

__all__ = ["Marking"]


def _mark_fields() -> dict[str, Any]:
    """Return the marking options as the fields of settings that they are."""
    hints = get_type_hints(MarkOptions)
    return {
        one.name: (
            hints[one.name],
            Field(one.default, max_length=one.metadata.get("longest"), description=one.metadata["text"]),
        )
        for one in fields(MarkOptions)
    }


if TYPE_CHECKING:
    _WithMarks = Part
else:
    # Made at run time: nobody but `marks` reads them by name.
    _WithMarks = create_model("_WithMarks", __base__=Part, **_mark_fields())


class Marking(_WithMarks):
    """How results are marked."""

    @model_validator(mode="after")
    def _check_marks(self) -> "Marking":
        self.marks.check_pairs()
        return self

    @field_validator("aigc_producer", "aigc_propagator")
    @classmethod
    def _check_issuer(cls, value: str) -> str:
        if not printable(value):
            raise ValueError('use printable ASCII without spaces, `"` and `\\`, such as your 27-digit code')
        return value

    @field_validator("c2pa_timestamp")
    @classmethod
    def _check_timestamp(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(SERVICE_URL, value):
            raise ValueError("give an http or https URL, such as http://timestamp.example.com")
        return value

    @property
    def marks(self) -> MarkOptions:
        """The marking options as one value."""
        return MarkOptions(**{one.name: getattr(self, one.name) for one in fields(MarkOptions)})
