"""The worked example of FISCAL.md 3.5, to the cent."""

import json
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.cfdi.model import CUBETAS, DestinoIva, Tipo
from horux_core.fiscal.iva.model import Documento
from tests.core.fiscal.iva.libros import complemento, cubetas, docto, documento, hechos, meses, nota, un_pago
from tests.samples import shared

_NOMBRES = {"base16": "base_16", "iva16": "iva_16", "base8": "base_8", "iva8": "iva_8", "base0": "base_0"}
_FIGURAS = {
    "base_16": "base_16",
    "base_8": "base_8",
    "base_0": "base_0",
    "base_exento": "base_exento",
    "iva_trasladado_cobrado": "iva_trasladado",
    "iva_retenido_al_contribuyente": "iva_retenido",
    "iva_acreditable_identificado": "identificado",
    "iva_acreditable_mixto_antes_de_factor": "mixto",
    "factor_prorrateo": "factor",
    "iva_retenido_enterado_mes_anterior": "retenido_mes_anterior",
    "iva_acreditable_total": "iva_acreditable",
    "resultado": "resultado",
    "saldo_a_favor_anterior": "saldo_anterior",
    "saldo_a_favor_aplicado": "saldo_a_favor_aplicado",
    "iva_a_pagar": "a_pagar",
    "iva_a_pagar_pesos": "a_pagar_pesos",
    "saldo_a_favor_final": "saldo_a_favor",
    "iva_retenido_a_terceros_por_enterar": "retenido_a_terceros",
}


def _leido(crudo: dict[str, Any]) -> Documento:
    importes = cubetas(**{_NOMBRES.get(k, k): v for k, v in crudo.items() if _NOMBRES.get(k, k) in CUBETAS})
    if crudo["tipo"] == "P":
        return complemento(crudo["id"], *[_pago(p) for p in crudo["pagos"]], lado=crudo["dir"], fecha=crudo["fecha"])
    campos: dict[str, Any] = {
        "lado": crudo["dir"],
        "metodo_pago": crudo["metodo"],
        "forma_pago": crudo["forma"],
        "moneda": crudo["moneda"],
        "tipo_cambio": Decimal(crudo.get("tipo_cambio", "1")),
        "total": Decimal(crudo["total"]),
        "vigente": crudo.get("estado") != "Cancelado",
        "destino": DestinoIva(crudo["destino_iva"]) if "destino_iva" in crudo else None,
    }
    if crudo["tipo"] == "E":
        return nota(crudo["id"], crudo["fecha"], importes, crudo["relacionado"], tipo=crudo["relacion"], **campos)
    return documento(crudo["id"], crudo["fecha"], importes, tipo=Tipo(crudo["tipo"]), **campos)


def _pago(crudo: dict[str, str]) -> Any:
    parte = docto(
        crudo["docto"],
        crudo["imp_pagado"],
        cubetas(base_16=crudo["base16_dr"], iva_16=crudo["iva16_dr"]),
        moneda=crudo.get("moneda_dr", "MXN"),
        equivalencia=Decimal(crudo.get("equivalencia_dr", "1")),
        saldo_anterior=Decimal(crudo["imp_saldo_ant"]),
    )
    return un_pago(crudo["fecha_pago"], parte, moneda=crudo["moneda_p"], monto=Decimal(crudo["monto"]))


def _ejemplo() -> tuple[list[Documento], dict[str, dict[str, str]]]:
    ejemplo = json.loads(shared("domain", "ejemplo_iva_3_meses.json").read_text(encoding="utf-8"))
    return [_leido(c) for c in ejemplo["cfdis"]], ejemplo["esperado"]


@pytest.mark.parametrize("periodo", ["2026-01", "2026-02", "2026-03"])
def test_every_figure_of_the_worked_example_comes_out(periodo: str) -> None:
    documentos, esperado = _ejemplo()
    mes = meses(documentos, "2026-01", "2026-03")[periodo]
    perdido = sum(
        (e.no_acreditable for e in hechos(*documentos) if e.motivo == "efectivo" and str(e.periodo) == periodo),
        Decimal("0.00"),
    )
    obtenido = {clave: str(getattr(mes, columna)) for clave, columna in _FIGURAS.items()}
    obtenido["iva_no_acreditable_bancarizacion"] = str(perdido)
    assert obtenido == esperado[periodo]
