"""`horux fiel`: opening by hand, proving, moving to another key, destroying; nothing secret on any screen."""

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import msgspec
import pytest
from psycopg.conninfo import conninfo_to_dict

from contracts.efirmas import Efirma, an_efirma
from contracts.routes import CLIENT, OTHER
from horux_adapters.cli.fiel import _actor
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_core.fiel.model import FielStatus, Use, UseKind
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from horux_http.fiel.wire import ReciboOut, RecibosOut
from tests.cli.running import Ended, horux, refused
from tests.system.installation import Installation, installation

CANARY = "canario-Ñ-4d71"
OURS = an_efirma(rfc=CLIENT, password=CANARY)
ANOTHER_KEY = "c0b6d4e87d1f0a93c6e84b52af3917d0c4e6b8285a9f3c1e7b60d2485e91fa37"
REASON = ("--reason", "Cambio de contraseña\nen el portal")


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation(max_connections=60) as place:
        for who in (CLIENT, OTHER):
            made = horux(
                "tenants", "create", who, "--nombre", who, "--admin-email", f"{who.lower()}@x.mx", "--admin-nombre",
                "Ana", env=place.env,
            )  # fmt: skip
            assert made.returncode == 0, made.stderr
        yield place


@pytest.fixture(autouse=True)
def uploaded(installed: Installation) -> Iterator[None]:
    """Each test finds OURS kept, and leaves nothing in memory."""
    stored(installed, OURS)
    yield
    for place in ("/tmp", "/dev/shm"):
        rmtree(Path(place) / f"horux-fiel-{CLIENT}", ignore_errors=True)


def stored(installed: Installation, efirma: Efirma) -> FielStatus:
    with opened(load(installed.env)) as product:
        tenant = product.gateways.registry().find(Rfc(CLIENT)).id
        status: FielStatus = product.use_cases.store_fiel()(Actor.system(tenant), efirma.upload())
    return status


def last_use(installed: Installation) -> Use:
    with opened(load(installed.env)) as product:
        tenant = product.gateways.registry().find(Rfc(CLIENT)).id
        use: Use = product.gateways.vault().uses(tenant, None, 1).items[0]
    return use


def fiel(installed: Installation, *arguments: str, answers: str = "", **env: str) -> Ended:
    ended = horux("fiel", *arguments, env={**installed.env, **env}, answers=answers)
    assert CANARY not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended


def damage(installed: Installation, *, base: bool = False) -> None:
    (file,) = (installed.folder / "fiel").glob(f"{CLIENT}_*/password.enc")
    octets = bytearray(file.read_bytes())
    octets[-1] ^= 1
    file.write_bytes(octets)
    if base:
        installed.rows("UPDATE fiel_credentials SET password_tag = '\\x00112233445566778899aabbccddeeff' RETURNING 1",
                       database=central(installed))  # fmt: skip


def central(installed: Installation) -> str:
    return str(conninfo_to_dict(installed.env["DATABASE_URL"])["dbname"])


class TestDecrypt:
    def test_says_where_it_is_and_the_book_of_use_says_why(self, installed: Installation) -> None:
        ended = fiel(installed, "decrypt", "--rfc", CLIENT.lower(), *REASON)
        assert ended.returncode == 0, ended.stderr
        place = Path(ended.stdout.strip())
        assert place.parent in (Path("/tmp"), Path("/dev/shm"))
        assert place.name == f"horux-fiel-{CLIENT}"
        assert place.stat().st_mode & 0o777 == 0o700
        assert (place / "certificate.cer").read_bytes() == OURS.cer
        assert (place / "private_key.key").read_bytes() == OURS.key
        assert (place / "password.txt").read_bytes() == CANARY.encode()
        assert "Se borra sola a las" in ended.stderr
        use = last_use(installed)
        assert (use.reason, use.origin) == ("Cambio de contraseña en el portal", "horux fiel decrypt")
        assert use.who_name.startswith("servidor: ")

    def test_is_refused_while_it_is_open(self, installed: Installation) -> None:
        assert fiel(installed, "decrypt", "--rfc", CLIENT, *REASON).returncode == 0
        before = last_use(installed)
        refused(fiel(installed, "decrypt", "--rfc", CLIENT, *REASON), f"horux-fiel-{CLIENT}")
        assert last_use(installed) == before

    def test_is_refused_without_a_reason_a_client_or_an_e_firma(self, installed: Installation) -> None:
        before = last_use(installed)
        refused(fiel(installed, "decrypt", "--rfc", CLIENT, "--reason", "  "), "motivo")
        refused(fiel(installed, "decrypt", "--rfc", "NADIE", *REASON), "No hay una empresa con ese RFC")
        refused(fiel(installed, "decrypt", "--rfc", OTHER, *REASON), "no tiene una e.firma")
        assert fiel(installed, "decrypt", "--rfc", CLIENT).returncode == 2
        assert last_use(installed) == before


