"""The SAT's account beside the books, month by month, and the packages that bring it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.limites import MAX_BODY
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import Spool
from horux_core.fiscal.paquetes.consultando import CompareWithSat, ShowCoverage, Tramo
from horux_core.fiscal.paquetes.importando import (
    METADATA,
    AdmitPackage,
    ResultadoPaquete,
    ShowPackage,
    TakePackage,
)
from horux_core.fiscal.paquetes.model import Comparacion, Grupo
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Permission
from horux_core.jobs.model import JobState
from horux_core.kernel.errors import Invalid
from horux_core.kernel.ids import JobId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan, PlanLimitReached
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.fiscal.receiving import receive_form
from horux_http.session import NEEDS, still

Covering = NamedDependency[SkipValidation[ShowCoverage]]
WORDS = {
    Comparacion.FALTA_XML: ("Falta el XML", "bad"),
    Comparacion.CANCELADO_SIN_XML: ("Cancelado, sin XML", "off"),
    Comparacion.SOLO_XML: ("El SAT no lo tiene", "warn"),
    Comparacion.MONTO_DISTINTO: ("Otro monto", "bad"),
    Comparacion.RFC_DISTINTO: ("Otro RFC", "bad"),
    Comparacion.CANCELADO_EN_SAT: ("Cancelado en el SAT", "bad"),
    Comparacion.VIGENTE_EN_SAT: ("Vigente en el SAT", "warn"),
    Comparacion.COINCIDE: ("Coincide", "ok"),
}
_MOST = 50
"""Files of a package that are named."""
LISTS = (
    (Grupo.FALTAN, "Faltan", "El SAT los tiene y tus libros no. Descárgalos del SAT y cárgalos."),
    (
        Grupo.SOBRAN,
        "Sobran",
        "Están en tus libros y el SAT no los da, en días que su metadata cubre. Verifícalos.",
    ),
    (Grupo.DISTINTOS, "Distintos", "Los dos los tienen y no dicen lo mismo. Revisa cada uno."),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A month of the books beside the SAT's metadata: one of the lists of what does not agree."""

    compare_with_sat: CompareWithSat
    show_coverage: ShowCoverage
    name_documents: NameDocuments

    def __call__(self, frame: Frame, periodo: Periodo, lista: Grupo, cursor: str) -> Response[str]:
        """Raises FeatureNotInPlan."""
        tramo = Tramo(primer_dia(periodo), ultimo_dia(periodo))
        compared = self.compare_with_sat(frame.actor, tramo, lista, cursor or None)
        rows, more = compared.pagina.items, compared.pagina.next_cursor
        where = f"/xml-sat/{periodo.anio}/{periodo.mes}?lista={lista}"
        return frame.page(
            "fiscal/xml_sat.html",
            **_around(frame, self.show_coverage, periodo.anio),
            periodo=periodo,
            compared=compared,
            lists=LISTS,
            lista=lista,
            rows=rows,
            words=WORDS,
            names=self.name_documents(frame.actor, [c.uuid for c in rows if c.propio]),
            first=where if cursor else "",
            next=f"{where}&cursor={quote(more)}" if more else "",
        )


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a package is handed in: kept while it arrives, read once its form has proved to be ours."""

    request: Request[Any, Any, Any]
    authenticate: Authenticate
    spool: Spool
    take_package: TakePackage

    async def taken(self, frame: Frame) -> ResultadoPaquete | JobId:
        """Raises FormForged, DeskChanged, and what is wrong with the package."""
        writer = await sync_to_thread(self.spool.create, frame.actor.tenant, JobId(uuid4()))

        def take() -> ResultadoPaquete | JobId:
            return self.take_package(still(self.request, self.authenticate, frame.actor), writer.commit())

        try:
            await receive_form(self.request, writer, MAX_BODY, frame.proved)
            return await sync_to_thread(take)
        finally:
            # Also when the sender hung up: then nothing may be awaited any more, and unlinking does not wait.
            writer.discard()


def comparison(
    compare_with_sat: NamedDependency[SkipValidation[CompareWithSat]],
    show_coverage: Covering,
    name_documents: NamedDependency[SkipValidation[NameDocuments]],
) -> Comparison:
    return Comparison(compare_with_sat, show_coverage, name_documents)


def counter(
    request: Request[Any, Any, Any],
    authenticate: NamedDependency[SkipValidation[Authenticate]],
    spool: NamedDependency[SkipValidation[Spool]],
    take_package: NamedDependency[SkipValidation[TakePackage]],
) -> Counter:
    return Counter(request, authenticate, spool, take_package)


class XmlSatPages(Controller):
    path = "/xml-sat"
    dependencies = {  # noqa: RUF012
        "comparison": Provide(comparison, sync_to_thread=False),
        "counter": Provide(counter, sync_to_thread=False),
    }

    @get(sync_to_thread=True)
    def now(self, frame: Framed) -> Response[bytes]:
        return frame.go(f"/xml-sat/{frame.today.year}/{frame.today.month}")

    @get("/{anio:int}/{mes:int}", sync_to_thread=True)
    def month(
        self,
        frame: Framed,
        anio: FromPath[int],
        mes: FromPath[int],
        comparison: NamedDependency[SkipValidation[Comparison]],
        lista: FromQuery[Grupo] = Grupo.FALTAN,
        cursor: FromQuery[str] = "",
    ) -> Response[str]:
        try:
            return comparison(frame, Periodo(anio, mes), lista, cursor)
        except FeatureNotInPlan:
            return upgrade(frame, "XML del SAT")

    @post(opt={NEEDS: Permission.WRITE_BOOKS}, status_code=200, request_max_body_size=None)
    async def take(
        self,
        frame: Framed,
        admit_package: NamedDependency[SkipValidation[AdmitPackage]],
        counter: NamedDependency[SkipValidation[Counter]],
        show_coverage: Covering,
    ) -> Response[Any]:
        try:
            await sync_to_thread(admit_package, frame.actor)
            done = await counter.taken(frame)
        except FeatureNotInPlan:
            return upgrade(frame, "XML del SAT")
        except (CfdiRejected, Invalid, PlanLimitReached) as error:
            return await sync_to_thread(_upload, frame, show_coverage, 422, Refused.of(error, "files"))
        if not isinstance(done, ResultadoPaquete):
            return frame.go(f"/xml-sat/paquetes/{done}", "Paquete recibido. Se está leyendo.")
        return await sync_to_thread(_result, frame, show_coverage, done.metadata.plain(), done.cfdi)

    @get("/paquetes/{job_id:uuid}", sync_to_thread=True)
    def package(
        self,
        frame: Framed,
        job_id: FromPath[UUID],
        show_package: NamedDependency[SkipValidation[ShowPackage]],
        show_coverage: Covering,
    ) -> Response[str]:
        try:
            job = show_package(frame.actor, JobId(job_id))
        except FeatureNotInPlan:
            return upgrade(frame, "XML del SAT")
        if job.state is JobState.TERMINADO and job.outcome:
            plain = dict(job.outcome)
            told: Any = plain.pop(METADATA, None)
            return _result(frame, show_coverage, told, Outcome.of(plain))
        return frame.page("fiscal/xml_sat_avance.html", **_around(frame, show_coverage, frame.today.year), job=job)


def _around(frame: Frame, show_coverage: ShowCoverage, anio: int) -> dict[str, Any]:
    """What every page of these has: the year's months, and the form that uploads."""
    return {"anio": anio, "covered": show_coverage(frame.actor, anio), "refused": NOTHING, "most": _MOST}


def _upload(frame: Frame, show_coverage: ShowCoverage, status: int, refused: Refused) -> Response[str]:
    given = {**_around(frame, show_coverage, frame.today.year), "refused": refused}
    return frame.page("fiscal/xml_sat_carga.html", status=status, metadata=None, cfdi=None, **given)


def _result(frame: Frame, show_coverage: ShowCoverage, metadata: Any, cfdi: Outcome) -> Response[str]:
    given = _around(frame, show_coverage, frame.today.year)
    return frame.page("fiscal/xml_sat_carga.html", metadata=metadata, cfdi=cfdi, **given)
