"""The guards of an installation taken away one by one, each as it might be lost: what a check must see."""

import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.container import secret_settings
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.filesystem.fiel_folders import FilesystemSealedFolders
from horux_adapters.hojas import xlsx_hojas
from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.books import PostgresBooks
from horux_adapters.postgres.identity import PostgresMemberships
from horux_adapters.postgres.naming import database_name
from horux_adapters.postgres.resets import PostgresResets
from horux_core.fiel import inspecting
from horux_core.fiscal.cfdi import correcting
from horux_core.fiscal.cfdi.entering import EnterCfdi, EnterFiles
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.pronostico import consultando
from horux_core.identity import changing_password
from horux_core.identity.model import Actor, Session
from horux_http import headers
from horux_http.browser import credential, forgery, going
from horux_http.edge import KnownHosts
from horux_http.headers import SafeHeaders
from horux_http.identity import pages as identity_pages
from horux_http.identity.wire_people import PersonOut
from tests.deploy.edge import NAME, edge
from tests.security import lasting
from tests.security.ground import Ground
from tests.security.standing import GENEROUS
from tests.security.tenants import homes

Plant = Callable[[pytest.MonkeyPatch, Ground], AbstractContextManager[Ground]]


def patched(*act: Callable[[pytest.MonkeyPatch, Ground], object]) -> Plant:
    @contextmanager
    def planted(patch: pytest.MonkeyPatch, ground: Ground) -> Iterator[Ground]:
        for one in act:
            one(patch, ground)
        yield ground

    return planted


def gone(place: object, name: str, instead: Any = lambda *_, **__: None) -> Plant:
    return patched(lambda patch, _: patch.setattr(place, name, instead))


def said(do: str, undo: str, base: str = "horux360") -> Plant:
    """A statement of a superuser's, with {role} for the service's own and {client} for a client's database."""

    @contextmanager
    def planted(_: pytest.MonkeyPatch, ground: Ground) -> Iterator[Ground]:
        role = conninfo_to_dict(ground.inside.env["DATABASE_URL"])["user"]
        names = {"role": role, "client": database_name(ground.client)}
        ground.inside.statement(do.format(**names), base)
        try:
            yield ground
        finally:
            ground.inside.statement(undo.format(**names), base)

    return planted


def before(old: str, new: str) -> Plant:
    """Another line in the nginx before it."""

    @contextmanager
    def planted(_: pytest.MonkeyPatch, ground: Ground) -> Iterator[Ground]:
        with edge(int(ground.inside.env["PORT"]), GENEROUS, (old, new)) as front:
            yield replace(ground, front=front)

    return planted


def instead(name: bytes, value: bytes) -> Plant:
    """Every answer with another header."""
    plain = SafeHeaders.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        async def changed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message["headers"] if pair[0] != name] + [(name, value)]
            await send(message)

        await plain(self, scope, receive, changed)

    return gone(SafeHeaders, "__call__", call)


def anothers_books(patch: pytest.MonkeyPatch, ground: Ground) -> None:
    plain, there = PostgresBooks.open, homes(ground)
    other = next(home.ident for home in there if home.rfc == ground.other)
    patch.setattr(PostgresBooks, "open", lambda self, tenant: plain(self, other))


def leaking(patch: pytest.MonkeyPatch, _: Ground) -> None:
    def of(cls: Any, member: Any) -> PersonOut:
        user = member.user
        return PersonOut(user.id, user.email, f"{user.password_hash}", member.role.value, "activo", member.since)

    patch.setattr(PersonOut, "of", classmethod(of))


