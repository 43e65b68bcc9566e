"""Every route of the product: who is let through, what plan and subscription it asks for, and a request that does it.

A route that is not here fails a test. A change to a taxpayer's books is refused while its subscription is inactive
unless its row says that it `stands` (SPEC 2.11); what a plan must have follows from the path, as FEATURES says.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.clients import RFC
from contracts.efirmas import Efirma, an_efirma
from contracts.ports.conciliacion import ACEPTADA, PROPUESTA, statement_form
from contracts.samples import an_xml
from horux_core.identity.keys import Scope
from horux_core.plans.model import Feature

CLIENT, OTHER, NEW = RFC, "TPR840604D98", "ROEM691011EZ4"
PASSWORD = "tambor lila de marzo"
UUID, JOB = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01", "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c02"
"""A document and a job of CLIENT's."""

ACTORS = ("anonymous", "visor", "contador", "owner", "operator", "operator-viewing")
ANYBODY = frozenset(ACTORS)
SIGNED_IN = ANYBODY - {"anonymous"}
PERSON_OF_A_CLIENT = frozenset({"visor", "contador", "owner"})
READS = PERSON_OF_A_CLIENT | {"operator-viewing"}
WRITES = READS - {"visor"}
OWNS = frozenset({"owner", "operator-viewing"})
OPERATES = frozenset({"operator", "operator-viewing"})

FEATURES = {
    "POST /api/cfdi": Feature.CFDI_BASIC,
    "GET /api/iva": Feature.IVA_ISR,
    "GET /api/isr": Feature.IVA_ISR,
    "GET /api/dashboard": Feature.DASHBOARD,
    "GET /api/reportes": Feature.REPORTES,
    "GET /api/alertas": Feature.ALERTAS,
    "PATCH /api/alertas": Feature.ALERTAS,
    "GET /api/calendario": Feature.CALENDARIO,
    "PATCH /api/calendario": Feature.CALENDARIO,
    "POST /api/calendario": Feature.CALENDARIO,
    "POST /api/xml-sat": Feature.XML_SAT,
    "GET /api/xml-sat": Feature.XML_SAT,
    "POST /api/conciliacion": Feature.CONCILIACION,
    "GET /api/conciliacion": Feature.CONCILIACION,
    "GET /api/forecasting": Feature.FORECASTING,
    "GET /api/empresas": Feature.MULTI_EMPRESA,
    "GET /api/api-keys": Feature.API_EXTERNA,
    "POST /api/api-keys": Feature.API_EXTERNA,
}
"""The feature that each route under it belongs to. Revoking a key or a feed asks for none, whatever the plan."""


KEYS = {f"key-{scope}": scope for scope in Scope}
"""A key of CLIENT's for each scope, by the name it asks under."""

SCOPES = {
    "GET /api/cfdi": Scope.CFDI_READ,
    "GET /api/cfdi/{uuid}": Scope.CFDI_READ,
    "GET /api/cfdi/{uuid}/xml": Scope.CFDI_READ,
    "PATCH /api/cfdi/{uuid}": Scope.CFDI_WRITE,
    "POST /api/cfdi": Scope.CFDI_WRITE,
    "POST /api/cfdi/bulk": Scope.CFDI_WRITE,
    "GET /api/cfdi/bulk/{job_id}": Scope.CFDI_WRITE,
    "GET /api/iva": Scope.REPORTES_READ,
    "GET /api/iva/{anio}/{mes}/detalle": Scope.REPORTES_READ,
    "GET /api/isr": Scope.REPORTES_READ,
    "GET /api/isr/{anio}/{mes}/detalle": Scope.REPORTES_READ,
    "GET /api/reportes/{nombre}": Scope.REPORTES_READ,
    "GET /api/reportes/{nombre}/detalle": Scope.REPORTES_READ,
    "GET /api/dashboard": Scope.REPORTES_READ,
    "GET /api/dashboard/detalle": Scope.REPORTES_READ,
    "GET /api/forecasting": Scope.REPORTES_READ,
    "GET /api/forecasting/{semana}/detalle": Scope.REPORTES_READ,
}
"""The scope with which an API key is let into a route. Into one that is not here, no key is."""


