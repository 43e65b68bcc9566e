"""S20 and S26 with their guards taken away, as each might be lost."""

import base64
from collections.abc import Callable

import pytest

from horux_adapters.crypto.seeds import AesGcmSeeds
from horux_adapters.memory.identity import MemoryThrottle
from horux_core.identity import factors
from horux_core.identity.factors import Factor
from horux_core.identity.model import Actor
from horux_core.identity.resetting import ResetPassword
from tests.security.judging import CHECKS, Tally
from tests.security.proving import ACTS, FORMS, STAFF

Plant = Callable[[pytest.MonkeyPatch], None]


def _seen(number: str) -> Tally:
    tally = Tally()
    try:
        CHECKS[number](None, tally)  # type: ignore[arg-type]
    except Exception as error:
        tally.sees(False, f"{type(error).__name__}: {error}")
    return tally


def in_clear(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AesGcmSeeds, "seal", lambda _, __, seed: base64.b32encode(seed).decode())
    patch.setattr(AesGcmSeeds, "open", lambda _, __, sealed: base64.b32decode(sealed))
    patch.setattr(AesGcmSeeds, "current", lambda *_: True)


def lost_with_the_password(patch: pytest.MonkeyPatch) -> None:
    plain = ResetPassword.__call__

    def call(self: ResetPassword, secret: str, password: str) -> None:
        plain(self, secret, password)
        with self.directory.transaction() as tx:
            for person in list(tx.factors.holders()):
                tx.factors.drop(person)

    patch.setattr(ResetPassword, "__call__", call)


def any_window(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(factors, "DRIFT", 3)


PLANTS: dict[str, Plant] = {
    "la contraseña sola abre": lambda patch: patch.setattr(Actor, "require_second_factor", lambda _: None),
    "un código sirve dos veces": lambda patch: patch.setattr(Factor, "used", lambda self, _: self),
    "cualquier ventana": any_window,
    "adivinar no espera": lambda patch: patch.setattr(MemoryThrottle, "take", lambda *_: 0),
    "la semilla en claro": in_clear,
    "la liga lo quita": lost_with_the_password,
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_second_factor_that_guards_less_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    PLANTS[name](monkeypatch)
    seen = _seen("S20")
    print(name, seen.tried, seen.wrong[:3])
    assert not seen.passed


def test_each_act_that_does_not_ask_again_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Actor, "require_fresh", lambda _: None)
    told = "\n".join(_seen("S26").wrong)
    own = ("/cuenta/segundo-factor/codigos", "POST /cuenta/segundo-factor'", "GET /cuenta/segundo-factor'")
    for act in (*ACTS, *FORMS, "GET /api/cfdi", "POST /op/personal'", *(f"/{each}'" for each in STAFF), *own):
        assert act in told, act
