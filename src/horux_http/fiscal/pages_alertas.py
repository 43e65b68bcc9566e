"""The alerts on paper: the gravest first, and of each its reason, its law and what to do."""

import re
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.consultando import CountAlertas, ListAlertas, MarkAlerta, ShowAlerta
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.identity.model import Permission
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.forms import Form
from horux_http.browser.frame import Frame
from horux_http.fiscal.pages_iva import upgrade
from horux_http.session import NEEDS

Framed = NamedDependency[SkipValidation[Frame]]
_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}")
_MOST = 50
"""Documents of an alert that are named."""
_TOLD = {
    EstadoAlerta.ATENDIDA: "Alerta marcada como atendida.",
    EstadoAlerta.ABIERTA: "Alerta abierta otra vez.",
}
_SEVERIDADES = {"critica": Severidad.CRITICA} | {s.value: s for s in Severidad}
TABS = (("", "Todas"), ("critica", "Críticas"), ("alta", "Altas"), ("media", "Medias"), ("baja", "Bajas"))
HOW = {Severidad.CRITICA: "bad", Severidad.ALTA: "bad", Severidad.MEDIA: "warn", Severidad.BAJA: "off"}


class AlertasPages(Controller):
    path = "/alertas"

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_alertas: NamedDependency[SkipValidation[ListAlertas]],
        count_alertas: NamedDependency[SkipValidation[CountAlertas]],
        show_alerta: NamedDependency[SkipValidation[ShowAlerta]],
        name_documents: NamedDependency[SkipValidation[NameDocuments]],
        severidad: FromQuery[str] = "",
        estado: FromQuery[EstadoAlerta] = EstadoAlerta.ABIERTA,
        cursor: FromQuery[str] = "",
        ver: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        try:
            counted = count_alertas(frame.actor)
            found = list_alertas(frame.actor, estado, _SEVERIDADES.get(severidad), cursor or None)
        except FeatureNotInPlan:
            return upgrade(frame, "Alertas", 0)
        opened = show_alerta(frame.actor, ver) if ver else None
        named = [u for a in (*found.items, *((opened,) if opened else ())) for u in a.hallazgo.uuids[:_MOST]]
        return frame.page(
            "fiscal/alertas.html",
            alertas=found.items,
            counted=counted,
            names=name_documents(frame.actor, named),
            catalogo=CATALOGO,
            estado=estado,
            severidad=severidad,
            tabs=[(text, key, counted.de(EstadoAlerta.ABIERTA, _SEVERIDADES.get(key))) for key, text in TABS],
            how=HOW,
            opened=opened,
            most=_MOST,
            action=_action(frame, opened) if opened else None,
            with_whom=with_whom,
            place=_address(severidad, estado, cursor),
            open_at=partial(_address, severidad, estado, cursor),
            first=_address(severidad, estado, "") if cursor else "",
            next=_address(severidad, estado, found.next_cursor) if found.next_cursor else "",
        )

    @post("/{ident:uuid}", sync_to_thread=True, opt={NEEDS: Permission.WRITE_BOOKS})
    def mark(
        self,
        frame: Framed,
        form: NamedDependency[SkipValidation[Form]],
        ident: FromPath[UUID],
        mark_alerta: NamedDependency[SkipValidation[MarkAlerta]],
    ) -> Response[Any]:
        estado = EstadoAlerta.ATENDIDA if form["estado"] == EstadoAlerta.ATENDIDA else EstadoAlerta.ABIERTA
        try:
            marked = mark_alerta(frame.actor, ident, estado)
        except FeatureNotInPlan:
            return upgrade(frame, "Alertas", 0)
        return frame.go(f"/alertas?ver={marked.id}#explicacion", _TOLD[estado])


def with_whom(alerta: Alerta) -> str:
    """The RFC that it is about, where it is about one."""
    entidad = alerta.hallazgo.entidad
    return entidad if _RFC.fullmatch(entidad) else ""


def _address(severidad: str, estado: EstadoAlerta, cursor: str | None, ver: UUID | str = "") -> str:
    shown = "" if estado is EstadoAlerta.ABIERTA else estado.value
    asked = {"estado": shown, "severidad": severidad, "cursor": cursor or "", "ver": str(ver)}
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"/alertas?{given}" if given else "/alertas"


def _action(frame: Frame, alerta: Alerta) -> tuple[str, str] | None:
    """Where what it says is seen to, and what that is called."""
    h = alerta.hallazgo
    mes = f"{h.periodo.anio}/{h.periodo.mes}" if h.periodo else ""
    if h.codigo.startswith("OBLIGACION"):
        return ("/calendario", "Abrir el calendario")
    if h.codigo.startswith("FIEL"):
        return ("/configuracion/sat", "Renovar la e.firma") if frame.actor.may(Permission.OWN) else None
    if h.codigo == "LIMITE_PLAN":
        return ("/configuracion", "Ver mi plan")
    if h.codigo in ("XML_FALTANTE", "METADATA_FALTANTE", "MONTO_DISTINTO") and mes:
        return (f"/xml-sat/{mes}", "Comparar con el SAT")
    if h.codigo == "SALDO_FAVOR_IVA" and mes:
        return (f"/iva/{mes}", "Ver el IVA del mes")
    if h.uuids:
        return (f"/cfdi/{h.uuids[0]}", "Abrir el CFDI")
    rfc = with_whom(alerta)
    return (f"/cfdi?rfc={quote(rfc)}", "Ver sus CFDI") if rfc else None
