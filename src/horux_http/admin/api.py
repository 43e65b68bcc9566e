"""What the operator's staff watches, and the trail that a taxpayer's owner can read."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation

from horux_core.backups.overseeing import ShowBackups
from horux_core.identity.model import Actor
from horux_core.tenancy.auditing import ReadOwnAudit, ReadWholeAudit
from horux_core.tenancy.watching import WatchJobs
from horux_http.admin.wire import AuditOut, EntryOut, JobOut, JobsOut
from horux_http.admin.wire_respaldos import RespaldosOut

Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Cuántos como máximo.")]


class AdminController(Controller):
    path = "/api/admin"
    tags = ("Operador",)

    @get("/audit", sync_to_thread=True, summary="Bitácora de todas las empresas")
    def audit(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> AuditOut:
        page = read_whole_audit(actor, cursor, limit)
        return AuditOut([EntryOut.of(entry) for entry in page.items], page.next_cursor)

    @get("/respaldos", sync_to_thread=True, summary="Qué está respaldado y comprobado; lo que falla, primero")
    def respaldos(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        show_backups: NamedDependency[SkipValidation[ShowBackups]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> RespaldosOut:
        return RespaldosOut.of(show_backups(actor, cursor, limit))

    @get("/jobs", sync_to_thread=True, summary="Trabajos en segundo plano, los más nuevos primero")
    def jobs(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        watch_jobs: NamedDependency[SkipValidation[WatchJobs]],
    ) -> JobsOut:
        return JobsOut([JobOut.of(job) for job in watch_jobs(actor)])


class AuditoriaController(Controller):
    path = "/api/auditoria"
    tags = ("Empresa",)

    @get(sync_to_thread=True, summary="Lo que se hizo en nombre de la empresa, también por el operador")
    def own(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        read_own_audit: NamedDependency[SkipValidation[ReadOwnAudit]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> AuditOut:
        page = read_own_audit(actor, cursor, limit)
        return AuditOut([EntryOut.of(entry) for entry in page.items], page.next_cursor)
