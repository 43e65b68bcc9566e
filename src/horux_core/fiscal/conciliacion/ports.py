"""What reads the statements of a bank, and what keeps them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from horux_core.fiscal.conciliacion.importando import EstadoCuenta
from horux_core.fiscal.conciliacion.libro import (
    Carga,
    Cobro,
    Conciliable,
    CuentaBancaria,
    FilaBancaria,
    FilaMostrada,
    Filtro,
    Guardado,
)
from horux_core.fiscal.conciliacion.model import Rechazo
from horux_core.kernel.pages import Page


class StatementReader(Protocol):
    """Reads a bank's file of one format. A pure function of bytes."""

    def recognises(self, content: bytes) -> bool:
        """Whether the file looks like the format this one reads; a damaged one may."""

    def weighs(self, content: bytes) -> int:
        """How many bytes there are to read in it, once unpacked. What cannot be unpacked counts as it is."""

    def read(self, content: bytes) -> EstadoCuenta:
        """Every movement of the file, in its order. Raises EstadoCuentaRechazado, of the kind that says why."""


class Conciliacion(Protocol):
    """The bank of one taxpayer, and what its rows are matched with. Rows are named by their id."""

    def lock(self, *, followed: bool = False) -> None:
        """Be the only one that changes it until the transaction ends. Raises DatabaseUnavailable: too long.

        `followed`: who asks sees to what the change brings about, so that it is told to nobody.
        """

    def cuentas(self) -> tuple[CuentaBancaria, ...]:
        """Any order."""

    def guardar_cuenta(self, cuenta: CuentaBancaria) -> None:
        """Put it in place of what was kept under its id."""

    def entrar(self, carga: Carga, filas: Sequence[FilaBancaria]) -> int:
        """Keep the statement and those of its rows whose id is new, without a document; how many they were."""

    def cargas(self) -> tuple[Carga, ...]:
        """Any order."""

    def dia_del_ultimo(self, cuantos: int) -> date | None:
        """The day since which there are that many rows, or of the first one; None without rows."""

    def guardados(self, desde: date, hasta: date = date.max) -> tuple[Guardado, ...]:
        """The rows from one day to the other, both included, by day, then id."""

    def de_renglones(self, renglones: Iterable[str]) -> tuple[Guardado, ...]:
        """Those of these rows that there are, by day, then id."""

    def de_propuesta(self, ident: UUID) -> tuple[Guardado, ...]:
        """The rows with that proposal: none, one, or both of a transfer."""

    def con_documentos(self, uuids: Iterable[str]) -> tuple[Guardado, ...]:
        """The rows with a proposal that names one of those documents, by day, then id."""

    def guardar(self, resultados: Iterable[Guardado]) -> None:
        """Put how each stands in place of what was kept of its row.

        The alerts have the documents that another amount of a row settles now as changed (`Alertas.marcas`).
        """

    def rechazos(self) -> frozenset[Rechazo]: ...

    def rechazar(self, rechazo: Rechazo, en: datetime) -> None:
        """Keep it; nothing when it is kept already."""

    def pagina(self, filtro: Filtro, cursor: str | None, limit: int) -> Page[FilaMostrada]:
        """The latest day first, without `documentos`. Raises CursorMalformed."""

    def mostradas(self, renglones: Iterable[str]) -> tuple[FilaMostrada, ...]:
        """Those of these rows that there are, the latest day first, without `documentos`."""

    def conciliables(self, emitidas: tuple[date, date], pagadas: tuple[date, date]) -> tuple[Conciliable, ...]:
        """Of the vigente documents: I issued, and N and P paid, between those days, both included; any order."""

    def conciliables_de(self, uuids: Iterable[str]) -> tuple[Conciliable, ...]:
        """Those of these documents that there are, also what is cancelled; any order."""

    def cobros(self) -> tuple[Cobro, ...]:
        """What stands matched, one for each document of a row; any order."""
