"""The linked documents of the sample taxpayer and its generated books, read with a few lines of their own."""

import json
import runpy
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from lxml import etree

from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago, Relacion, Tipo
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.mes import suma
from horux_core.fiscal.iva.model import Documento, Lado
from horux_core.fiscal.iva.saldos import saldo
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.libros import OPCIONES
from tests.samples import shared

_CERO = Decimal(0)
_TASAS = {"0.160000": "16", "0.080000": "8", "0.000000": "0"}
_RETENCIONES = {"001": "ret_isr", "002": "ret_iva", "003": "ret_ieps"}


def _suma_de(traslados: list[Any], retenciones: list[Any], sufijo: str) -> Cubetas:
    importes: dict[str, Decimal] = {}

    def mas(cubeta: str, importe: str) -> None:
        importes[cubeta] = importes.get(cubeta, _CERO) + Decimal(importe)

    for t in traslados:
        if t.get("Impuesto" + sufijo) == "003":
            mas("ieps", t.get("Importe" + sufijo))
        elif t.get("TipoFactor" + sufijo) == "Exento":
            mas("base_exento", t.get("Base" + sufijo))
        else:
            tasa = _TASAS[t.get("TasaOCuota" + sufijo)]
            mas(f"base_{tasa}", t.get("Base" + sufijo))
            if tasa != "0":
                mas(f"iva_{tasa}", t.get("Importe" + sufijo))
    for r in retenciones:
        mas(_RETENCIONES[r.get("Impuesto" + sufijo)], r.get("Importe" + sufijo))
    return Cubetas(**importes)


def _docto(nodo: Any) -> DoctoPagado:
    return DoctoPagado(
        nodo.get("IdDocumento").lower(),
        nodo.get("MonedaDR"),
        Decimal(nodo.get("EquivalenciaDR", "1")),
        int(nodo.get("NumParcialidad")),
        Decimal(nodo.get("ImpSaldoAnt")),
        Decimal(nodo.get("ImpPagado")),
        Decimal(nodo.get("ImpSaldoInsoluto")),
        nodo.get("ObjetoImpDR"),
        bool(nodo.xpath("./*[local-name()='ImpuestosDR']")),
        _suma_de(nodo.xpath(".//*[local-name()='TrasladoDR']"), nodo.xpath(".//*[local-name()='RetencionDR']"), "DR"),
    )


def _pago(nodo: Any) -> Pago:
    return Pago(
        datetime.fromisoformat(nodo.get("FechaPago")),
        nodo.get("FormaDePagoP"),
        nodo.get("MonedaP"),
        Decimal(nodo.get("TipoCambioP", "1")),
        Decimal(nodo.get("Monto")),
        None,
        tuple(_docto(d) for d in nodo.xpath("./*[local-name()='DoctoRelacionado']")),
    )


def _documento(contenido: bytes, yo: str, cancelados: frozenset[str]) -> Documento:
    raiz: Any = etree.fromstring(contenido)
    uuid = raiz.xpath("string(//*[local-name()='TimbreFiscalDigital']/@UUID)").lower()
    en_global = raiz.xpath("./*[local-name()='InformacionGlobal']")
    relaciones = [
        Relacion(grupo.get("TipoRelacion"), hijo.get("UUID").lower())
        for grupo in raiz.xpath("./*[local-name()='CfdiRelacionados']")
        for hijo in grupo
    ]
    moneda = raiz.get("Moneda")
    return Documento(
        uuid=uuid,
        tipo=Tipo(raiz.get("TipoDeComprobante")),
        emitido=raiz.xpath("string(./*[local-name()='Emisor']/@Rfc)") == yo,
        recibido=raiz.xpath("string(./*[local-name()='Receptor']/@Rfc)") == yo,
        vigente=uuid not in cancelados,
        fecha=datetime.fromisoformat(raiz.get("Fecha")),
        moneda=moneda,
        tipo_cambio=Decimal(raiz.get("TipoCambio", "1")) if moneda != "XXX" else None,
        total=Decimal(raiz.get("Total")),
        cubetas=_suma_de(
            raiz.xpath(".//*[local-name()='Concepto']//*[local-name()='Traslado']"),
            raiz.xpath(".//*[local-name()='Concepto']//*[local-name()='Retencion']"),
            "",
        ),
        metodo_pago=raiz.get("MetodoPago"),
        forma_pago=raiz.get("FormaPago"),
        uso_cfdi=raiz.xpath("string(./*[local-name()='Receptor']/@UsoCFDI)"),
        periodo_global=Periodo(int(en_global[0].get("Año")), int(en_global[0].get("Meses"))) if en_global else None,
        relaciones=tuple(relaciones),
        pagos=tuple(_pago(p) for p in raiz.xpath("//*[local-name()='Pago' and @FechaPago]")),
    )


