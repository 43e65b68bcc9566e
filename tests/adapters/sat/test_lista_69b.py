"""The SAT's CSV of CFF 69-B as it comes: any of its encodings, lines before the header, rows that are wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ports.alertas import LectorListaContract
from horux_adapters.sat.lista_69b import SatLectorLista, lee_lista_69b
from horux_core.fiscal.alertas.efos import Lectura69B, Listado, Situacion
from horux_core.fiscal.alertas.errors import Lista69BNoReconocida
from horux_core.fiscal.alertas.ports import LectorLista
from horux_core.kernel.rfc import Rfc

COLUMNAS = [
    "No",
    "RFC",
    "Nombre del Contribuyente",
    "Situación del contribuyente",
    "Número y fecha de oficio global de presunción SAT",
    "Publicación página SAT presuntos",
    "Publicación DOF presuntos",
    "Publicación página SAT desvirtuados",
    "Publicación DOF desvirtuados",
    "Publicación página SAT definitivos",
    "Publicación DOF definitivos",
    "Publicación página SAT sentencia favorable",
    "Publicación DOF sentencia favorable",
]
ANTES = (
    "Información actualizada al 31 de agosto de 2026,,,\r\n"
    '"Listado completo de contribuyentes (Artículo 69-B, del Código Fiscal de la Federación)",,,\r\n'
)


def renglon(rfc: str, situacion: str, fechas: str = "01/02/2024,03/04/2025,05/06/2026,07/08/2026", n: int = 1) -> str:
    pres, desv, defi, sent = fechas.split(",")
    nombre = '"PEÑA ÁVILA, ASESORÍA Y ""GESTIÓN"", S.C."'
    celdas = [str(n), rfc, nombre, situacion, '"500-05-2018-1 de fecha 1 de mayo, 2018"']
    return ",".join([*celdas, "02/01/2024", pres, "", desv, "", defi, "", sent])


def archivo(*renglones: str, antes: str = ANTES, codificacion: str = "cp1252") -> bytes:
    return (antes + ",".join(COLUMNAS) + "\r\n" + "".join(f"{r}\r\n" for r in renglones)).encode(codificacion)


def uno(leida: Lectura69B) -> Listado:
    (listado,) = leida.lista.por_rfc.values()
    return listado


@pytest.mark.parametrize("codificacion", ["cp1252", "latin-1", "utf-8", "utf-8-sig"])
def test_reads_every_encoding(codificacion: str) -> None:
    leida = lee_lista_69b(archivo(renglon("ZUÑ920208KL4", "Definitivo"), codificacion=codificacion))
    nombre = 'PEÑA ÁVILA, ASESORÍA Y "GESTIÓN", S.C.'
    assert uno(leida) == Listado(Rfc("ZUÑ920208KL4"), nombre, Situacion.DEFINITIVO, date(2026, 6, 5))
    assert (leida.lista.al_dia, leida.malos) == (date(2026, 8, 31), ())


def test_reads_windows_1250() -> None:
    crudo = archivo(renglon("EKU9003173C9", "Definitivo").replace("Ñ", "N"), codificacion="cp1250")
    assert uno(lee_lista_69b(crudo)).nombre == 'PENA ÁVILA, ASESORÍA Y "GESTIÓN", S.C.'


def test_reads_letters_that_no_page_has() -> None:
    crudo = archivo(renglon("EKU9003173C9", "Definitivo")).replace(b"ASESOR", b"\x81\x9dESOR")
    assert uno(lee_lista_69b(crudo)).situacion is Situacion.DEFINITIVO


@pytest.mark.parametrize(
    ("dicha", "situacion", "dia"),
    [
        ("Presunto", Situacion.PRESUNTO, date(2024, 2, 1)),
        ("DESVIRTUADO", Situacion.DESVIRTUADO, date(2025, 4, 3)),
        (" Definitivos ", Situacion.DEFINITIVO, date(2026, 6, 5)),
        ("Sentencia  favorable", Situacion.SENTENCIA_FAVORABLE, date(2026, 8, 7)),
    ],
)
def test_each_situation_has_the_date_of_its_own_publication(dicha: str, situacion: Situacion, dia: date) -> None:
    leido = uno(lee_lista_69b(archivo(renglon("EKU9003173C9", dicha))))
    assert (leido.situacion, leido.publicado) == (situacion, dia)


def test_names_the_bad_rows_and_keeps_the_others() -> None:
    leida = lee_lista_69b(
        archivo(
            renglon("XXXXXXXXXXXX", "Definitivo"),
            renglon("EKU9003173C9", "Definitivo"),
            ",,,,,,,,,,,,",
            renglon("URE180429TM6", "En aclaración"),
            renglon("XIA190128J61", "Presunto", "31/02/2024,,,"),
            "6,IIA040805DZ4",
        )
    )
    assert set(leida.lista.por_rfc) == {"EKU9003173C9", "XIA190128J61"}
    assert [(m.linea, m.rfc, m.conservado) for m in leida.malos] == [
        (4, "XXXXXXXXXXXX", False),
        (7, "URE180429TM6", False),
        (8, "XIA190128J61", True),
        (9, "IIA040805DZ4", False),
    ]
    assert leida.lista.por_rfc["XIA190128J61"].publicado is None
    assert "«En aclaración»" in leida.malos[1].motivo


def test_of_an_rfc_that_is_there_twice_the_last_published_stays() -> None:
    presunto = renglon("EKU9003173C9", "Presunto")
    definitivo = renglon("EKU9003173C9", "Definitivo")
    sentencia = renglon("EKU9003173C9", "Sentencia Favorable")
    for orden in ([presunto, definitivo, sentencia], [sentencia, definitivo, presunto]):
        assert uno(lee_lista_69b(archivo(*orden))).situacion is Situacion.SENTENCIA_FAVORABLE


def test_of_several_dates_in_a_cell_the_last_counts() -> None:
    leido = uno(lee_lista_69b(archivo(renglon("EKU9003173C9", "Definitivo", ",,01/01/2025 y 02/03/2025,"))))
    assert leido.publicado == date(2025, 3, 2)


def test_a_line_before_the_header_may_have_words_of_it() -> None:
    antes = "Situación de los contribuyentes al 31 de agosto de 2026\r\nRFC,de quien publica\r\n"
    leida = lee_lista_69b(archivo(renglon("EKU9003173C9", "Definitivo"), antes=antes))
    assert (uno(leida).rfc, leida.malos) == ("EKU9003173C9", ())


def test_reads_a_file_saved_with_semicolons_and_without_lines_before() -> None:
    crudo = archivo(antes="").replace(b",", b";") + b"1;EKU9003173C9;X;Presunto;;;01/02/2024;;;;;;\r\n"
    leida = lee_lista_69b(crudo)
    assert (uno(leida).publicado, leida.lista.al_dia) == (date(2024, 2, 1), None)


def test_a_quote_left_open_costs_its_own_row_and_no_other() -> None:
    roto = '2,URE180429TM6,"SIN CERRAR,Presunto,,,,,,,,,'
    leida = lee_lista_69b(archivo(roto, renglon("EKU9003173C9", "Definitivo", n=3)))
    assert uno(leida).rfc == "EKU9003173C9"
    assert [(m.linea, m.rfc) for m in leida.malos] == [(4, "URE180429TM6")]


def test_a_stray_quote_and_a_stray_line_cost_no_other_row() -> None:
    roto = '2,URE180429TM6,MIDE 12" DE ANCHO,Presunto,,,01/02/2024,,,,,,\r\nsuelta'
    leida = lee_lista_69b(archivo(roto, renglon("EKU9003173C9", "Definitivo", n=3)))
    assert set(leida.lista.por_rfc) == {"URE180429TM6", "EKU9003173C9"}


def test_a_cell_may_have_several_lines_the_header_too() -> None:
    crudo = archivo(renglon("EKU9003173C9", "Definitivo").replace("GESTIÓN", "GESTIÓN\r\nLEGAL"))
    crudo = crudo.replace(b",RFC,", b',RFC,"Otra\r\ncolumna",').replace(b",EKU9003173C9,", b",EKU9003173C9,,")
    leida = lee_lista_69b(crudo + b"\r\n7,mal\r\n")
    assert uno(leida).nombre == 'PEÑA ÁVILA, ASESORÍA Y "GESTIÓN LEGAL", S.C.'
    assert [m.linea for m in leida.malos] == [8]


@pytest.mark.parametrize("ajeno", [b"", b"a,b\r\n1,2\r\n", b"%PDF-1.7\n", b"\x00" * 40, b'"' + b"x" * 200_000])
def test_refuses_what_is_not_the_list(ajeno: bytes) -> None:
    with pytest.raises(Lista69BNoReconocida):
        lee_lista_69b(ajeno)


@given(st.binary(max_size=400))
def test_no_bytes_break_it(ruido: bytes) -> None:
    try:
        leida = lee_lista_69b(archivo(renglon("EKU9003173C9", "Definitivo")) + ruido)
    except Lista69BNoReconocida:
        return
    assert "EKU9003173C9" in leida.lista.por_rfc


class TestSatLectorLista(LectorListaContract):
    @pytest.fixture
    def leer(self) -> LectorLista:
        return SatLectorLista()
