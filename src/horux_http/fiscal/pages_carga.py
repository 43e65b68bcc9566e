"""Taking documents in from a browser: the files as they arrive, how far they have got, and what became of each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.cfdi.entering import AdmitUpload
from horux_core.fiscal.cfdi.limites import MAX_BODY, MAX_FILES, MIB
from horux_core.fiscal.cfdi.loading import CALLED, CARGA, KEPT, KeepUpload, ListLoads, ShowLoad
from horux_core.fiscal.cfdi.outcome import TOLD, Ignored, Outcome, Rejected
from horux_core.fiscal.cfdi.ports import Spool, SpoolWriter
from horux_core.fiscal.cfdi.upload_errors import UploadEmpty
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Permission
from horux_core.jobs.errors import JobMissing
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.errors import HoruxError, Invalid, NotEntitled, Throttled, TooLarge, Unavailable
from horux_core.kernel.ids import JobId
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser.csv_text import CSV, csv_of
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.browser.tables import attachment
from horux_http.fiscal.receiving import receive_form
from horux_http.session import NEEDS, still

AnyRequest = Request[Any, Any, Any]
_ROWS = 50
_MONTHS = 12
_MOST = {"megas": MAX_BODY // MIB, "files": MAX_FILES, "told": TOLD, "rows": _ROWS}
_STATUS: tuple[tuple[type[HoruxError], int], ...] = (
    (Invalid, 422), (TooLarge, 422), (NotEntitled, 422), (Throttled, 429), (Unavailable, 503),
)  # fmt: skip
"""Of the refusals that are told on the page of the form."""


@dataclass(frozen=True, slots=True)
class Load:
    """A load as its page shows it. `outcome` is None while nothing is known of any file."""

    job: Job
    outcome: Outcome | None

    @classmethod
    def of(cls, job: Job) -> "Load":
        """Raises JobMissing for work of another kind."""
        if job.kind != CARGA:
            raise JobMissing("No existe esa carga.")
        told: Any = job.outcome or {}
        kept = told.get(KEPT) if job.state is JobState.FALLIDO else told
        return cls(job, Outcome.of(kept) if kept else None)

    @property
    def called(self) -> str:
        return str(self.job.subject.get(CALLED) or "Carga por la API")

    @property
    def failed(self) -> bool:
        return self.job.state is JobState.FALLIDO

    @property
    def fits(self) -> int | None:
        """How many more the plan took when it was refused for its limit."""
        told: Any = self.job.outcome or {}
        return max(told["limit"] - told["current"], 0) if self.failed and "limit" in told else None

    @property
    def files(self) -> tuple[Rejected | Ignored, ...]:
        """What was not kept, by name."""
        return () if self.outcome is None else (*self.outcome.rejected, *self.outcome.ignored)


class CargaPages(Controller):
    """The way in for documents."""

    path = "/carga"

    @get("/", sync_to_thread=True)
    def form(self, frame: Framed, list_loads: NamedDependency[SkipValidation[ListLoads]]) -> Response[str]:
        frame.actor.require(Permission.WRITE_BOOKS)
        return _page(frame, list_loads)

    # `receive_form` measures the body while it arrives: Litestar's own limit would answer without our words.
    @post("/", request_max_body_size=None, opt={NEEDS: Permission.WRITE_BOOKS})
    async def take(
        self,
        request: AnyRequest,
        frame: Framed,
        admit_upload: NamedDependency[SkipValidation[AdmitUpload]],
        authenticate: NamedDependency[SkipValidation[Authenticate]],
        spool: NamedDependency[SkipValidation[Spool]],
        keep_upload: NamedDependency[SkipValidation[KeepUpload]],
        list_loads: NamedDependency[SkipValidation[ListLoads]],
    ) -> Response[Any]:
        try:
            job = await _taken(request, frame, admit_upload, authenticate, spool, keep_upload)
        except (Invalid, TooLarge, NotEntitled, Throttled, Unavailable) as error:
            return await sync_to_thread(_page, frame, list_loads, error)
        return frame.go(f"/carga/{job}")

    @get("/{job_id:uuid}", sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        job_id: FromPath[UUID],
        show_load: NamedDependency[SkipValidation[ShowLoad]],
        list_loads: NamedDependency[SkipValidation[ListLoads]],
        desde: FromQuery[str] = "",
    ) -> Response[str]:
        load = Load.of(show_load(frame.actor, JobId(job_id)))
        start = int(desde) if desde.isascii() and desde.isdigit() and len(desde) < 6 else 0
        return _page(frame, list_loads, load=load, start=start - start % _ROWS)

    @get("/{job_id:uuid}/resultado", sync_to_thread=True)
    def result(
        self, frame: Framed, job_id: FromPath[UUID], show_load: NamedDependency[SkipValidation[ShowLoad]]
    ) -> Response[bytes]:
        load = Load.of(show_load(frame.actor, JobId(job_id)))
        rows = [
            ("Rechazado" if isinstance(each, Rejected) else "Ignorado", each.file, getattr(each, "code", ""),
             each.detail)
            for each in load.files
        ]  # fmt: skip
        content = csv_of(("Resultado", "Archivo", "Clave", "Por qué y qué hacer"), rows)
        return attachment(f"carga-{load.job.created_at:%Y-%m-%d}-{str(job_id)[:8]}.csv", CSV, content)


class _Named:
    """Passes files on to the spool and remembers what they were called."""

    def __init__(self, writer: SpoolWriter) -> None:
        self._writer = writer
        self._first, self._count = "", 0

    def begin(self, name: str) -> None:
        self._first, self._count = self._first or name, self._count + 1
        self._writer.begin(name)

    def write(self, chunk: bytes) -> None:
        self._writer.write(chunk)

    @property
    def called(self) -> str:
        first = self._first.replace("\\", "/").rpartition("/")[2][:120] or "Archivo sin nombre"
        more = self._count - 1
        return first if more < 1 else f"{first} y {more:,} archivo{'s' if more > 1 else ''} más"


async def _taken(
    request: AnyRequest,
    frame: Frame,
    admit_upload: AdmitUpload,
    authenticate: Authenticate,
    spool: Spool,
    keep_upload: KeepUpload,
) -> JobId:
    """Raises FormForged, what AdmitUpload, the spool and TakeUpload raise, and what is wrong with the body."""
    actor = frame.actor

    await sync_to_thread(admit_upload, actor)
    writer = await sync_to_thread(spool.create, actor.tenant, JobId(uuid4()))
    named = _Named(writer)

    def keep() -> JobId:
        return keep_upload(still(request, authenticate, actor), writer.commit(), named.called)

    try:
        await receive_form(request, named, MAX_BODY, frame.proved)
        return await sync_to_thread(keep)
    finally:
        # Also when the sender hung up: then nothing may be awaited any more, and unlinking does not wait.
        writer.discard()


def _page(
    frame: Frame, list_loads: ListLoads, error: HoruxError | None = None, load: Load | None = None, start: int = 0
) -> Response[str]:
    if isinstance(error, FeatureNotInPlan) or not frame.has(Feature.CFDI_BASIC):
        return upgrade(frame, "Cargar CFDI")
    refused = NOTHING if error is None else Refused.of(error, "files" if isinstance(error, UploadEmpty) else "")
    facts: Any = refused.facts
    files = () if load is None else load.files
    return frame.page(
        "fiscal/carga.html",
        status=200 if error is None else _status(error),
        refused=refused,
        fits=max(facts["limit"] - facts["current"], 0) if "limit" in facts and "current" in facts else None,
        load=load,
        files=files[start : start + _ROWS],
        start=start,
        most=_MOST,
        more=len(files) > start + _ROWS,
        months=() if load is None or load.outcome is None else sorted(load.outcome.meses)[-_MONTHS:],
        recent=tuple(Load.of(job) for job in list_loads(frame.actor)),
        may_write=frame.actor.may(Permission.WRITE_BOOKS),
        with_iva=frame.has(Feature.IVA_ISR),
    )


def _status(error: HoruxError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
