"""What every PasswordHasher promises; a subclass brings `hasher`, and `older`, which hashes at another cost."""

import pytest

from horux_core.identity.ports import PasswordHasher

PASSWORDS = [
    "correcto caballo",
    "ñandú 🦤 con acentos áéí",
    " espacios ",
    "x" * 64,
    "y" * 128,
    "con\0nulo",
    "\ud800 roto",
]


class PasswordHasherContract:
    @pytest.mark.parametrize("password", PASSWORDS, ids=range(len(PASSWORDS)))
    def test_recognises_a_password_to_the_last_character(self, hasher: PasswordHasher, password: str) -> None:
        kept = hasher.hash(password)
        assert hasher.matches(kept, password)
        assert not hasher.matches(kept, password[:-1])
        assert not hasher.matches(kept, password + "a")
        assert not hasher.matches(kept, password[:-1] + "A")

    def test_takes_composed_and_loose_accents_for_the_same(self, hasher: PasswordHasher) -> None:
        assert hasher.matches(hasher.hash("cami\u00f3n de \u00f1o\u00f1o"), "camio\u0301n de n\u0303on\u0303o")

    def test_never_makes_the_same_hash_twice(self, hasher: PasswordHasher) -> None:
        assert hasher.hash("la misma clave") != hasher.hash("la misma clave")

    def test_matches_nobody_with_anything(self, hasher: PasswordHasher) -> None:
        assert not hasher.matches(None, "")
        assert not hasher.matches(None, "nadie tiene esta clave")
        assert not hasher.matches("no es un hash", "clave")

    def test_knows_a_hash_of_another_cost(self, hasher: PasswordHasher, older: PasswordHasher) -> None:
        assert not hasher.outdated(hasher.hash("clave"))
        assert hasher.outdated(older.hash("clave"))
        assert hasher.outdated("no es un hash")
        assert hasher.matches(older.hash("clave"), "clave")
