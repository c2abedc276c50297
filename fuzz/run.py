"""Fuzz one target, or all of them in one process: ``python -m fuzz.run TARGET [ROOM] [libFuzzer's options]``.

New inputs are kept in ROOM, by default ``.cache/fuzz/TARGET``. A finding is written beside it and ends the
run; it belongs into ``fuzz/corpus/TARGET``, where the tests read it from then on.
"""

import sys
from pathlib import Path

import atheris

FOLDER = Path(__file__).parent
KEPT = FOLDER / "corpus"
CACHE = FOLDER.parent / ".cache" / "fuzz"
ALL = "all"
# What is compiled is no Python by then, and nothing of it can be counted.
_COMPILED = ["wuhen.compute", "wuhen.fill", "wuhen.coverage", "wuhen.photo.jpeg"]

with atheris.instrument_imports(include=["wuhen"], exclude=_COMPILED):
    from fuzz.targets import TARGETS

    from wuhen import photo


def _any(data: bytes) -> None:
    """Give an input to the target that its first byte names."""
    if data:
        list(TARGETS.values())[data[0] % len(TARGETS)](data[1:])


def _keep_seeds(room: Path) -> None:
    """Put the inputs that are kept for each target where `_any` finds them."""
    for number, name in enumerate(TARGETS):
        for seed in (KEPT / name).iterdir():
            (room / f"{name}-{seed.name}").write_bytes(bytes([number]) + seed.read_bytes())


def main(arguments: list[str]) -> None:
    """Run until an option of libFuzzer's or a finding ends it."""
    name, *more = arguments
    options = [one for one in more if one.startswith("-")]
    room = next((Path(one) for one in more if not one.startswith("-")), CACHE / name)
    room.mkdir(parents=True, exist_ok=True)
    command = [sys.argv[0], f"-artifact_prefix={room}-", "-timeout=60", "-rss_limit_mb=3000", *options]
    if name == ALL:
        _keep_seeds(room)
        command += [str(room)]
    else:
        command += [str(room), str(KEPT / name)]
    photo.warmup()  # or the first input would wait for the compiler
    atheris.Setup(command, _any if name == ALL else TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in {ALL, *TARGETS}:
        sys.exit(f"say which target: {', '.join([*TARGETS, ALL])}")
    main(sys.argv[1:])