class TestVerify:
    def test_says_that_all_is_well(self, installed: Installation) -> None:
        ended = fiel(installed, "verify")
        assert (ended.returncode, ended.stdout) == (
            0, f"{CLIENT}: bien\n1 e.firmas: 1 bien, 0 con falla.\n",
        ), ended.stderr  # fmt: skip

    def test_mends_a_damaged_copy_and_says_so(self, installed: Installation) -> None:
        damage(installed)
        ended = fiel(installed, "verify")
        assert ended.returncode == 0, ended.stderr
        assert "se reparó" in ended.stdout
        assert f"{CLIENT}: bien\n" in fiel(installed, "verify").stdout

    def test_fails_and_names_the_client_when_no_copy_opens(self, installed: Installation) -> None:
        damage(installed, base=True)
        ended = fiel(installed, "verify")
        assert ended.returncode == 1
        assert f"{CLIENT}: ninguna copia se puede leer" in ended.stderr
        assert "1 con falla" in ended.stderr

    def test_with_another_key_it_says_what_is_wrong_and_nothing_more(self, installed: Installation) -> None:
        ended = fiel(installed, "verify", FIEL_ENCRYPTION_KEY=ANOTHER_KEY)
        assert ended.returncode == 1
        assert CLIENT in ended.stderr
        assert fiel(installed, "verify").returncode == 0


class TestRotate:
    def test_moves_all_to_the_new_key_and_back(self, installed: Installation) -> None:
        old = installed.env["FIEL_ENCRYPTION_KEY"]
        there = {"FIEL_ENCRYPTION_KEY": ANOTHER_KEY, "FIEL_ENCRYPTION_KEYS_OLD": old}
        for _ in range(2):
            ended = fiel(installed, "rotate", **there)
            assert ended.returncode == 0, ended.stderr
            assert f"{CLIENT}: bien" in ended.stdout
            assert "ya puedes quitar FIEL_ENCRYPTION_KEYS_OLD" in ended.stdout
        assert fiel(installed, "verify", FIEL_ENCRYPTION_KEY=ANOTHER_KEY).returncode == 0
        assert fiel(installed, "verify").returncode == 1
        back = fiel(installed, "rotate", FIEL_ENCRYPTION_KEY=old, FIEL_ENCRYPTION_KEYS_OLD=ANOTHER_KEY)
        assert back.returncode == 0, back.stderr
        assert fiel(installed, "verify").returncode == 0

    def test_warns_not_to_drop_the_old_key_while_anything_needs_it(self, installed: Installation) -> None:
        damage(installed, base=True)
        old = installed.env["FIEL_ENCRYPTION_KEY"]
        ended = fiel(installed, "rotate", FIEL_ENCRYPTION_KEY=ANOTHER_KEY, FIEL_ENCRYPTION_KEYS_OLD=old)
        assert ended.returncode == 1
        assert "No quites todavía" in ended.stderr
        fiel(installed, "rotate", FIEL_ENCRYPTION_KEYS_OLD=ANOTHER_KEY)