@cache
def _escenario() -> tuple[dict[str, Documento], dict[str, Any]]:
    carpeta = shared("samples", "escenario")
    esperado: dict[str, Any] = json.loads((carpeta / "EXPECTED.json").read_text(encoding="utf-8"))
    cancelados = frozenset(u.lower() for u in esperado["cancelados"])
    leidos = [_documento(f.read_bytes(), esperado["tenant"], cancelados) for f in sorted(carpeta.glob("*.xml"))]
    return {d.uuid: d for d in leidos}, esperado


@pytest.mark.parametrize("periodo", ["2025-01", "2025-02", "2025-03"])
@pytest.mark.parametrize("lado", list(Lado))
def test_the_flow_of_the_scenario_comes_out(periodo: str, lado: Lado) -> None:
    documentos, esperado = _escenario()
    assert len(documentos) == esperado["archivos"]
    hechos, _ = eventos(documentos, None, OPCIONES)
    total = suma(e.cubetas for e in hechos if str(e.periodo) == periodo and e.lado is lado)
    flujo = {k: Decimal(v) for k, v in esperado["flujo_por_mes"][periodo][lado + "s"].items()}
    nombres = {"iva_retenido": "ret_iva", "isr_retenido": "ret_isr"}
    assert {k: getattr(total, nombres.get(k, k)) for k in flujo} == flujo


def test_the_scenario_has_no_flow_outside_its_months() -> None:
    documentos, esperado = _escenario()
    hechos, _ = eventos(documentos, None, OPCIONES)
    assert {str(e.periodo) for e in hechos} == set(esperado["flujo_por_mes"])


@pytest.mark.parametrize("archivo", ["e02_ppd.xml", "e07_ppd_usd.xml", "r02_ppd.xml", "r13_ppd_sin_pago.xml"])
def test_the_balances_of_the_scenario_come_out(archivo: str) -> None:
    documentos, esperado = _escenario()
    fila = esperado["ppd_saldos"][archivo]
    assert saldo(documentos[fila["uuid"].lower()], documentos) == Decimal(fila["saldo"])


@pytest.mark.parametrize("semilla", ["1", "7"])
def test_the_flow_of_generated_books_is_that_of_their_oracle(semilla: str) -> None:
    generador = runpy.run_path(str(shared("samples", "make_bulk.py")))["Bulk"](
        1500, semilla, "EKU9003173C9", "ESCUELA KEMPER URGATE", "2025-01", 12
    )
    leidos = [_documento(contenido, "EKU9003173C9", frozenset()) for _, contenido in generador]
    hechos, _ = eventos({d.uuid: d for d in leidos}, None, OPCIONES)
    for lado in Lado:
        for periodo, flujo in generador.oracle()["iva_flujo_por_mes"][lado + "s"].items():
            total = suma(e.cubetas for e in hechos if str(e.periodo) == periodo and e.lado is lado)
            obtenido = {
                "iva_trasladado": total.iva_16 + total.iva_8,
                "iva_retenido": total.ret_iva,
                "isr_retenido": total.ret_isr,
            }
            assert obtenido == {k: Decimal(v) for k, v in flujo.items()}, (lado, periodo)
