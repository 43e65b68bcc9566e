"""Everything that was done anywhere, by anybody."""

from collections.abc import Iterator, Mapping

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.audit.model import Entry
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.operations.clients import ClientName
from horux_core.operations.overseeing import NameClients
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_core.tenancy.errors import TenantMissing
from horux_http.browser.formats import momento
from horux_http.browser.frame import Frame
from horux_http.browser.tables import KINDS, download
from horux_http.op import words
from horux_http.op.asking import OPERATION, Framed, address

PATH = "/op/auditoria"
_SHOWN = 50
_MOST = 20_000
"""Deeds in a file."""
_COLUMNS = (
    Columna("Cuándo", Formato.FECHA, 18), Columna("Quién", ancho=32), Columna("RFC"), Columna("Cliente", ancho=40),
    Columna("Qué hizo", ancho=32), Columna("Detalle", ancho=60), Columna("Dónde", ancho=40),
    Columna("Solicitud", ancho=38),
)  # fmt: skip


class AuditoriaPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
        name_clients: NamedDependency[SkipValidation[NameClients]],
        quien: FromQuery[str] = "",
        rfc: FromQuery[str] = "",
        que: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        given = _given(quien, rfc, que)
        unknown = ""
        try:
            page = read_whole_audit(frame.actor, cursor, _SHOWN, given["rfc"], given["quien"], given["que"])
        except TenantMissing as error:
            page, unknown = Page((), None), str(error)
        return frame.page(
            "op/auditoria.html",
            entries=page.items,
            names=name_clients(frame.actor, (entry.tenant for entry in page.items)),
            given=given,
            narrowed=any(given.values()),
            unknown=unknown,
            options=[("", "Todo"), *sorted(words.DEEDS.items(), key=lambda pair: pair[1])],
            deeds=words.DEEDS,
            told_of=words.told,
            wrong=words.WRONG_DEEDS,
            first=address(PATH, given) if cursor else "",
            next=address(PATH, given, cursor=page.next_cursor) if page.next_cursor else "",
            files={kind: address(f"{PATH}/archivo", given, formato=kind) for kind in KINDS},
        )

    @get("/archivo", sync_to_thread=True)
    def file(
        self,
        frame: Framed,
        read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
        name_clients: NamedDependency[SkipValidation[NameClients]],
        hojas: NamedDependency[SkipValidation[Hojas]],
        quien: FromQuery[str] = "",
        rfc: FromQuery[str] = "",
        que: FromQuery[str] = "",
        formato: FromQuery[str] = "xlsx",
    ) -> Response[bytes]:
        given = _given(quien, rfc, que)
        entries = list(_every(frame, read_whole_audit, given))
        names = name_clients(frame.actor, (entry.tenant for entry in entries))
        title = ("Auditoría", f"Al {momento(frame.now)}")
        return download(formato, hojas, f"auditoria-{frame.today}", title, _COLUMNS, [_row(e, names) for e in entries])


def _given(quien: str, rfc: str, que: str) -> dict[str, str]:
    return {"quien": quien.strip()[:100], "rfc": rfc.strip()[:20], "que": que if que in words.DEEDS else ""}


def _every(frame: Frame, read: ReadWholeAudit, given: Mapping[str, str]) -> Iterator[Entry]:
    cursor, left = None, _MOST
    while left > 0:
        page = read(frame.actor, cursor, min(500, left), given["rfc"], given["quien"], given["que"])
        yield from page.items
        cursor, left = page.next_cursor, left - len(page.items)
        if cursor is None:
            return


def _row(entry: Entry, names: Mapping[TenantId, ClientName]) -> tuple[Celda, ...]:
    who = names.get(entry.tenant) if entry.tenant else None
    at = entry.at.astimezone(MEXICO).replace(tzinfo=None, microsecond=0)
    return (
        at, entry.email, who.rfc if who else None, who.nombre if who else None,
        words.DEEDS.get(entry.action, entry.action), ", ".join(words.told(entry)), f"{entry.method} {entry.path}",
        entry.request_id,
    )  # fmt: skip
