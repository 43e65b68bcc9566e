import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.identity.errors import (
    BadCredentials,
    CurrentPasswordWrong,
    EmailMalformed,
    EmailTaken,
    MustChangePassword,
    SessionExpired,
    TooManyAttempts,
    WeakPassword,
)
from horux_core.identity.judging_passwords import require_strong
from horux_core.identity.model import Permission
from tests.core.identity.world import PASSWORD, Meddled, World

NEW = "zapato cumbre lodo"

_COMMON = """
password password1 Password1! P@ssw0rd passw0rd123 12345678 123456789 1234567890 87654321 11111111 00000000 12341234
123123123 11223344 147258369 19851231 qwertyuiop qwerty123 qwer1234 1q2w3e4r 1qaz2wsx zaq12wsx asdfghjkl asdfasdf
zxcvbnm1 abcdefgh abcd1234 a1b2c3d4 q1w2e3r4 aaaaaaaa abababab iloveyou princess sunshine baseball football
superman1 trustno1 jennifer michelle starwars computer whatever internet samantha dragon12 letmein1 welcome1
monkey123 liverpool1 passwordpassword chocolate butterfly contraseña Contraseña123 contrasena1 bienvenido1
guadalajara1 teamomucho mariajose1
"""
_CONTEXT = """
horux360 Horux2026! horux360horux H0rux360 contador1 Contabilidad facturacion mercadopago1 cfdi2026 satmexico
"""
ABOUT = ("ana.rentería@despacho-zurita.mx", "Ana Rentería")
_PERSONAL = """
renteria1 Renteria2026 ana.renteria Zurita2026! renteriarenteria rentería
"""
FINE = [
    "correct horse battery staple",
    "mi gato come 3 sardinas",
    "ñandú corre lejos",
    "x7Kq9mWz",
    "zumbidot",
    "ZUMBIDOT",
    "83619052744163",
    "🐢🦊🐙🦉🐝🦋🐞🐌",
    "        ¡hola mundo raro!        ",
    "hgwkzpqt" * 8,
    "hgwkzpqtlu" * 12 + "hgwkzpqt",
]


def refused(password: str, about: tuple[str, ...] = ABOUT) -> str | None:
    try:
        require_strong(password, about)
    except WeakPassword as error:
        return str(error)
    return None


@pytest.mark.parametrize("password", f"{_COMMON} {_CONTEXT} {_PERSONAL}".split())
def test_refuses_what_is_guessed_first_and_says_why(password: str) -> None:
    reason = refused(password)
    assert reason
    assert password not in reason.replace("La contraseña", "")


@pytest.mark.parametrize("password", FINE)
def test_accepts_anything_else_without_asking_for_kinds_of_characters(password: str) -> None:
    assert refused(password) is None


def test_wants_eight_characters_whatever_their_bytes() -> None:
    assert refused("x7Kq9mW")
    assert refused("🐢🦊🐙🦉🐝🦋🐞")
    assert refused("ñúñ") == refused("")


def test_names_the_reason_of_each_refusal() -> None:
    reasons = [
        refused(p) for p in ("x7Kq9mW", "aaaaaaaa", "qwertyui", "38190274", "renteria1", "password1", "x" * 2_000)
    ]
    assert len(set(reasons)) == 7


@given(st.text(alphabet="bdgkmprtvwz#-4689", min_size=14, max_size=128))
def test_refuses_a_long_random_text_only_for_repeating_or_running(password: str) -> None:
    reason = refused(password)
    assert reason is None or "repite" in reason or "orden" in reason or "más usadas" in reason


def test_changes_the_password_and_ends_the_other_sessions(world: World) -> None:
    world.user("ana@ejemplo.mx")
    here, there = world.enter(), world.enter()
    world.change_password(world.actor(here), PASSWORD, NEW)
    world.actor(here)
    world.refresh(here.refresh_token)
    with pytest.raises(SessionExpired):
        world.actor(there)
    with pytest.raises(BadCredentials):
        world.enter()
    world.enter(password=NEW)


def test_wants_the_current_password_and_waits_after_wrong_ones(world: World) -> None:
    world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())
    for _ in range(5):
        with pytest.raises(CurrentPasswordWrong) as wrong:
            world.change_password(actor, "mala", NEW)
        assert "mala" not in str(wrong.value).split()
    with pytest.raises(TooManyAttempts):
        world.change_password(actor, PASSWORD, NEW)
    world.later(seconds=2)
    world.change_password(actor, PASSWORD, NEW)


def test_what_a_stranger_guesses_at_log_in_keeps_nobody_from_choosing_another(world: World) -> None:
    world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())
    for _ in range(5):
        with pytest.raises(BadCredentials):
            world.enter(password="mala")
    with pytest.raises(TooManyAttempts):
        world.enter()
    world.reauthenticate(actor, PASSWORD)
    world.change_password(actor, PASSWORD, NEW)


@pytest.mark.parametrize("guess", [PASSWORD, "mala"])
def test_tells_a_guess_that_was_overtaken_nothing(guess: str) -> None:
    meddled = Meddled()
    world = World(hasher=meddled)
    world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())

    def others() -> None:
        for _ in range(5):
            with pytest.raises(CurrentPasswordWrong):
                world.change_password(actor, "otra", NEW)

    meddled.meanwhile = others
    with pytest.raises(TooManyAttempts):
        world.change_password(actor, guess, NEW)


