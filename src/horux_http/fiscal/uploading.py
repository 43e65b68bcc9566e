"""Taking CFDIs in: one at a time, or many."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi, EnteredCfdi
from horux_core.fiscal.cfdi.errors import ArchivoZip
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, MIB
from horux_core.fiscal.cfdi.loading import ShowLoad, TakeUpload
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool
from horux_core.fiscal.cfdi.stored import Entry
from horux_core.fiscal.cfdi.upload_errors import ZipPorUno
from horux_core.identity.authenticating import Authenticate
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_core.kernel.ids import JobId
from horux_http.fiscal.holding import OneFile
from horux_http.fiscal.json_documents import single
from horux_http.fiscal.receiving import receive, spooled
from horux_http.fiscal.wire import CfdiOut
from horux_http.fiscal.wire_upload import LoadOut, OutcomeOut, QueuedOut
from horux_http.session import SCOPE, still

_FORM_ROOM = MIB
"""What a form or JSON adds to the bytes of a single document."""


class UploadController(Controller):
    path = "/api/cfdi"
    tags = ("CFDI",)

    # `receive` measures the bodies while they arrive: Litestar's own limit would answer without our words.
    @post(
        opt={SCOPE: Scope.CFDI_WRITE},
        summary="Sube un CFDI",
        description="El XML como `application/xml`, JSON `{xml}` o un archivo en `multipart/form-data`. "
        "200 si ya estaba guardado con los mismos bytes.",
        status_code=201,
        request_max_body_size=None,
        responses={200: ResponseSpec(CfdiOut, description="Ya estaba guardado.", generate_examples=False)},
    )
    async def one(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        admit_upload: NamedDependency[SkipValidation[AdmitUpload]],
        authenticate: NamedDependency[SkipValidation[Authenticate]],
        spool: NamedDependency[SkipValidation[Spool]],
        room: NamedDependency[SkipValidation[ReadingRoom]],
        enter_cfdi: NamedDependency[SkipValidation[EnterCfdi]],
    ) -> Response[CfdiOut]:
        await sync_to_thread(admit_upload, actor)
        held, text = OneFile(spool, room, actor.tenant), OneFile(spool, room, actor.tenant)

        def enter() -> EnteredCfdi:
            # Asked before and after: for its turn to be read a document may have to wait.
            entry = _entry(enter_cfdi, still(request, authenticate, actor), held)
            return enter_cfdi.enter(still(request, authenticate, actor), entry)

        try:
            await receive(request, held, MAX_ENTRY + _FORM_ROOM, text, single)
            entered = await sync_to_thread(enter)
        finally:
            held.discard()
            text.discard()
        return Response(CfdiOut.of(entered.stored), status_code=201 if entered.new else 200)

    @post(
        "/bulk",
        opt={SCOPE: Scope.CFDI_WRITE},
        summary="Sube muchos CFDI",
        description="Un arreglo JSON de `{xml}` (20 MiB), el campo `files` de `multipart/form-data` (uno puede ser "
        "un ZIP) o `application/zip`. Hasta 100 archivos y 5 MiB responde 200 con el resultado; más, 202 con `jobId`.",
        status_code=200,
        request_max_body_size=None,
        responses={202: ResponseSpec(QueuedOut, description="Se procesa después.", generate_examples=False)},
    )
    async def many(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        admit_upload: NamedDependency[SkipValidation[AdmitUpload]],
        authenticate: NamedDependency[SkipValidation[Authenticate]],
        spool: NamedDependency[SkipValidation[Spool]],
        room: NamedDependency[SkipValidation[ReadingRoom]],
        take_upload: NamedDependency[SkipValidation[TakeUpload]],
    ) -> Response[OutcomeOut | QueuedOut]:
        await sync_to_thread(admit_upload, actor)
        taken = await spooled(
            request, spool, room, actor.tenant, lambda: still(request, authenticate, actor), take_upload
        )
        if isinstance(taken, Outcome):
            return Response(OutcomeOut.of(taken), status_code=200)
        return Response(QueuedOut(taken), status_code=202, headers={"Location": f"/api/cfdi/bulk/{taken}"})

    @get(
        "/bulk/{job_id:uuid}",
        sync_to_thread=True,
        opt={SCOPE: Scope.CFDI_WRITE},
        summary="Cómo va una carga",
        description="Con una llave de API, solo las cargas que esta hizo.",
    )
    def load(
        self,
        job_id: FromPath[UUID],
        actor: NamedDependency[SkipValidation[Actor]],
        show_load: NamedDependency[SkipValidation[ShowLoad]],
    ) -> LoadOut:
        return LoadOut.of(show_load(actor, JobId(job_id)))


def _entry(enter_cfdi: EnterCfdi, actor: Actor, held: OneFile) -> Entry:
    try:
        return held.read(lambda content: enter_cfdi.read(actor, content, held.name or ""))
    except ArchivoZip as refusal:
        raise ZipPorUno from refusal
