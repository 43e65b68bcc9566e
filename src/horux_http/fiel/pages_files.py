"""The book of use of an e.firma and the receipts of those that are no more, to be kept elsewhere."""

from collections.abc import Iterator

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.fiel.model import Use, UseKind
from horux_core.fiel.showing import ListReceipts, ListUses, ShownReceipt
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.kernel.clock import MEXICO
from horux_core.tenancy.listing import LONGEST_PAGE
from horux_http.browser.formats import momento
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.tables import Kind, attachment, download, in_file
from horux_http.fiel.pages import PATH
from horux_http.fiel.wire import ReciboOut

MOST = 20_000
"""Entries in a file."""
KINDS = {
    UseKind.ALTA: "Guardada", UseKind.REEMPLAZO: "Reemplazada", UseKind.USO: "Abierta",
    UseKind.ROTACION: "Vuelta a cifrar", UseKind.DESTRUCCION: "Destruida", UseKind.CURACION: "Copia reparada",
    UseKind.ACEPTACION: "Libro aceptado",
}  # fmt: skip
_COLUMNS = (
    Columna("Asiento", Formato.ENTERO, 9), Columna("Cuándo", Formato.FECHA, 18), Columna("Qué", ancho=16),
    Columna("Quién", ancho=32), Columna("Razón", ancho=50), Columna("Qué se abrió", ancho=36),
    Columna("Origen", ancho=38), Columna("Huella", ancho=66), Columna("Huella anterior", ancho=66),
)  # fmt: skip


class FielFiles(Controller):
    path = PATH

    @get("/usos", sync_to_thread=True)
    def uses(
        self,
        frame: Framed,
        list_uses: NamedDependency[SkipValidation[ListUses]],
        hojas: NamedDependency[SkipValidation[Hojas]],
        formato: FromQuery[Kind] = "xlsx",
    ) -> Response[bytes]:
        rows = [_row(use) for use in _every(frame, list_uses)]
        name, lines = _heading(frame, "Libro de uso de la e.firma")
        return download(formato, hojas, f"{name}-efirma-usos", ("Libro de uso", *lines), _COLUMNS, rows)

    @get("/recibos", sync_to_thread=True)
    def receipts(self, frame: Framed, list_receipts: NamedDependency[SkipValidation[ListReceipts]]) -> Response[bytes]:
        kept = list_receipts(frame.actor, None, LONGEST_PAGE).items
        name, _ = _heading(frame, "")
        content = msgspec.json.format(msgspec.json.encode(_told(kept)), indent=2)
        return attachment(f"{name}-efirma-recibos.json", "application/json", content)


def _told(receipts: tuple[ShownReceipt, ...]) -> list[ReciboOut]:
    return [ReciboOut.of(shown.receipt, shown.proven) for shown in receipts]


def _heading(frame: Frame, title: str) -> tuple[str, tuple[str, ...]]:
    """What the file is called by, and the lines above its rows."""
    assert frame.desk is not None
    tenant = frame.desk.tenant
    return in_file(str(tenant.rfc)), (title, f"{tenant.nombre}, {tenant.rfc}", f"Al {momento(frame.now)}")


def _every(frame: Frame, list_uses: ListUses) -> Iterator[Use]:
    cursor, left = None, MOST
    while left > 0:
        page = list_uses(frame.actor, cursor, LONGEST_PAGE)
        yield from page.items
        cursor, left = page.next_cursor, left - len(page.items)
        if cursor is None:
            return


def _row(use: Use) -> tuple[Celda, ...]:
    at = use.at.astimezone(MEXICO).replace(tzinfo=None, microsecond=0)
    opened = ", ".join(component.value for component in use.components)
    return use.seq, at, KINDS[use.kind], use.who_name, use.reason, opened, use.origin, use.hash, use.previous_hash
