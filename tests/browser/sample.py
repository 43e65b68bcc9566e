"""What the shown product holds: an operator, clients in every state, two years of one of them, and its people."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import httpx

from contracts.efirmas import an_efirma
from contracts.routes import STORED, fiel_form
from horux_adapters.container.clock import system_clock
from horux_adapters.container.horux import Horux
from horux_adapters.demo.year import CLIENT as DEMO
from horux_adapters.demo.year import year
from horux_core.billing.gateway import Verdict
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.identity.model import Membership, Role, User
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.ids import UserId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.browser.sample_fiscal import OCTETS, bank, metadata, settle
from tests.browser.sample_respaldos import backed_up
from tests.system.waiting import until

PASSWORD = "tambor lila de marzo"
OPERATOR = "operador@horux360.example"
CLIENT, SECOND, PAUSED, PROFESSIONAL, STARTER, FRESH = (
    "CAS2408138W2", "EKU9003173C9", "TPR840604D98", "AAA080808HL8", "ROEM691011EZ4", "HEGT7610034S2",
)  # fmt: skip
COMPANIES = {
    CLIENT: ("Cascabel SA de CV", "enterprise", "2990.00"),
    SECOND: ("Escuela Kemper Urgate SA de CV", "enterprise", "2990.00"),
    PAUSED: ("Transportes y Proyectos del Río", "business", "999.00"),
    PROFESSIONAL: ("Asesores y Administradores Ñandú", "professional", "1499.00"),
    STARTER: ("Ernesto Rodríguez Morales", "starter", "499.00"),
    FRESH: ("Tania Hernández García", "business", "999.00"),
}
PEOPLE = {
    "duena@cascabel.mx": ("Ana Cascabel", Role.OWNER, (CLIENT, SECOND)),
    "contador@cascabel.mx": ("Luis Contador", Role.CONTADOR, (CLIENT, SECOND)),
    "visor@cascabel.mx": ("Vera Visor", Role.VISOR, (CLIENT,)),
    "pausada@tpr.mx": ("Pablo Pausado", Role.OWNER, (PAUSED,)),
    "profesional@aaa.mx": ("Priscila Profesional", Role.OWNER, (PROFESSIONAL,)),
    "starter@roem.mx": ("Ernesto Rodríguez", Role.OWNER, (STARTER,)),
    "nueva@hegt.mx": ("Tania Hernández", Role.OWNER, (FRESH,)),
}
TEMPORARY = "temporal@cascabel.mx"


@dataclass(frozen=True)
class Shop:
    """The product, asked over HTTP, and opened in this very process."""

    horux: Horux
    http: httpx.Client
    bearers: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, method: str, path: str, who: str, **sent: Any) -> Any:
        answer = self.http.request(method, path, headers={**self._bearer(who), **sent.pop("headers", {})}, **sent)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else None

    def _bearer(self, who: str) -> dict[str, str]:
        """Of one session each."""
        if who not in self.bearers:
            answer = self.http.post("/api/auth/login", json={"email": who, "password": PASSWORD})
            assert answer.is_success, answer.text
            self.bearers[who] = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        return self.bearers[who]

    def enter(self, who: str, documents: list[tuple[str, bytes]]) -> None:
        """Uploaded at once, as a ZIP; answers when the worker is done."""
        sent = self.ask(
            "POST", "/api/cfdi/bulk", who, content=_packed(documents), headers={"Content-Type": "application/zip"}
        )
        if "jobId" in sent:
            ended = ("terminado", "fallido")
            bearer = self._bearer(who)
            until(
                "termina la carga",
                lambda: self.http.get(f"/api/cfdi/bulk/{sent['jobId']}", headers=bearer).json()["estado"] in ended,
                120,
                0.3,
            )


def fill(horux: Horux, http: httpx.Client, samples: Path | None = None) -> None:
    """`samples` are the shared ones, where they are laid."""
    shop, now = Shop(horux, http), system_clock()
    horux.use_cases.create_operator()(OPERATOR, "Olga Operadora", PASSWORD)
    for number, plan in enumerate(("starter", "business", "professional", "enterprise")):
        prices = {"monthly": f"{499 + 500 * number}.00", "yearly": f"{4990 + 5000 * number}.00"}
        shop.ask("PUT", f"/api/plans/{plan}/prices", OPERATOR, json=prices)
    for rfc, (nombre, plan, amount) in COMPANIES.items():
        client = {
            "rfc": rfc, "nombre": nombre, "plan": plan, "adminEmail": f"alta.{rfc.lower()}@ejemplo.mx",
            "adminNombre": "Alta", "payerEmail": f"pagos.{rfc.lower()}@ejemplo.mx", "amount": amount,
            "regimenes": ["612" if len(rfc) == 13 else "601"],
        }  # fmt: skip
        shop.ask("POST", "/api/tenants", OPERATOR, json=client)
    _people(horux, now)
    for rfc in (CLIENT, SECOND, PAUSED, PROFESSIONAL, STARTER):
        paid = {"amount": COMPANIES[rfc][2], "paidAt": (now - timedelta(days=12)).isoformat(), "reference": "SPEI 7781"}
        shop.ask("POST", f"/api/tenants/{rfc}/payments/manual", OPERATOR, json=paid)
    _books(shop, samples, dia_fiscal(now))
    _settings(shop, now)
    settle(shop, "duena@cascabel.mx", dia_fiscal(now))
    bank(shop, "duena@cascabel.mx", CLIENT, dia_fiscal(now))
    for email in PEOPLE:
        shop.ask("GET", "/api/auth/me", email)
    _pause(horux, PAUSED, now)
    _notices(horux, now)
    backed_up(horux, tuple(COMPANIES), now)
    horux.use_cases.measure_clients()()


def _books(shop: Shop, samples: Path | None, today: date) -> None:
    owner = "duena@cascabel.mx"
    before = date(today.year - 1, today.month, min(today.day, 28))
    for until_, seed in ((before, 361), (today, 360)):
        shop.enter(owner, _as(CLIENT, "CASCABEL", year(until_, seed)))
    sat = metadata(CLIENT, _as(CLIENT, "CASCABEL", year(today, 360)), Periodo.of(today - timedelta(days=31)))
    shop.ask("POST", "/api/xml-sat/paquetes", owner, content=sat, headers=OCTETS)
    broken = [
        ("nota.xml", b"<nota/>"),
        ("cortado.xml", b"<cfdi:Comprobante"),
        ("leeme.txt", b"hola"),
        ("fija.xml", STORED),
    ]
    shop.enter(owner, [*_as(CLIENT, "CASCABEL", year(today, 360))[:30], *broken])
    for rfc, who in ((PAUSED, "pausada@tpr.mx"), (PROFESSIONAL, "profesional@aaa.mx"), (STARTER, "starter@roem.mx")):
        shop.enter(who, _as(rfc, COMPANIES[rfc][0].upper(), year(today, len(who)))[-90:])
    folder = samples / "escenario" if samples else None
    if folder and folder.is_dir():
        bearer = shop.ask("POST", "/api/auth/switch", owner, json={"rfc": SECOND})["accessToken"]
        papers = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.xml"))]
        kind = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/zip"}
        sent = shop.http.post("/api/cfdi/bulk", content=_packed(papers), headers=kind)
        assert sent.is_success, sent.text
        shop.bearers.clear()


def _settings(shop: Shop, now: datetime) -> None:
    owner, anio = "duena@cascabel.mx", dia_fiscal(now).year
    for each in (anio - 1, anio):
        shop.ask("PATCH", f"/api/configuracion/fiscal?anio={each}", owner, json={"coeficienteUtilidad": "0.2145"})
    filed = {"presentadaEn": f"{anio}-02-17", "monto": "5707.00"}
    shop.ask("PUT", f"/api/declaraciones/iva/{anio}/1", owner, json=filed)
    form, kind = fiel_form(an_efirma(rfc=CLIENT, nombre="CASCABEL SA DE CV"))
    shop.ask("POST", "/api/fiel", owner, content=form, headers={"Content-Type": kind})
    invited = {"email": "nora@cascabel.mx", "nombre": "Nora Nueva", "role": "visor"}
    shop.ask("POST", "/api/usuarios/invite", owner, json=invited)
    lista = "RFC,Nombre,Situación del contribuyente\nMAQ980116JSA,MAQUINARIA Y REFACCIONES QUERETANAS,Presunto\n"
    shop.ask("POST", "/api/listas/69b", OPERATOR, content=lista.encode(), headers={"Content-Type": "text/csv"})
    shop.ask("GET", "/api/cfdi", OPERATOR, headers={"X-View-Tenant": CLIENT})


def _people(horux: Horux, now: datetime) -> None:
    hashed = horux.gateways.hasher().hash(PASSWORD)
    registry = horux.gateways.registry()
    places = {rfc: registry.find(Rfc(rfc)).id for rfc in COMPANIES}
    people = {**PEOPLE, TEMPORARY: ("Teo Temporal", Role.VISOR, (CLIENT,))}
    with horux.gateways.directory().transaction() as tx:
        for email, (nombre, role, where) in people.items():
            user = User(UserId(uuid4()), email, nombre, False, hashed, email == TEMPORARY, None, True, now)
            tx.users.add(user)
            for rfc in where:
                tx.memberships.add(Membership(user.id, places[rfc], role))


def _pause(horux: Horux, rfc: str, now: datetime) -> None:
    """What it paid ended a month ago and nobody paid since."""
    memory, tenant = horux.gateways.memory(), horux.gateways.registry().find(Rfc(rfc)).id
    with memory.transaction() as tables:
        for ident, found in list(tables["subscriptions"].items()):
            if isinstance(found, Subscription) and found.tenant == tenant:
                tables["subscriptions"][ident] = replace(
                    found, status=SubscriptionStatus.PAUSED, current_period_start=now - timedelta(days=61),
                    current_period_end=now - timedelta(days=31),
                )  # fmt: skip
        tables["tenants"][tenant] = replace(tables["tenants"][tenant], active=False)


def _notices(horux: Horux, now: datetime) -> None:
    """What the provider of payments said, well signed and not."""
    told = ((Verdict.OK, NoticeState.PENDIENTE, "payment"), (Verdict.OK, NoticeState.PROCESADO, "payment"))
    for number, (verdict, state, topic) in enumerate(told):
        horux.gateways.notices().take(
            TakenNotice(
                UUID(int=100 + number), now - timedelta(hours=number + 1), verdict, topic, str(8_800 + number),
                f"data.id={8_800 + number}&type={topic}", (("x-signature", "ts=1,v1=0"),), b'{"action":"updated"}',
                "203.0.113.7", state, attempts=1,
            )
        )  # fmt: skip


def _as(rfc: str, nombre: str, documents: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Those of the sample client, made out to another."""
    pairs = ((DEMO.rfc, rfc), (DEMO.nombre, nombre))
    changed = []
    for name, content in documents:
        text = content.decode()
        for old, new in pairs:
            text = text.replace(old, new)
        changed.append((name, text.encode()))
    return changed


def _packed(documents: list[tuple[str, bytes]]) -> bytes:
    place = BytesIO()
    with ZipFile(place, "w", ZIP_DEFLATED) as archive:
        for name, content in documents:
            archive.writestr(name, content)
    return place.getvalue()
