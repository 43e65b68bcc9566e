"""A taxpayer with books and a bank in memory, and what is asked of them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.libros import a_cfdi
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.cfdi.model import Estado as EstadoCfdi
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.conciliacion.cargando import Dicho, LoadStatement, ResultadoCarga
from horux_core.fiscal.conciliacion.consultando import ListConciliacion, Pedido
from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.fiscal.conciliacion.eligiendo import DecideMatch
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento
from horux_core.fiscal.conciliacion.libro import Cobro, FilaMostrada, identidad
from horux_core.fiscal.conciliacion.model import Propuesta
from horux_core.kernel.ids import TenantId
from tests.despacho import Despacho

D = Decimal


def movimiento(dia: str, importe: str, texto: str = "SPEI", **changes: Any) -> Movimiento:
    return Movimiento(date.fromisoformat(dia), D(importe), texto, **changes)


def factura(n: int, dia: str, total: str, **changes: Any) -> Cfdi:
    return a_cfdi(n, total, fecha_emision=datetime.fromisoformat(f"{dia}T10:00:00"), **changes)


@dataclass(frozen=True)
class Oficina:
    despacho: Despacho = field(default_factory=Despacho)
    changed: list[TenantId] = field(default_factory=list)

    def __post_init__(self) -> None:
        books = replace(self.despacho.books, changed=self.changed.append)
        object.__setattr__(self.despacho, "books", books)

    @property
    def decide(self) -> DecideMatch:
        d = self.despacho
        return DecideMatch(d.books, d.entitlements, d.audit, d.clock)

    def carga(self, *movimientos: Movimiento, cuenta: str | None = "BBVA", **mas: Any) -> ResultadoCarga:
        d = self.despacho
        load = LoadStatement(d.books, AnyStatementReader(), d.entitlements, d.audit, d.clock)
        del_archivo = {n: mas.pop(n) for n in ("numero", "del_archivo") if n in mas}
        estado = EstadoCuenta(movimientos, del_archivo.get("numero"), del_archivo.get("del_archivo"))
        return load(d.actor(), estado, Dicho("enero.csv", cuenta, **mas))

    def otra_vez(self) -> None:
        MatchAgain(self.despacho.books, self.despacho.entitlements)(self.despacho.tenant)

    def filas(self, **pedido: Any) -> list[FilaMostrada]:
        """Oldest first."""
        d = self.despacho
        page = ListConciliacion(d.books, d.entitlements)(d.actor(), Pedido(**pedido), None, 500)
        return list(reversed(page.items))

    def estados(self) -> list[str]:
        return [fila.guardado.resultado.estado.value for fila in self.filas()]

    def documentos(self) -> list[list[tuple[str, ...]]]:
        return [[p.documentos for p in fila.guardado.resultado.propuestas] for fila in self.filas()]

    def propuestas(self, fila: int) -> tuple[Propuesta, ...]:
        return self.filas()[fila].guardado.resultado.propuestas

    def propuesta(self, fila: int = 0, lugar: int = 0) -> UUID:
        return identidad(self.propuestas(fila)[lugar])

    def aceptar(self, ident: UUID) -> None:
        self.decide.accept(self.despacho.actor(), ident)

    def rechazar(self, ident: UUID) -> None:
        self.decide.refuse(self.despacho.actor(), ident)

    def deshacer(self, ident: UUID) -> None:
        self.decide.undo(self.despacho.actor(), ident)

    def cancelar(self, uuid: str) -> None:
        with self.despacho.books.open(self.despacho.tenant) as books:
            books.cfdis.correct(uuid, Correction(estado=EstadoCfdi.CANCELADO))

    def cobros(self) -> tuple[Cobro, ...]:
        with self.despacho.books.open(self.despacho.tenant) as books:
            return books.conciliacion.cobros()
