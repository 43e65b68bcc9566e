import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from horux_adapters.telemetry.logs import configure, dictconfig


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


@pytest.mark.usefixtures("restored")
def test_libraries_and_structlog_write_the_same_kind_of_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(production=True)
    structlog.contextvars.bind_contextvars(requestId="r1")
    structlog.get_logger("horux.uno").info("hola", dato="uno")
    logging.getLogger("_granian.serve").info("puerto %d", 4000, extra={"dato": 1})
    one, two = written(capsys)
    assert (one["event"], one["level"], one["logger"], one["dato"]) == ("hola", "info", "horux.uno", "uno")
    assert (two["event"], two["logger"], two["dato"]) == ("puerto 4000", "_granian.serve", 1)
    for line in (one, two):
        assert line["requestId"] == "r1"
        assert line["timestamp"].endswith("Z")


@pytest.mark.usefixtures("restored")
def test_a_line_break_or_a_terminal_s_escape_forges_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(production=True)
    forged = 'x\n{"event":"falso"}\r\x1b[2J\u2028\x85"}'
    logging.getLogger("horux").warning("llegó %s", forged, extra={"path": forged})
    (line,) = written(capsys)
    assert line["path"] == forged
    configure(production=False)
    logging.getLogger("horux").warning("llegó %s", forged, extra={"path": forged})
    text = capsys.readouterr().err
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("production", [True, False])
def test_a_trace_is_written_without_its_secrets(capsys: pytest.CaptureFixture[str], production: bool) -> None:
    configure(production=production)
    hidden_local = "hxk_variable-local"
    try:
        raise ValueError("clave hxk_privada")
    except ValueError:
        logging.getLogger("horux").exception("falló", extra={"password": "de-alguien"})
        structlog.get_logger("horux").exception("falló", token="de-alguien")
    text = capsys.readouterr().err
    assert text.count("Traceback") == 2
    assert "ValueError: clave [oculto]" in text
    for secret in ("hxk_privada", "de-alguien", hidden_local):
        assert secret not in text
    assert not production or len(text.splitlines()) == 2


@pytest.mark.usefixtures("restored")
def test_keeps_quiet_below_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure(production=True, level="warning")
    logging.getLogger("horux").info("nada")
    structlog.get_logger("horux").info("nada")
    configure(production=True)
    logging.getLogger("procrastinate.worker").info("Starting job con argumentos")
    assert written(capsys) == []


@pytest.mark.usefixtures("restored")
def test_a_server_can_take_the_same_pipeline_as_a_dictionary(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(dictconfig(production=True))
    logging.getLogger("granian.access").info("Bearer abcdefghijk")
    (line,) = written(capsys)
    assert line["event"] == "Bearer [oculto]"
