"""A statement as it was read, and the identity of its rows: importing it again changes nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.libro import FilaBancaria
from horux_core.fiscal.conciliacion.model import Renglon, Signo
from horux_core.kernel.importe import CERO, centavos

UNO = Decimal(1)
MAX_ESTADO_CUENTA = 10 * 1024 * 1024
"""Bytes of a statement: a bank's largest month is a tenth of it."""


@dataclass(frozen=True, slots=True)
class Movimiento:
    """A row as the file says it: `importe` is above zero when the money came in. `linea` is its place, from 1."""

    fecha: date
    importe: Decimal
    descripcion: str
    referencia: str = ""
    saldo: Decimal | None = None
    linea: int = 0
    fitid: str = ""
    """What an OFX file knows the movement by."""


@dataclass(frozen=True, slots=True)
class EstadoCuenta:
    """What a file told. `cuenta` and `moneda` when it names them."""

    movimientos: tuple[Movimiento, ...]
    cuenta: str | None = None
    moneda: str | None = None


def filas(cuenta: str, estado: EstadoCuenta, tipo_cambio: Decimal = UNO) -> tuple[FilaBancaria, ...]:
    """The rows of the account, each with an identity that is the same whenever the same movement is read.

    That is its day and amount with its FITID, or else with its texts. Movements alike in all of it are told apart by
    their ordinal: some banks give many the same FITID, and a statement that holds the day whole gives the same
    identities as one that overlaps it. `tipo_cambio` is MXN per unit of the account's currency.
    """
    vistos: Counter[tuple[str, ...]] = Counter()
    hechas = []
    for movimiento in estado.movimientos:
        huella = _huella(cuenta, movimiento)
        vistos[huella] += 1
        ident = str(UUID(sha256("\x1f".join((*huella, str(vistos[huella]))).encode()).hexdigest()[:32]))
        renglon = _renglon(ident, cuenta, estado.moneda or MXN, movimiento, tipo_cambio)
        hechas.append(FilaBancaria(renglon, centavos(movimiento.importe), movimiento.saldo, movimiento.linea))
    return tuple(hechas)


def _huella(cuenta: str, movimiento: Movimiento) -> tuple[str, ...]:
    propio = (cuenta, movimiento.fecha.isoformat(), str(centavos(movimiento.importe)))
    if movimiento.fitid:
        return ("fitid", *propio, movimiento.fitid)
    return (*propio, " ".join(movimiento.descripcion.split()), " ".join(movimiento.referencia.split()))


def _renglon(ident: str, cuenta: str, moneda: str, movimiento: Movimiento, tipo_cambio: Decimal) -> Renglon:
    return Renglon(
        id=ident,
        cuenta=cuenta,
        fecha=movimiento.fecha,
        monto=abs(centavos(movimiento.importe * tipo_cambio)),
        signo=Signo.ABONO if movimiento.importe > CERO else Signo.CARGO,
        descripcion=movimiento.descripcion,
        referencia=movimiento.referencia,
        moneda=moneda,
    )
