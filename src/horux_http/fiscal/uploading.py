"""Taking CFDIs in: one at a time, or many."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi
from horux_core.fiscal.cfdi.limites import MAX_BODY, MAX_ENTRY, MIB
from horux_core.fiscal.cfdi.loading import ShowLoad, TakeUpload
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import Spool, SpoolWriter
from horux_core.fiscal.cfdi.upload_errors import UploadMalformed
from horux_core.identity.model import Actor
from horux_core.kernel.ids import JobId
from horux_http.fiscal.receiving import AnyRequest, OneXml, receive
from horux_http.fiscal.wire import CfdiOut
from horux_http.fiscal.wire_upload import LoadOut, OutcomeOut, QueuedOut

_ONE = msgspec.json.Decoder(OneXml)
_MANY = msgspec.json.Decoder(list[OneXml])
_FORM_ROOM = MIB
"""What a form or JSON adds to the bytes of a single document."""


class UploadController(Controller):
    path = "/api/cfdi"
    tags = ("CFDI",)

    # `receive` measures the bodies while they arrive: Litestar's own limit would answer without our words.
    @post(
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
        enter_cfdi: NamedDependency[SkipValidation[EnterCfdi]],
    ) -> Response[CfdiOut]:
        await sync_to_thread(admit_upload, actor)
        held = _OneFile()
        await receive(request, held, MAX_ENTRY + _FORM_ROOM, lambda body: [_ONE.decode(body)])
        entered = await sync_to_thread(enter_cfdi, actor, bytes(held.content), held.name)
        return Response(CfdiOut.of(entered.stored), status_code=201 if entered.new else 200)

    @post(
        "/bulk",
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
        spool: NamedDependency[SkipValidation[Spool]],
        take_upload: NamedDependency[SkipValidation[TakeUpload]],
    ) -> Response[OutcomeOut | QueuedOut]:
        await sync_to_thread(admit_upload, actor)
        writer = await sync_to_thread(spool.create, actor.tenant, JobId(uuid4()))
        taken = await _spooled(request, writer, actor, take_upload)
        if isinstance(taken, Outcome):
            return Response(OutcomeOut.of(taken), status_code=200)
        return Response(QueuedOut(taken), status_code=202, headers={"Location": f"/api/cfdi/bulk/{taken}"})

    @get("/bulk/{job_id:uuid}", summary="Cómo va una carga", sync_to_thread=True)
    def load(
        self,
        job_id: FromPath[UUID],
        actor: NamedDependency[SkipValidation[Actor]],
        show_load: NamedDependency[SkipValidation[ShowLoad]],
    ) -> LoadOut:
        return LoadOut.of(show_load(actor, JobId(job_id)))


async def _spooled(request: AnyRequest, writer: SpoolWriter, actor: Actor, take_upload: TakeUpload) -> Outcome | JobId:
    def take() -> Outcome | JobId:
        return take_upload(actor, writer.commit())

    try:
        await receive(request, writer, MAX_BODY, _MANY.decode)
        return await sync_to_thread(take)
    finally:
        # Also when the sender hung up: then nothing may be awaited any more, and unlinking does not wait.
        writer.discard()


class _OneFile:
    """The only file of a body. Raises UploadMalformed for a second one."""

    def __init__(self) -> None:
        self.name = ""
        self.content = bytearray()
        self._begun = False

    def begin(self, name: str) -> None:
        if self._begun:
            raise UploadMalformed("Aquí se sube un solo CFDI. Para varios usa /api/cfdi/bulk.")
        self._begun = True
        self.name = name

    def write(self, chunk: bytes) -> None:
        self.content += chunk
