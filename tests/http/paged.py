"""Browsers of each actor on a stage, and what a row of the table of pages asks for."""

from contracts.pages import PageRow
from contracts.routes import CLIENT
from tests.http.browsing import Browser, Page
from tests.http.stage import Stage

SESSION = "horux_sesion"


def browser(stage: Stage, who: str) -> Browser:
    """With the session that the stage has for it, or a new one of somebody it has none for."""
    if who == "anonymous":
        return Browser(stage.product)
    found = stage.credentials.get(who) or stage.product.credential(who)
    cookies = {SESSION: found["Authorization"].removeprefix("Bearer ")}
    made = Browser(stage.product, cookies)
    return made.view(CLIENT) if who == "operator-viewing" else made


def proof(browsing: Browser, row: PageRow) -> str:
    """What its forms carry: in the session's name, or in that of a visitor."""
    if SESSION in browsing.cookies and not row.public:
        return browsing.proof_at(row.address)
    return browsing.get("/entrar").csrf


def address(stage: Stage, row: PageRow) -> str:
    return row.address.format(**stage.known)


def asked(stage: Stage, browsing: Browser, row: PageRow, csrf: str | None = None) -> Page:
    """The page, or its form sent as a browser sends it."""
    if row.reads:
        return browsing.get(address(stage, row))
    given = proof(browsing, row) if csrf is None else csrf
    return browsing.submit(address(stage, row), row.fields, csrf=given, files=row.files)
