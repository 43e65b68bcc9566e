"""Notices of the provider of payments: kept as they come, then followed by asking the provider itself (SPEC 2.10)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from horux_core.billing.errors import NoticeUnmatched
from horux_core.billing.events import NoticeTaken
from horux_core.billing.gateway import Notice, Verdict
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.billing.ports import NoticeJudge, Notices
from horux_core.billing.settling import Outcome, Topic
from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, NotFound, Unavailable
from horux_core.kernel.ids import EventId
from horux_core.kernel.pages import Page

PAGE = 50
LONGEST_PAGE = 500
REINTENTO = "aviso-reintentado"

TRIES = 11
"""So often is the provider asked, one time fewer than an event is delivered: over some three hours."""

UNMATCHED_TRIES = 6
"""What belongs to nobody may still get an owner for some minutes: the provider is late with what leads to it."""

REFUSED_AN_HOUR = 100
"""So many that are not the provider's are kept: whoever floods us fills no disk."""

QUIET = timedelta(days=3)
"""So long without a notice is odd: something may stand between the provider and us."""

_HOUR = timedelta(hours=1)
_OF_INTEREST = frozenset({"x-signature", "x-request-id", "content-type", "user-agent"})
_MOST_HEADERS, _LONGEST_HEADER = 6, 300
_LONGEST_WORD, _LONGEST_QUERY, _LONGEST_REFUSED = 100, 2_000, 2_000
_EXHAUSTED = "Se intentó muchas veces y no se pudo terminar. Búscalo en el registro por su id y reinténtalo."


@dataclass(frozen=True, slots=True)
class TakeNotice:
    """Keep a notice before anything is done about it, and say what its signature is worth.

    One that was taken before is as genuine as then, and is not kept again.
    `topics` says what the provider's words for kinds of news mean; of others nothing comes. Raises
    DatabaseUnavailable: then it was not kept, and is to be sent again.
    """

    judge: NoticeJudge
    notices: Notices
    topics: Mapping[str, Topic]
    clock: Clock

    def __call__(self, query: str, headers: Iterable[tuple[str, str]], body: bytes, remote: str) -> Verdict:
        sent = list(headers)
        told = self.judge.judge(query, sent, body)
        now = self.clock()
        state = self._state(told)
        genuine = told.verdict.genuine
        notice = TakenNotice(
            uuid4(), now, told.verdict, _word(told.topic), _word(told.reference), _legible(query, _LONGEST_QUERY),
            _kept(sent), body if genuine else body[:_LONGEST_REFUSED], remote, state, told.delivery,
            ended_at=None if state is NoticeState.PENDIENTE else now,
        )  # fmt: skip
        if genuine:
            self.notices.take(notice)
        else:
            self.notices.refuse(notice, now - _HOUR, REFUSED_AN_HOUR)
        return told.verdict

    def _state(self, told: Notice) -> NoticeState:
        if not told.verdict.genuine:
            return NoticeState.RECHAZADO
        followed = told.topic in self.topics and told.reference and _word(told.reference) == told.reference
        return NoticeState.PENDIENTE if followed else NoticeState.IGNORADO


@dataclass(frozen=True, slots=True)
class ProcessNotice:
    """Ask the provider what a notice was about, and bring our books to it. Nothing when that was done before.

    Raises what keeps it from its end for now, GatewayUnavailable or what the provider does not know yet, so that it
    is tried again; when that was too often, or is of no use, the notice is left for an admin.
    """

    notices: Notices
    settle: Callable[[Topic, str], Outcome]
    topics: Mapping[str, Topic]
    clock: Clock

    def __call__(self, event: NoticeTaken, _ident: EventId) -> None:
        notice = self.notices.begin(event.notice)
        if notice is None:
            return
        if notice.attempts > TRIES:
            self._end(notice, NoticeState.MUERTO, notice.last_error or _EXHAUSTED)
            return
        try:
            self._followed(notice)
        except NoticeUnmatched as error:
            if notice.attempts < UNMATCHED_TRIES:
                self.notices.failed(notice.id, str(error))
                raise
            self._end(notice, NoticeState.SIN_DUENO, str(error))
        except HoruxError as error:
            if isinstance(error, NotFound | Unavailable) and notice.attempts < TRIES:
                self.notices.failed(notice.id, str(error))
                raise
            self._end(notice, NoticeState.MUERTO, str(error))

    def _followed(self, notice: TakenNotice) -> None:
        """Raises NoticeUnmatched, and what Settle raises."""
        topic = self.topics.get(notice.topic or "")
        if topic is None or notice.reference is None:
            self._end(notice, NoticeState.IGNORADO, None)
            return
        if self.settle(topic, notice.reference) is Outcome.UNMATCHED:
            raise NoticeUnmatched
        self._end(notice, NoticeState.PROCESADO, None)

    def _end(self, notice: TakenNotice, state: NoticeState, error: str | None) -> None:
        self.notices.end(notice.id, state, self.clock(), error)


@dataclass(frozen=True, slots=True)
class ListNotices:
    """Every notice, newest first, or those in one state, for the operator. Raises CursorMalformed."""

    notices: Notices

    def __call__(
        self, actor: Actor, state: NoticeState | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[TakenNotice]:
        actor.require(Permission.OPERATE)
        return self.notices.page(state, cursor, max(1, min(limit, LONGEST_PAGE)))


@dataclass(frozen=True, slots=True)
class RetryNotice:
    """Have a notice processed once more, whatever became of it. Raises NoticeMissing or NoticeUseless."""

    notices: Notices

    def __call__(self, actor: Actor, notice: UUID) -> None:
        actor.require(Permission.OPERATE)
        self.notices.again(notice, deed(actor, None, REINTENTO, "POST", f"/api/admin/webhooks/{notice}/retry"))


def quiet(newest: Sequence[TakenNotice], now: datetime) -> bool:
    """Whether it is too long since the last of these, all that came last."""
    return bool(newest) and now - newest[0].received_at > QUIET


def _kept(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    found = ((name.lower(), _legible(value, _LONGEST_HEADER)) for name, value in headers)
    return tuple(pair for pair in found if pair[0] in _OF_INTEREST)[:_MOST_HEADERS]


def _word(text: str | None) -> str | None:
    return None if text is None else _legible(text, _LONGEST_WORD)


def _legible(text: str, most: int) -> str:
    """What has no sign is escaped (NUL as \\x00), what is too long cut off."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:most])[:most]
