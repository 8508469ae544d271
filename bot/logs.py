"""Logs: one line an event on stderr, JSON where nobody watches. Other libraries' warnings take the same way."""

import logging
import sys

import structlog


def write_logs() -> None:
    """Set up logging for this process. Tracebacks never show local values: there are tokens among them."""
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = structlog.processors.JSONRenderer()
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    else:
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_unwrapped, renderer])
    )
    logging.basicConfig(level=logging.WARNING, handlers=[others], force=True)


_unwrapped = structlog.stdlib.ProcessorFormatter.remove_processors_meta