@pytest.mark.parametrize("weak", ["corta", "password1", "horux360", PASSWORD])
def test_refuses_a_weak_or_unchanged_password_and_keeps_the_old_one(world: World, weak: str) -> None:
    world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())
    with pytest.raises(WeakPassword):
        world.change_password(actor, PASSWORD, weak)
    world.enter()


@pytest.mark.parametrize(
    "weak", ["EKU9003173C9", "eku9003173c9.", "Empresa EKU9003173C9", "ÑA&010101AAA", "ña&010101aaa1"]
)
def test_refuses_the_name_or_the_rfc_of_a_taxpayer_of_one_s_own(world: World, weak: str) -> None:
    world.user("ana@ejemplo.mx", world.tenant("EKU9003173C9"), world.tenant("ÑA&010101AAA"))
    actor = world.actor(world.enter())
    with pytest.raises(WeakPassword, match="tu empresa"):
        world.change_password(actor, PASSWORD, weak)
    world.user("beto@ejemplo.mx")
    world.change_password(world.actor(world.enter("beto@ejemplo.mx")), PASSWORD, weak)


def test_lets_a_log_out_in_between_win(world: World) -> None:
    world.user("ana@ejemplo.mx")
    signed_in = world.enter()
    actor = world.actor(signed_in)
    world.sign_out(actor)
    with pytest.raises(SessionExpired):
        world.change_password(actor, PASSWORD, NEW)
    world.enter()


@pytest.mark.parametrize("change", [{"password_hash": "otro"}, {"active": False}])
def test_lets_another_change_in_between_win(change: dict[str, object]) -> None:
    meddled = Meddled()
    world = World(hasher=meddled)
    user = world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())
    meddled.meanwhile = lambda: world.change_user(user.id, **change)
    with pytest.raises(SessionExpired):
        world.change_password(actor, PASSWORD, NEW)
    with world.directory.transaction() as tx:
        kept = tx.users.lock(user.id)
    assert all(getattr(kept, name) == value for name, value in change.items())


def test_opens_nothing_with_a_temporary_password_but_choosing_another(world: World) -> None:
    tenant = world.tenant("EKU9003173C9")
    user = world.user("ana@ejemplo.mx", tenant)
    before = world.enter()
    temporary = world.temporary_password(user.id)
    with pytest.raises(SessionExpired):
        world.actor(before)
    with pytest.raises(BadCredentials):
        world.enter()
    signed_in = world.enter(password=temporary)
    actor = world.actor(signed_in)
    assert signed_in.user.must_change
    for permission in Permission:
        with pytest.raises(MustChangePassword):
            actor.require(permission)
    with pytest.raises(WeakPassword):
        world.change_password(actor, temporary, temporary)
    world.change_password(actor, temporary, NEW)
    world.actor(signed_in).require(Permission.OWN)
    world.later(days=30)
    assert not world.enter(password=NEW).user.must_change


def test_ends_a_session_opened_with_a_temporary_password_after_its_week(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    signed_in = world.enter(password=world.temporary_password(user.id))
    actor = world.actor(signed_in)
    world.later(days=6, hours=23)
    signed_in = world.refresh(signed_in.refresh_token)
    world.later(hours=1)
    with pytest.raises(SessionExpired):
        world.actor(signed_in)
    with pytest.raises(SessionExpired):
        world.refresh(signed_in.refresh_token)
    with world.directory.transaction() as tx:
        kept = tx.users.get(user.id)
    assert kept is not None
    assert kept.must_change
    with pytest.raises((SessionExpired, CurrentPasswordWrong)):
        world.change_password(actor, "mala", NEW)


def test_replaces_a_temporary_password_by_the_next(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    first, second = (world.temporary_password(user.id) for _ in range(2))
    assert first != second
    with pytest.raises(BadCredentials):
        world.enter(password=first)
    world.enter(password=second)


def test_makes_an_operator_that_can_log_in(world: World) -> None:
    user = world.create_operator(" Op@Horux.MX ", " Olga ", NEW)
    assert (user.email, user.nombre, user.platform_admin) == ("op@horux.mx", "Olga", True)
    actor = world.actor(world.enter("op@horux.mx", NEW))
    actor.require(Permission.OPERATE)
    with pytest.raises(EmailTaken):
        world.create_operator("OP@horux.mx", "Otra", NEW)


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@", "@x.mx", "a@b", "a b@x.mx", "a@x.mx\nBcc: b@x.mx", "a@x..mx", "ñ@x.mx", "a" * 250 + "@x.mx"],
)
def test_refuses_a_malformed_address(world: World, email: str) -> None:
    with pytest.raises(EmailMalformed):
        world.create_operator(email, "Olga", NEW)


def test_refuses_an_operator_s_weak_password(world: World) -> None:
    with pytest.raises(WeakPassword):
        world.create_operator("op@horux.mx", "Olga", "administrador1")


@pytest.mark.parametrize("password", ["MariaFernandaGonzalezLopez", "mariafernandagonzalezlopez@cascabel.mx"])
def test_a_long_name_is_somebodys_too(password: str) -> None:
    assert "tu nombre" in (refused(password, ("mariafernandagonzalezlopez@cascabel.mx", "M")) or "")
