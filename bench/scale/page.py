"""Tables in Markdown, written into a page where it marks the place for them."""

from collections.abc import Sequence
from pathlib import Path

__all__ = ["as_table", "insert"]


def as_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; rows have as many columns as there are heads."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def insert(page: Path, name: str, text: str) -> None:
    """Put a text between the two marks of a page that have this name.

    Raises
    ------
    ValueError
        The page has no such marks.
    """
    begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, found, rest = page.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} has no place for {name!r}")
    page.write_text(f"{before}{begin}{text}{end}{after}")