class TestDestroy:
    def test_asks_first_and_then_shows_the_receipt(self, installed: Installation) -> None:
        kept = fiel(installed, "destroy", "--rfc", CLIENT, "--reason", "Lo pidió por escrito", answers="n\n")
        assert (kept.returncode, kept.stdout.strip()) == (1, "")
        assert fiel(installed, "verify").stdout.startswith(CLIENT)
        ended = fiel(installed, "destroy", "--rfc", CLIENT, "--reason", "Lo pidió por escrito", "--yes")
        assert ended.returncode == 0, ended.stderr
        told = json.loads(ended.stdout)["recibo"]
        assert (told["rfc"], told["motivo"]) == (CLIENT, "Lo pidió por escrito")
        assert told["destruidaPor"].startswith("servidor: ")
        assert list((installed.folder / "fiel").glob(f"{CLIENT}_*")) == []
        receipt = installed.folder / "recibo.json"
        receipt.write_text(ended.stdout)
        proven = fiel(installed, "verify-receipt", str(receipt))
        assert (proven.returncode, CLIENT in proven.stdout) == (0, True)
        receipt.write_text(ended.stdout.replace("por escrito", "por teléfono"))
        for file in (receipt, installed.folder / "no-hay", Path("/dev/null")):
            refused(fiel(installed, "verify-receipt", str(file)), "No es un recibo de esta bóveda")
        assert fiel(installed, "verify").stdout == "0 e.firmas: 0 bien, 0 con falla.\n"
        refused(fiel(installed, "destroy", "--rfc", CLIENT, *REASON, "--yes"), "no tiene una e.firma")


class TestVerifyReceipt:
    def test_takes_what_the_api_gives(self, installed: Installation) -> None:
        with opened(load(installed.env)) as product:
            tenant = product.gateways.registry().find(Rfc(CLIENT)).id
            actor = Actor.system(tenant)
            receipt = product.use_cases.destroy_fiel()(actor)
            (newest, *_) = RecibosOut.of(product.use_cases.list_receipts()(actor)).items
        file = installed.folder / "recibo.json"
        for given in (ReciboOut.of(receipt, proven=True), newest):
            file.write_bytes(msgspec.json.encode(given))
            ended = fiel(installed, "verify-receipt", str(file))
            assert (ended.returncode, CLIENT in ended.stdout) == (0, True), ended.stderr

    @pytest.mark.parametrize(
        "octets",
        [b"[" * 60_000, b'{"recibo": 7, "firma": []}', b'{"recibo": {"asiento": Infinity}, "firma": {}}', b"\xff\xfe"],
        ids=["deep", "numbers", "infinite", "no text"],
    )
    def test_whatever_it_is_given_it_says_so(self, installed: Installation, octets: bytes) -> None:
        file = installed.folder / "ajeno.json"
        file.write_bytes(octets)
        refused(fiel(installed, "verify-receipt", str(file)), "No es un recibo de esta bóveda")

    def test_a_file_without_an_end_is_none(self, installed: Installation) -> None:
        refused(fiel(installed, "verify-receipt", "/dev/zero"), "No es un recibo de esta bóveda")


class TestAccept:
    def test_takes_the_book_of_an_older_database_and_the_e_firma_opens_again(self, installed: Installation) -> None:
        arguments = ("accept", "--rfc", CLIENT, "--reason", "Se restauró el respaldo del lunes")
        refused(fiel(installed, *arguments, "--yes"), "nada que aceptar")
        restored_without_the_last_use(installed)
        ended = fiel(installed, "verify")
        assert (ended.returncode, "fiel accept" in ended.stderr) == (1, True)
        assert fiel(installed, *arguments, answers="n\n").returncode == 1
        ended = fiel(installed, *arguments, "--yes")
        assert ended.returncode == 0, ended.stderr
        assert "su ancla dice" in ended.stdout
        assert "Su e.firma se abre" in ended.stdout
        assert last_use(installed).kind is UseKind.ACEPTACION
        assert fiel(installed, "rotate").returncode == 0


def restored_without_the_last_use(installed: Installation) -> None:
    assert fiel(installed, "verify").returncode == 0
    installed.rows("DELETE FROM fiel_uses WHERE seq = (SELECT max(seq) FROM fiel_uses) RETURNING 1",
                   database=central(installed))  # fmt: skip


def test_an_account_without_a_name_is_called_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(*_: object) -> None:
        raise KeyError("uid not found")

    def no_terminal() -> str:
        raise OSError

    monkeypatch.setattr(pwd, "getpwuid", nameless)
    monkeypatch.setattr(os, "getlogin", no_terminal)
    assert _actor().email == f"servidor: {os.getuid()}"
