"""OFX of both ages, and what is refused of it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from horux_adapters.hojas.cotas import MAX_BYTES, MAX_RENGLONES
from horux_adapters.hojas.ofx_statement import OfxStatementReader
from horux_core.fiscal.conciliacion.errors import (
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaRechazado,
    EstadoCuentaSinMovimientos,
    FormatoNoReconocido,
    OfxMalFormado,
    OfxNoPermitido,
    RenglonIlegible,
    VariasCuentas,
)
from tests.adapters.hojas.hojas import CABEZA_OFX2, un_ofx

D = Decimal
LEER = OfxStatementReader().read


def una(**campos: str) -> bytes:
    """One movement in open leaves; the fields given replace or join the usual ones."""
    todos = {"DTPOSTED": "20260105", "TRNAMT": "5.00", "NAME": "X"} | campos
    return un_ofx(transacciones="<STMTTRN>" + "".join(f"<{k}>{v}\n" for k, v in todos.items()) + "</STMTTRN>")


def test_it_tells_the_account_and_the_currency() -> None:
    for xml in (False, True):
        estado = LEER(un_ofx(xml=xml))
        assert (estado.cuenta, estado.moneda) == ("0123456789", "MXN")


@pytest.mark.parametrize("fecha", ["20260105", "20260105120000", "20260105000000.000[-6:CST]", "20260105 [0:GMT]"])
def test_the_day_is_as_it_is_written(fecha: str) -> None:
    assert LEER(una(DTPOSTED=fecha)).movimientos[0].fecha == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("texto", "importe"), [("-5", "-5.00"), ("+5.1", "5.10"), ("5,25", "5.25"), (".5", "0.50"), ("7.0000", "7.00")]
)
def test_the_amounts_of_ofx(texto: str, importe: str) -> None:
    assert LEER(una(TRNAMT=texto)).movimientos[0].importe == D(importe)


def test_name_and_memo_describe_and_every_number_is_a_reference() -> None:
    (m,) = LEER(una(NAME="JOS&Eacute; &amp; CIA", MEMO="FAC A-1", FITID="99", CHECKNUM="12")).movimientos
    assert (m.descripcion, m.referencia) == ("JOSÉ & CIA FAC A-1", "12 99")


def test_the_account_of_the_other_side_is_not_the_account() -> None:
    otra = "<BANKACCTTO><BANKID>1<ACCTID>999</BANKACCTTO>"
    estado = LEER(un_ofx(transacciones=f"<STMTTRN><DTPOSTED>20260105<TRNAMT>5<NAME>X{otra}</STMTTRN>"))
    assert estado.cuenta == "0123456789"


@pytest.mark.parametrize(
    ("campo", "valor"),
    [("DTPOSTED", "00010101"), ("DTPOSTED", "19991231"), ("DTPOSTED", "21010101"), ("DTPOSTED", "99991231"),
     ("DTPOSTED", "20260231"), ("DTPOSTED", "05/01/2026"), ("DTPOSTED", ""), ("TRNAMT", "1,234.56"), ("TRNAMT", "x"),
     ("TRNAMT", ""), ("TRNAMT", "1.234"), ("TRNAMT", "²"), ("TRNAMT", "NaN"), ("MEMO", "X" * 2001)],
)  # fmt: skip
def test_a_movement_that_is_not_understood_is_told(campo: str, valor: str) -> None:
    with pytest.raises(RenglonIlegible) as refused:
        LEER(una(**{campo: valor}))
    assert refused.value.facts == {"linea": 8, "columna": campo}


def _con(texto: bytes) -> bytes:
    return un_ofx().replace(b"<OFX>", texto + b"<OFX>", 1)


BOMBA = '<!DOCTYPE OFX [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
DE_DOS = un_ofx().replace(b"</STMTTRNRS>", b"<STMTRS><BANKACCTFROM><ACCTID>2</BANKACCTFROM></STMTRS></STMTTRNRS>")


@pytest.mark.parametrize(
    ("content", "motivo"),
    [
        (un_ofx()[:-8], OfxMalFormado),
        (un_ofx().replace(b"</STMTTRN>", b"", 1), OfxMalFormado),
        (un_ofx().replace(b"<STMTTRN>", b"", 1), OfxMalFormado),
        (un_ofx().replace(b"<NAME>", b"<NA ME>", 1), OfxMalFormado),
        (un_ofx().replace(b"TRASPASO", b"&#" + b"9" * 5000 + b";"), OfxMalFormado),
        (_con(BOMBA.encode()), OfxNoPermitido),
        (un_ofx(xml=True).replace(b"<OFX>", BOMBA.encode() + b"<OFX>"), OfxNoPermitido),
        (un_ofx().replace(b"TRASPASO", b"<![CDATA[x]]>"), OfxNoPermitido),
        (un_ofx(transacciones=""), EstadoCuentaSinMovimientos),
        (DE_DOS, VariasCuentas),
        (b"<?xml version='1.0'?><Comprobante/>", FormatoNoReconocido),
        (CABEZA_OFX2.encode() + b" " * MAX_BYTES, EstadoCuentaDemasiadoGrande),
        (un_ofx(transacciones="<STMTTRN><DTPOSTED>20260105<TRNAMT>5<NAME>X</STMTTRN>" * (MAX_RENGLONES + 1)),
         DemasiadosRenglones),
    ],
    ids=[str(n) for n in range(13)],
)  # fmt: skip
def test_each_bad_file_has_its_reason(content: bytes, motivo: type[EstadoCuentaRechazado]) -> None:
    with pytest.raises(motivo):
        LEER(content)


textos = st.text(st.characters(codec="cp1252", exclude_categories=["C", "Z"], exclude_characters="<>&;"), max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2000, 1, 1), date(2100, 12, 31)),
            st.integers(-(10**12), 10**12).filter(bool).map(lambda n: D(n) / 100),
            textos.map(lambda t: f"x{t}"),
        ),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_what_is_written_is_what_is_read(hechos: list[tuple[date, Decimal, str]], xml: bool) -> None:
    def hoja(nombre: str, valor: object) -> str:
        return f"<{nombre}>{valor}</{nombre}>" if xml else f"<{nombre}>{valor}\r\n"

    cuerpo = "".join(
        f"<STMTTRN>{hoja('DTPOSTED', f'{d:%Y%m%d}')}{hoja('TRNAMT', i)}{hoja('NAME', t)}</STMTTRN>"
        for d, i, t in hechos
    )
    content = un_ofx(xml=xml, transacciones=cuerpo)
    assume(xml or content.isascii() or not es_utf8(content))
    assert [(m.fecha, m.importe, m.descripcion) for m in LEER(content).movimientos] == hechos


def es_utf8(content: bytes) -> bool:
    """Then it is read so, whatever its head says: a head of old is common, and text that means both is not."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 900))
def test_no_bytes_bring_it_down(content: bytes, donde: int) -> None:
    bueno = un_ofx()
    try:
        LEER(bueno[:donde] + content + bueno[donde:])
    except EstadoCuentaRechazado:
        return
