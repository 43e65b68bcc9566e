"""What a form of ours sent, once it has proved to be ours; and what was wrong with it, beside each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from horux_core.kernel.errors import HoruxError
from horux_http.browser.forgery import FIELD
from horux_http.browser.frame import Frame


@dataclass(frozen=True, slots=True)
class Form:
    """Texts by name, as they were sent; a secret among them is never shown again."""

    sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """The first of that name without spaces around it; empty when there is none."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """The first of that name to the letter."""
        return next(iter(self.sent.get(name, ())), "")

    def every(self, name: str) -> tuple[str, ...]:
        return self.sent.get(name, ())

    def __getitem__(self, name: str) -> str:
        return self.text(name)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not taken: in one sentence on top, and beside the fields that it concerns."""

    sentence: str = ""
    code: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, error: HoruxError, at: str = "") -> "Refused":
        return cls(str(error), error.code, {at: str(error)} if at else {}, error.facts)

    def __bool__(self) -> bool:
        return bool(self.sentence or self.fields)


NOTHING = Refused()


async def sent(request: Request[Any, Any, Any]) -> Form:
    """The form without its proof, whoever sends it."""
    found = await request.form()
    values = {name: tuple(v for v in found.getall(name) if isinstance(v, str)) for name in found}
    return Form({name: of for name, of in values.items() if name != FIELD})


async def form(request: Request[Any, Any, Any], frame: NamedDependency[SkipValidation[Frame]]) -> Form:
    """Raises FormForged, DeskChanged."""
    frame.proved((await request.form()).get(FIELD))
    return await sent(request)


FORM = Provide(form)
