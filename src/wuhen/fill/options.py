"""What may be asked of a fill, as one value; what is to be known of each option is declared here, once.

From an option's field the command line makes its flag, the API its parameter, and both and the library what
they refuse.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Final, TypedDict

import numpy as np

from wuhen.fill.errors import FillError

__all__ = ["OPTIONS", "Option", "OptionChanges", "Options", "check_integer"]


#: What may change outside the hole: nothing, or what the object left there.
_EXACT, _FULL = "exact", "full"


def _about(
    text: str, minimum: int | None = None, maximum: int | None = None, choices: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """Return a field's metadata: what the option is for, the ends of an integer's range, a text's choices."""
    return {"text": text, "minimum": minimum, "maximum": maximum, "choices": choices}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked of a fill, whatever the photo.

    What each option is for, and its range, are in its field's metadata: see `OPTIONS`. Of some there is more
    to know.

    Attributes
    ----------
    engine : str
        One of `wuhen.fill.engines`. ``"auto"`` is ``"guided"`` for wide holes where ONNX Runtime is
        installed, else ``"patch"``.
    seed : int
        The same photo, mask and options give the same bytes on any number of threads.
    grow : int
        In all directions, and before anything else: what is then in the hole counts as hole.
    effects : str
        With ``"full"`` a shadow is lightened if it follows the hole's outline within some 20 px at 640 px, or
        darkens the ground at the object's foot; a rim is filled if it is up to 5 px wide at 640 px; and the
        object's mirror image directly below it is filled like the hole. Each of them only where it is there
        without doubt; none where alpha varies around the hole, nor by an engine that is a network alone.
    remove_traces : bool
        The part of ``effects="full"`` that there was first: the shadow around the hole, and the rim.

    Raises
    ------
    FillError
        A value is of the wrong kind or out of range. Whether there is such an engine is not looked at.
    """

    engine: str = field(
        default="auto",
        metadata=_about("How to fill; auto: guided for wide holes if it is installed, patch otherwise."),
    )
    seed: int = field(default=0, metadata=_about("Another seed fills the same hole differently."))
    grow: int = field(
        default=0,
        metadata=_about("Pixels by which the hole is widened, for masks that cut too close.", 0, 500),
    )
    remove_traces: bool = field(
        default=False,
        metadata=_about(
            "Whether what the object left around the mask goes, too: its soft shadow, and a rim that the "
            "mask cut off. A part of what effects full does."
        ),
    )
    effects: str = field(
        default=_EXACT,
        metadata=_about(
            "What goes beside what the mask marks. exact: nothing, pixels outside the mask stay as they are; "
            "full: what the object left around it, where it is there without doubt: soft shadow, the dark at "
            "its foot, its reflection in floor or water, and a rim that the mask cut off.",
            choices=(_EXACT, _FULL),
        ),
    )

    def __post_init__(self) -> None:
        for option in OPTIONS:
            object.__setattr__(self, option.name, option.check(getattr(self, option.name)))

    @property
    def changes_outside(self) -> bool:
        """Whether pixels outside the hole may change: those with what the object left there."""
        return self.remove_traces or self.is_full

    @property
    def is_full(self) -> bool:
        """Whether all that the object left goes, not only what ``remove_traces`` is for."""
        return self.effects == _FULL

    def changes(self) -> dict[str, str | int | bool]:
        """Return the options, by name, that are not what they are by default."""
        given = {option.name: getattr(self, option.name) for option in OPTIONS}
        return {option.name: given[option.name] for option in OPTIONS if given[option.name] != option.default}


class OptionChanges(TypedDict, total=False):
    """Options by name, as `wuhen.fill.erase` takes them; their fields are those of `Options`."""

    engine: str
    seed: int
    grow: int
    remove_traces: bool
    effects: str


@dataclass(frozen=True, slots=True)
class Option:
    """What is to be known of an option.

    Attributes
    ----------
    name : str
        Of its field.
    default : str, int or bool
        Its value where none is given, of the kind that all its values are of.
    text : str
        What it is for.
    minimum, maximum : int, optional
        The ends of an integer's range.
    choices : tuple of str
        What a text may be; empty where that is not for this declaration to say.
    """

    name: str
    default: str | int | bool
    text: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> str | int | bool:
        """Return the value as the kind that it is of.

        Raises
        ------
        FillError
            It is of another kind, or out of range.
        """
        if isinstance(self.default, bool):
            if not isinstance(value, (bool, np.bool_)):
                raise FillError(f"{self.name} must be true or false, not {value!r}")
            return bool(value)
        if isinstance(self.default, int):
            return check_integer(self.name, value, self.minimum, self.maximum)
        if not isinstance(value, str):
            raise FillError(f"{self.name} must be a string, not {value!r}")
        if self.choices and value not in self.choices:
            raise FillError(f"{self.name} must be {' or '.join(self.choices)}, not {value!r}")
        return value


def check_integer(name: str, value: object, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return an argument as an int.

    Parameters
    ----------
    name
        What messages call it.
    value
        The argument.
    minimum, maximum
        Ends of its range; None for one that is open.

    Raises
    ------
    FillError
        It is not an integer, or out of range.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise FillError(f"{name} must be an integer, not {value!r}")
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        wanted = f"{minimum} or more" if maximum is None else f"{minimum} to {maximum}"
        raise FillError(f"{name} must be {wanted}, not {value}")
    return int(value)


def _described(option: Field[Any]) -> Option:
    default: Any = option.default
    return Option(option.name, default, **option.metadata)


OPTIONS: Final = tuple(map(_described, fields(Options)))
"""The options, in the order of their fields."""
