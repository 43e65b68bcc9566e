"""What was done in a taxpayer's name, for its owner: on paper, and as a file."""

from collections.abc import Iterator

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.audit.model import Entry
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.pages import Page
from horux_core.tenancy.auditing import Origin, SearchOwnAudit
from horux_http.browser.formats import momento
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.tables import KINDS, Kind, download, in_file
from horux_http.op import words
from horux_http.op.asking import Asked, address

PATH = "/configuracion/auditoria"
PAGE = 50
MOST = 20_000
"""Deeds in a file."""
Searching = NamedDependency[SkipValidation[SearchOwnAudit]]
ORIGINS = {Origin.EMPRESA: "Tu empresa", Origin.OPERADOR: "Horux360"}
_COLUMNS = (
    Columna("Cuándo", Formato.FECHA, 18), Columna("Quién", ancho=32), Columna("De parte de", ancho=14),
    Columna("Qué hizo", ancho=32), Columna("Detalle", ancho=60), Columna("Solicitud", ancho=38),
)  # fmt: skip


class AuditoriaPages(Controller):
    path = PATH

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        search_own_audit: Searching,
        quien: FromQuery[str] = "",
        origen: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        asked, origin = _asked(quien, origen)
        given = asked.values
        page: Page[Entry] = (
            Page((), None) if asked.wrong else search_own_audit(frame.actor, cursor, PAGE, given["quien"], origin)
        )
        return frame.page(
            "admin/trail.html",
            status=asked.status,
            refused=asked.refused,
            entries=page.items,
            origins=search_own_audit.origins(page.items),
            operator=Origin.OPERADOR,
            given=given,
            narrowed=any(given.values()),
            options=[("", "Cualquiera"), *((each.value, text) for each, text in ORIGINS.items())],
            deeds=words.DEEDS,
            told_of=words.told,
            wrong=words.WRONG_DEEDS,
            files={kind: address(f"{PATH}/archivo", given, formato=kind) for kind in KINDS},
            first=address(PATH, given) if cursor else "",
            next=address(PATH, given, cursor=page.next_cursor) if page.next_cursor else "",
        )

    @get("/archivo", sync_to_thread=True)
    def file(
        self,
        frame: Framed,
        search_own_audit: Searching,
        hojas: NamedDependency[SkipValidation[Hojas]],
        quien: FromQuery[str] = "",
        origen: FromQuery[str] = "",
        formato: FromQuery[Kind] = "xlsx",
    ) -> Response[bytes]:
        asked, origin = _asked(quien, origen)
        asked.require()
        entries = list(_every(frame, search_own_audit, asked.values["quien"], origin))
        origins = search_own_audit.origins(entries)
        assert frame.desk is not None
        tenant = frame.desk.tenant
        title = ("Auditoría", f"{tenant.nombre}, {tenant.rfc}", f"Al {momento(frame.now)}")
        rows = [_row(entry, origins[entry.id]) for entry in entries]
        return download(formato, hojas, f"{in_file(str(tenant.rfc))}-auditoria", title, _COLUMNS, rows)


def _every(frame: Frame, search: SearchOwnAudit, who: str, origin: Origin | None) -> Iterator[Entry]:
    cursor, left = None, MOST
    while left > 0:
        page = search(frame.actor, cursor, min(500, left), who, origin)
        yield from page.items
        cursor, left = page.next_cursor, left - len(page.items)
        if cursor is None:
            return


def _row(entry: Entry, origin: Origin) -> tuple[Celda, ...]:
    where = ", ".join(words.told(entry)) or f"{entry.method} {entry.path}"
    at = entry.at.astimezone(MEXICO).replace(tzinfo=None, microsecond=0)
    return at, entry.email, ORIGINS[origin], words.DEEDS.get(entry.action, entry.action), where, entry.request_id


def _asked(quien: str, origen: str) -> tuple[Asked, Origin | None]:
    asked = Asked({"quien": quien.strip(), "origen": origen})
    asked.text("quien")
    return asked, asked.one_of("origen", Origin)
