"""What documents show against each other, the 69-B list and the metadata."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.alertas.efos import Lista69B, Listado, Situacion, limite_para_corregir, por_rfc
from horux_core.fiscal.alertas.hechos import CfdiDelSat, Metadata
from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.cfdi.model import Direccion, Relacion, Tipo
from horux_core.fiscal.iva.model import Aviso
from horux_core.fiscal.paquetes.model import Cobertura
from tests.core.fiscal.alertas.libros import OTRO, YO, comprobante, hallados, mes, relacion, uuid

IGUAL: dict[str, Any] = {"total": Decimal(116), "serie": "A", "folio": "7"}


def test_two_of_the_same_folio_or_day_may_be_one() -> None:
    a, b = comprobante(2, **IGUAL), comprobante(1, fecha="2026-09-12", **IGUAL)
    (h,) = hallados("DUPLICADO_POSIBLE", b, a)
    assert (h.entidad, h.periodo, h.uuids) == (uuid(2), mes("2026-09"), (uuid(2), uuid(1)))
    mismo_dia = comprobante(3, total=Decimal(116), folio="8")
    (h,) = hallados("DUPLICADO_POSIBLE", a, mismo_dia)
    assert h.uuids == (uuid(2), uuid(3))


def test_it_is_to_be_settled_before_the_return_of_the_last_of_them() -> None:
    (h,) = hallados("DUPLICADO_POSIBLE", comprobante(1, **IGUAL), comprobante(2, fecha="2026-10-02", **IGUAL))
    assert h.limite == date(2026, 11, 23)


@pytest.mark.parametrize("otra", [relacion("04", 9), relacion("07", 1)])
def test_another_relation_does_not_tell_them_apart(otra: tuple[Relacion, ...]) -> None:
    assert hallados("DUPLICADO_POSIBLE", comprobante(1, **IGUAL), comprobante(2, **IGUAL, relaciones=otra)) != []


@pytest.mark.parametrize(
    "otro",
    [
        {"fecha": "2026-09-12", "folio": "8"},
        {"fecha": "2026-09-12", "serie": "B"},
        {"total": Decimal(117)},
        {"moneda": "USD"},
        {"vigente": False},
        {"tipo": Tipo.EGRESO},
        {"lado": "recibido"},
        {"relaciones": relacion("04", 1)},
    ],
)
def test_what_differs_or_takes_its_place_is_no_duplicate(otro: dict[str, Any]) -> None:
    assert hallados("DUPLICADO_POSIBLE", comprobante(1, **IGUAL), comprobante(2, **{**IGUAL, **otro})) == []


def test_payments_and_sales_to_the_public_repeat_amounts_on_a_day() -> None:
    pago: dict[str, Any] = {"total": Decimal(0), "tipo": Tipo.PAGO}
    assert hallados("DUPLICADO_POSIBLE", comprobante(1, **pago), comprobante(2, **pago)) == []
    publico: dict[str, Any] = {"total": Decimal(116), "rfc_receptor": "XAXX010101000"}
    assert hallados("DUPLICADO_POSIBLE", comprobante(1, **publico), comprobante(2, **publico)) == []
    assert (
        len(hallados("DUPLICADO_POSIBLE", *[comprobante(n, **IGUAL, rfc_receptor="XAXX010101000") for n in (1, 2)]))
        == 1
    )


def test_a_third_one_is_told_with_the_two_that_replace_each_other() -> None:
    sustituto = comprobante(2, **IGUAL, relaciones=relacion("04", 1))
    hechos = hallados("DUPLICADO_POSIBLE", comprobante(1, **IGUAL), sustituto, comprobante(3, **IGUAL))
    assert {h.uuids for h in hechos} == {(uuid(1), uuid(3))}


@pytest.mark.parametrize(
    "codigo",
    [
        "SUSTITUIDO_VIGENTE",
        "PAGO_SIN_FACTURA",
        "PAGO_INCONSISTENTE",
        "PAGO_EXCEDE_SALDO",
        "TC_SOSPECHOSO",
        "NC_CON_RETENCION",
    ],
)
def test_what_the_iva_brought_to_light_is_an_alert_of_its_code(codigo: str) -> None:
    avisos = [Aviso(codigo, uuid(1), "Falta algo."), Aviso("PAGO_DE_CANCELADA", uuid(1), "Otro.")]
    (h,) = hallados(codigo, comprobante(1), avisos=avisos)
    assert (h.entidad, h.periodo, h.detalle, h.uuids) == (uuid(1), mes("2026-09"), "Falta algo.", (uuid(1),))


def lista(situacion: Situacion, publicado: date | None = date(2026, 6, 30)) -> Lista69B:
    return Lista69B(date(2026, 8, 31), {OTRO: Listado(OTRO, "Otro, S.A.", situacion, publicado)})


def test_a_supplier_on_the_list_is_told_once_with_every_document() -> None:
    libros = [
        comprobante(2, "recibido"),
        comprobante(1, "recibido"),
        comprobante(3, "recibido", vigente=False),
        comprobante(4),
        comprobante(5, "recibido", rfc_emisor="ROEM691011EZ4"),
    ]
    (h,) = hallados("EFOS_DEFINITIVO", *libros, lista_69b=lista(Situacion.DEFINITIVO))
    assert (h.entidad, h.periodo, h.uuids, h.severidad) == (OTRO, None, (uuid(1), uuid(2)), Severidad.CRITICA)
    (h,) = hallados("EFOS_PRESUNTO", *libros, lista_69b=lista(Situacion.PRESUNTO))
    assert (h.limite, h.severidad) == (None, Severidad.ALTA)


def test_says_since_when_they_are_on_the_list_if_it_is_known() -> None:
    for publicado, dicho in (
        (date(2026, 6, 30), " como Definitivo, publicado en el DOF el 30/06/2026."),
        (None, " como Definitivo."),
    ):
        (h,) = hallados("EFOS_DEFINITIVO", comprobante(1, "recibido"), lista_69b=lista(Situacion.DEFINITIVO, publicado))
        assert h.detalle == f"Otro, S.A. (URE180429TM6) está en la lista 69-B{dicho}"


def test_what_a_taxpayer_on_the_list_issues_is_not_its_suppliers() -> None:
    propia = Lista69B(None, {YO: Listado(YO, "Yo", Situacion.DEFINITIVO, None)})
    assert hallados("EFOS_DEFINITIVO", comprobante(1), lista_69b=propia) == []


@pytest.mark.parametrize("situacion", [Situacion.DESVIRTUADO, Situacion.SENTENCIA_FAVORABLE])
def test_who_was_cleared_is_not_told(situacion: Situacion) -> None:
    c = comprobante(1, "recibido")
    for codigo in ("EFOS_DEFINITIVO", "EFOS_PRESUNTO"):
        assert hallados(codigo, c, lista_69b=lista(situacion)) == []


def test_the_term_to_correct_is_of_30_working_days_without_the_holidays_of_the_sat() -> None:
    (h,) = hallados("EFOS_DEFINITIVO", comprobante(1, "recibido"), lista_69b=lista(Situacion.DEFINITIVO))
    assert h.limite == date(2026, 8, 25)
    sin_vacaciones = Listado(OTRO, "", Situacion.DEFINITIVO, date(2026, 8, 3))
    assert limite_para_corregir(sin_vacaciones) == date(2026, 9, 14)
    assert limite_para_corregir(Listado(OTRO, "", Situacion.DEFINITIVO, None)) is None


def test_of_an_rfc_twice_on_the_list_the_last_published_or_the_gravest_counts() -> None:
    dia, antes = date(2026, 6, 2), date(2026, 6, 1)
    definitivo, presunto = Listado(OTRO, "", Situacion.DEFINITIVO, dia), Listado(OTRO, "", Situacion.PRESUNTO, dia)
    favorable = Listado(OTRO, "", Situacion.SENTENCIA_FAVORABLE, antes)
    for orden in ([definitivo, presunto, favorable], [favorable, presunto, definitivo]):
        assert por_rfc(orden) == {OTRO: definitivo}
    sin_fecha = Listado(OTRO, "", Situacion.DEFINITIVO, None)
    for orden in ([sin_fecha, presunto], [presunto, sin_fecha]):
        assert por_rfc(orden) == {OTRO: presunto}


def metadata(*renglones: tuple[int, str, bool], coberturas: tuple[Cobertura, ...] = ()) -> Metadata:
    filas = tuple(CfdiDelSat(uuid(n), vigente, Decimal(monto), date(2026, 9, 5)) for n, monto, vigente in renglones)
    return Metadata(filas, coberturas)


def cobertura(lado: Direccion, desde: str, hasta: str, retenciones: bool = False) -> Cobertura:
    return Cobertura(lado, retenciones, datetime.fromisoformat(desde), datetime.fromisoformat(hasta))


def test_what_the_sat_has_and_the_books_have_not() -> None:
    (h,) = hallados(
        "XML_FALTANTE", comprobante(1), metadata=metadata((1, "1001", True), (2, "50", True), (3, "1", False))
    )
    assert (h.entidad, h.periodo, h.limite) == (uuid(2), mes("2026-09"), date(2026, 9, 30))


def test_what_the_books_have_and_the_sat_has_not_where_its_list_is_whole() -> None:
    libros = [comprobante(1), comprobante(2), comprobante(3, tipo=Tipo.RETENCIONES), comprobante(4, "recibido")]
    suyas = cobertura(Direccion.EMITIDO, "2026-09-10T12:00:00", "2026-09-10T12:00:00")
    (h,) = hallados("METADATA_FALTANTE", *libros, metadata=metadata((1, "1001", True), coberturas=(suyas,)))
    assert h.entidad == uuid(2)
    for otra in (
        cobertura(Direccion.EMITIDO, "2026-09-10T12:00:01", "2026-12-01"),
        cobertura(Direccion.EMITIDO, "2026-01-01", "2026-09-10T11:59:59"),
    ):
        assert hallados("METADATA_FALTANTE", *libros, metadata=metadata(coberturas=(otra,))) == []
    de_retenciones = cobertura(Direccion.EMITIDO, "2026-01-01", "2026-12-01", retenciones=True)
    (h,) = hallados("METADATA_FALTANTE", *libros, metadata=metadata(coberturas=(de_retenciones,)))
    assert h.entidad == uuid(3)
    recibidas = cobertura(Direccion.RECIBIDO, "2026-01-01", "2026-12-01")
    (h,) = hallados("METADATA_FALTANTE", *libros, metadata=metadata(coberturas=(recibidas,)))
    assert h.entidad == uuid(4)


def test_an_amount_that_is_not_the_sats() -> None:
    for monto, odd in (("1001.01", 0), ("1001.02", 1), ("1000.98", 1)):
        assert len(hallados("MONTO_DISTINTO", comprobante(1), metadata=metadata((1, monto, True)))) == odd
