"""Owners of clients, come to a password of their own as after the welcome mail."""

from collections.abc import Mapping

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from tests.system.asking import Api

CHOSEN = "tambor lila de marzo"


def own_password(env: Mapping[str, str], url: str, *emails: str) -> str:
    """The same one for all of them."""
    temporary = {}
    with opened(load(env)) as horux:
        for email in emails:
            with horux.gateways.directory().transaction() as tx:
                owner = tx.users.by_email(email)
                first, *_ = tx.memberships.of_user(owner.id)
            temporary[email] = horux.use_cases.issue_temporary_password()(owner.id, first.tenant)
    for email, given in temporary.items():
        answer = (
            Api(url)
            .signed_in(email, given)
            .post("/api/auth/password", {"currentPassword": given, "newPassword": CHOSEN})
        )
        assert answer.status == 204, answer.body
    return CHOSEN
