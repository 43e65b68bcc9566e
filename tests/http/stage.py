"""The whole product in memory and one client in it, put back as it was before each request."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from httpx import Response

from contracts.efirmas import an_efirma
from contracts.ports.alertas import an_alert
from contracts.ports.calendario import PRESENTADA as AN_OBLIGATION
from contracts.ports.conciliacion import a_bank
from contracts.routes import ACTORS, CLIENT, JOB, KEYS, STORED, Row, fiel_form
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.billing.gateway import Verdict
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.fiscal.cfdi.loading import CARGA
from horux_core.identity.keys import Scope
from horux_core.identity.model import User
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, KeyId, TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.notifications.model import Envelope
from horux_core.plans.model import Plan
from tests.http.whole import Whole, whole


@dataclass(frozen=True)
class State:
    """Of a subscription: what is paid ended so many days ago, and whether the provider charges by itself."""

    status: SubscriptionStatus
    ended: int | None = None
    charges: bool = False


STATES: Mapping[str, State | None] = {
    "none": None,
    **{status.value: State(status) for status in SubscriptionStatus},
    "in-grace": State(SubscriptionStatus.AUTHORIZED, ended=9),
    "unpaid": State(SubscriptionStatus.AUTHORIZED, ended=11),
    "still-charged": State(SubscriptionStatus.AUTHORIZED, ended=11, charges=True),
}
WRITING = frozenset({"pending", "authorized", "in-grace", "still-charged"})
_TRAIL = "audit_log"
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    """`credentials` are of one session each; `before` is everything that is kept, as each request finds it.

    `vault` is what is kept of e.firmas outside every database. `known` are ids of what the client has, by the name of
    the gap they fill in a path.
    """

    product: Whole
    tenant: TenantId
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    before: tuple[Tables, ...] = ()
    vault: tuple[dict[Any, Any], ...] = ()
    known: Mapping[str, object] = field(default_factory=dict)

    @property
    def _databases(self) -> tuple[MemoryDatabase, ...]:
        gateways = self.product.horux.gateways
        return (gateways.memory(), *gateways.books().databases.values())

    def kept(self) -> tuple[Tables, ...]:
        """Every row of every database."""
        return tuple({name: dict(rows) for name, rows in d.tables.items() if rows} for d in self._databases)

    def kept_but_the_trail(self) -> tuple[Tables, ...]:
        """Nor how often something was asked: that counts what is refused too."""
        return tuple(
            {name: rows for name, rows in tables.items() if name not in (_TRAIL, "login_failures", "api_key_uses")}
            for tables in self.kept()
        )

    def outside(self) -> tuple[dict[Any, Any], ...]:
        """What the vault keeps beside the databases."""
        g = self.product.horux.gateways
        return g.sealed_folders().final, g.anchors().heads, g.receipts().kept

    def put_back(self, plan: Plan, state: str) -> None:
        """As it was at first, with that plan and a subscription in that state."""
        # Books that were opened since were empty.
        for number, database in enumerate(self._databases):
            tables = self.before[number] if number < len(self.before) else {}
            database.tables = defaultdict(dict, {name: dict(rows) for name, rows in tables.items()})
        for place, kept in zip(self.outside(), self.vault, strict=True):
            place.clear()
            place.update(kept)
        with self._databases[0].transaction() as tables:
            tables["tenants"][self.tenant] = replace(
                tables["tenants"][self.tenant],
                plan=plan,
                active=state in WRITING,
                cfdi_limit_override=100,
                users_limit_override=-1,
            )
            own = [ident for ident, each in tables["subscriptions"].items() if each.tenant == self.tenant]
            for ident in own:
                del tables["subscriptions"][ident]
            found = STATES[state]
            if found is not None:
                subscription = _subscription(self.tenant, plan, found)
                tables["subscriptions"][subscription.id] = subscription

    def ask(self, row: Row, who: str) -> Response:
        return self.send(row, self.credentials[who])

    def send(self, row: Row, headers: Mapping[str, str]) -> Response:
        more = {"Content-Type": row.kind} if row.content is not None else {}
        address = row.address.format(**self.known)
        return self.product.http.request(
            row.method, address, headers={**headers, **more}, content=row.content, json=row.body
        )


def _subscription(tenant: TenantId, plan: Plan, state: State) -> Subscription:
    end = None if state.ended is None else datetime.now(UTC) - timedelta(days=state.ended)
    subscription = Subscription(
        uuid4(), tenant, plan, state.status, Decimal(999), Frequency.MONTHLY, "pagos@cascabel.mx", None, None,
        end and end - timedelta(days=30), end, _LONG_AGO,
    )  # fmt: skip
    return replace(subscription, agreement_state=SubscriptionStatus.AUTHORIZED) if state.charges else subscription


def _person(product: Whole) -> UserId:
    with product.horux.gateways.directory().transaction() as tx:
        found: User = tx.users.by_email("temporal@cascabel.mx")
    return found.id


def _mail(product: Whole, tenant: TenantId) -> UUID:
    """Of the first event there is; it was not sent yet."""
    gateways = product.horux.gateways
    envelope = Envelope(next(iter(gateways.memory().tables["outbox"])), "Welcome", "ana@cascabel.mx", tenant)
    assert gateways.mails().begin(envelope, _LONG_AGO)
    return envelope.id


def _notice(product: Whole) -> UUID:
    notice = TakenNotice(
        uuid4(), _LONG_AGO, Verdict.OK, "payment", "1", "data.id=1&type=payment", (), b"{}", "192.0.2.1",
        NoticeState.PENDIENTE, attempts=1,
    )  # fmt: skip
    product.horux.gateways.notices().take(notice)
    return notice.id


def _keys(product: Whole) -> tuple[dict[str, dict[str, str]], UUID, KeyId]:
    """Headers with a key of each scope, the id of one more, which nobody shows, and that of the one that uploads."""
    owner, held, idents = product.credential("owner"), {}, {}
    for who, scope in {**KEYS, "idle": Scope.CFDI_READ}.items():
        made = product.http.post("/api/api-keys", json={"nombre": who, "scopes": [scope]}, headers=owner)
        assert made.status_code == 201, made.text
        held[who] = {"Authorization": f"Bearer {made.json()['secreto']}"}
        idents[who] = UUID(made.json()["llave"]["id"])
    del held["idle"]
    return held, idents["idle"], KeyId(idents["key-cfdi:write"])


@contextmanager
def staged(data_dir: Path) -> Iterator[Stage]:
    with whole(data_dir) as product:
        gateways = product.horux.gateways
        tenant = gateways.registry().find(Rfc(CLIENT)).id
        sent = product.http.post(
            "/api/cfdi", content=STORED, headers={**product.credential("owner"), "Content-Type": "application/xml"}
        )
        assert sent.status_code == 201, sent.text
        form, kind = fiel_form(an_efirma(rfc=CLIENT))
        sent = product.http.post(
            "/api/fiel", content=form, headers={**product.credential("owner"), "Content-Type": kind}
        )
        assert sent.status_code == 201, sent.text
        for plan in Plan:
            prices = {"monthly": "500.00", "yearly": "5000.00"}
            priced = product.http.put(f"/api/plans/{plan}/prices", json=prices, headers=product.credential("operator"))
            assert priced.status_code == 200, priced.text
        with gateways.books().open(tenant) as books:
            books.alertas.guardar([an_alert()])
            a_bank(books)
            books.calendario.marcar(AN_OBLIGATION)
        person = _person(product)
        gateways.feeds().poner(tenant, "a" * 64, person, _LONG_AGO)
        known = {"alerta": an_alert().id, "person": person, "mail": _mail(product, tenant)}
        known["notice"] = _notice(product)
        keys, known["key"], uploader = _keys(product)
        gateways.jobs().put(Job(JobId(UUID(JOB)), tenant, CARGA, {}, uploader, _LONG_AGO))
        credentials = {who: product.credential(who) for who in ACTORS} | keys
        stage = Stage(product, tenant, credentials, known=known)
        # The operator's first view of a client leaves a trace: made here, so that the later ones change nothing.
        product.http.get("/api/cfdi", headers=dict(stage.credentials["operator-viewing"]))
        yield replace(stage, before=stage.kept(), vault=tuple(dict(place) for place in stage.outside()))
