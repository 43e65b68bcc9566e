"""Every page of the product: who passes, what its plan must have, and how to ask for it.

A page that is not here fails a test. From each row come the generated cases (who is sent away and where to, upgrade,
read-only, forged forms) and the ones drawn: a screenshot and axe in both themes at both widths.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.efirmas import an_efirma
from contracts.ports.conciliacion import ACEPTADA, PROPUESTA
from contracts.routes import (
    ANYBODY,
    CLIENT,
    JOB,
    METADATA,
    NEW,
    OPERATES,
    OTHER,
    OWNS,
    PASSWORD,
    PERSON_OF_A_CLIENT,
    READS,
    SIGNED_IN,
    UUID,
    WRITES,
)
from contracts.samples import an_xml
from horux_core.plans.model import Feature, Plan

__all__ = ["OPERATES", "OWNS", "PAGES", "PERSON_OF_A_CLIENT", "READS", "SIGNED_IN", "UUID", "WRITES", "PageRow"]


TODAY = datetime.now(UTC).date().isoformat()


@dataclass(frozen=True)
class PageRow:
    """A page, or what one of its forms asks for.

    `path` fills the gaps of the route, and may use the ids that `tests.http.stage` knows as `{alerta}`. `fields` are
    what the form sends that does it, with its `files` as name, content and kind; `status` is what who passes is
    answered with. `stands` when it is taken in
    read-only mode too. `looked` are the addresses drawn, with the sample of `tests.browser.sample` in it (none for
    what only sends elsewhere or is downloaded); `by` is who looks.
    """

    route: str
    passes: frozenset[str]
    path: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    feature: Feature | None = None
    status: int = 0
    stands: bool = False
    looked: tuple[str, ...] | None = None
    by: str = ""

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
    def public(self) -> bool:
        return "anonymous" in self.passes

    @property
    def done(self) -> int:
        return self.status or (200 if self.reads else 303)

    @property
    def of_a_client(self) -> bool:
        """Whether it shows or changes a client's books, and the staff sees it only while it looks into one."""
        return self.passes <= READS

    @property
    def drawn(self) -> tuple[str, ...]:
        if not self.reads or self.done != 200:
            return self.looked or ()
        return (self.address,) if self.looked is None else self.looked


