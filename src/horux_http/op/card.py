"""The head that all pages of one client have: how it stands, and what can be done about it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.billing.model import Subscription
from horux_core.operations.overseeing import ClientFile, ShowClient
from horux_http.browser.forms import NOTHING
from horux_http.browser.frame import Frame
from horux_http.op import words

Showing = NamedDependency[SkipValidation[ShowClient]]
TABS = (
    ("", "Resumen"),
    ("/pagos", "Pagos"),
    ("/usuarios", "Usuarios"),
    ("/efirma", "e.firma"),
    ("/auditoria", "Auditoría"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One client, for the pages under its address."""

    frame: Frame
    file: ClientFile

    @property
    def place(self) -> str:
        return place(self.file.row.client.tenant.rfc)

    @property
    def subscription(self) -> Subscription | None:
        return self.file.row.client.subscription

    def page(self, template: str, tab: str = "", *, status: int = 200, **values: Any) -> Response[str]:
        given = {"doing": "", "refused": NOTHING, "values": {}, **values}
        return self.frame.page(
            template, status=status, card=self, file=self.file, row=self.file.row, c=self.file.row.client,
            t=self.file.row.client.tenant, s=self.subscription, tabs=TABS, tab=tab, place=self.place,
            standing=words.standing(self.file.row), frequencies=words.FREQUENCIES, roles=words.ROLES,
            payments=words.PAYMENTS, flaws=words.FLAWS, why=words.why, method=words.method,
            deeds=words.DEEDS, told_of=words.told, wrong=words.WRONG_DEEDS, **given,
        )  # fmt: skip


def card(frame: Frame, show_client: ShowClient, rfc: str, *, measure: bool = False) -> Card:
    """Raises TenantMissing, ActionForbidden."""
    return Card(frame, show_client(frame.actor, rfc, measure=measure))


def place(rfc: str) -> str:
    return f"/op/clientes/{quote(rfc, safe='')}"
