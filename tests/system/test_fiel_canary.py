"""A password and a key that are told apart are searched for everywhere the product writes: nowhere, but sealed."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from contracts.efirmas import an_efirma
from contracts.routes import CLIENT, OTHER, fiel_form
from tests.cli.running import horux
from tests.system.asking import Answer, Api
from tests.system.installation import Installation, installation, running, served
from tests.system.waiting import until

PASSWORD, MISTYPED = "Canario-ñandú-5c1f9e", "Mal-tecleada-ñ-77ab31"
GUARDED = an_efirma(rfc=CLIENT, number=11, password=PASSWORD)
FOREIGN = an_efirma(rfc=OTHER, number=12, password=PASSWORD)
UNSAFE = GUARDED.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
BREAKING = """
CREATE FUNCTION rota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'sin lugar'; END $$;
CREATE TRIGGER rota BEFORE INSERT ON fiel_uses FOR EACH ROW EXECUTE FUNCTION rota();
"""
MENDING = "DROP TRIGGER rota ON fiel_uses; DROP FUNCTION rota"
_PIECE = 48


def disguises() -> Mapping[bytes, str]:
    """Every form a secret could be written in, and what it is of."""
    found: dict[bytes, str] = {}
    for what, text in (("contraseña", PASSWORD), ("contraseña mal tecleada", MISTYPED)):
        for encoding in ("utf-8", "latin-1", "utf-16-le"):
            found |= dict.fromkeys(_forms(text.encode(encoding)), f"{what} en {encoding}")
        found |= dict.fromkeys(
            (quote(text).encode(), json.dumps(text)[1:-1].encode(), ascii(text)[1:-1].encode()), what
        )
    keys = {"llave cifrada": GUARDED.key, "llave cifrada de otro": FOREIGN.key, "llave descifrada": UNSAFE}
    for what, octets in keys.items():
        for start in range(_PIECE, len(octets) - _PIECE, len(octets) // 4):
            found |= dict.fromkeys(_forms(octets[start : start + _PIECE]), what)
    return found


def _forms(octets: bytes) -> Iterator[bytes]:
    yield octets
    yield octets.hex().encode()
    yield octets.hex().upper().encode()
    for shift in range(3):
        # Without the characters at the ends, which depend on what stands beside it.
        yield base64.b64encode(bytes(shift) + octets)[4:-4]


def found_in(places: Mapping[str, bytes]) -> set[str]:
    return {f"{what}: {place}" for place, octets in places.items() for form, what in NEEDLES.items() if form in octets}


NEEDLES = disguises()


class Run:
    """What a full use of the product left behind."""

    def __init__(self, installed: Installation, scratch: Path) -> None:
        self.installed, self.scratch = installed, scratch
        self.said: dict[str, bytes] = {}

    def heard(self, what: str, answer: Answer, *statuses: int) -> None:
        assert answer.status in statuses, f"{what}: {answer.status} {answer.body[:300]!r}"
        self.said[what] = answer.body

    def commanded(self, *arguments: str, code: int = 0) -> str:
        ended = horux(*arguments, env={**self.installed.env, "LOG_LEVEL": "debug"})
        assert ended.returncode == code, ended.stderr
        self.said[" ".join(arguments)] = (ended.stdout + ended.stderr).encode()
        return ended.stdout

    def written(self) -> dict[str, bytes]:
        """All that is on the disk: logs, mails, sealed copies, the database's own files and journal; what was said."""
        self.installed.statement("CHECKPOINT", "postgres")
        found = dict(self.said)
        for root in (self.installed.folder, self.scratch):
            for place in root.rglob("*"):
                with suppress(FileNotFoundError):
                    if place.is_file() and not place.is_symlink():
                        found[str(place.relative_to(root))] = place.read_bytes()
        return {**found, **self._rows()}

    def _rows(self) -> dict[str, bytes]:
        found = {}
        databases = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
        for (database,) in self.installed.rows(databases):
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (table,) in self.installed.rows(tables, database=database):
                query = sql.SQL("SELECT string_agg(t::text, ' ') FROM {} AS t").format(sql.Identifier(table))
                ((text,),) = self.installed.rows(query.as_string(), database=database)
                found[f"{database}.{table}"] = (text or "").encode()
        return found


def upload(api: Api, password: str = PASSWORD) -> Answer:
    body, kind = fiel_form(GUARDED, password)
    return api.post("/api/fiel", body, kind=kind)


