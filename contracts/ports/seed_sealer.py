"""What every SeedSealer promises; a subclass brings the `seeds` fixture."""

from uuid import uuid4

import pytest

from horux_core.identity.errors import SecondFactorUnreadable
from horux_core.identity.ports import SeedSealer
from horux_core.kernel.ids import UserId

USER, OTHER = UserId(uuid4()), UserId(uuid4())


class SeedSealerContract:
    def test_proposes_the_same_for_the_same_and_another_for_anything_else(self, seeds: SeedSealer) -> None:
        seed = seeds.proposed(USER, "a")
        assert len(seed) == 20
        assert seed == seeds.proposed(USER, "a")
        assert len({seed, seeds.proposed(USER, "b"), seeds.proposed(OTHER, "a")}) == 3

    def test_opens_what_it_sealed_for_its_person_alone(self, seeds: SeedSealer) -> None:
        seed = seeds.proposed(USER, "a")
        sealed = seeds.seal(USER, seed)
        assert seeds.open(USER, sealed) == seed
        assert seeds.current(sealed)
        assert seed.hex() not in sealed
        assert sealed != seeds.seal(USER, seed)
        with pytest.raises(SecondFactorUnreadable):
            seeds.open(OTHER, sealed)

    def test_opens_nothing_that_was_touched(self, seeds: SeedSealer) -> None:
        sealed = seeds.seal(USER, seeds.proposed(USER, "a"))
        version, _, text = sealed.partition(".")
        touched = [
            f"{version}.{text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}" for at in range(len(text) - 2)
        ]
        for wrong in (*touched, "", sealed[:-4], f"otra.{text}", f"{version}.ñ", version):
            with pytest.raises(SecondFactorUnreadable):
                seeds.open(USER, wrong)
