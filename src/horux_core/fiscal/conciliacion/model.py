"""The bank against the books: rows of a statement, the documents they may settle, and what is proposed (FISCAL.md 7.1).

All of it is a product decision, not law, and `Parametros` holds it. A match never creates tax by itself.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum

from horux_core.fiscal.cfdi.model import MXN
from horux_core.kernel.importe import CENTAVO, CERO


class Signo(StrEnum):
    """Whether the money came in or went out."""

    ABONO = "+"
    CARGO = "-"


class Clase(IntEnum):
    """What a document is to the bank; a lower number is preferred: P before PPD before PUE."""

    PAGO = 1
    PPD = 2
    PUE = 3
    NOMINA = 4


class EstadoRenglon(StrEnum):
    """How a row of the bank stands, or a proposal for it."""

    CONCILIADO = "conciliado"
    SUGERIDO = "sugerido"
    RECHAZADO = "rechazado"
    SIN_DOCUMENTO = "sin_documento"
    COMISION_BANCARIA = "comision_bancaria"
    TRASPASO = "traspaso"


class Regla(StrEnum):
    """Why a document is proposed for a row."""

    EXACTA = "exacta"
    PUNTAJE = "puntaje"
    SUMA = "suma_de_documentos"
    PARCIALIDAD = "parcialidad"
    COMISION = "comision_bancaria"
    TRASPASO = "traspaso"


@dataclass(frozen=True, slots=True)
class Renglon:
    """A movement of a bank account. `monto` is above zero, in MXN; `signo` says which way it went.

    `id` is the same each time the statement is imported (`importando.renglones`). `moneda` is the account's: where it
    is not MXN, `monto` is its worth at a rate, and documents match within the foreign tolerance.
    """

    id: str
    cuenta: str
    fecha: date
    monto: Decimal
    signo: Signo
    descripcion: str
    referencia: str = ""
    moneda: str = MXN


@dataclass(frozen=True, slots=True)
class Candidato:
    """A document, or one payment of a P, that a row may settle. `saldo` is what the books say is owed of it, in MXN.

    Emitted for `+`, received for `-`, and an emitted N for `-`. `fecha` is Fecha, or FechaPago of a P and an N.
    `saldo` is the Total of a PUE, the Monto of a P, the saldo insoluto of a PPD, the net pay of an N. `paga` names
    the candidates that a P settles and its share of each, in MXN: what a row already settled of a PPD is not asked
    again of the P that documents it.
    """

    id: str
    clase: Clase
    signo: Signo
    fecha: date
    saldo: Decimal
    contraparte: str
    nombre: str = ""
    folio: str = ""
    moneda: str = MXN
    paga: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Parte:
    """What a row settles of a document, never more than was left of it."""

    documento: str
    importe: Decimal


@dataclass(frozen=True, slots=True)
class Propuesta:
    """One way to explain a row. `diferencia` is its amount less its parts: rounding, a fee, an exchange rate.

    `contrarenglon` is the other row of a transfer between own accounts.
    """

    renglon: str
    estado: EstadoRenglon
    regla: Regla
    partes: tuple[Parte, ...] = ()
    puntaje: Decimal = CERO
    diferencia: Decimal = CERO
    contrarenglon: str | None = None

    @property
    def documentos(self) -> tuple[str, ...]:
        return tuple(parte.documento for parte in self.partes)


@dataclass(frozen=True, slots=True)
class Resultado:
    """How a row stands after a run, and its proposals, best first; one alone when it is settled."""

    renglon: str
    estado: EstadoRenglon
    propuestas: tuple[Propuesta, ...] = ()


@dataclass(frozen=True, slots=True)
class Rechazo:
    """An explanation that the accountant refused for a row: these documents together, or that other row."""

    renglon: str
    documentos: frozenset[str] = frozenset()
    contrarenglon: str | None = None


@dataclass(frozen=True, slots=True)
class Decisiones:
    """What stands: proposals accepted, by hand or by themselves, and those refused for good."""

    aceptadas: tuple[Propuesta, ...] = ()
    rechazadas: frozenset[Rechazo] = frozenset()

    @property
    def renglones(self) -> frozenset[str]:
        """The rows that are settled, both of a transfer."""
        propios = {p.renglon for p in self.aceptadas}
        return frozenset(propios | {p.contrarenglon for p in self.aceptadas if p.contrarenglon is not None})


@dataclass(frozen=True, slots=True)
class Parametros:
    """Settings of a tenant; each default is FISCAL.md's (P), but `comision_maxima`, which it calls small."""

    tolerancia_monto: Decimal = CENTAVO
    tolerancia_monto_sugerida: Decimal = Decimal("1.00")
    tolerancia_divisas: Decimal = Decimal("0.02")
    dias_antes: int = 3
    dias_despues_pue: int = 10
    dias_despues_ppd: int = 120
    max_combinacion: int = 5
    auto: Decimal = Decimal("0.9")
    sugerir: Decimal = Decimal("0.6")
    peso_monto: Decimal = Decimal("0.6")
    peso_fecha: Decimal = Decimal("0.25")
    peso_texto: Decimal = Decimal("0.15")
    dias_traspaso: int = 1
    comision_maxima: Decimal = Decimal("2000.00")
    palabras_comision: tuple[str, ...] = ("COMISION", "COMISIONES", "IVA COMISION", "ISR RETENIDO")
    max_sugerencias: int = 10

    def ventana(self, clase: Clase) -> tuple[int, int]:
        """How many days before and after the document a row may be."""
        if clase is Clase.PPD:
            return 0, self.dias_despues_ppd
        return self.dias_antes, self.dias_despues_pue
