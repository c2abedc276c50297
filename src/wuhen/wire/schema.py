"""What parameters an action takes, declared once for validation, documentation and the explorer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from .texts import Message

Value: TypeAlias = "str | int | list[Value] | dict[str, Value]"
"""A validated parameter."""


@dataclass(frozen=True, slots=True)
class String:
    """Text. Raw bytes, which only multipart can carry, become base64."""

    name: ClassVar[str] = "string"


@dataclass(frozen=True, slots=True)
class Picture(String):
    """A picture as base64. To clients a string like any other."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A signed integer of 64 bits; as text in decimal."""

    name: ClassVar[str] = "int64"


@dataclass(frozen=True, slots=True)
class List:
    """An array of values of one type.

    Parameters
    ----------
    member
        Type of every member.
    """

    name: ClassVar[str] = "array"
    member: "Type"


@dataclass(frozen=True, slots=True)
class Struct:
    """A set of named parameters.

    Parameters
    ----------
    parameters
        In the order of the documentation.
    """

    name: ClassVar[str] = "object"
    parameters: tuple["Parameter", ...] = ()
    by_name: Mapping[str, "Parameter"] = field(init=False, repr=False, compare=False)
    """The parameters by their names."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {parameter.name: parameter for parameter in self.parameters})


Type: TypeAlias = String | Integer | List | Struct
"""What a parameter may be declared as; `name` is what error texts and documentation call it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter.

    Parameters
    ----------
    name
        As clients write it.
    type
        Type of its value.
    description
        What it is for.
    limits
        What values are allowed and what absence means, where the type does not say it all.
    example
        A value as it would stand in a JSON body.
    required
        Whether the gateway itself insists on it.
    """

    name: str
    type: Type
    description: Message
    limits: Message | None = None
    example: object = None
    required: bool = False
