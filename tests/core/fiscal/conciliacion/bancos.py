"""Makers of rows and documents, and random banks."""

import random
from datetime import date, timedelta
from decimal import Decimal

from horux_core.fiscal.conciliacion.emparejando import conciliar
from horux_core.fiscal.conciliacion.model import Candidato, Clase, Decisiones, Renglon, Resultado, Signo

D = Decimal
RFCS = ("URE180429TM6", "XIA190128J61", "IIA040805DZ4", "XAXX010101000")


def renglon(id_: str, dia: str, monto: str, texto: str = "SPEI", cuenta: str = "A", moneda: str = "MXN") -> Renglon:
    """`monto` carries its sign: `-350.00` went out."""
    signo = Signo.CARGO if monto.startswith("-") else Signo.ABONO
    return Renglon(id_, cuenta, date.fromisoformat(dia), D(monto.lstrip("+-")), signo, texto, moneda=moneda)


def documento(
    id_: str,
    clase: Clase,
    dia: str,
    saldo: str,
    rfc: str = "URE180429TM6",
    nombre: str = "",
    folio: str = "",
    moneda: str = "MXN",
    paga: tuple[tuple[str, Decimal], ...] = (),
) -> Candidato:
    """`saldo` carries its sign: `-350.00` is owed by us."""
    signo = Signo.CARGO if saldo.startswith("-") else Signo.ABONO
    monto = D(saldo.lstrip("+-"))
    return Candidato(id_, clase, signo, date.fromisoformat(dia), monto, rfc, nombre, folio, moneda, paga)


def por_renglon(*resultados: Resultado) -> dict[str, Resultado]:
    return {resultado.renglon: resultado for resultado in resultados}


def resuelve(
    renglones: list[Renglon], candidatos: list[Candidato], decisiones: Decisiones | None = None
) -> dict[str, Resultado]:
    return por_renglon(*conciliar(renglones, candidatos, decisiones))


class Azar:
    """A bank and books with few different amounts, days and names, so that much collides."""

    def __init__(self, semilla: int, cuantos: int = 14) -> None:
        azar = random.Random(semilla)
        inicio = date(2026, 1, 1)
        self.candidatos = [self._documento(azar, f"d{i}", inicio) for i in range(cuantos)]
        self.renglones = [self._renglon(azar, f"r{i}", inicio) for i in range(cuantos)]

    @staticmethod
    def _documento(azar: random.Random, id_: str, inicio: date) -> Candidato:
        dia = (inicio + timedelta(days=azar.randrange(40))).isoformat()
        saldo = azar.choice("+-") + azar.choice(["100.00", "200.00", "300.00", "300.01", "450.00", "0.00"])
        rfc = azar.choice(RFCS)
        return documento(id_, azar.choice(list(Clase)), dia, saldo, rfc, folio=f"A-{id_[1:]}")

    @staticmethod
    def _renglon(azar: random.Random, id_: str, inicio: date) -> Renglon:
        dia = (inicio + timedelta(days=azar.randrange(50))).isoformat()
        monto = azar.choice("+-") + azar.choice(["100.00", "200.00", "300.00", "400.00", "500.00", "600.00", "75.00"])
        texto = azar.choice(["SPEI", "DEPOSITO", "COMISION", *RFCS, "FAC A-3", "FAC A-7"])
        return renglon(id_, dia, monto, texto, azar.choice("AB"))
