"""Settings as the command line reads them: what is wrong with one is a line, not a traceback."""

from pydantic import ValidationError

from wuhen.cli.errors import Failed, report_errors
from wuhen.settings import Settings, load

__all__ = ["read_settings"]


def read_settings(**given: object) -> Settings:
    """Read the settings; `given` holds the flags that were used.

    Raises
    ------
    Failed
        A setting is wrong, or the file cannot be read.
    """
    try:
        with report_errors():
            return load(**given)
    except ValidationError as error:
        raise Failed(_lines(error)) from error
    except ValueError as error:
        raise Failed(f"the settings file cannot be read: {error}") from error


def _lines(error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        problems.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(dict.fromkeys(problems))
