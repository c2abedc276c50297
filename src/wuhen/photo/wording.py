"""How a file's parts are named to a user."""

__all__ = ["show_size"]


def show_size(count: int) -> str:
    """Write a number of bytes as people read it: ``"812 bytes"``, ``"12 kB"``, ``"3.1 MB"``."""
    if count < 1000:  # noqa: PLR2004 - as SI has it
        return f"{count} bytes" if count != 1 else "1 byte"
    if count < 999_500:  # noqa: PLR2004 - what rounds to 1000 kB
        return f"{round(count / 1000)} kB"
    return f"{count / 1_000_000:.1f} MB"
