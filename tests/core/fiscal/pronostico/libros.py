"""Makers of what a forecast is drawn from, and random books."""

import random
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.model import Lado
from horux_core.fiscal.pronostico.model import Antecedente, Contribucion, Historia, Libros
from horux_core.kernel.periodo import Periodo

D = Decimal
HOY = date(2026, 3, 10)


def historia(contraparte: str, *pagos: tuple[int, str]) -> Historia:
    """Of payments, each with its days and its amount."""
    importes = [D(importe) for _, importe in pagos]
    por_dias = sum((dias * D(importe) for dias, importe in pagos), D(0))
    return Historia(Lado.EMITIDO, contraparte, len(pagos), sum(importes, D(0)), por_dias)


def abierta(uuid: str, dia: str, saldo: str, contraparte: str = "X", vigente: bool = True) -> Antecedente:
    return Antecedente(uuid, Tipo.INGRESO, "PPD", contraparte, date.fromisoformat(dia), D(saldo), vigente)


def pue(uuid: str, dia: str, total: str, contraparte: str = "PROV") -> Antecedente:
    return Antecedente(uuid, Tipo.INGRESO, "PUE", contraparte, date.fromisoformat(dia), D(total))


def nomina(uuid: str, dia: str, neto: str) -> Antecedente:
    return Antecedente(uuid, Tipo.NOMINA, None, "", date.fromisoformat(dia), D(neto))


def impuesto(mes: str, vence: str, a_pagar: str | None, nombre: str = "iva", pagada: bool = False) -> Contribucion:
    monto = None if a_pagar is None else D(a_pagar)
    return Contribucion(nombre, Periodo.parse(mes), date.fromisoformat(vence), monto, pagada)


def al_azar(semilla: int) -> Libros:
    azar = random.Random(semilla)

    def dia() -> date:
        return HOY - timedelta(days=azar.randrange(-5, 140))

    def documento(i: int) -> Antecedente:
        importe = D(azar.randrange(-50, 5_000_00)) / 100
        metodo = azar.choice(["PUE", "PPD", None])
        return Antecedente(
            f"u{i}", azar.choice(list(Tipo)), metodo, azar.choice("XYZ"), dia(), importe, azar.random() < 0.8
        )

    def historias() -> tuple[Historia, ...]:
        pagos = [(azar.randrange(0, 90), str(D(azar.randrange(0, 10_000)) / 100)) for _ in range(azar.randrange(6))]
        return tuple(historia(quien, *azar.sample(pagos, azar.randrange(len(pagos) + 1))) for quien in "XYZ")

    def mes(n: int) -> Contribucion:
        periodo = Periodo.of(HOY - timedelta(days=31 * (3 - n)))
        vence = date(periodo.siguiente().anio, periodo.siguiente().mes, 17)
        a_pagar = azar.choice([None, D(azar.randrange(0, 10_000))])
        return Contribucion("iva", periodo, vence, a_pagar, azar.random() < 0.3)

    return Libros(
        historias(),
        historias(),
        tuple(map(documento, range(15))),
        tuple(map(documento, range(100, 130))),
        tuple(map(documento, range(200, 230))),
        tuple(map(mes, range(6))),
    )
