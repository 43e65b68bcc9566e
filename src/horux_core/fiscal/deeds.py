"""What an accountant changed in the books, as the audit trail keeps it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from horux_core.audit.model import Entry
from horux_core.identity.model import Actor


def deed(actor: Actor, at: datetime, action: str, method: str, path: str, detail: Mapping[str, object]) -> Entry:
    """One deed in the open books; values are written as text, None as nothing."""
    written = {name: "" if value is None else str(value) for name, value in detail.items()}
    return Entry(
        uuid4(),
        at,
        actor.user,
        actor.email,
        actor.session,
        actor.tenant,
        action,
        method,
        path,
        actor.request_id,
        written,
    )
