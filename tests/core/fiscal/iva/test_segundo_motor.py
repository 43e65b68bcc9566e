"""Two engines written apart agree to the cent on generated books."""

from decimal import Decimal
from fractions import Fraction

import pytest

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.model import MesIva, ModoNotas, OpcionesIva
from horux_core.fiscal.iva.saldos import Saldos
from tests.core.fiscal.iva.azar import PERIODOS, Azar
from tests.core.fiscal.iva.libros import hechos, libro, meses
from tests.core.fiscal.iva.segundo_mes import Cuentas, months
from tests.core.fiscal.iva.segundo_motor import NOMBRES, SegundoMotor, redondo

_OPCIONES = (
    OpcionesIva(),
    OpcionesIva(notas=ModoNotas.EMISION, no_objeto_en_factor=False),
    OpcionesIva(retencion_enterada=False, efectivo_tope=Decimal("500.00")),
)
_LIBROS = 400


def _como_cuentas(mes: MesIva) -> tuple[Decimal, ...]:
    return (
        mes.iva_trasladado,
        mes.iva_retenido,
        mes.iva_acreditable,
        mes.iva_no_acreditable,
        mes.factor,
        mes.retenido_acreditable,
        mes.retenido_a_terceros,
        mes.resultado,
        mes.a_pagar,
        mes.saldo_a_favor,
        mes.base_exento,
        mes.base_no_objeto,
    )


def _del_otro(c: Cuentas) -> tuple[Fraction, ...]:
    return (
        c.trasladado,
        c.retenido,
        c.acreditable,
        c.no_acreditable,
        c.factor,
        c.ret_siguiente,
        c.por_enterar,
        c.resultado,
        c.a_pagar,
        c.saldo,
        c.actos["base_exento"],
        c.actos["base_no_objeto"],
    )


@pytest.mark.parametrize("tanda", range(10))
def test_both_engines_give_the_same_events_months_and_balances(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, 10):
        opciones = _OPCIONES[semilla % 3]
        documentos = Azar(semilla).documentos
        otro = SegundoMotor(documentos, opciones)
        propios = {
            (e.uuid, (e.pago, e.docto), str(e.lado)): (
                (e.periodo.anio, e.periodo.mes),
                [getattr(e.cubetas, n) for n in NOMBRES],
                e.motivo,
                e.no_acreditable,
                e.retenido_no_acreditable,
                e.destino,
            )
            for e in hechos(*documentos, opciones=opciones)
        }
        ajenos = {
            (h.uuid, h.indice, h.lado): (
                h.mes,
                [h.importes[n] for n in NOMBRES],
                h.motivo,
                h.perdido,
                h.retenido,
                h.destino,
            )
            for h in otro.hechos()
        }
        assert propios == ajenos, semilla
        cadena = meses(documentos, PERIODOS[0], PERIODOS[-1], opciones)
        orden = [(2026, k + 1) for k in range(len(PERIODOS))]
        assert [_como_cuentas(m) for m in cadena.values()] == [_del_otro(c) for c in months(otro, orden)], semilla
        saldos = Saldos(libro(*documentos))
        for factura in documentos:
            if factura.tipo is Tipo.INGRESO:
                assert saldos.de(factura) == redondo(otro.owed(factura)), semilla
