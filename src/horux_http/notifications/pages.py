"""The mails that a development installation writes to a folder instead of sending them, to be read in a browser.

A browser shows who it is by HTTP Basic here, as staff of the operator: it asks by itself and needs no page of ours.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, Protocol
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from horux_core.identity.authenticating import Authenticate
from horux_core.identity.authenticating_keys import TraceKey
from horux_core.identity.errors import BadCredentials
from horux_core.identity.model import Actor, Permission
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_out import SignOut
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.errors import Unauthenticated
from horux_http import session
from horux_http.access_log import note_actor, request_id
from horux_http.problems import Problem

_ASK = 'Basic realm="Correo de Horux360", charset="UTF-8"'
_PAGE = """<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""
_APART = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
"""For what a mail holds: it draws itself, and neither runs nor loads nor sends anything."""


class Kept(Protocol):
    @property
    def key(self) -> UUID: ...
    @property
    def to(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def html(self) -> str: ...
    @property
    def text(self) -> str: ...


class Mailbox(Protocol):
    """The mails that were written, newest first."""

    def latest(self) -> Sequence[Kept]: ...

    def find(self, key: UUID) -> Kept | None: ...


def reader(
    request: Request[Any, Any, Any],
    authenticate: NamedDependency[SkipValidation[Authenticate]],
    enter_view: NamedDependency[SkipValidation[session.EnterView]],
    trace_key: NamedDependency[SkipValidation[TraceKey]],
    sign_in: NamedDependency[SkipValidation[SignIn]],
    sign_out: NamedDependency[SkipValidation[SignOut]],
) -> Actor:
    """Who asks: by Basic, for this one request, or as everywhere else. Raises what those raise."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return session.actor(request, authenticate, enter_view, trace_key)
    email, password = _pair(credential)
    address = request.client.host if request.client else ""
    signed_in = sign_in(email, password, request.headers.get("user-agent", ""), address)
    found = authenticate(signed_in.access_token, request_id())
    sign_out(found)
    note_actor(request.scope, user=found.user)
    return found


def _pair(credential: str) -> tuple[str, str]:
    try:
        email, colon, password = b64decode(credential, validate=True).decode("utf-8").partition(":")
    except (NotBase64, UnicodeDecodeError, ValueError):
        email = colon = password = ""
    if not colon:
        raise BadCredentials("El correo o la contraseña no son correctos. Revísalos y vuelve a intentar.")
    return email, password


def _asked_by_basic(_request: Request[Any, Any, Any], error: Unauthenticated) -> Response[bytes]:
    return Problem(401, error.code, error.title, str(error), error.facts, {"WWW-Authenticate": _ASK}).response()


class MailboxController(Controller):
    path = "/correo"
    include_in_schema = False
    opt = {"lane": "acceso"}  # noqa: RUF012
    dependencies = {"actor": Provide(reader, sync_to_thread=True)}  # noqa: RUF012
    exception_handlers = {Unauthenticated: _asked_by_basic}  # noqa: RUF012

    @get(sync_to_thread=True, media_type=MediaType.HTML)
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        mailbox: NamedDependency[SkipValidation[Mailbox]],
    ) -> str:
        actor.require(Permission.OPERATE)
        rows = "\n".join(_row(mail) for mail in mailbox.latest())
        head = "<tr><th>Fecha</th><th>Para</th><th>Asunto</th></tr>"
        body = f"<table>\n{head}\n{rows}\n</table>" if rows else "<p>Todavía no hay correos.</p>"
        return _PAGE.format(title="Correos", body=f"<h1>Correos</h1>\n{body}")

    @get("/{key:uuid}", sync_to_thread=True, media_type=MediaType.HTML)
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        mailbox: NamedDependency[SkipValidation[Mailbox]],
        key: FromPath[UUID],
    ) -> str:
        mail = _found(actor, mailbox, key)
        body = (
            f'<p><a href="/correo">Correos</a></p>\n<h1>{escape(mail.subject)}</h1>\n'
            f"<p>Para {escape(mail.to)}, {_time(mail)}</p>\n"
            f'<iframe sandbox src="/correo/{mail.key}/cuerpo" title="El correo" width="700" height="900"></iframe>\n'
            f"<h2>En texto</h2>\n<pre>{escape(mail.text)}</pre>"
        )
        return _PAGE.format(title=escape(mail.subject), body=body)

    @get("/{key:uuid}/cuerpo", sync_to_thread=True)
    def content(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        mailbox: NamedDependency[SkipValidation[Mailbox]],
        key: FromPath[UUID],
    ) -> Response[str]:
        mail = _found(actor, mailbox, key)
        return Response(mail.html, media_type=MediaType.HTML, headers={"Content-Security-Policy": _APART})


def _found(actor: Actor, mailbox: Mailbox, key: UUID) -> Kept:
    actor.require(Permission.OPERATE)
    mail = mailbox.find(key)
    if mail is None:
        raise NotFoundException
    return mail


def _row(mail: Kept) -> str:
    link = f'<a href="/correo/{mail.key}">{escape(mail.subject)}</a>'
    return f"<tr><td>{_time(mail)}</td><td>{escape(mail.to)}</td><td>{link}</td></tr>"


def _time(mail: Kept) -> str:
    return f"{mail.at.astimezone(MEXICO):%Y-%m-%d %H:%M}"
