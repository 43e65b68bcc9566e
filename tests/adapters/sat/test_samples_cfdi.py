"""Every shared sample reads as its index says; the index was worked out apart from this program."""

import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.importes import total_mxn
from horux_core.fiscal.cfdi.model import Cfdi, Tipo
from horux_core.kernel.importe import centavos
from tests.samples import shared

INCONSISTENTE = "v33_pago10_usd_pagado_mxn.xml"
DE_RESUMEN = {
    "iva_trasladado": "iva_trasladado",
    "iva_retenido": "iva_retenido",
    "isr_retenido": "isr_retenido",
    "ieps": "ieps",
    "ieps_retenido": "ieps_retenido",
    "local_trasladado": "loc_traslados",
    "local_retenido": "loc_retenciones",
}
BUCKETS = {"0.16": "16", "0.08": "8"}


def _samples() -> list[Any]:
    root = next((up / "shared" for up in Path(__file__).resolve().parents if (up / "shared/samples").is_dir()), None)
    if root is None:
        return []
    return [
        pytest.param(folder, entry, id=entry["file"])
        for folder in ("cfdi", "escenario")
        for entry in json.loads((root / "samples" / folder / "INDEX.json").read_text())["archivos"]
    ]


SAMPLES = _samples()


def test_the_samples_are_there() -> None:
    shared("samples")
    assert len(SAMPLES) == 87


def _read(folder: str, entry: dict[str, Any]) -> Cfdi:
    return read_cfdi(shared("samples", folder, entry["file"]).read_bytes())


def _dec(value: str | None) -> Decimal:
    return Decimal(value or 0)


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_identity(folder: str, entry: dict[str, Any]) -> None:
    cfdi = _read(folder, entry)
    assert cfdi.uuid == entry["uuid"].lower()
    assert cfdi.version == entry["version"]
    assert cfdi.tipo == ("R" if entry["tipo"] == "RET" else entry["tipo"])
    assert cfdi.fecha_emision == datetime.fromisoformat(entry["fecha"][:19])
    assert cfdi.fecha_timbrado == datetime.fromisoformat(entry["fecha_timbrado"])
    assert cfdi.rfc_emisor == entry["rfc_emisor"]
    assert cfdi.rfc_receptor == (entry["rfc_receptor"] or "XEXX010101000")
    assert cfdi.nombre_emisor == entry["nombre_emisor"]
    assert cfdi.nombre_receptor == entry["nombre_receptor"]
    if cfdi.tipo is not Tipo.RETENCIONES:
        assert (cfdi.serie, cfdi.folio) == (entry["serie"], entry["folio"])
    assert (cfdi.metodo_pago, cfdi.forma_pago, cfdi.uso_cfdi) == (
        entry["metodo_pago"],
        entry["forma_pago"],
        entry["uso_cfdi"],
    )


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_amounts(folder: str, entry: dict[str, Any]) -> None:
    cfdi = _read(folder, entry)
    assert cfdi.moneda == {"Pesos": "MXN"}.get(entry["moneda"], entry["moneda"])
    assert cfdi.total == _dec(entry["total"])
    assert cfdi.descuento == _dec(entry["descuento"])
    if cfdi.tipo is not Tipo.RETENCIONES:
        assert cfdi.subtotal == _dec(entry["subtotal"])
    for theirs, ours in DE_RESUMEN.items():
        assert getattr(cfdi, ours) == _dec(entry.get(theirs)), theirs
    if entry["total_mxn"] is not None:
        assert total_mxn(cfdi) == Decimal(entry["total_mxn"])
    if entry["tipo_cambio"] is not None:
        assert cfdi.tipo_cambio_declarado == Decimal(entry["tipo_cambio"])
    if cfdi.moneda == "MXN":
        assert cfdi.tipo_cambio == 1


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_warns_exactly_of_what_does_not_balance(folder: str, entry: dict[str, Any]) -> None:
    avisos = {a.codigo for a in _read(folder, entry).advertencias}
    assert ("no_cuadra" in avisos) == (entry.get("cuadra") is False)


@pytest.mark.parametrize(("folder", "entry"), [p for p in SAMPLES if "relacionados" in p.values[1]])
def test_relations(folder: str, entry: dict[str, Any]) -> None:
    expected = [(group["tipo"], uuid.lower()) for group in entry["relacionados"] for uuid in group["uuids"]]
    assert [(r.tipo, r.uuid) for r in _read(folder, entry).relaciones] == expected


@pytest.mark.parametrize(
    ("folder", "entry"), [p for p in SAMPLES if p.values[1].get("traslados_conceptos") and p.values[1]["tipo"] in "IE"]
)
def test_buckets_are_those_of_the_concepts(folder: str, entry: dict[str, Any]) -> None:
    cubetas = _read(folder, entry).cubetas
    bases: dict[str, Decimal] = defaultdict(Decimal)
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    for row in entry["traslados_conceptos"]:
        if row["impuesto"] == "003":
            taxes["ieps"] += Decimal(row["importe"])
        elif row["impuesto"] == "002":
            rate = "exento" if row["factor"] == "Exento" else f"{Decimal(row['tasa']).normalize():f}"
            name = BUCKETS.get(rate, rate)
            bases["base_" + name] += Decimal(row["base"])
            taxes["iva_" + name] += Decimal(row["importe"])
    for name in ("base_16", "base_8", "base_0", "base_exento", "base_otra_tasa"):
        assert getattr(cubetas, name) == bases[name], name
    for name in ("iva_16", "iva_8", "ieps"):
        assert abs(getattr(cubetas, name) - taxes[name]) <= Decimal("0.01") * entry["conceptos"], name
    assert cubetas.iva_16 + cubetas.iva_8 == _dec(entry["iva_trasladado"])
    assert cubetas.ret_iva == _dec(entry["iva_retenido"])
    assert cubetas.ret_isr == _dec(entry["isr_retenido"])


