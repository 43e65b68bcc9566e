"""Whatever bytes come, reading them takes no more than a time that grows as they do."""

import re
import time
from collections.abc import Callable

import pytest

from horux_adapters.hojas import columnas, fechas, importes, ofx_statement, zip_seguro
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_adapters.sat import encoding, metadata
from horux_core.fiscal.conciliacion import libro, texto
from horux_core.fiscal.conciliacion.errors import EstadoCuentaRechazado
from horux_http.fiscal import json_documents, receiving

MODULOS = (
    columnas,
    fechas,
    importes,
    ofx_statement,
    zip_seguro,
    encoding,
    metadata,
    libro,
    texto,
    receiving,
    json_documents,
)
A_TROZOS = {"_ETIQUETA", "_ADORNO", "_PALABRA", "_SEPARADOR", "_SEPARADORES", "_SCHEMALOCATION", "_NOMBRE", "_ADDENDA"}
"""Those that look for what they say anywhere in a text; the others judge the whole of it, or its beginning."""
COMIENZOS = ("", "<", "<A", "1", "20260101", "1-1-2026", "1 ENE", "<?xml ", "<?xml encoding", " xmlns:schemaLocation")
BOMBAS = (
    " ",
    "  x",
    "<",
    "<A ",
    "A",
    "a:",
    "1",
    "1,",
    ",1",
    ".",
    "-",
    "[",
    "T ",
    "T1:",
    "(",
    "=",
    '"',
    "'",
    " a",
    "_0",
)
CUANTAS = 20_000


def patrones() -> list[tuple[str, "re.Pattern[str] | re.Pattern[bytes]"]]:
    hechos = []
    for modulo in MODULOS:
        for nombre, valor in vars(modulo).items():
            for patron in valor.values() if isinstance(valor, dict) else (valor,):
                if isinstance(patron, re.Pattern):
                    hechos.append((f"{modulo.__name__}.{nombre}", patron))
    return hechos


@pytest.mark.parametrize(("nombre", "patron"), patrones(), ids=lambda v: v if isinstance(v, str) else "")
def test_no_pattern_over_a_stranger_s_text_takes_the_square_of_its_length(
    nombre: str, patron: "re.Pattern[str] | re.Pattern[bytes]"
) -> None:
    de_trozos = nombre.rpartition(".")[2] in A_TROZOS
    for comienzo in COMIENZOS:
        for bomba in BOMBAS:
            escrito = comienzo + bomba * (CUANTAS // len(bomba)) + "\x01"
            sujeto = escrito.encode() if isinstance(patron.pattern, bytes) else escrito
            start = time.process_time()
            if de_trozos:
                patron.subn(sujeto[:0], sujeto)  # type: ignore[arg-type]
            else:
                patron.match(sujeto)  # type: ignore[arg-type]
                patron.fullmatch(sujeto)  # type: ignore[arg-type]
            assert time.process_time() - start < 1, (comienzo, bomba)


@pytest.mark.parametrize(
    "hostil",
    [
        lambda n: b" " * n + b"x",
        lambda n: b"\n" * n + b"<OFX>",
        lambda n: b"\xef\xbb\xbf" + b"\t" * n + b"x",
        lambda n: b"OFXHEADER" + b" " * n,
        lambda n: b"<?xml version='1.0'?>" + b" " * n,
        lambda n: b"OFXHEADER:100\n<OFX>" + b"<A" + b" " * n + b"</OFX>",
        lambda n: b"Fecha,Concepto,Importe\n1-1-2026" + b" " * 50_000 + b"x,a,1\n" + b"," * n,
    ],
)
def test_a_file_that_is_nothing_is_refused_at_once(hostil: Callable[[int], bytes]) -> None:
    content = hostil(100_000)
    start = time.process_time()
    with pytest.raises(EstadoCuentaRechazado):
        AnyStatementReader().read(content)
    assert time.process_time() - start < 1
