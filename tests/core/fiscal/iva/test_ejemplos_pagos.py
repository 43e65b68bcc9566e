"""The vectors of proration and conversion of FISCAL.md 2.5."""

import json
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.cfdi.model import CUBETAS
from tests.core.fiscal.iva.libros import complemento, cubetas, docto, documento, hechos, pagada, un_pago
from tests.samples import shared

_NOMBRES = {"base16": "base_16", "iva16": "iva_16", "base0": "base_0"}


def _ejemplos(clase: str) -> list[dict[str, Any]]:
    todos: dict[str, Any] = json.loads(shared("domain", "ejemplos_pagos.json").read_text(encoding="utf-8"))
    casos: list[dict[str, Any]] = todos[clase]
    return casos


def _cubetas(crudo: dict[str, str]) -> Any:
    return cubetas(**{_NOMBRES.get(k, k): v for k, v in crudo.items() if _NOMBRES.get(k, k) in CUBETAS})


@pytest.mark.parametrize("caso", range(3))
@pytest.mark.parametrize("con_saldo_anterior", [True, False])
def test_payments_without_taxes_are_prorated_from_the_invoice(caso: int, con_saldo_anterior: bool) -> None:
    ejemplo = _ejemplos("prorrateo")[caso]
    factura = documento(
        "F", "2026-01-05", _cubetas(ejemplo["impuestos_factura"]), metodo_pago="PPD", total=Decimal(ejemplo["total"])
    )
    pagos = [
        pagada(
            f"P{k}",
            "F",
            f"2026-0{k + 2}-10",
            parte["imp_pagado"],
            saldo_anterior=Decimal(parte["imp_saldo_ant"]) if con_saldo_anterior else None,
        )
        for k, parte in enumerate(ejemplo["esperado"])
    ]
    obtenidas = [e.cubetas for e in hechos(factura, *pagos)]
    assert obtenidas == [_cubetas(parte) for parte in ejemplo["esperado"]]


@pytest.mark.parametrize("caso", range(5))
def test_a_share_is_converted_by_the_rates_of_its_payment(caso: int) -> None:
    ejemplo = _ejemplos("conversion")[caso]
    importe = ejemplo.get("importe_dr") or ejemplo["imp_pagado_dr"]
    parte = docto(
        "F",
        importe,
        cubetas(iva_16=importe),
        moneda=ejemplo["moneda_dr"],
        equivalencia=Decimal(ejemplo.get("equivalencia_dr") or ejemplo.get("tipo_cambio_dr") or "1"),
    )
    pago = un_pago(
        "2026-02-10",
        parte,
        moneda=ejemplo["moneda_p"],
        tipo_cambio=Decimal(ejemplo.get("tipo_cambio_p", "1")),
        monto=Decimal(ejemplo.get("monto", "0")),
    )
    [evento] = hechos(complemento("P", pago))
    assert str(evento.cubetas.iva_16) == ejemplo["importe_mxn"]
