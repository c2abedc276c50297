"""What an action takes and answers, declared once for validation, documentation, explorer and call log.

Ranges stand here too, and whoever checks them reads them here. `validate` does not: to the vendor's gateway
a value out of its range is the action's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from .message import Message

Value: TypeAlias = "str | int | float | list[Value] | dict[str, Value]"
"""A validated parameter."""


@dataclass(frozen=True, slots=True)
class String:
    """Text. Raw bytes, which only multipart can carry, become base64.

    Parameters
    ----------
    choices
        What it must be one of; anything if empty.
    max_length
        How many characters it may have.
    """

    name: ClassVar[str] = "string"
    choices: tuple[str, ...] = ()
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Picture(String):
    """A picture as base64. To clients a string like any other.

    Parameters
    ----------
    file
        What examples call a file of it.
    """

    file: str = "photo.jpg"


@dataclass(frozen=True, slots=True)
class Integer:
    """A signed integer of 64 bits; as text in decimal.

    Parameters
    ----------
    minimum, maximum
        Its range, both ends included; None where it has no end.
    """

    name: ClassVar[str] = "int64"
    minimum: int | None = None
    maximum: int | None = None

    def allows(self, value: int) -> bool:
        """Return whether a value is in the range."""
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    @property
    def range(self) -> Message:
        """What messages and documentation call a range that has both ends."""
        return Message(f"{self.minimum} to {self.maximum}", f"{self.minimum} 到 {self.maximum}")


@dataclass(frozen=True, slots=True)
class Flag(Integer):
    """A yes or no that the vendor writes as an integer: 0 is no, any other integer yes."""


@dataclass(frozen=True, slots=True)
class Float:
    """A finite number; as text in decimal. Our own actions alone have them.

    Parameters
    ----------
    minimum, maximum
        Its range, both ends included.
    """

    name: ClassVar[str] = "float"
    minimum: float
    maximum: float

    def allows(self, value: float) -> bool:
        """Return whether a value is in the range."""
        return self.minimum <= value <= self.maximum

    @property
    def range(self) -> Message:
        """What messages and documentation call the range."""
        return Message(f"{self.minimum:g} to {self.maximum:g}", f"{self.minimum:g} 到 {self.maximum:g}")


@dataclass(frozen=True, slots=True)
class Length:
    """A length or a place in a picture: a number, or text that says more, such as a share of a side.

    What it means is the action's business. Our own actions alone have them.
    """

    name: ClassVar[str] = "int64 or string"


@dataclass(frozen=True, slots=True)
class Boolean:
    """A true or false. Only answers have them."""

    name: ClassVar[str] = "bool"


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

    def find(self, path: str) -> "Parameter | None":
        """Return the parameter that a path such as `LogoParam.LogoRect.X` leads to, if there is one.

        Members of a list are numbered: `Rectangles.0.X`. The number alone leads nowhere.
        """
        first, dot, rest = path.partition(".")
        found = self.by_name.get(first)
        if not dot or found is None:
            return found
        kind = found.type
        while isinstance(kind, List):
            number, _, rest = rest.partition(".")
            if not (number.isascii() and number.isdigit()):
                return None
            kind = kind.member
        return kind.find(rest) if isinstance(kind, Struct) else None

    def pictures(self) -> Iterator[tuple[str, Picture]]:
        """Yield the pictures among the parameters and their members, each with its own name."""
        for parameter in self.parameters:
            match parameter.type:
                case Picture() as picture:
                    yield parameter.name, picture
                case kind if (inner := members_of(kind)) is not None:
                    yield from inner.pictures()


def members_of(kind: "Type") -> "Struct | None":
    """Return the structure that a parameter consists of, or that each of its members does if it is a list."""
    while isinstance(kind, List):
        kind = kind.member
    return kind if isinstance(kind, Struct) else None


Type: TypeAlias = String | Integer | Float | Length | List | Struct
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


@dataclass(frozen=True, slots=True)
class AnswerMember:
    """A member of an action's answer.

    Parameters
    ----------
    path
        Its name, with dots where it is a member of a member, `[]` where there may be several.
    type
        Type of its value.
    description
        What it says.
    """

    path: str
    type: Type | Boolean
    description: Message