@dataclass(frozen=True)
class Row:
    """A route, who passes, and what is sent: a JSON `body`, or bytes of a `kind`, to `path`.

    Gaps in a route that has no `path` are filled by who asks with ids of CLIENT's. Whoever passes is answered
    `status`, or `without` where the taxpayer has no subscription at all. `stands` marks a change that is made in
    read-only mode too.
    """

    route: str
    passes: frozenset[str]
    path: str = ""
    body: Any = None
    content: bytes | None = None
    kind: str = "application/json"
    status: int = 200
    without: int | None = None
    stands: bool = False

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def address(self) -> str:
        return self.path or self.route.partition(" ")[2]

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def feature(self) -> Feature | None:
        under = (f for place, f in FEATURES.items() if self.route == place or self.route.startswith(f"{place}/"))
        return next(under, None) if self.passes <= READS else None

    @property
    def scope(self) -> Scope | None:
        return SCOPES.get(self.route)

    @property
    def needs_subscription(self) -> bool:
        return self.passes <= READS and not (self.reads or self.stands)


def _xml(uuid: str) -> bytes:
    return an_xml(uuid=uuid, rfc_emisor=CLIENT)


STORED = _xml(UUID)
"""The document that CLIENT has already."""
_SENT, _SENT_TOO = _xml("5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c03"), _xml("5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c04")


def fiel_form(efirma: Efirma, password: str | None = None) -> tuple[bytes, str]:
    """A form with an e.firma in it, and its kind."""
    parts = {"cer": efirma.cer, "key": efirma.key, "password": (password or efirma.password).encode()}
    boundary = b"linde-7f3a91"
    named = (
        b'--%b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
        % (boundary, name.encode(), b"" if name == "password" else b'; filename="fiel.%b"' % name.encode(), content)
        for name, content in parts.items()
    )
    return b"".join((*named, b"--%b--\r\n" % boundary)), f"multipart/form-data; boundary={boundary.decode()}"


_FIEL, _FIEL_KIND = fiel_form(an_efirma(rfc=CLIENT))
METADATA = (
    "Uuid~RfcEmisor~NombreEmisor~RfcReceptor~NombreReceptor~RfcPac~FechaEmision~FechaCertificacionSat~Monto~"
    "EfectoComprobante~Estatus~FechaCancelacion\r\n"
    f"5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c05~{CLIENT}~X~{OTHER}~Y~SPR190613I52~2026-01-11 07:10:23~"
    "2026-01-11 07:10:51~1124.11~I~1~\r\n"
).encode()
"""Metadata of the SAT with a row of CLIENT's."""

_LISTA = "RFC,Nombre,Situación del contribuyente\nAAA080808HL8,ASESORES Y ADMINISTRADORES,Definitivo\n".encode()

STATEMENT, STATEMENT_KIND = statement_form(b"Fecha,Concepto,Importe\n2026-01-11,SPEI,1160.00\n")
"""A bank's statement in a form."""

