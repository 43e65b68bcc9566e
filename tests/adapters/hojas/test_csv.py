"""The many ways in which banks write a table, and what is refused with its reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from horux_adapters.hojas.cotas import MAX_BYTES, MAX_RENGLONES
from horux_adapters.hojas.csv_statement import CsvStatementReader
from horux_core.fiscal.conciliacion.errors import (
    CodificacionIlegible,
    ColumnasNoReconocidas,
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaRechazado,
    EstadoCuentaSinMovimientos,
    FechasAmbiguas,
    FormatoNoReconocido,
    RenglonIlegible,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta
from horux_core.fiscal.conciliacion.importando import filas as filas_de

D = Decimal


def leer(texto: str) -> EstadoCuenta:
    return CsvStatementReader().read(texto.encode())


def importes(*celdas: str) -> list[Decimal]:
    return [
        m.importe for m in leer("Fecha;Concepto;Importe\n" + "".join(f"2026-01-05;X;{c}\n" for c in celdas)).movimientos
    ]


@pytest.mark.parametrize(
    "dia", ["05/01/2026", "5-1-2026", "05.01.26", "2026-01-05", "2026/1/5", "20260105", "05-ene-2026", "5 ENE 26",
            "05/Jan/2026", "5 de enero de 2026", "05-enero-2026", "2026-01-05T10:30:00", "05/01/2026 10:30:00"],
)  # fmt: skip
def test_the_dates_of_banks(dia: str) -> None:
    assert leer(f"Fecha,Concepto,Importe\n{dia},X,1.00\n").movimientos[0].fecha == date(2026, 1, 5)


def test_month_first_only_when_all_say_so() -> None:
    assert [m.fecha for m in leer("Fecha,Concepto,Importe\n01/31/2026,X,1\n02/01/2026,X,1\n").movimientos] == [
        date(2026, 1, 31), date(2026, 2, 1),
    ]  # fmt: skip
    with pytest.raises(FechasAmbiguas):
        leer("Fecha,Concepto,Importe\n01/31/2026,X,1\n31/01/2026,X,1\n")


@pytest.mark.parametrize(
    ("celdas", "esperados"),
    [
        (["1,234.56", "-1,234,567.8", "10"], ["1234.56", "-1234567.80", "10.00"]),
        (["1.234,56", "-1.234.567,8", "1.234", "10"], ["1234.56", "-1234567.80", "1234.00", "10.00"]),
        (["1,234"], ["1234.00"]),
        (["12,5"], ["12.50"]),
        (["$ 1,234.50", "(1,234.50)", "1,234.50-", "+7.00", "-$3.10", "MXN 2.00"],
         ["1234.50", "-1234.50", "-1234.50", "7.00", "-3.10", "2.00"]),
        (["100.5000", ".5"], ["100.50", "0.50"]),
    ],
)  # fmt: skip
def test_the_amounts_of_banks(celdas: list[str], esperados: list[str]) -> None:
    assert importes(*celdas) == [D(e) for e in esperados]


@pytest.mark.parametrize(
    "celda", ["1.234", "1,23,4.00", "12.345.6", "1.2.3,4,5", "abc", "1e5", "--5", "(5", "5)", "٣.٠٠", "#N/A", "9" * 40]
)
def test_an_amount_that_may_be_two_or_none_is_refused_with_its_line(celda: str) -> None:
    with pytest.raises(RenglonIlegible) as refused:
        importes("10.00", celda)
    assert refused.value.facts == {"linea": 3, "columna": "importe"}


def test_an_amount_in_the_other_order_than_the_rest_is_refused() -> None:
    with pytest.raises(RenglonIlegible):
        importes("1,234.56", "1.234,56")


@pytest.mark.parametrize(
    ("cabeza", "fila", "importe"),
    [
        ("FECHA OPERACIÓN,CONCEPTO,CARGOS,ABONOS,SALDO", "05/01/2026,X,5.00,,1", "-5.00"),
        ("Fecha,Descripción,Retiros,Depósitos", "05/01/2026,X,-5.00,", "-5.00"),
        ("Fecha,Descripción,Retiros,Depósitos", "05/01/2026,X,0.00,5.00", "5.00"),
        ("Fecha,Descripción,Cargo/Abono", "05/01/2026,X,-5.00", "-5.00"),
        ("Fecha,Descripción,Importe,Cargo/Abono", "05/01/2026,X,5.00,-", "-5.00"),
        ("Fecha,Descripción,Monto,Tipo", "05/01/2026,X,5.00,Abono", "5.00"),
        ("Date,Description,Amount,Balance", "2026-01-05,X,-5.00,1", "-5.00"),
        ("Fecha,Tipo,Concepto,Importe", "05/01/2026,SPEI,X,-5.00", "-5.00"),
        ("Fecha,Folio,Importe", "05/01/2026,77,5.00", "5.00"),
    ],
)
def test_the_columns_of_banks(cabeza: str, fila: str, importe: str) -> None:
    assert [m.importe for m in leer(f"Portada\n\n{cabeza}\n{fila}\n").movimientos] == [D(importe)]


def test_a_letter_c_means_what_stands_beside_it() -> None:
    filas = "Fecha,Concepto,Importe,Tipo\n05/01/2026,X,5.00,C\n05/01/2026,X,7.00,{}\n"
    assert [m.importe for m in leer(filas.format("A")).movimientos] == [D("-5.00"), D("7.00")]
    assert [m.importe for m in leer(filas.format("D")).movimientos] == [D("5.00"), D("-7.00")]


def test_balances_totals_and_the_bank_s_words_are_no_movements() -> None:
    texto = (
        "Banco\nFecha,Concepto,Cargo,Abono,Saldo\n01/01/2026,SALDO INICIAL,,,100.00\n05/01/2026,X,5.00,,95.00\n"
        "05/01/2026,Y,0.00,0.00,95.00\n,TOTALES,5.00,,\nTotal,,5.00,0.00,\nEste documento no es un comprobante,,,,\n"
    )
    assert [m.descripcion for m in leer(texto).movimientos] == ["X"]


@pytest.mark.parametrize(
    ("fila", "columna"),
    [
        ("32/01/2026,X,5.00,,1", "fecha"),
        (",X,5.00,,1", "fecha"),
        ("05/01/1926,X,5.00,,1", "fecha"),
        ("05/01/2026,X,,,", "importe"),
        ("05/01/2026,X,5.00,6.00,1", "abono"),
        ("05/01/2026,X,,-6.00,1", "abono"),
        ("05/01/2026,X,cinco,,1", "cargo"),
        (f"05/01/2026,{'X' * 2001},5.00,,1", "descripción"),
        ('05/01/2026,"X,5.00,,1', "comillas"),
    ],
)
def test_a_movement_that_is_not_understood_is_told_and_nothing_is_left_out(fila: str, columna: str) -> None:
    with pytest.raises(RenglonIlegible) as refused:
        leer(f"Fecha,Concepto,Cargo,Abono,Saldo\n05/01/2026,OK,1.00,,1\n{fila}\n")
    assert refused.value.facts["columna"] == columna
    assert refused.value.facts["linea"] == 3


def test_a_formula_is_text() -> None:
    (movimiento,) = leer('Fecha,Concepto,Importe\n05/01/2026,"=HYPERLINK(""http://x"")",1.00\n').movimientos
    assert movimiento.descripcion == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("content", "motivo"),
    [
        (b"a,b,c\n1,2,3\n", ColumnasNoReconocidas),
        (b"Fecha,Concepto,Importe\n", EstadoCuentaSinMovimientos),
        (b"Fecha,Concepto,Importe\n05/01/2026,X\0,1.00\n", CodificacionIlegible),
        (b"Fecha,Concepto,Importe\n05/01/2026,\x81,1.00\n", CodificacionIlegible),
        (b"\xff\xfeF", CodificacionIlegible),
        (b"PK\x03\x04" + b"x" * 50, FormatoNoReconocido),
        (b"<table><tr><td>Fecha</td></tr></table>", FormatoNoReconocido),
        (b"x" * (MAX_BYTES + 1), EstadoCuentaDemasiadoGrande),
        (b"Fecha,Concepto,Importe\n" + b"05/01/2026,X,1\n" * MAX_RENGLONES, DemasiadosRenglones),
        (b"Fecha,Concepto,Importe\n05/01/2026," + b"X" * 200_000 + b",1\n", RenglonIlegible),
    ],
    ids=lambda x: x.__name__ if isinstance(x, type) else "",
)
def test_each_bad_file_has_its_reason(content: bytes, motivo: type[EstadoCuentaRechazado]) -> None:
    with pytest.raises(motivo):
        CsvStatementReader().read(content)


textos = st.text(st.characters(codec="cp1252", exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda t: t.strip() == t and t not in {"-", "--"} and t.upper() != "N/A" and not t.startswith(('"', "<"))
)
movimientos = st.tuples(
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    st.integers(-(10**12), 10**12).filter(bool).map(lambda n: D(n) / 100),
    textos.map(lambda t: f"x{t}"),
)
FECHAS = {"%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(movimientos, min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(sorted(FECHAS)),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_is_what_is_read(
    hechos: list[tuple[date, Decimal, str]],
    separador: str,
    codificacion: str,
    fecha: str,
    europeo: bool,
    partidas: bool,
) -> None:
    def dinero(importe: Decimal) -> str:
        texto = f"{importe:,.2f}"
        return texto.translate(str.maketrans(",.", ".,")) if europeo else texto

    def fila(dia: date, importe: Decimal, texto: str) -> list[str]:
        partes = [dinero(-importe), ""] if importe < 0 else ["", dinero(importe)]
        return [dia.strftime(fecha), texto, *(partes if partidas else [dinero(importe)])]

    cabeza = ["Fecha", "Concepto", *(["Cargo", "Abono"] if partidas else ["Importe"])]
    filas = [cabeza, *(fila(*hecho) for hecho in hechos)]
    citadas = ["\n".join(separador.join('"' + c.replace('"', '""') + '"' for c in f) for f in filas)]
    leido = CsvStatementReader().read("".join(citadas).encode(codificacion))
    assert [(m.fecha, m.importe, m.descripcion) for m in leido.movimientos] == hechos
    assert len({f.renglon.id for f in filas_de("A", leido)}) == len(hechos)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_bring_it_down(content: bytes) -> None:
    for prefijo in (b"", b"Fecha,Concepto,Importe\n2026-01-05,"):
        try:
            CsvStatementReader().read(prefijo + content)
        except EstadoCuentaRechazado:
            continue