FRAME = (
    PageRow("GET /static/{name}", ANYBODY, "/static/horux.css", looked=()),
    PageRow("GET /entrar", ANYBODY, by="anonymous"),
    PageRow("POST /entrar", ANYBODY, fields={"email": "owner@cascabel.mx", "password": PASSWORD}),
    PageRow("GET /entrar/olvide", ANYBODY, by="anonymous"),
    PageRow("POST /entrar/olvide", ANYBODY, fields={"email": "owner@cascabel.mx"}, status=200),
    PageRow("GET /entrar/liga", ANYBODY, by="anonymous", looked=("/entrar/liga?token=x",)),
    PageRow("POST /entrar/liga", ANYBODY, fields={"token": "x", "password": "farol verde de otoño"}, status=422),
    PageRow("GET /entrar/nueva", SIGNED_IN, by="temporal"),
    PageRow("POST /entrar/nueva", SIGNED_IN, fields={"current": PASSWORD, "password": "farol verde de otoño"},
        stands=True),
    PageRow("GET /entrar/segundo", SIGNED_IN, status=303),
    PageRow("POST /entrar/segundo", SIGNED_IN, fields={"code": "123456"}, stands=True),
    PageRow("POST /entrar/segundo/registro", SIGNED_IN, fields={"code": "123456"}, stands=True),
    PageRow("GET /confirmar", SIGNED_IN),
    PageRow("POST /confirmar", SIGNED_IN, fields={"password": PASSWORD}, stands=True),
    PageRow("GET /", SIGNED_IN, status=303),
    PageRow("POST /salir", SIGNED_IN, stands=True),
    PageRow("GET /empresas", PERSON_OF_A_CLIENT, status=303, looked=("/empresas",)),
    PageRow("GET /empresas/{anio}/{mes}", PERSON_OF_A_CLIENT, "/empresas/2026/1", status=303),
    PageRow("POST /empresas", PERSON_OF_A_CLIENT, fields={"rfc": CLIENT}, stands=True),
    PageRow("GET /tema/{which}", SIGNED_IN, "/tema/oscuro", status=303),
    PageRow("GET /teclas", SIGNED_IN),
    PageRow("POST /teclas", SIGNED_IN, fields={"sueltas": "no"}, stands=True),
)  # fmt: skip
BOOKS = (
    PageRow("GET /inicio", READS, feature=Feature.DASHBOARD),
    PageRow("GET /inicio/{anio}/{mes}", READS, "/inicio/2026/1", feature=Feature.DASHBOARD,
        looked=("/inicio/2026/10", "/inicio/2026/10?cifra=saldoPorCobrar#explicacion")),
    PageRow("GET /iva", SIGNED_IN, status=303),
    PageRow("GET /iva/{anio}", READS, "/iva/2026", feature=Feature.IVA_ISR),
    PageRow("GET /iva/{anio}/{mes}", READS, "/iva/2026/1", feature=Feature.IVA_ISR,
        looked=("/iva/2026/10", "/iva/2026/10?cifra=ivaTrasladado#explicacion")),
)  # fmt: skip
_PAPEL = "papel-iva?anio=2026&mes=1"
_ESTADO = ("enero.csv", b"Fecha,Concepto,Importe\n2026-01-11,SPEI,1160.00\n", "text/csv")
_METADATA = ("metadata.txt", METADATA, "text/plain")
TAXES = (
    PageRow("POST /iva/{anio}/{mes}/declaracion", WRITES, "/iva/2026/1/declaracion", feature=Feature.IVA_ISR,
        fields={"presentada_en": "2026-02-17", "monto": "5,707.00"}),
    PageRow("GET /isr", SIGNED_IN, status=303),
    PageRow("GET /isr/{anio}", READS, "/isr/2026", feature=Feature.IVA_ISR),
    PageRow("GET /isr/{anio}/{mes}", READS, "/isr/2026/1", feature=Feature.IVA_ISR,
        looked=("/isr/2026/10", "/isr/2026/10?regimen=601&cifra=base#explicacion")),
    PageRow("POST /isr/{anio}/{mes}/declaracion", WRITES, "/isr/2026/1/declaracion", feature=Feature.IVA_ISR,
        fields={"presentada_en": "2026-02-17", "monto": "0"}),
    PageRow("POST /isr/{anio}/{mes}/coeficiente", WRITES, "/isr/2026/1/coeficiente", feature=Feature.IVA_ISR,
        fields={"coeficiente": "0.2145"}),
    PageRow("GET /calendario", READS, feature=Feature.CALENDARIO),
    PageRow("POST /calendario/{ident}", WRITES, "/calendario/IVA_MENSUAL-2026-01", feature=Feature.CALENDARIO,
        fields={"estado": "no_aplica", "en": "2026-02"}),
    PageRow("POST /calendario/liga", PERSON_OF_A_CLIENT - {"visor"}, feature=Feature.CALENDARIO),
    PageRow("POST /calendario/liga/revocar", WRITES, stands=True),
    PageRow("GET /alertas", READS, feature=Feature.ALERTAS),
    PageRow("POST /alertas/{ident}", WRITES, "/alertas/{alerta}", feature=Feature.ALERTAS,
        fields={"estado": "atendida"}),
    PageRow("GET /reportes", READS, feature=Feature.REPORTES),
    PageRow("GET /reportes/{nombre}", READS, f"/reportes/{_PAPEL}", feature=Feature.REPORTES,
        looked=("/reportes/estado-resultados?anio=2026&cifra=compras#explicacion", "/reportes/comparativo?anio=2026",
            "/reportes/concentrado-rfc?anio=2026", "/reportes/flujo-efectivo?anio=2026")),
    PageRow("GET /reportes/{nombre}/excel", READS, "/reportes/papel-iva/excel?anio=2026&mes=1",
        feature=Feature.REPORTES, looked=()),
    PageRow("GET /conciliacion", READS, feature=Feature.CONCILIACION,
        looked=("/conciliacion", "/conciliacion?lista=todos", "/conciliacion?lista=sin-banco&mes=2026-10")),
    PageRow("POST /conciliacion", WRITES, fields={"cuenta": "BBVA"}, files={"archivo": _ESTADO},
        feature=Feature.CONCILIACION),
    PageRow("POST /conciliacion/{ident}/aceptar", WRITES, f"/conciliacion/{PROPUESTA}/aceptar",
        feature=Feature.CONCILIACION),
    PageRow("POST /conciliacion/{ident}/rechazar", WRITES, f"/conciliacion/{PROPUESTA}/rechazar",
        feature=Feature.CONCILIACION),
    PageRow("POST /conciliacion/{ident}/deshacer", WRITES, f"/conciliacion/{ACEPTADA}/deshacer",
        feature=Feature.CONCILIACION),
    PageRow("GET /pronostico", READS, feature=Feature.FORECASTING,
        looked=("/pronostico?saldo=80000", "/pronostico?saldo=80000&semana=2&cifra=salidas#explicacion")),
    PageRow("GET /pronostico/excel", READS, feature=Feature.FORECASTING, looked=()),
    PageRow("GET /xml-sat", SIGNED_IN, status=303),
    PageRow("GET /xml-sat/{anio}/{mes}", READS, "/xml-sat/2026/1", feature=Feature.XML_SAT,
        looked=("/xml-sat/2026/10", "/xml-sat/2026/9")),
    PageRow("POST /xml-sat", WRITES, files={"files": _METADATA}, feature=Feature.XML_SAT, status=200),
    PageRow("GET /xml-sat/paquetes/{job_id}", READS, f"/xml-sat/paquetes/{JOB}", feature=Feature.XML_SAT, looked=()),
)  # fmt: skip
_NUEVO = ("nuevo.xml", an_xml(uuid="5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c05", rfc_emisor=CLIENT), "application/xml")
DOCUMENTS = (
    PageRow("GET /cfdi", READS, looked=("/cfdi", "/cfdi?q=nadie&tipo=N")),
    PageRow("GET /cfdi/exportar", READS, looked=()),
    PageRow("GET /cfdi/{uuid}", READS, f"/cfdi/{UUID}"),
    PageRow("POST /cfdi/{uuid}", WRITES, f"/cfdi/{UUID}", fields={"estado": "cancelado", "fechaCancelacion": ""}),
    PageRow("GET /cfdi/{uuid}/xml", READS, f"/cfdi/{UUID}/xml", looked=()),
    PageRow("GET /carga", WRITES, feature=Feature.CFDI_BASIC),
    PageRow("POST /carga", WRITES, files={"files": _NUEVO}, feature=Feature.CFDI_BASIC),
    PageRow("GET /carga/{job_id}", READS, f"/carga/{JOB}", feature=Feature.CFDI_BASIC, looked=()),
    PageRow("GET /carga/{job_id}/resultado", READS, f"/carga/{JOB}/resultado", looked=()),
    PageRow("GET /buscar", READS, "/buscar?q=iva"),
)  # fmt: skip
OPERATION = (
    PageRow("GET /op/clientes", OPERATES),
    PageRow("GET /op/clientes/archivo", OPERATES, looked=()),
    PageRow("GET /op/clientes/nuevo", OPERATES),
    PageRow("GET /op/clientes/nuevo/pasos", OPERATES, f"/op/clientes/nuevo/pasos?rfc={CLIENT}", looked=()),
    PageRow("POST /op/clientes/nuevo", OPERATES, fields={"rfc": NEW, "nombre": "Ernesto", "plan": "starter",
        "frequency": "monthly", "admin_nombre": "Ernesto", "admin_email": "ernesto@roem.mx"}, status=200),
    PageRow("GET /op/clientes/{rfc}", OPERATES, f"/op/clientes/{CLIENT}",
        looked=(f"/op/clientes/{CLIENT}", f"/op/clientes/{OTHER}?accion=liga#accion",
            f"/op/clientes/{CLIENT}?accion=pago#accion")),
    PageRow("GET /op/clientes/{rfc}/pagos", OPERATES, f"/op/clientes/{CLIENT}/pagos"),
    PageRow("GET /op/clientes/{rfc}/usuarios", OPERATES, f"/op/clientes/{CLIENT}/usuarios"),
    PageRow("GET /op/clientes/{rfc}/efirma", OPERATES, f"/op/clientes/{CLIENT}/efirma"),
    PageRow("GET /op/clientes/{rfc}/auditoria", OPERATES, f"/op/clientes/{CLIENT}/auditoria"),
    PageRow("POST /op/clientes/{rfc}/liga", OPERATES, f"/op/clientes/{CLIENT}/liga",
        fields={"payer_email": "pagos@cascabel.mx", "amount": "2990.00"}),
    PageRow("POST /op/clientes/{rfc}/pago", OPERATES, f"/op/clientes/{CLIENT}/pago",
        fields={"paid": "2990.00", "paid_at": TODAY, "reference": "SPEI 4417"}),
    PageRow("POST /op/clientes/{rfc}/plan", OPERATES, f"/op/clientes/{CLIENT}/plan",
        fields={"nombre": "Cascabel SA de CV", "plan": "enterprise", "cfdi_limit": "", "users_limit": ""}),
    PageRow("GET /op/clientes/{rfc}/baja", OPERATES, f"/op/clientes/{OTHER}/baja"),
    PageRow("POST /op/clientes/{rfc}/baja", OPERATES, f"/op/clientes/{OTHER}/baja", fields={"rfc": OTHER}),
    PageRow("POST /op/vista", OPERATES, fields={"rfc": CLIENT}),
    PageRow("POST /op/vista/salir", OPERATES),
    PageRow("GET /op/precios", OPERATES),
    PageRow("POST /op/precios", OPERATES, fields={f"{plan.value}_{each}": "999.00" for plan in Plan
        for each in ("monthly", "yearly")}),
    PageRow("GET /op/pagos", OPERATES),
    PageRow("GET /op/webhooks", OPERATES,
        looked=("/op/webhooks", "/op/webhooks?ver=00000000-0000-0000-0000-000000000065#aviso")),
    PageRow("POST /op/webhooks/{notice}/reintentar", OPERATES, f"/op/webhooks/{UUID}/reintentar", status=404),
    PageRow("GET /op/correos", OPERATES),
    PageRow("POST /op/correos/{mail}/reintentar", OPERATES, f"/op/correos/{UUID}/reintentar", status=404),
    PageRow("GET /op/trabajos", OPERATES),
    PageRow("POST /op/trabajos/{job}/reintentar", OPERATES, f"/op/trabajos/{UUID}/reintentar", fields={"rfc": CLIENT},
        status=404),
    PageRow("GET /op/auditoria", OPERATES),
    PageRow("GET /op/auditoria/archivo", OPERATES, looked=()),
    PageRow("GET /op/respaldos", OPERATES),
    PageRow("GET /op/listas", OPERATES),
    PageRow("POST /op/listas", OPERATES, status=422),
    PageRow("GET /op/personal", OPERATES),
    PageRow("POST /op/personal", OPERATES, fields={"email": "nueva@horux360.example", "nombre": "Nueva"}),
    *(PageRow(f"POST /op/personal/{{person}}/{act}", OPERATES, f"/op/personal/{UUID}/{act}", status=404)
        for act in ("liga", "baja", "vuelta", "sesiones", "segundo-factor")),
)  # fmt: skip
_EFIRMA = an_efirma(rfc=CLIENT)
_FIEL = {
    "cer": ("fiel.cer", _EFIRMA.cer, "application/octet-stream"),
    "key": ("fiel.key", _EFIRMA.key, "application/octet-stream"),
}
_AJUSTES = {
    "anio": "2026", "regimenes": "601", "coeficienteUtilidad": "0.2145", "perdidas": "1,000.00", "notas": "flujo",
    "descuentoEnFactura": "resta", "clavesRetenciones": "16", "usosNoAcreditables": "S01", "efectivoTope": "2000.00",
}  # fmt: skip
SETTINGS = (
    PageRow("GET /configuracion", READS),
    PageRow("GET /configuracion/sat", OWNS, looked=("/configuracion/sat", "/configuracion/sat?destruir=si#destruir")),
    PageRow("POST /configuracion/sat", OWNS, fields={"password": _EFIRMA.password}, files=_FIEL),
    PageRow("POST /configuracion/sat/destruir", OWNS, fields={"rfc": CLIENT}, stands=True),
    PageRow("GET /configuracion/sat/usos", OWNS, looked=()),
    PageRow("GET /configuracion/sat/recibos", OWNS, looked=()),
    PageRow("GET /configuracion/fiscal", WRITES),
    PageRow("POST /configuracion/fiscal", WRITES, fields=_AJUSTES),
    PageRow("GET /configuracion/usuarios", OWNS),
    PageRow("POST /configuracion/usuarios", OWNS,
        fields={"email": "luis@otro.mx", "nombre": "Luis", "role": "contador"}),
    PageRow("POST /configuracion/usuarios/{person}/invitar", OWNS, "/configuracion/usuarios/{person}/invitar"),
    PageRow("POST /configuracion/usuarios/{person}/retirar", OWNS, "/configuracion/usuarios/{person}/retirar"),
    PageRow("GET /configuracion/api", OWNS, feature=Feature.API_EXTERNA),
    PageRow("POST /configuracion/api", OWNS, fields={"nombre": "Punto de venta", "scopes": "cfdi:write"},
        feature=Feature.API_EXTERNA),
    PageRow("POST /configuracion/api/{key}/revocar", OWNS, "/configuracion/api/{key}/revocar", stands=True),
    PageRow("GET /configuracion/auditoria", OWNS),
    PageRow("GET /configuracion/auditoria/archivo", OWNS, looked=()),
    PageRow("GET /cuenta", SIGNED_IN, looked=("/cuenta",)),
    PageRow("POST /cuenta/contrasena", SIGNED_IN, fields={"current": PASSWORD, "password": "farol verde de otoño"},
        stands=True),
    PageRow("GET /cuenta/segundo-factor", SIGNED_IN, status=303),
    PageRow("POST /cuenta/segundo-factor", SIGNED_IN, fields={"code": "123456"}, stands=True),
    PageRow("POST /cuenta/segundo-factor/codigos", SIGNED_IN, stands=True),
    PageRow("POST /cuenta/sesiones", SIGNED_IN, stands=True),
    PageRow("POST /cuenta/sesiones/{session}", SIGNED_IN, f"/cuenta/sesiones/{UUID}", stands=True),
)  # fmt: skip
PAGES = (*FRAME, *BOOKS, *TAXES, *DOCUMENTS, *SETTINGS, *OPERATION)
