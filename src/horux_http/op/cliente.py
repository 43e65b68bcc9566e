"""One client of the operator's: how it stands, what it paid, who works in it, its e.firma and its trail."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.billing.showing import ListPayments
from horux_core.fiel.model import UseKind
from horux_core.operations.sealed import ShowClientFiel
from horux_core.tenancy.auditing import ReadWholeAudit
from horux_http.browser.given import Framed
from horux_http.op import words
from horux_http.op.asking import OPERATION, address
from horux_http.op.card import Showing, card
from horux_http.op.summary import summary

PAGE = 50
_USES = {
    UseKind.ALTA: "La subió", UseKind.REEMPLAZO: "La reemplazó", UseKind.USO: "Se usó",
    UseKind.ROTACION: "Cambió de llave", UseKind.DESTRUCCION: "Se destruyó", UseKind.CURACION: "Se reparó una copia",
    UseKind.ACEPTACION: "Se aceptó el libro",
}  # fmt: skip
_MARKED = (UseKind.DESTRUCCION, UseKind.USO)


class ClientePages(Controller):
    path = "/op/clientes/{rfc:str}"
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        rfc: FromPath[str],
        show_client: Showing,
        list_payments: NamedDependency[SkipValidation[ListPayments]],
        read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
        accion: FromQuery[str] = "",
    ) -> Response[str]:
        own = card(frame, show_client, rfc, measure=True)
        return summary(own, list_payments, read_whole_audit, doing=accion)

    @get("/pagos", sync_to_thread=True)
    def payments(
        self,
        frame: Framed,
        rfc: FromPath[str],
        show_client: Showing,
        list_payments: NamedDependency[SkipValidation[ListPayments]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        own = card(frame, show_client, rfc)
        page = list_payments(frame.actor, rfc, cursor, PAGE)
        return own.page(
            "op/cliente_pagos.html", "/pagos", paid=page.items, **_pages(f"{own.place}/pagos", cursor, page.next_cursor)
        )

    @get("/usuarios", sync_to_thread=True)
    def people(self, frame: Framed, rfc: FromPath[str], show_client: Showing) -> Response[str]:
        return card(frame, show_client, rfc).page("op/cliente_usuarios.html", "/usuarios")

    @get("/efirma", sync_to_thread=True)
    def fiel(
        self,
        frame: Framed,
        rfc: FromPath[str],
        show_client: Showing,
        show_client_fiel: NamedDependency[SkipValidation[ShowClientFiel]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        own = card(frame, show_client, rfc)
        fiel = show_client_fiel(frame.actor, rfc, cursor)
        pages = _pages(f"{own.place}/efirma", cursor, fiel.uses.next_cursor)
        return own.page(
            "op/cliente_efirma.html", "/efirma", fiel=fiel, fiels=words.FIELS, uses=_USES, marked=_MARKED, **pages
        )

    @get("/auditoria", sync_to_thread=True)
    def trail(
        self,
        frame: Framed,
        rfc: FromPath[str],
        show_client: Showing,
        read_whole_audit: NamedDependency[SkipValidation[ReadWholeAudit]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        own = card(frame, show_client, rfc)
        page = read_whole_audit(frame.actor, cursor, PAGE, rfc)
        pages = _pages(f"{own.place}/auditoria", cursor, page.next_cursor)
        return own.page("op/cliente_auditoria.html", "/auditoria", entries=page.items, **pages)


def _pages(path: str, cursor: str | None, following: str | None) -> dict[str, Any]:
    return {"first": path if cursor else "", "next": address(path, {}, cursor=following) if following else ""}
