from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.outbox import standing
from horux_core.billing.notices import NoticeState


@dataclass(frozen=True, slots=True)
class MemoryBygones:
    control: MemoryDatabase

    def refresh_tokens(self, before: datetime, limit: int) -> int:
        return self._purge("refresh_tokens", lambda _, token: token.expires_at, before, limit)

    def sessions(self, before: datetime, limit: int) -> int:
        def expired(tables: Tables, session: Any) -> datetime | None:
            held = any(token.session == session.id for token in tables["refresh_tokens"].values())
            return None if held else session.expires_at

        return self._purge("sessions", expired, before, limit)

    def events(self, before: datetime, limit: int) -> int:
        return self._purge("outbox", lambda _, waiting: waiting.done_at, before, limit)

    def jobs(self, before: datetime, limit: int) -> int:
        def ended(tables: Tables, job: Any) -> datetime | None:
            return tables["jobs_heard"][job.id] if job.ended else None

        with self.control.transaction() as tables:
            gone = self._purge("jobs", ended, before, limit)
            tables["jobs_heard"] = {job: at for job, at in tables["jobs_heard"].items() if job in tables["jobs"]}
        return gone

    def notices(self, before: datetime, limit: int) -> int:
        given_up = NoticeState.MUERTO
        return self._purge(
            "notices", lambda _, row: None if row.notice.state is given_up else row.ended_at, before, limit
        )

    def mails(self, before: datetime, limit: int) -> int:
        with self.control.transaction() as tables:
            kept = tables["mails"].values()
            wanted = {mail.envelope.cause for mail in kept if mail.ended_at is None}
            waiting = {cause for cause in wanted if standing(tables, cause) is not None}

        def ended(_: Tables, mail: Any) -> datetime | None:
            return None if mail.envelope.cause in waiting else mail.ended_at or mail.posted.created_at

        return self._purge("mails", ended, before, limit)

    def login_failures(self, before: datetime, limit: int) -> int:
        return self._purge("login_failures", lambda _, kept: kept[1], before, limit)

    def _purge(self, table: str, end: Callable[[Tables, Any], datetime | None], before: datetime, limit: int) -> int:
        with self.control.transaction() as tables:
            ends = {key: end(tables, row) for key, row in tables[table].items()}
            old = sorted((at, str(key), key) for key, at in ends.items() if at is not None and at < before)[:limit]
            for _, _, key in old:
                del tables[table][key]
        return len(old)
