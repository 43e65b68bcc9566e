"""A report as a workbook."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import en_proceso
from horux_core.fiscal.reportes.consultando import armado, leido, papel_de_isr, papel_de_iva
from horux_core.fiscal.reportes.hojas import Hoja
from horux_core.fiscal.reportes.hojas_isr import hojas_isr
from horux_core.fiscal.reportes.hojas_iva import hojas_iva
from horux_core.fiscal.reportes.hojas_reporte import hojas_reporte, titulo
from horux_core.fiscal.reportes.model import Calculo
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class Libro:
    """A workbook and the name its file takes."""

    archivo: str
    contenido: bytes


@dataclass(frozen=True, slots=True)
class ExportReport:
    books: Books
    entitlements: Entitlements
    hojas: Hojas
    clock: Clock

    def __call__(self, actor: Actor, pedido: Pedido) -> Libro:
        """Raises what ShowReport raises."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.REPORTES)
        with self.books.open(actor.tenant) as books:
            books.steady()
            del_dia = replace(pedido, hoy=dia_fiscal(self.clock()))
            dibujar, rfc = _hojas(books, del_dia), books.contribuyente.rfc
        periodo = f"{pedido.anio}" if pedido.mes is None else f"{pedido.anio}-{pedido.mes:02d}"
        return Libro(f"{_en_archivo(rfc)}-{pedido.nombre}-{periodo}.xlsx", self.hojas.libro(dibujar()))


def _en_archivo(rfc: str) -> str:
    """An RFC in the letters that a file's name keeps in any browser."""
    return rfc.replace("Ñ", "N").replace("&", "Y")


def _hojas(books: OpenBooks, pedido: Pedido) -> Callable[[], tuple[Hoja, ...]]:
    """What draws them of all that was read. A working paper works its figures out in the workbook itself."""
    quien, mes = books.contribuyente.rfc, pedido.rango.desde
    encabezado = titulo(armado(pedido, Calculo(()), en_proceso(books)), pedido.nombre, quien)
    if pedido.nombre is NombreReporte.PAPEL_IVA:
        armar_papel = papel_de_iva(books, mes)
        return lambda: hojas_iva(armar_papel(), encabezado)
    if pedido.nombre is NombreReporte.PAPEL_ISR:
        papel = papel_de_isr(books, mes)
        return partial(hojas_isr, papel, books.reportes.fichas(m.uuid for m in papel.movimientos), encabezado)
    armar = leido(books, pedido)
    return lambda: hojas_reporte(armar(), pedido.nombre, quien)
