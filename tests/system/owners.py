"""Owners of clients, come to a password of their own as after the welcome mail."""

from collections.abc import Mapping

from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import load
from tests.system.asking import Api

CHOSEN = "tambor lila de marzo"


_AGAIN = 4
"""The welcome mail that a worker sends meanwhile brings another temporary password."""


def own_password(env: Mapping[str, str], url: str, *emails: str) -> str:
    """The same one for all of them."""
    with opened(load(env)) as horux:
        for email in emails:
            assert any(_chosen(horux, url, email) for _ in range(_AGAIN)), email
    return CHOSEN


def _chosen(horux: Horux, url: str, email: str) -> bool:
    with horux.gateways.directory().transaction() as tx:
        owner = tx.users.by_email(email)
        first, *_ = tx.memberships.of_user(owner.id)
    given = horux.use_cases.issue_temporary_password()(owner.id, first.tenant)
    entered = Api(url).post("/api/auth/login", {"email": email, "password": given})
    if entered.status != 200:
        return False
    body = {"currentPassword": given, "newPassword": CHOSEN}
    return Api(url).bearing(entered.json["accessToken"]).post("/api/auth/password", body).status == 204
