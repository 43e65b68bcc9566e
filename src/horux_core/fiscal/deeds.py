"""What an accountant changed in the books, as the audit trail keeps it."""

from collections.abc import Mapping

from horux_core.audit.model import Deed
from horux_core.identity.model import Actor
from horux_core.tenancy import deeds


def deed(actor: Actor, action: str, method: str, path: str, detail: Mapping[str, object]) -> Deed:
    """One deed in the open books."""
    return deeds.deed(actor, actor.tenant, action, method, path, detail)
