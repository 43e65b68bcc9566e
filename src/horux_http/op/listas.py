"""The SAT's 69-B list: whether it is current, and loading a new one."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.fiscal.alertas.cargando import MAX_LISTA, VIEJA, LoadLista69B, ShowLista69B
from horux_core.fiscal.alertas.errors import Lista69BNoReconocida
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION

PATH = "/op/listas"
_LOADED = "lista-69b-cargada"
_AROUND = 64 * 1024
"""What a form takes besides its file."""
_SHOWN = 50
Showing = NamedDependency[SkipValidation[ShowLista69B]]
Reading = NamedDependency[SkipValidation[ReadWholeAudit]]


class ListasPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(self, frame: Framed, show_lista_69b: Showing, read_whole_audit: Reading) -> Response[str]:
        return _page(frame, show_lista_69b, read_whole_audit)

    @post(request_max_body_size=MAX_LISTA + _AROUND)
    async def load(
        self,
        request: Request[Any, Any, Any],
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        load_lista_69b: NamedDependency[SkipValidation[LoadLista69B]],
        show_lista_69b: Showing,
        read_whole_audit: Reading,
    ) -> Response[Any]:
        file = (await request.form()).get("lista")
        content = await file.read() if isinstance(file, UploadFile) else b""

        def loaded() -> Response[Any]:
            try:
                read = load_lista_69b(frame.actor, content)
            except Lista69BNoReconocida as error:
                refused = Refused.of(error, "lista")
                return _page(frame, show_lista_69b, read_whole_audit, status=422, refused=refused)
            told = f"Lista cargada: {len(read.lista.por_rfc):,} contribuyentes. Las alertas se revisan de nuevo."
            if read.malos:
                return _page(frame, show_lista_69b, read_whole_audit, told=told, bad=read.malos)
            return frame.go(PATH, told)

        return await sync_to_thread(loaded)


def _page(frame: Frame, show: ShowLista69B, read_whole_audit: ReadWholeAudit, **shown: Any) -> Response[str]:
    given = {"refused": NOTHING, "bad": (), **shown}
    return frame.page(
        "op/listas.html", now_ruling=show(frame.actor), deeds=words.DEEDS, told_of=words.told,
        history=read_whole_audit(frame.actor, None, 10, action=_LOADED).items, most=_SHOWN,
        old_after=VIEJA.days, **given,
    )  # fmt: skip
