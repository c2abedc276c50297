"""Which file an engine needs, and whether it can be used."""

from pathlib import Path

from wuhen import fill, models

__all__ = ["check_engine", "model_file"]


def model_file(engine: str, directory: Path | None) -> Path | None:
    """Return the file of the known network that an engine needs; None if it needs none, or it is not there.

    Raises
    ------
    FillError
        There is no such engine.
    """
    name = fill.describe(engine).model
    if name is None or directory is None:
        return None
    return models.ModelStore(directory).find(models.MODELS[name])


def check_engine(engine: str, directory: Path) -> None:
    """Make sure that an engine can be used with the models in a directory; the message is for the operator.

    Raises
    ------
    FillError
        There is no such engine, or what it needs is not there or is something else.
    """
    name = fill.describe(engine).model
    file = model_file(engine, directory)
    if name is not None and file is None:
        missing = models.ModelStore(directory).path(models.MODELS[name])
        raise fill.FillError(f"engine {engine!r} needs {missing}: `wuhen models pull {name}` fetches it")
    fill.require(engine, file)