@pytest.mark.parametrize(("folder", "entry"), [p for p in SAMPLES if p.values[1]["pagos"]])
def test_payments(folder: str, entry: dict[str, Any]) -> None:
    cfdi = _read(folder, entry)
    assert len(cfdi.pagos) == len(entry["pagos"])
    for pago, expected in zip(cfdi.pagos, entry["pagos"], strict=True):
        assert pago.fecha_pago == datetime.fromisoformat(expected["fecha_pago"])
        assert (pago.forma_pago, pago.moneda) == (expected["forma"], expected["moneda"])
        assert pago.monto == Decimal(expected["monto"])
        assert pago.tipo_cambio == Decimal(expected["tipo_cambio"] or 1)
        assert centavos(pago.monto * (pago.tipo_cambio or 1)) == Decimal(expected["monto_mxn"])
        assert len(pago.doctos) == len(expected["doctos"])
        for docto, theirs in zip(pago.doctos, expected["doctos"], strict=True):
            assert docto.id_documento == theirs["uuid"].lower()
            assert docto.moneda == theirs["moneda"]
            assert docto.equivalencia == Decimal(theirs["equivalencia"] or 1)
            assert docto.parcialidad == int(theirs["parcialidad"])
            if entry["file"] == INCONSISTENTE:
                continue
            assert docto.pagado == Decimal(theirs["pagado"] or expected["monto"])
            assert docto.saldo_anterior == Decimal(theirs["saldo_anterior"])
            assert docto.saldo_insoluto == Decimal(theirs["saldo_insoluto"])


@pytest.mark.parametrize(("folder", "entry"), [p for p in SAMPLES if p.values[1]["pagos"]])
def test_taxes_of_payments(folder: str, entry: dict[str, Any]) -> None:
    """The index adds ImpuestosP, in the payment's currency; the documents' own taxes convert to the same."""
    for pago, expected in zip(_read(folder, entry).pagos, entry["pagos"], strict=True):
        if expected["version"] != "2.0":
            assert not any(docto.con_impuestos for docto in pago.doctos)
            continue
        iva = sum((d.cubetas.iva_16 + d.cubetas.iva_8) / d.equivalencia for d in pago.doctos)
        ret_iva = sum(d.cubetas.ret_iva / d.equivalencia for d in pago.doctos)
        ret_isr = sum(d.cubetas.ret_isr / d.equivalencia for d in pago.doctos)
        for ours, theirs in ((iva, "iva_trasladado"), (ret_iva, "iva_retenido"), (ret_isr, "isr_retenido")):
            assert abs(ours - _dec(expected[theirs])) <= Decimal("0.05"), theirs


def test_shares_written_in_the_payments_currency_are_converted_and_told() -> None:
    cfdi = read_cfdi(shared("samples", "cfdi", INCONSISTENTE).read_bytes())
    docto = cfdi.pagos[0].doctos[0]
    assert docto.pagado == docto.saldo_anterior == Decimal("202.088")
    assert docto.saldo_insoluto == 0
    assert [a.codigo for a in cfdi.advertencias] == ["PAGO_INCONSISTENTE"]


@pytest.mark.parametrize(("folder", "entry"), [p for p in SAMPLES if p.values[1].get("nomina")])
def test_payroll(folder: str, entry: dict[str, Any]) -> None:
    nomina, expected = _read(folder, entry).nomina, entry["nomina"]
    assert nomina is not None
    assert nomina.total_percepciones == Decimal(expected["percepciones"])
    assert nomina.total_deducciones == Decimal(expected["deducciones"])
    assert nomina.total_otros_pagos == Decimal(expected["otros_pagos"])
    assert nomina.isr_retenido == Decimal(expected["isr_retenido"])
    assert nomina.imss == Decimal(expected["imss"])
    assert [nomina.fecha_pago.isoformat()] == expected["fechas_pago"]


def test_payroll_detail() -> None:
    nomina = read_cfdi(shared("samples", "cfdi", "v40_nomina_compleja.xml").read_bytes()).nomina
    assert nomina is not None
    assert nomina.subsidio == Decimal("156.25")
    assert (nomina.total_gravado, nomina.total_exento) == (Decimal("2788.10"), Decimal("1083.64"))
    assert (nomina.curp, nomina.num_empleado, nomina.regimen) == ("XAXX010101HDFXXX01", "227", "02")
    assert (nomina.tipo_nomina, nomina.dias) == ("O", Decimal(10))


@pytest.mark.parametrize(("folder", "entry"), [p for p in SAMPLES if p.values[1]["tipo"] == "RET"])
def test_withholding_documents(folder: str, entry: dict[str, Any]) -> None:
    documento = _read(folder, entry).retenciones
    assert documento is not None
    assert documento.clave == entry["clave_retencion"]
    assert (documento.ejercicio, documento.mes_inicial, documento.mes_final) == (
        int(entry["ejercicio"]),
        int(entry["mes_ini"]),
        int(entry["mes_fin"]),
    )
    assert documento.monto_operacion == Decimal(entry["total"])
    assert documento.monto_gravado == Decimal(entry["monto_gravado"])
    assert documento.monto_exento == Decimal(entry["monto_exento"])
    assert documento.monto_retenido == Decimal(entry["monto_retenido"])


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_global_period(folder: str, entry: dict[str, Any]) -> None:
    cfdi, expected = _read(folder, entry), entry.get("informacion_global")
    if not expected:
        assert cfdi.periodo_global is None
        return
    assert str(cfdi.periodo_global) == f"{expected['anio']}-{expected['meses']}"
    assert cfdi.periodicidad_global == expected["periodicidad"]
