"""One pipeline for every log line, ours and the libraries': JSON in production, readable in development."""

import logging
import logging.config
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from horux_adapters.telemetry.redaction import one_line, redact

_NOISY = ("psycopg.pool", "procrastinate", "asyncio", "urllib3", "httpx")


def configure(*, production: bool, level: str = "info") -> None:
    """Send structlog's events and the standard library's records to the standard error, one event a line."""
    logging.config.dictConfig(dictconfig(production=production, level=level))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def dictconfig(*, production: bool, level: str = "info") -> dict[str, Any]:
    """The same pipeline as a `logging.config` dictionary, for a server that sets logging up by itself."""
    quiet = {name: {"level": "WARNING"} for name in _NOISY}
    granian = {name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("_granian", "granian.access")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"horux": {"()": "horux_adapters.telemetry.logs.formatter", "production": production}},
        "handlers": {"horux": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "horux"}},
        "loggers": {**quiet, **granian},
        "root": {"handlers": ["horux"], "level": level.upper()},
    }


def formatter(*, production: bool) -> logging.Formatter:
    """What turns a record, from wherever it comes, into its line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            *_rendering(production),
        ],
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]


def _rendering(production: bool) -> list[Processor]:
    if production:
        # ASCII only: a line separator or a terminal's escape is text in JSON, never an effect.
        return [_event_first, structlog.processors.JSONRenderer(ensure_ascii=True)]
    return [
        one_line,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback, sort_keys=False),
    ]


def _event_first(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    first = {name: event.pop(name) for name in ("timestamp", "level", "logger", "event") if name in event}
    return {**first, **event}
