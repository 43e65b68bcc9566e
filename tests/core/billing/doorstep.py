"""A client that pays, the door at which notices are taken, and the worker behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from structlog.testing import capture_logs

from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.mercadopago.notices import TOPICS, MercadoPagoNoticeJudge
from horux_adapters.worker.handling import Handling
from horux_core.billing.events import NoticeTaken
from horux_core.billing.gateway import Verdict
from horux_core.billing.notices import TakenNotice
from horux_core.billing.noticing import (
    TRIES,
    ProcessNotice,
    TakeNotice,
)
from horux_core.billing.settling import Outcome, Topic
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId
from tests.avisos import SECRET, WORDS, Aviso, an_aviso
from tests.core.billing.world import World


@dataclass
class House:
    """A client that pays, MercadoPago's door, and the worker behind it; `asked` says what was settled, in order."""

    secrets: tuple[str, ...] = (SECRET,)
    world: World = field(default_factory=World)
    asked: list[tuple[Topic, str]] = field(default_factory=list)
    fault: Exception | None = None
    others: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.world
        self.notices = MemoryNotices(world.control, lambda tables: MemoryOutbox(tables, world.clock))
        self.deliveries = MemoryDeliveries(world.control)
        self.process = ProcessNotice(self.notices, self.settle, TOPICS, world.clock)
        reactions: dict[type[Event], Callable[[Any, EventId], None]] = {
            kind: lambda event, _: self.others.append(event) for kind in Event.__subclasses__()
        }
        jobs = MemoryJobs(world.control, world.clock)
        self.handling = Handling(self.deliveries, jobs, reactions | {NoticeTaken: self.process}, {}, world.clock)

    def settle(self, topic: Topic, reference: str) -> Outcome:
        self.asked.append((topic, reference))
        if self.fault is not None:
            raise self.fault
        return self.world.settle(topic, reference)

    def take(self, aviso: Aviso) -> Verdict:
        judge = MercadoPagoNoticeJudge(self.secrets, self.world.clock)
        return TakeNotice(judge, self.notices, TOPICS, self.world.clock)(*aviso.sent)

    def about(self, topic: str, reference: str) -> Aviso:
        return an_aviso(reference, self.world.now, topic=WORDS[topic])

    def work(self) -> None:
        """Everything that is due."""
        with capture_logs():
            while self.handling.deliver():
                pass

    def tried_until_still(self) -> None:
        """Every try, however long it is waited for."""
        for _ in range(TRIES + 5):
            self.work()
            self.world.wait(hours=3)

    def kept(self) -> tuple[TakenNotice, ...]:
        return self.notices.page(None, None, 500).items

    @property
    def one(self) -> TakenNotice:
        (found,) = self.kept()
        return found

    def paid(self) -> str:
        self.world.gateway.approve(self.world.reference)
        (payment,) = [each.reference for each in self.world.gateway.payments.values() if not each.validation]
        return payment


def unbound(body: bytes, house: House) -> Aviso:
    """One whose signature covers no id."""
    signed = an_aviso("", house.world.now)
    return Aviso("type=payment", signed.headers, body)