PUBLIC = (
    Row("GET /health", ANYBODY),
    Row("GET /api/health", ANYBODY),
    Row("GET /ready", ANYBODY),
    Row("GET /api/openapi.json", ANYBODY),
    Row("GET /api/docs", ANYBODY),
    Row("GET /api/docs/{name}", ANYBODY, "/api/docs/inicio.js"),
    Row("POST /api/auth/login", ANYBODY, body={"email": "owner@cascabel.mx", "password": PASSWORD}),
    # Whoever shows a refresh token is its owner: another's answer is 401, and that is no matter of who asks.
    Row("POST /api/auth/refresh", ANYBODY, body={"refreshToken": 7}, status=400),
    Row("POST /api/auth/forgot", ANYBODY, body={"email": "owner@cascabel.mx"}, status=202),
    Row("POST /api/auth/reset", ANYBODY, body={"token": "x", "password": "farol verde de otoño"}, status=422),
    # Whoever has a feed's address reads it; what cannot be one is looked for nowhere.
    Row("GET /api/calendario/{id_o_token}", ANYBODY, "/api/calendario/x", status=404),
    Row("POST /api/webhooks/mercadopago", ANYBODY, body={"type": "payment", "data": {"id": "1"}}, status=401),
)
OWN_SESSION = (
    Row("POST /api/auth/logout", SIGNED_IN, status=204, stands=True),
    Row("POST /api/auth/password", SIGNED_IN, status=204, stands=True,
        body={"currentPassword": PASSWORD, "newPassword": "farol verde de otoño"}),
    Row("POST /api/auth/second-factor", SIGNED_IN, body={"code": "123456"}, status=409, stands=True),
    Row("POST /api/auth/reauthenticate", SIGNED_IN, body={"password": PASSWORD}, stands=True),
    Row("GET /api/auth/me", SIGNED_IN),
    Row("GET /api/auth/sesiones", SIGNED_IN),
    Row("DELETE /api/auth/sesiones", SIGNED_IN, status=204, stands=True),
    Row("POST /api/auth/switch", PERSON_OF_A_CLIENT, body={"rfc": CLIENT}, stands=True),
    Row("GET /api/plans", SIGNED_IN),
)  # fmt: skip
BOOKS = (
    Row("GET /api/cfdi", READS),
    Row("GET /api/cfdi/{uuid}", READS, f"/api/cfdi/{UUID}"),
    Row("GET /api/cfdi/{uuid}/xml", READS, f"/api/cfdi/{UUID}/xml"),
    Row("PATCH /api/cfdi/{uuid}", WRITES, f"/api/cfdi/{UUID}",
        body={"estado": "cancelado", "fechaCancelacion": "2025-02-01"}),
    Row("POST /api/cfdi", WRITES, content=_SENT, kind="application/xml", status=201),
    Row("POST /api/cfdi/bulk", WRITES, body=[{"xml": _SENT.decode()}, {"xml": _SENT_TOO.decode()}]),
    Row("GET /api/cfdi/bulk/{job_id}", READS, f"/api/cfdi/bulk/{JOB}"),
    Row("GET /api/iva", READS, "/api/iva?anio=2026"),
    Row("GET /api/iva/{anio}/{mes}/detalle", READS, "/api/iva/2026/1/detalle"),
    Row("GET /api/isr", READS, "/api/isr?anio=2026"),
    Row("GET /api/isr/{anio}/{mes}/detalle", READS, "/api/isr/2026/1/detalle"),
    Row("GET /api/configuracion/fiscal", WRITES, "/api/configuracion/fiscal?anio=2026"),
    Row("PATCH /api/configuracion/fiscal", WRITES, "/api/configuracion/fiscal?anio=2026", body={"ptu": "10.00"}),
    Row("PUT /api/declaraciones/{impuesto}/{anio}/{mes}", WRITES, "/api/declaraciones/iva/2026/1",
        body={"presentadaEn": "2026-02-17", "monto": "5707.00"}),
    Row("POST /api/xml-sat/paquetes", WRITES, content=METADATA, kind="application/octet-stream"),
    Row("GET /api/xml-sat/paquetes/{job_id}", READS, f"/api/xml-sat/paquetes/{JOB}"),
    Row("GET /api/xml-sat/comparacion", READS, "/api/xml-sat/comparacion?anio=2026&mes=1"),
    Row("GET /api/reportes/{nombre}", READS, "/api/reportes/estado-resultados?anio=2026&mes=1"),
    Row("GET /api/reportes/{nombre}/detalle", READS, "/api/reportes/papel-iva/detalle?anio=2026&mes=1"),
    Row("GET /api/forecasting", READS),
    Row("GET /api/forecasting/{semana}/detalle", READS, "/api/forecasting/1/detalle"),
    Row("GET /api/dashboard", READS, "/api/dashboard?anio=2026&mes=1"),
    Row("GET /api/dashboard/detalle", READS, "/api/dashboard/detalle?anio=2026&mes=1&figura=porCobrar"),
    Row("GET /api/calendario", READS, "/api/calendario?anio=2026"),
    Row("PATCH /api/calendario/{id_o_token}", WRITES, "/api/calendario/IVA_MENSUAL-2026-01",
        body={"estado": "no_aplica"}),
    Row("POST /api/calendario/feed", PERSON_OF_A_CLIENT - {"visor"}, status=201),
    Row("DELETE /api/calendario/feed", WRITES, status=204, stands=True),
    Row("GET /api/alertas", READS),
    Row("PATCH /api/alertas/{ident}", WRITES, "/api/alertas/{alerta}", body={"estado": "atendida"}),
    Row("GET /api/empresas/consolidado", PERSON_OF_A_CLIENT, "/api/empresas/consolidado?anio=2026&mes=1"),
    Row("POST /api/conciliacion/estado-cuenta", WRITES, content=STATEMENT, kind=STATEMENT_KIND),
    Row("GET /api/conciliacion", READS),
    Row("POST /api/conciliacion/{ident}/aceptar", WRITES, f"/api/conciliacion/{PROPUESTA}/aceptar"),
    Row("POST /api/conciliacion/{ident}/rechazar", WRITES, f"/api/conciliacion/{PROPUESTA}/rechazar"),
    Row("POST /api/conciliacion/{ident}/deshacer", WRITES, f"/api/conciliacion/{ACEPTADA}/deshacer"),
    Row("GET /api/auditoria", OWNS),
    Row("GET /api/usuarios", OWNS),
    Row("POST /api/usuarios/invite", OWNS, body={"email": "luis@cascabel.mx", "nombre": "Luis", "role": "visor"},
        status=201),
    Row("POST /api/usuarios/{person}/reinvite", OWNS, status=202),
    Row("DELETE /api/usuarios/{person}", OWNS, status=204),
    Row("GET /api/api-keys", OWNS),
    Row("POST /api/api-keys", OWNS, body={"nombre": "Punto de venta", "scopes": ["cfdi:write"]}, status=201),
    Row("DELETE /api/api-keys/{key}", OWNS, status=204, stands=True),
    Row("POST /api/fiel", OWNS, content=_FIEL, kind=_FIEL_KIND, status=201),
    Row("GET /api/fiel", OWNS),
    Row("DELETE /api/fiel", OWNS, stands=True),
    Row("GET /api/fiel/usos", OWNS),
    Row("GET /api/fiel/recibos", OWNS),
    Row("GET /api/suscripcion", READS, without=404),
    Row("GET /api/suscripcion/pagos", READS),
)  # fmt: skip
OPERATION = (
    Row("POST /api/tenants", OPERATES, status=201,
        body={"rfc": NEW, "nombre": "x", "plan": "starter", "adminEmail": "a@b.mx", "adminNombre": "x"}),
    Row("GET /api/tenants", OPERATES),
    Row("GET /api/tenants/{rfc}", OPERATES, f"/api/tenants/{CLIENT}"),
    Row("PATCH /api/tenants/{rfc}", OPERATES, f"/api/tenants/{CLIENT}", body={"nombre": "Otro"}),
    Row("DELETE /api/tenants/{rfc}", OPERATES, f"/api/tenants/{OTHER}", status=204),
    Row("GET /api/tenants/{rfc}/subscription", OPERATES, f"/api/tenants/{CLIENT}/subscription", without=404),
    Row("GET /api/tenants/{rfc}/payments", OPERATES, f"/api/tenants/{CLIENT}/payments"),
    Row("POST /api/tenants/{rfc}/payment-link", OPERATES, f"/api/tenants/{CLIENT}/payment-link",
        body={"payerEmail": "pagos@cascabel.mx"}),
    Row("POST /api/tenants/{rfc}/payments/manual", OPERATES, f"/api/tenants/{CLIENT}/payments/manual", status=201,
        body={"amount": "999.00", "paidAt": datetime.now(UTC).isoformat(), "reference": "SPEI 1"}),
    Row("PUT /api/plans/{plan}/prices", OPERATES, "/api/plans/business/prices",
        body={"monthly": "1.00", "yearly": None}),
    Row("POST /api/listas/69b", OPERATES, content=_LISTA, kind="text/csv"),
    Row("GET /api/admin/audit", OPERATES),
    Row("GET /api/admin/jobs", OPERATES),
    Row("GET /api/admin/respaldos", OPERATES),
    Row("GET /api/admin/mails", OPERATES),
    Row("POST /api/admin/mails/{mail}/retry", OPERATES, status=202),
    Row("GET /api/admin/pagos-por-revisar", OPERATES),
    Row("GET /api/admin/webhooks", OPERATES),
    Row("POST /api/admin/webhooks/{notice}/retry", OPERATES, status=202),
)  # fmt: skip
TABLE = (*PUBLIC, *OWN_SESSION, *BOOKS, *OPERATION)
