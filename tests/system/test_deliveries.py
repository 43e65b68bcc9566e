"""Thousands of the provider's notices, with what a network and strangers make of them: our books end as its own."""

import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from horux_adapters.postgres.installing import CENTRAL
from tests.adapters.mercadopago.standin import TOKEN
from tests.avisos import SECRET, Aviso, an_aviso
from tests.system.asking import Api
from tests.system.household import a_client, plain_environment
from tests.system.installation import Installation, installation, running, served
from tests.system.papers import rfc
from tests.system.payers import Sent, Story, a_provider
from tests.system.scale import FULL, proof
from tests.system.waiting import until

SEED = 20_260_731
DELIVERIES = proof(400, 10_000)
CLIENTS = proof(10, 40)
BURST = 6
"""So many notices in a row are lost together: what is lost is seldom a single one."""
LOST = FORGED = 0.1
COPIES, ROUNDS_LATE = (1, 1, 2, 4), (0, 0, 0, 1, 3)
AT_ONCE = 4
LONGEST_REPLY = 0.2

pytestmark = pytest.mark.timeout(1800 if FULL else 300)

STATUS = {"charged_back": "disputed", "in_process": "pending"}
"""The provider's words for a payment that are not ours."""


@dataclass
class Network:
    """Loses, repeats, shuffles and delays what the provider gives, and lets strangers put in what it never gave."""

    chance: random.Random
    url: str
    generated: int = 0
    lost: int = 0
    forged: int = 0
    seconds: list[float] = field(default_factory=list)
    _late: dict[int, list[tuple[Sent, bool]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, notices: list[Sent], month: int) -> None:
        for start in range(0, len(notices), BURST):
            gone = self.chance.random() < LOST
            for notice in notices[start : start + BURST]:
                copies = self.chance.choice(COPIES)
                self.generated += copies
                self.lost += copies * gone
                for _ in range(0 if gone else copies):
                    self._late[month + self.chance.choice(ROUNDS_LATE)].append((notice, True))
                if self.chance.random() < FORGED:
                    self.generated += 1
                    self.forged += 1
                    self._late[month].append((notice, False))

    def lose(self, notices: list[Sent]) -> None:
        self.generated += len(notices)
        self.lost += len(notices)

    def deliver(self, month: int | None = None) -> int:
        """Those that come that month, several at once; else all that are left."""
        months = list(self._late) if month is None else [month]
        now = [each for when in months for each in self._late.pop(when, [])]
        self.chance.shuffle(now)
        made = [(self._aviso(notice, genuine), 200 if genuine else 401) for notice, genuine in now]
        with httpx.Client(base_url=self.url, timeout=30) as http, ThreadPoolExecutor(AT_ONCE) as pool:
            replies = list(pool.map(lambda each: self._sent(http, each[0]), made))
        assert replies == [status for _, status in made]
        return len(now)

    def _sent(self, http: httpx.Client, aviso: Aviso) -> int:
        began = time.monotonic()
        path = f"/api/webhooks/mercadopago?{aviso.query}"
        answer = http.post(path, headers=dict(aviso.headers), content=aviso.body)
        self.seconds.append(time.monotonic() - began)
        return answer.status_code

    def _aviso(self, notice: Sent, genuine: bool) -> Aviso:
        (topic, reference), now = notice, datetime.now(UTC)
        if genuine:
            return an_aviso(reference, now, topic=topic)
        wrong: list[dict[str, Any]] = [{"secret": "de-otro"}, {"body_id": "7"}, {"at": now - timedelta(hours=2)}]
        return an_aviso(**{"reference": reference, "at": now, "topic": topic, **self.chance.choice(wrong)})


def taken_in(operator: Api, number: int) -> str:
    who = rfc(number, "D")
    amount = f"{500 + number}.{number:02d}"
    answer = operator.post(
        "/api/tenants", {**a_client(who), "payerEmail": f"paga{number}@ejemplo.mx", "amount": amount}
    )
    assert answer.status == 201, answer.body
    return who


def central(installed: Installation, query: str) -> list[Any]:
    return installed.rows(query, database=CENTRAL)


def waiting(installed: Installation) -> int:
    (row,) = central(installed, "SELECT count(*) FROM notices WHERE state = 'pendiente'")
    return int(row[0])


def expected(shown: Any) -> dict[str, str]:
    """What we make of each agreement: as the provider does, but paused when the last charge was given up on.

    Of one that ended before anybody entered it nothing is left.
    """
    last: dict[str, str] = {}
    for invoice in sorted(shown["authorized_payments"].values(), key=lambda each: str(each["debit_date"])):
        if invoice["status"] == "processed":
            last[invoice["preapproval_id"]] = invoice["payment"]["status"]
    entered = {invoice["preapproval_id"] for invoice in shown["authorized_payments"].values()}
    return {
        ident: "paused" if each["status"] == "authorized" and last.get(ident) == "rejected" else each["status"]
        for ident, each in shown["preapprovals"].items()
        if each["status"] != "cancelled" or ident in entered
    }


def paid_there(shown: Any) -> dict[str, tuple[str, str, Decimal, Decimal]]:
    return {
        ident: (
            each["external_reference"],
            STATUS.get(each["status"], each["status"]),
            Decimal(str(each["transaction_amount"])).quantize(Decimal("0.01")),
            Decimal(str(each["transaction_amount_refunded"])).quantize(Decimal("0.01")),
        )
        for ident, each in shown["payments"].items()
        if each["operation_type"] == "recurring_payment"
    }


def paid_here(installed: Installation) -> list[tuple[str, tuple[str, str, Decimal, Decimal]]]:
    rows = central(installed, "SELECT mp_payment_id, subscription_id, status, amount, refunded, flaw FROM payments")
    assert {row[5] for row in rows} == {None}
    return [(row[0], (str(row[1]), *row[2:5])) for row in rows]


def reconciled(installed: Installation) -> None:
    command = [sys.executable, "-m", "horux_adapters.cli.main", "duties", "run", "conciliacion-de-pagos"]
    done = subprocess.run(command, env=plain_environment(**installed.env), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_our_books_end_as_the_providers() -> None:
    chance = random.Random(SEED)
    with a_provider() as provider:
        mercadopago = {"MP_API_URL": provider.standin.url, "MP_ACCESS_TOKEN": TOKEN, "MP_WEBHOOK_SECRET": SECRET}
        with installation(400, PAYMENTS="mercadopago", **mercadopago) as installed, served(installed):
            operator = installed.operator
            clients = [taken_in(operator, number) for number in range(CLIENTS)]
            story, network = Story(chance, provider, operator, clients), Network(chance, installed.url)
            with running(installed, "worker"):
                told(installed, story, network)
                shown = provider.standin.shows()
                missing = compared(shown, installed)
                assert missing, "no notice that was lost mattered"
                reconciled(installed)
                differing = compared(shown, installed)
                assert differing == {}, charges(shown, differing)
                once(installed)
    report(story, network, len(missing), len(paid_there(shown)))


def told(installed: Installation, story: Story, network: Network) -> None:
    """The story goes on while some of what it gave is still being worked through; of its last month nothing comes."""
    month = 0
    while network.generated < DELIVERIES:
        story.month()
        network.take(story.provider.taken(), month)
        mostly_attended(installed, network.deliver(month))
        month += 1
    network.deliver()
    until("no queda ningún aviso pendiente", lambda: not waiting(installed), 300)
    story.month()
    network.lose(story.provider.taken())


def mostly_attended(installed: Installation, delivered: int) -> None:
    until("se atiende la mayor parte", lambda: waiting(installed) <= delivered // 3, 120)


def compared(shown: Any, installed: Installation) -> dict[str, Any]:
    """What differs, theirs beside ours."""
    rows = central(installed, "SELECT mp_preapproval_id, status FROM subscriptions WHERE mp_preapproval_id IS NOT NULL")
    here = paid_here(installed)
    assert len(here) == len({ident for ident, _ in here}), "a payment is in the books twice"
    theirs, ours = {**expected(shown), **paid_there(shown)}, {**dict(rows), **dict(here)}
    return {each: (theirs.get(each), ours.get(each)) for each in theirs | ours if theirs.get(each) != ours.get(each)}


def charges(shown: Any, agreements: Iterable[str]) -> list[Any]:
    return [each for each in shown["authorized_payments"].values() if each["preapproval_id"] in agreements]


def once(installed: Installation) -> None:
    """Nobody was told twice of one payment, and every genuine notice came to an end."""
    query = "SELECT payload->>'payment', count(*) FROM outbox WHERE name = 'PaymentReceived' GROUP BY 1"
    assert {count for _, count in central(installed, query)} == {1}
    states = {state for (state,) in central(installed, "SELECT DISTINCT state FROM notices")}
    assert states == {"procesado", "rechazado"}
    assert central(installed, "SELECT topic, why FROM unmatched_news WHERE why NOT LIKE 'pago-%'") == []


def report(story: Story, network: Network, missing: int, payments: int) -> None:
    seconds = sorted(network.seconds)
    p50, p99 = (seconds[int(len(seconds) * part)] for part in (0.5, 0.99))
    print(f"\n{network.generated} avisos: {network.lost} perdidos, {network.forged} falsos; {payments} pagos")
    print(f"{missing} diferencias antes de conciliar; {dict(story.told)}")
    print(f"respuestas: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, la más larga {seconds[-1] * 1000:.1f} ms")
    if FULL:
        assert p99 < LONGEST_REPLY
