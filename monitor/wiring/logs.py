"""logs: what is logged, and in which form?"""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logging(level: str = "info", form: str = "auto") -> None:
    """One event a line on stderr: JSON in services, for people on a terminal. Content cannot forge lines."""
    people = form == "text" or (form == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if people
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals may hold secrets and bodies
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if people else [structlog.processors.ExceptionRenderer(tracebacks)]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in ("apprise", "apscheduler", "aiohttp", "uvicorn", "trafilatura", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
