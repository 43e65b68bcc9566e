"""Everything that was done anywhere, by anybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
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
from horux_http.browser.given import Framed
from horux_http.browser.tables import KINDS, Kind, download
from horux_http.op import words
from horux_http.op.asking import OPERATION, Asked, address

PATH = "/op/auditoria"
_SHOWN = 50
_MOST = 20_000
"""Deeds in a file."""
_LONGEST_RFC = 20
_OPTIONS = (("", "Todo"), *sorted(words.DEEDS.items(), key=lambda pair: pair[1]))
_COLUMNS = (
    Columna("Cuándo", Formato.FECHA, 18), Columna("Quién", ancho=32), Columna("RFC"), Columna("Cliente", ancho=40),
    Columna("Qué hizo", ancho=32), Columna("Detalle", ancho=60), Columna("Dónde", ancho=40),
    Columna("Solicitud", ancho=38),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of the trail, and where it is looked for."""

    read: ReadWholeAudit
    asked: Asked

    @property
    def given(self) -> Mapping[str, str]:
        return self.asked.values

    def page(self, frame: Frame, cursor: str | None, limit: int) -> Page[Entry]:
        """Nothing of what is refused."""
        if not self.asked.wrong:
            try:
                return self.read(frame.actor, cursor, limit, *(self.given[name] for name in ("rfc", "quien", "que")))
            except TenantMissing as error:
                self.asked.refuse("rfc", str(error))
        return Page((), None)

    def every(self, frame: Frame) -> Iterator[Entry]:
        """Raises FiltroInvalido."""
        cursor, left = None, _MOST
        while left > 0:
            page = self.page(frame, cursor, min(500, left))
            self.asked.require()
            yield from page.items
            cursor, left = page.next_cursor, left - len(page.items)
            if cursor is None:
                return


def search(
    read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
    quien: FromQuery[str] = "",
    rfc: FromQuery[str] = "",
    que: FromQuery[str] = "",
) -> Search:
    asked = Asked({"quien": quien.strip(), "rfc": rfc.strip(), "que": que})
    asked.text("quien")
    asked.text("rfc", _LONGEST_RFC)
    asked.word("que", words.DEEDS)
    return Search(read_whole_audit, asked)


Searching = NamedDependency[SkipValidation[Search]]
Naming = NamedDependency[SkipValidation[NameClients]]


class AuditoriaPages(Controller):
    path = PATH
    opt = OPERATION
    dependencies = {"search": Provide(search, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self, frame: Framed, search: Searching, name_clients: Naming, cursor: FromQuery[str | None] = None
    ) -> Response[str]:
        page, given = search.page(frame, cursor, _SHOWN), search.given
        return frame.page(
            "op/auditoria.html",
            status=search.asked.status,
            entries=page.items,
            names=name_clients(frame.actor, (entry.tenant for entry in page.items)),
            given=given,
            narrowed=any(given.values()),
            refused=search.asked.refused,
            options=_OPTIONS,
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
        search: Searching,
        name_clients: Naming,
        hojas: NamedDependency[SkipValidation[Hojas]],
        formato: FromQuery[Kind] = "xlsx",
    ) -> Response[bytes]:
        entries = list(search.every(frame))
        names = name_clients(frame.actor, (entry.tenant for entry in entries))
        title = ("Auditoría", f"Al {momento(frame.now)}")
        return download(formato, hojas, f"auditoria-{frame.today}", title, _COLUMNS, [_row(e, names) for e in entries])


def _row(entry: Entry, names: Mapping[TenantId, ClientName]) -> tuple[Celda, ...]:
    who = names.get(entry.tenant) if entry.tenant else None
    at = entry.at.astimezone(MEXICO).replace(tzinfo=None, microsecond=0)
    return (
        at, entry.email, who.rfc if who else None, who.nombre if who else None,
        words.DEEDS.get(entry.action, entry.action), ", ".join(words.told(entry)), f"{entry.method} {entry.path}",
        entry.request_id,
    )  # fmt: skip
