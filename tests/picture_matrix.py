"""Print the matrix of what picture files can say about their samples, and what is read from each.

python tests/picture_matrix.py [--cells]

``--cells`` lists every cell. The exit status is 1 where a cell is wrong, or refused for no reason of its own.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

from photo.matrix.cell import Cell, Outcome, Verdict, judge, judge_mask
from photo.matrix.groups import GROUPS
from photo.matrix.references import REFERENCES, Answer


def say(*values: object, widths: Iterable[int] = ()) -> None:
    padded = [str(v).ljust(w) for v, w in zip(values, widths, strict=False)]
    sys.stdout.write("  ".join([*padded, *map(str, values[len(padded) :])]).rstrip() + "\n")


def print_counts(outcomes: list[tuple[Cell, Outcome]], title: str) -> None:
    """Print a row for each group of each format."""
    rows: dict[tuple[str, str], Counter[Verdict]] = defaultdict(Counter)
    for cell, outcome in outcomes:
        for group in (cell.group, "in all"):
            rows[cell.format, group][outcome.verdict] += 1
            rows["all", "in all"][outcome.verdict] += group == "in all"
    say(f"\n{title}\n")
    widths = (6, 22, 7, 7, 8)
    say("format", "group", "cells", "right", "refused", "wrong", widths=widths)
    for (form, group), counts in sorted(rows.items(), key=lambda row: (row[0][0] == "all", row[0])):
        counted = (counts[verdict] for verdict in (Verdict.RIGHT, Verdict.REFUSED, Verdict.WRONG))
        say(form, group, counts.total(), *counted, widths=(*widths, 5))


def print_refusals(outcomes: list[tuple[Cell, Outcome]]) -> None:
    reasons = Counter(
        (cell.format, re.sub(r"\d+", "N", outcome.detail.rpartition("cannot be decoded: ")[2]))
        for cell, outcome in outcomes
        if outcome.verdict is Verdict.REFUSED
    )
    say("\nWhy cells are refused\n")
    for (form, reason), times in sorted(reasons.items()):
        say(form, times, reason, widths=(6, 5))


def print_references(cells: list[Cell]) -> int:
    """Ask the references about each cell that is read; return how many differ for no known reason."""
    differing = 0
    for reference in REFERENCES:
        if not reference.is_here():
            say(f"\n{reference.name} is not installed")
            continue
        answers = list(reference.ask(cells))
        by_format: dict[str, Counter[Answer]] = defaultdict(Counter)
        for cell, answer, _ in answers:
            by_format[cell.format][answer] += 1
        say(f"\n{reference.name}, asked about what is read\n")
        widths = (6, 7, 7, 9, 17)
        say("format", "cells", "agrees", "disputed", "does not read it", "differs", widths=widths)
        for form, counts in sorted(by_format.items()):
            say(form, counts.total(), *(counts[answer] for answer in Answer), widths=widths)
        disputes = Counter(detail for _, answer, detail in answers if answer is Answer.DISPUTED)
        for why, times in disputes.items():
            say("", times, f"it {why}", widths=(4, 5))
        for cell, answer, detail in answers:
            if answer is Answer.DIFFERS:
                differing += 1
                say(f"    differs: {cell}: {detail}")
    return differing


def main() -> int:
    """Read all cells, and ask all references that are here."""
    photos = [(cell, judge(cell)) for group in GROUPS for cell in group()]
    masks = [(cell, judge_mask(cell)) for cell, _ in photos if cell.is_mask]
    print_counts(photos, "Read as photos")
    print_counts(masks, "Read as masks: those that are opaque, and not coded with losses")
    print_refusals(photos)
    if "--cells" in sys.argv[1:]:
        say("\nEach cell\n")
        for cell, outcome in photos:
            say(outcome.verdict.value, cell, outcome.detail, widths=(8, 110))
    differing = print_references([cell for cell, outcome in photos if outcome.verdict is Verdict.RIGHT])
    return int(differing > 0 or not all(outcome.expected for _, outcome in photos + masks))


if __name__ == "__main__":
    sys.exit(main())
