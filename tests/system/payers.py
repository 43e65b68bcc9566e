"""Clients' payers at the provider's stand-in: what they do there by seeded chance, and the notices it gives of it."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.adapters.mercadopago.standin import TOKEN, Standin
from tests.adapters.mercadopago.standin import running as provided
from tests.avisos import SECRET
from tests.system.asking import Api

Sent = tuple[str, str]


@dataclass
class Provider:
    """The stand-in, its own API for the story, and every notice it gave, kept back by the test."""

    standin: Standin
    api: httpx.Client
    given: list[Sent] = field(default_factory=list)

    def seen(self, path: str, **asked: str) -> Any:
        answer = self.api.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def payments(self, status: str) -> dict[str, list[str]]:
        """Those of each agreement in that state, oldest first."""
        found = self.seen("/v1/payments/search", status=status, operation_type="recurring_payment", limit="100000")
        of = defaultdict(list)
        for row in reversed(found["results"]):
            of[row["metadata"]["preapproval_id"]].append(str(row["id"]))
        return of

    def resume(self, reference: str) -> None:
        assert self.api.put(f"/preapproval/{reference}", json={"status": "authorized"}).status_code == 200

    def taken(self) -> list[Sent]:
        self.standin.tell("idle")
        fresh, self.given[:] = list(self.given), []
        return fresh


@contextmanager
def a_provider() -> Iterator[Provider]:
    given: list[Sent] = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            given.append((asked["type"][0], asked["data.id"][0]))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with provided() as standin, ThreadingHTTPServer(("127.0.0.1", 0), Keeps) as keeper:
        thread = Thread(target=keeper.serve_forever)
        thread.start()
        standin.tell("set", webhook_url=f"http://127.0.0.1:{keeper.server_port}/", secret=SECRET)
        try:
            with httpx.Client(base_url=standin.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20) as api:
                yield Provider(standin, api, given)
        finally:
            keeper.shutdown()
            thread.join()


@dataclass
class Story:
    """What payers, banks and the operator do, one thing for each client a month.

    Left out is what comes to another end by when it is heard of: pausing or giving back what was the only thing that
    paid for a charge given up on, an older charge decided after a newer, and another link while nobody here knows
    that the agreement ended.
    """

    chance: random.Random
    provider: Provider
    operator: Api
    clients: list[str]
    told: Counter[str] = field(default_factory=Counter)

    def month(self) -> None:
        undecided, paid = self.provider.payments("in_process"), self.provider.payments("approved")
        for who in self.clients:
            ours = self.operator.get(f"/api/tenants/{who}/subscription")
            reference = ours["mpPreapprovalId"]
            if reference is None or ours["status"] == "cancelled":
                self._linked_again(who)
                continue
            agreement = self.provider.seen(f"/preapproval/{reference}")
            if agreement["status"] == "cancelled":
                continue
            if agreement["status"] != "authorized":
                self._not_charged(reference, agreement["status"])
            elif undecided[reference]:
                for payment in undecided[reference]:
                    self._do("settle", payment_id=payment, status="approved")
            else:
                self._charged(reference, agreement["summarized"]["semaphore"], paid[reference][:-1])
        self.provider.standin.tell("advance", days=self.chance.randint(20, 35))

    def _linked_again(self, who: str) -> None:
        self.told["link"] += 1
        assert self.operator.post(f"/api/tenants/{who}/payment-link").status == 200

    def _not_charged(self, reference: str, status: str) -> None:
        ends = {"pending": ["approve", "approve", "approve", "reject", "reject_cancel"], "paused": ["resume", "cancel"]}
        act = self.chance.choice(ends[status])
        if act == "resume":
            self.told[act] += 1
            self.provider.resume(reference)
        else:
            self._do("payer", preapproval_id=reference, do=act)

    def _charged(self, reference: str, semaphore: str | None, paid: list[str]) -> None:
        acts = ["charged", "approved", "approved", "rejected", "rejected", "in_process", "cancel", "back", "dispute"]
        act = self.chance.choice([*acts, "pause", "pause"] if semaphore == "green" else acts)
        if act in ("pause", "cancel"):
            self._do("payer", preapproval_id=reference, do=act)
        elif act in ("approved", "rejected", "in_process"):
            self._do("card", preapproval_id=reference, status=act)
        elif act == "back" and paid:
            part = self.chance.choice([{}, {"amount": 10}])
            self._do("refund", payment_id=self.chance.choice(paid), **part)
        elif act == "dispute" and paid:
            self._do("chargeback", payment_id=self.chance.choice(paid))

    def _do(self, op: str, **how: Any) -> None:
        self.told[" ".join([op, how.get("do") or how.get("status") or ""]).strip()] += 1
        self.provider.standin.tell(op, **how)
