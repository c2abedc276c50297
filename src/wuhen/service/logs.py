"""Log lines: JSON or console, each with the RequestId of the call it belongs to.

Nothing that is logged here holds a secret or a picture: calls are logged by what was decided about them, not
by what they carried. Whatever is logged all the same passes `lines`, which cuts and escapes it, and
`Throttle`, which bounds how often a stranger can have a line written.
"""

import io
import logging
import sys
import threading
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from wuhen.service.lines import tidy_line
from wuhen.service.patience import PatientHandler
from wuhen.service.throttle import LEFT_OUT, Throttle

__all__ = ["configure", "count_lines_left_out", "log"]

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("wuhen")

_throttle = Throttle()
"""Of the process: what is logged passes it, whoever logs it."""


def configure(style: Literal["auto", "console", "json"], level: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process: ours and, through the standard library, everybody else's."""
    stream = stream or sys.stderr
    console = style == "console" or (style == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _count_left_out,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # As plain text: richer forms print local variables, and those may hold a key or a picture.
                structlog.processors.format_exc_info,
                tidy_line,
                render,
            ],
        )
    )
    handler.addFilter(_throttle)
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_failed_thread
    sys.unraisablehook = _log_unraisable
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Calls are logged with their RequestId; uvicorn's own line would repeat them without.
    logging.getLogger("uvicorn.access").disabled = True


def _handler(stream: TextIO) -> logging.Handler:
    """Return what writes lines; patience takes a descriptor, which a stream within another program lacks."""
    try:
        return PatientHandler(stream)
    except io.UnsupportedOperation:
        return logging.StreamHandler(stream)


def count_lines_left_out() -> int:
    """Return how many lines were not written: too many of their kind, or nobody read them."""
    handlers = logging.getLogger().handlers
    return _throttle.left_out + sum(one.lost for one in handlers if isinstance(one, PatientHandler))


def _count_left_out(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Say how many lines like this one were not written before it."""
    if missed := getattr(line["_record"], LEFT_OUT, 0):
        line[LEFT_OUT] = missed
    return line


def _log_failed_thread(failed: threading.ExceptHookArgs) -> None:
    """Log what the interpreter would print to the terminal as it is."""
    trace = (failed.exc_type, failed.exc_value or failed.exc_type(), failed.exc_traceback)
    log.error("thread failed", exc_info=trace)


def _log_unraisable(ignored: "sys.UnraisableHookArgs") -> None:
    """Log what the interpreter would print of an exception that nobody could be given."""
    trace = (ignored.exc_type, ignored.exc_value or ignored.exc_type(), ignored.exc_traceback)
    log.error("exception ignored", during=ignored.err_msg, exc_info=trace)