def failing(run: Run, owner: Api) -> None:
    """Every way in which an upload goes wrong that has the secrets in its hands."""
    body, kind = fiel_form(GUARDED)
    run.heard("mal tecleada", upload(owner, MISTYPED), 422)
    run.heard("de otro", owner.post("/api/fiel", fiel_form(FOREIGN)[0], kind=kind), 422)
    run.heard("cortada", owner.post("/api/fiel", body[:-30], kind=kind), 422)
    run.heard("otra frontera", owner.post("/api/fiel", body, kind="multipart/form-data; boundary=x"), 422)
    run.heard("como JSON", owner.post("/api/fiel", {"password": PASSWORD}), 415)
    run.heard("como JSON roto", owner.post("/api/fiel", PASSWORD.encode()), 415)
    run.heard("en la liga", owner.post(f"/api/fiel?password={quote(MISTYPED)}", b"", kind=kind), 422)
    run.heard("enorme", owner.post("/api/fiel", body + bytes(300_000), kind=kind), 413)
    run.heard("a otra ruta", owner.post("/api/cfdi", body, kind=kind), 422)
    central = str(conninfo_to_dict(run.installed.env["DATABASE_URL"])["dbname"])
    run.installed.statement(BREAKING, central)
    run.heard("sin libro", upload(owner), 500, 503)
    run.installed.statement(MENDING, central)


def used(run: Run, owner: Api) -> None:
    """Kept, replaced, seen, opened by hand, proved, damaged and healed, told by mail."""
    for what in ("alta", "reemplazo"):
        run.heard(what, upload(owner), 201)
    for path in ("/api/fiel", "/api/fiel/usos", "/api/auditoria"):
        run.heard(path, owner.ask("GET", path), 200)
    place = Path(run.commanded("fiel", "decrypt", "--rfc", CLIENT, "--reason", "Prueba").strip())
    assert (place / "password.txt").read_bytes() == PASSWORD.encode()
    assert GUARDED.key in found_files(place), "what is searched for is there while it is open"
    rmtree(place)
    run.commanded("fiel", "verify")
    (sealed,) = (run.installed.folder / "fiel").glob(f"{CLIENT}_*/private_key.key.enc")
    sealed.write_bytes(sealed.read_bytes()[:-1])
    assert "se reparó" in run.commanded("fiel", "verify")
    for duty in ("avisos-de-fiel", "boveda", "descifrados"):
        run.commanded("duties", "run", duty)
    central = str(conninfo_to_dict(run.installed.env["DATABASE_URL"])["dbname"])
    waiting = "SELECT 1 FROM outbox WHERE done_at IS NULL"
    until("salen los correos", lambda: not run.installed.rows(waiting, database=central), 60)


def found_files(place: Path) -> set[bytes]:
    return {file.read_bytes() for file in place.iterdir()}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    scratch = tmp_path_factory.mktemp("temporales")
    settings = {"WORKERS": "1", "LOG_LEVEL": "debug", "TMPDIR": str(scratch)}
    with installation(max_connections=80, **settings) as place, served(place), running(place, "worker"):
        full = Run(place, scratch)
        owner = place.clients([CLIENT])[CLIENT]
        failing(full, owner)
        used(full, owner)
        yield full


def test_nothing_secret_is_anywhere_but_sealed(run: Run) -> None:
    written = run.written()
    assert found_in(written) == set()
    sealed = {Path(place).name for place in written if place.endswith(".enc")}
    assert sealed == {"certificate.cer.enc", "private_key.key.enc", "password.enc", "metadata.json.enc"}
    logs = b"".join(written[name] for name in ("serve.log", "worker.log"))
    assert logs.count(b"/api/fiel") >= 10, "the log that is searched is that of the uploads"
    mails = b"".join(octets for place, octets in written.items() if place.startswith("correo/"))
    assert b"FIEL" in mails


@pytest.mark.parametrize("form", [*NEEDLES], ids=range(len(NEEDLES)))
def test_a_secret_in_any_form_is_seen(form: bytes) -> None:
    assert found_in({"un registro": b"... " + form + b" ..."})
    assert len(form) > len(MISTYPED) // 2, "short enough to stand anywhere by chance"


def test_a_secret_in_a_longer_text_is_seen() -> None:
    told = f"clave={PASSWORD!a}".encode()
    armoured = base64.encodebytes(b"x" + UNSAFE).replace(b"\n", b"")
    assert found_in({"a": told}) != set()
    assert found_in({"b": armoured}) != set()
    assert found_in({"c": base64.b64encode(b'{"p": "' + PASSWORD.encode() + b'"}')}) != set()
    assert found_in({"d": b"nada que ver"}) == set()
