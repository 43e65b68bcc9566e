"""People at work in clients whose every answer is known: what they were told, and whether it was so."""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Event, Lock
from typing import Any
from uuid import uuid4

from contracts.samples import an_xml
from tests.deploy.edge import Answer, Edge
from tests.system.papers import Paper, packed

ANIO = 2025
IVA_EACH = Decimal("16.00")
_PAUSE = 0.05
_IN_A_ZIP = 101
_BETWEEN_LOADS = 1.0


@dataclass
class Tally:
    """What all of them saw. `failures` are answers other than the one asked for; `wrong`, untrue ones."""

    answers: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    unavailable: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    turn: Lock = field(default_factory=Lock)


@dataclass
class Client:
    """A taxpayer, and what of it was acknowledged: the truth is between that and all that was sent."""

    rfc: str
    mark: str
    token: str
    acknowledged: dict[str, None] = field(default_factory=dict)
    sent: dict[str, None] = field(default_factory=dict)
    jobs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    postal: int = 10_000
    postal_kept: int = 10_000
    others: tuple[str, ...] = ()


@dataclass
class Person:
    """Somebody who does one thing for one client, again and again; what is refused for now is asked for again."""

    client: Client
    front: Edge
    tally: Tally
    over: Event

    def work(self, act: Callable[["Person"], None]) -> None:
        while not self.over.is_set():
            act(self)
            self.over.wait(_PAUSE)

    def ask(self, what: str, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """The answer as it was read, or None: it failed, and how was written down."""
        headers = {"Authorization": f"Bearer {self.client.token}", "Content-Type": kind}
        try:
            answer = self.front.ask(method, path, body, headers)
        except OSError as error:
            self._note(self.tally.broken, f"{what}: {error!r}")
            return None
        with self.tally.turn:
            self.tally.answers[what] += 1
        text = answer.body.decode()
        if stranger := next((other for other in self.client.others if other in text), None):
            self._note(self.tally.crossed, f"{what}: {self.client.rfc} vio {stranger}")
        if answer.status in (200, 201, 202):
            with self.tally.turn:
                self.tally.good[what] += 1
            return json.loads(text)
        if answer.status == 503 and answer.all("retry-after"):
            with self.tally.turn:
                self.tally.unavailable[what] += 1
        else:
            self._note(self.tally.unexpected, _described(what, answer))
        return None

    def untrue(self, what: str) -> None:
        self._note(self.tally.wrong, f"{self.client.rfc}: {what}")

    def _note(self, where: list[str], what: str) -> None:
        with self.tally.turn:
            where.append(f"{time.strftime('%H:%M:%S')} {what}")


def uploads(person: Person) -> None:
    """One document, sent until it is acknowledged."""
    paper = a_paper(person.client)
    person.client.sent[paper.uuid] = None
    while person.ask("subir", "POST", "/api/cfdi", paper.xml, "application/xml") is None:
        if person.over.wait(_PAUSE * 4):
            return
    person.client.acknowledged[paper.uuid] = None


def loads(person: Person) -> None:
    """A ZIP of so many that a worker reads it, and the next once that one is loaded: acknowledged when the job is."""
    papers = [a_paper(person.client) for _ in range(_IN_A_ZIP)]
    person.client.sent.update(dict.fromkeys(paper.uuid for paper in papers))
    told = person.ask("cargar", "POST", "/api/cfdi/bulk", packed(papers), "application/zip")
    if told is not None:
        person.client.jobs[told["jobId"]] = tuple(paper.uuid for paper in papers)
        while not person.over.wait(_BETWEEN_LOADS):
            state = person.ask("ver la carga", "GET", f"/api/cfdi/bulk/{told['jobId']}")
            if state is not None and state["estado"] == "terminado":
                return


def reads_iva(person: Person) -> None:
    """The month's IVA: no less than what was acknowledged before it was asked, no more than what was sent."""
    least = len(person.client.acknowledged)
    told = person.ask("IVA", "GET", f"/api/iva?anio={ANIO}")
    if told is not None:
        count, rest = divmod(Decimal(told["meses"][0]["ivaTrasladado"]), IVA_EACH)
        if rest or not least <= count <= len(person.client.sent):
            person.untrue(f"IVA de {count} documentos; se acusaron {least} y se mandaron {len(person.client.sent)}")


def searches(person: Person) -> None:
    """By the name that all of its documents bear; then by another client's, which finds none."""
    least = min(20, len(person.client.acknowledged))
    told = person.ask("buscar", "GET", f"/api/cfdi?limit=20&q={person.client.mark}")
    if told is not None:
        found = {item["uuid"] for item in told["items"]}
        if not found <= person.client.sent.keys() or len(found) < least or len(found) != len(told["items"]):
            person.untrue(f"buscar dio {len(found)} de {least}")
    told = person.ask("buscar", "GET", f"/api/cfdi?limit=20&q={person.client.others[0]}")
    if told is not None and told["items"]:
        person.untrue("buscar dio lo de otro")


def settles(person: Person) -> None:
    """The one who changes this client's settings: what was kept is read back at once, as nobody else changes it."""
    person.client.postal = 10_000 + (person.client.postal + 1) % 80_000
    asked = json.dumps({"codigoPostal": str(person.client.postal)}).encode()
    told = person.ask("configurar", "PATCH", f"/api/configuracion/fiscal?anio={ANIO}", asked)
    if told is not None:
        person.client.postal_kept = person.client.postal
        told = person.ask("leer configuración", "GET", f"/api/configuracion/fiscal?anio={ANIO}")
        if told is not None and told["codigoPostal"] != str(person.client.postal):
            person.untrue(f"código postal {told['codigoPostal']}, se acusó {person.client.postal}")


def a_paper(client: Client) -> Paper:
    uuid = str(uuid4())
    when = f"{ANIO}-01-{uuid4().int % 28 + 1:02d}T10:00:00"
    xml = an_xml(uuid=uuid, rfc_emisor=client.rfc, nombre_emisor=client.mark, total="116.00", fecha=when)
    return Paper(uuid, xml)


ACTS: Mapping[str, Callable[[Person], None]] = {
    "sube": uploads, "carga": loads, "lee el IVA": reads_iva, "busca": searches, "configura": settles,
}  # fmt: skip


def _described(what: str, answer: Answer) -> str:
    return f"{what}: {answer.status} {answer.body[:200]!r}"
