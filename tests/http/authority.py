"""Who may ask what: every route of the product, with a request to try it, and who is let through."""

from dataclasses import dataclass
from typing import Any

from tests.http.whole import CLIENT, OTHER, PASSWORD

ACTORS = ("anonymous", "visor", "contador", "owner", "operator", "operator-viewing")

ANYBODY = frozenset(ACTORS)
SIGNED_IN = ANYBODY - {"anonymous"}
PERSON_OF_A_CLIENT = frozenset({"visor", "contador", "owner"})
READS = PERSON_OF_A_CLIENT | {"operator-viewing"}
WRITES = READS - {"visor"}
OWNS = frozenset({"owner", "operator-viewing"})
OPERATES = frozenset({"operator", "operator-viewing"})

FILED = {"presentadaEn": "2026-02-17", "monto": "5707.00"}
UUID = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c01"


@dataclass(frozen=True)
class Row:
    """A route, who passes, and what is sent: `path` with its gaps filled, a JSON `body`, or bytes of a `kind`."""

    route: str
    passes: frozenset[str]
    path: str = ""
    body: Any = None
    content: bytes | None = None
    kind: str = "application/json"

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def address(self) -> str:
        return self.path or self.route.partition(" ")[2]


PUBLIC = (
    Row("GET /health", ANYBODY),
    Row("GET /api/health", ANYBODY),
    Row("GET /ready", ANYBODY),
    Row("GET /api/openapi.json", ANYBODY),
    Row("GET /api/docs", ANYBODY),
    Row("GET /api/docs/{name}", ANYBODY, "/api/docs/inicio.js"),
    Row("POST /api/auth/login", ANYBODY, body={"email": "owner@cascabel.mx", "password": PASSWORD}),
    # Whoever shows a refresh token is its owner: another's answer is 401, and that is no matter of who asks.
    Row("POST /api/auth/refresh", ANYBODY, body={"refreshToken": 7}),
)
OWN_SESSION = (
    Row("POST /api/auth/logout", SIGNED_IN),
    Row("POST /api/auth/password", SIGNED_IN, body={"currentPassword": PASSWORD, "newPassword": "corta"}),
    Row("GET /api/auth/me", SIGNED_IN),
    Row("GET /api/auth/sesiones", SIGNED_IN),
    Row("DELETE /api/auth/sesiones", SIGNED_IN),
    Row("POST /api/auth/switch", PERSON_OF_A_CLIENT, body={"rfc": CLIENT}),
    Row("GET /api/plans", SIGNED_IN),
)
BOOKS = (
    Row("GET /api/cfdi", READS),
    Row("GET /api/cfdi/{uuid}", READS, f"/api/cfdi/{UUID}"),
    Row("GET /api/cfdi/{uuid}/xml", READS, f"/api/cfdi/{UUID}/xml"),
    Row("PATCH /api/cfdi/{uuid}", WRITES, f"/api/cfdi/{UUID}", body={"destinoIva": "mixto"}),
    Row("POST /api/cfdi", WRITES, content=b"<a/>", kind="application/xml"),
    Row("POST /api/cfdi/bulk", WRITES, content=b"[]"),
    Row("GET /api/cfdi/bulk/{job_id}", READS, f"/api/cfdi/bulk/{UUID}"),
    Row("GET /api/iva", READS, "/api/iva?anio=2026"),
    Row("GET /api/iva/{anio}/{mes}/detalle", READS, "/api/iva/2026/1/detalle"),
    Row("GET /api/configuracion/fiscal", WRITES, "/api/configuracion/fiscal?anio=2026"),
    Row("PATCH /api/configuracion/fiscal", WRITES, "/api/configuracion/fiscal?anio=2026", body={}),
    Row("PUT /api/declaraciones/{impuesto}/{anio}/{mes}", WRITES, "/api/declaraciones/iva/2026/1", body=FILED),
    Row("GET /api/auditoria", OWNS),
)
OPERATION = (
    Row("POST /api/tenants", OPERATES, body={"rfc": CLIENT, "nombre": "x", "plan": "starter",
                                             "adminEmail": "a@b.mx", "adminNombre": "x"}),
    Row("GET /api/tenants", OPERATES),
    Row("GET /api/tenants/{rfc}", OPERATES, f"/api/tenants/{CLIENT}"),
    Row("PATCH /api/tenants/{rfc}", OPERATES, f"/api/tenants/{CLIENT}", body={}),
    Row("DELETE /api/tenants/{rfc}", OPERATES, f"/api/tenants/{OTHER}"),
    Row("GET /api/tenants/{rfc}/subscription", OPERATES, f"/api/tenants/{CLIENT}/subscription"),
    Row("GET /api/admin/audit", OPERATES),
    Row("GET /api/admin/jobs", OPERATES),
)  # fmt: skip
TABLE = (*PUBLIC, *OWN_SESSION, *BOOKS, *OPERATION)
