"""Two engines written apart agree to the cent on generated books: 400 of them, 5,000 with PROOF=full."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.mes import cuentas
from horux_core.fiscal.iva.model import Apertura, MesIva, ModoNotas, OpcionesIva
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.iva.azar import PERIODOS, Azar
from tests.core.fiscal.iva.libros import cadena as en_cadena
from tests.core.fiscal.iva.libros import hechos, libro, por_periodo
from tests.core.fiscal.iva.segundo_mes import Cuentas, months
from tests.core.fiscal.iva.segundo_motor import NOMBRES, SegundoMotor
from tests.system.scale import proof

_OPCIONES = (
    OpcionesIva(),
    OpcionesIva(notas=ModoNotas.EMISION, no_objeto_en_factor=False),
    OpcionesIva(retencion_enterada=False, efectivo_tope=Decimal("500.00")),
)
_LIBROS = proof(400, 5_000)
_TANDAS = 10
_ACTOS = ("base_16", "iva_16", "base_8", "iva_8", "base_0", "base_exento", "base_no_objeto")


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
        mes.a_pagar_pesos,
        *(getattr(mes, n) for n in _ACTOS),
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
        Fraction(int(c.a_pagar + Fraction(49, 100))),
        *(c.actos[n] for n in _ACTOS),
    )


def _cadena_de(semilla: int) -> tuple[Apertura, dict[Periodo, Decimal]]:
    """What the chain opens with, and what is asked back on the way: nothing in half of the books."""
    r = Random(semilla)
    primero, segundo = Periodo.parse(PERIODOS[0]), Periodo.parse(PERIODOS[1])
    if r.random() < 0.5:
        return Apertura(primero), {}
    apertura = Apertura(primero, Decimal(r.randint(0, 10**6)) / 100, Decimal(r.randint(0, 10**5)) / 100)
    return apertura, {primero: Decimal(r.randint(0, 10**6)) / 100, segundo: Decimal(r.randint(0, 10**5)) / 100}


@pytest.mark.parametrize("tanda", range(_TANDAS))
def test_both_engines_give_the_same_events_months_and_balances(tanda: int) -> None:
    for semilla in range(tanda, _LIBROS, _TANDAS):
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
        grupos = {p: cuentas(e) for p, e in por_periodo(hechos(*documentos, opciones=opciones)).items()}
        apertura, pedido = _cadena_de(semilla)
        cadena = en_cadena(apertura, Periodo.parse(PERIODOS[-1]), grupos, opciones, pedido)
        orden = [(2026, k + 1) for k in range(len(PERIODOS))]
        inicio = Cuentas(saldo=Fraction(apertura.saldo_a_favor), ret_siguiente=Fraction(apertura.retenido_mes_anterior))
        del_otro = months(otro, orden, inicio, {(p.anio, p.mes): Fraction(x) for p, x in pedido.items()})
        assert [_como_cuentas(m) for m in cadena] == [_del_otro(c) for c in del_otro], semilla
        saldos = Saldos(libro(*documentos))
        for factura in documentos:
            if factura.tipo is Tipo.INGRESO:
                assert saldos.de(factura) == otro.owed(factura), semilla
