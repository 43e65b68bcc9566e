"""The e.firmas: which are taken, and what becomes of a copy that was touched or destroyed: S54, S57, S58."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from contracts.efirmas import NOW, a_csd, an_efirma
from contracts.routes import fiel_form
from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import load
from horux_core.fiel.errors import FielMissing, FielUnreadable
from horux_core.fiel.model import Component
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from tests.cli.running import horux as command
from tests.security.ground import Ground, often
from tests.security.judging import INSTALLED, Tally, check

CANARY = "Canario-bóveda-5c1f"
PIECES = ("certificate.cer.enc", "private_key.key.enc", "password.enc", "metadata.json.enc")
_ALL = frozenset({Component.PRIVATE_KEY, Component.CERTIFICATE, Component.PASSWORD})


def upload(ground: Ground, cer: bytes, key: bytes, password: str) -> httpx.Response:
    files = {"cer": ("fiel.cer", cer), "key": ("fiel.key", key)}
    return ground.ask("POST", "/api/fiel", ground.signed_in(), files=files, data={"password": password})


@check("S57", INSTALLED)
def only_ones_own_e_firma_in_force_is_taken(ground: Ground, tally: Tally) -> None:
    rfc = ground.client
    good, other = an_efirma(rfc=rfc, password=CANARY), an_efirma(rfc=ground.other, number=3, password=CANARY)
    late = an_efirma(rfc=rfc, hasta=NOW - timedelta(days=1), desde=NOW - timedelta(days=900), password=CANARY)
    soon = an_efirma(rfc=rfc, desde=NOW + timedelta(days=700), hasta=NOW + timedelta(days=900), password=CANARY)
    csd, chance = a_csd(), random.Random(5)
    tries = [
        (late.cer, late.key, CANARY), (soon.cer, soon.key, CANARY), (csd.cer, csd.key, csd.password),
        (good.cer, an_efirma(rfc=rfc, number=4, password=CANARY).key, CANARY), (good.cer, good.key, f"{CANARY}x"),
        (other.cer, other.key, CANARY), (b"x" * 1_000_000, good.key, CANARY), (good.cer, good.cer, CANARY),
        (good.key, good.cer, CANARY), (b"", good.key, CANARY), (good.cer, good.key, ""),
    ]  # fmt: skip
    for _ in range(often(15, 1_000)):
        broken = bytearray(good.cer)
        broken[chance.randrange(len(broken) // 2)] ^= 1 << chance.randrange(8)
        tries.append((bytes(broken[: chance.randrange(1, len(broken))]), good.key, CANARY))
    for cer, key, password in tries:
        answer = upload(ground, cer, key, password)
        tally.sees(answer.status_code in (400, 413, 422), (cer[:8], answer.status_code, answer.text[:100]))
        tally.sees(len(answer.json()["detail"]) > 20 and CANARY not in answer.text, answer.text[:100])
    tally.sees(ground.get("/api/fiel", ground.signed_in()).status_code == 404, "quedó alguna")
    kept = ground.inside.rows("SELECT count(*) FROM fiel_credentials WHERE rfc = %s", rfc, database="horux360")
    tally.sees(kept == [(0,)], kept)


@contextmanager
def inside(ground: Ground) -> Iterator[tuple[Horux, Actor]]:
    """The product over the same vault, working for the other client, whose e.firma it has."""
    seen = ground.viewing(ground.other)
    form, kind = fiel_form(an_efirma(rfc=ground.other, number=3, password=CANARY))
    assert ground.ask("POST", "/api/fiel", {**seen, "Content-Type": kind}, content=form).status_code == 201
    with opened(load(ground.inside.env)) as horux:
        yield horux, Actor.system(horux.gateways.registry().find(Rfc(ground.other)).id)


def _opens(horux: Horux, actor: Actor) -> str:
    """The password, or why not."""
    try:
        with horux.use_cases.unseal_fiel()(actor, "Comprobación", _ALL, "seguridad") as fiel:
            return str(bytes(fiel.password).decode() if isinstance(fiel.password, bytes | bytearray) else fiel.password)
    except (FielUnreadable, FielMissing) as error:
        return f"{error.code}: {error}"


@check("S54", INSTALLED)
def a_copy_that_was_touched_gives_nothing_wrong(ground: Ground, tally: Tally) -> None:
    chance, reasons = random.Random(3), set[str]()
    with inside(ground) as (horux, actor):
        (folder,) = (ground.inside.folder / "fiel").glob(f"{ground.other}_*")
        tally.sees(_opens(horux, actor) == CANARY, "no abre sana")
        for _ in range(often(12, 400)):
            piece = folder / chance.choice(PIECES)
            _touched(piece, chance)
            tally.sees(_opens(horux, actor) == CANARY, (piece.name, "la fila no la reparó"))
        for column, name in (("key_password_encrypted", "password.enc"), ("key_data", "private_key.key.enc")):
            good = (folder / name).read_bytes()
            ground.inside.statement(_flipped(column), "horux360")
            _touched(folder / name, chance)
            said = _opens(horux, actor)
            tally.sees(said.startswith("fiel-unreadable"), (column, said))
            reasons.add(said)
            (folder / name).write_bytes(good)
            tally.sees(_opens(horux, actor) == CANARY, (column, "la carpeta no la reparó"))
        tally.sees(len(reasons) == 1, reasons)
    ground.ask("DELETE", "/api/fiel", ground.viewing(ground.other))


def _touched(place: Path, chance: random.Random) -> None:
    octets = bytearray(place.read_bytes())
    octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    place.write_bytes(octets)


def _flipped(column: str) -> str:
    """Turns one octet of a column."""
    return f"UPDATE fiel_credentials SET {column} = set_byte({column}, 3, 255 - get_byte({column}, 3))"


@check("S58", INSTALLED)
def what_was_destroyed_opens_nowhere_and_its_receipt_says_so(ground: Ground, tally: Tally) -> None:
    seen = ground.viewing(ground.other)
    with inside(ground) as (horux, actor):
        tally.sees(_opens(horux, actor) == CANARY, "no abre sana")
        told: Any = ground.ask("DELETE", "/api/fiel", seen).json()
        tally.sees(not _opens(horux, actor).startswith(CANARY), "sigue abriendo")
        tally.sees(ground.get("/api/fiel", seen).status_code == 404, "se sigue mostrando")
        left = list((ground.inside.folder / "fiel").glob(f"{ground.other}_*/*.enc"))
        tally.sees(not left, left)
        rows = ground.inside.rows("SELECT fiel_credentials::text FROM fiel_credentials", database="horux360")
        tally.sees(not any(ground.other in text for (text,) in rows), "queda la fila")
        file = ground.inside.folder / "recibo.json"
        file.write_text(json.dumps(told))
    said = command("fiel", "verify-receipt", str(file), env=ground.inside.env)
    tally.sees(said.returncode == 0 and ground.other in said.stdout, said.stdout + said.stderr)
    file.write_text(json.dumps(told).replace(ground.other, ground.client))
    tally.sees(command("fiel", "verify-receipt", str(file), env=ground.inside.env).returncode == 1, "alterado y vale")