def unescaped(patch: pytest.MonkeyPatch, _: Ground) -> None:
    plain = SafeHeaders.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        async def changed(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": message.get("body", b"").replace(b"&lt;", b"   <")}
            await send(message)

        await plain(self, scope, receive, changed)

    patch.setattr(SafeHeaders, "__call__", call)


def served_by_name(patch: pytest.MonkeyPatch, ground: Ground) -> None:
    plain, folder = KnownHosts.__call__, ground.inside.folder

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        named = str(scope.get("path", "")).rpartition("/")[2]
        if not named.endswith("canario.txt"):
            await plain(self, scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": (folder / "canario.txt").read_bytes()})

    patch.setattr(KnownHosts, "__call__", call)


def curious(patch: pytest.MonkeyPatch, _: Ground) -> None:
    plain = EnterCfdi.read

    def call(self: Any, actor: Any, content: bytes, archivo: str) -> Any:
        for address in re.findall(rb"http://127[^\"'<> ]+", content):
            urllib.request.urlopen(address.decode(), timeout=5).close()
        return plain(self, actor, content, archivo)

    patch.setattr(EnterCfdi, "read", call)


def renewed_for_good(self: Session, until: Any) -> Session:
    return replace(self, expires_at=until)


def a_formula(lugar: str, texto: str, estilo: int) -> str:
    return f'<c r="{lugar}" s="{estilo}"><f>{xlsx_hojas._plano(texto)}</f></c>'


@contextmanager
def loose(patch: pytest.MonkeyPatch, ground: Ground) -> Iterator[Ground]:
    with TemporaryDirectory() as name:
        root = Path(name)
        for place in (root, root / "deploy"):
            place.mkdir(exist_ok=True)
            (place / "requirements.lock").write_text("litestar>=2\n", encoding="utf-8")
        patch.setattr(lasting, "ROOT", root)
        yield ground


TAKEN = Outcome(inserted=1)
PLANTS: dict[str, Plant] = {
    "S01": patched(anothers_books),
    "S05": said('GRANT CONNECT ON DATABASE "{client}" TO PUBLIC', 'REVOKE CONNECT ON DATABASE "{client}" FROM PUBLIC'),
    "S06": said("ALTER ROLE {role} BYPASSRLS", "ALTER ROLE {role} NOBYPASSRLS"),
    "S09": patched(anothers_books),
    "S11": patched(leaking),
    "S13": gone(correcting, "require_writable"),
    "S14": gone(PostgresMemberships, "lock", lambda *_: 1_000_000),
    "S15": gone(consultando, "require_feature"),
    "S16": gone(changing_password, "require_strong"),
    "S19": gone(secret_settings, "samples", lambda _: {}),
    "S21": gone(PostgresResets, "drop"),
    "S22": gone(Actor, "require_own_password"),
    "S23": gone(SignedTokens, "secret", lambda _: uuid4().hex[:12]),
    "S25": gone(Session, "renewed", renewed_for_good),
    "S29": gone(Argon2Passwords, "outdated", lambda *_: False),
    "S32": patched(
        lambda patch, _: patch.setattr(credential, "require_same_site", lambda *_: None),
        lambda patch, _: patch.setattr(forgery, "_require", lambda *_: None),
    ),
    "S34": patched(unescaped),
    "S35": patched(
        lambda patch, _: patch.setattr(going, "local", lambda path: path),
        lambda patch, _: patch.setattr(identity_pages, "local", lambda path: path),
    ),
    "S36": instead(b"cache-control", b"private, max-age=60"),
    "S37": gone(headers, "_OF_A_FILE", headers._UNLESS_SAID),
    "S38": before(f"return 301 https://{NAME}$request_uri;", 'return 200 "abierta";'),
    "S39": before(
        "proxy_set_header X-Forwarded-For $remote_addr;", "proxy_set_header X-Forwarded-For $http_x_forwarded_for;"
    ),
    "S41": before(
        "proxy_http_version 1.1;", "proxy_http_version 1.1; proxy_intercept_errors on; error_page 405 =200 /health;"
    ),
    "S42": before("client_max_body_size 1m;", "client_max_body_size 300m;"),
    "S46": gone(EnterFiles, "__call__", lambda *_: TAKEN),
    "S47": gone(EnterFiles, "__call__", lambda *_: TAKEN),
    "S48": patched(served_by_name),
    "S49": gone(xlsx_hojas, "_texto", a_formula),
    "S50": patched(curious),
    "S54": gone(FilesystemSealedFolders, "read", lambda *_: {}),
    "S57": gone(inspecting, "_require_validity"),
    "S58": gone(FilesystemSealedFolders, "remove"),
    "S62": gone(PostgresAuditLog, "record"),
    "S63": said("GRANT UPDATE ON audit_log TO {role}", "REVOKE UPDATE ON audit_log FROM {role}"),
    "S64": instead(b"retry-after", b""),
    "S66": loose,
}
