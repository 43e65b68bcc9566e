"""What the rules of plans and limits let one do, and what nobody may write or read: S11, S13, S14, S15."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from random import randrange
from typing import Any
from uuid import uuid4

from contracts.pages import PAGES
from contracts.routes import BOOKS, CLIENT, OPERATION, TABLE, Row
from horux_adapters.postgres.naming import database_name
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan
from tests.security.ground import Ground, often
from tests.security.judging import INSTALLED, Tally, check
from tests.system.papers import rfc
from tests.system.test_limit_at_once import AT_ONCE, LIMIT, _own, at_once, nearly_full, one, stored
from tests.system.test_read_only import INACTIVE, WRITES, inactive, rows, sent

EXTRA: Mapping[str, Any] = {
    "role": "owner", "platformRole": "admin", "tenantId": str(uuid4()), "plan": "enterprise", "active": True,
    "id": str(uuid4()), "createdAt": "2020-01-01T00:00:00Z", "cfdiLimit": -1, "usersLimit": -1, "balance": "0.00",
    "status": "authorized", "mustChangePassword": False, "databaseName": "horux360", "passwordHash": "x",
    "__proto__": {"admin": True}, "nadaConocido": 1,
}  # fmt: skip
FORBIDDEN = ("$argon2", "passwordHash", "password_hash", "tokenHash", "token_hash", "postgresql://", "privateKey")


@check("S11", INSTALLED)
def nothing_is_written_or_read_beside_what_the_route_is_for(ground: Ground, tally: Tally) -> None:
    owner = ground.signed_in()
    for row in TABLE:
        if isinstance(row.body, dict) and "/webhooks/" not in row.route:
            who = ground.operator if row in OPERATION else owner
            for name, value in EXTRA.items():
                if name not in row.body and not (row.method == "PATCH" and name in ("plan", "cfdiLimit", "usersLimit")):
                    answer = ground.ask(row.method, _filled(row), who, json={**row.body, name: value})
                    tally.sees(answer.status_code in (400, 401, 422), (row.route, name, answer.status_code))
    theirs = ground.get("/api/usuarios", ground.viewing(ground.other)).json()["items"]
    for row in (*BOOKS, *OPERATION):
        if row.reads:
            for who in (owner, ground.operator):
                text = ground.get(_filled(row), who).text
                tally.sees(not [word for word in FORBIDDEN if word in text], (row.route, text[:200]))
                others = [one["email"] for one in theirs if who is owner and one["email"] in text]
                tally.sees(not others, (row.route, others))


def _filled(row: Row) -> str:
    address = row.address
    for gap in ("{person}", "{alerta}", "{key}", "{mail}", "{notice}"):
        address = address.replace(gap, str(uuid4()))
    return address


@check("S13", INSTALLED)
def who_only_reads_changes_nothing_and_reads_everything(ground: Ground, tally: Tally) -> None:
    if "inactive" not in ground.known:
        ground.known["inactive"] = inactive(ground.inside)
    owner, key = ground.known["inactive"]
    base = database_name(CLIENT)
    before = rows(ground.inside, base)
    for row in WRITES:
        for who in (owner, *((key,) if row.scope else ())):
            answer = sent(who, row)
            tally.sees((answer.status, answer.json.get("message")) == (403, INACTIVE), (row.route, answer.status))
    tally.sees(rows(ground.inside, base) == before, "cambió algún renglón")
    for row in BOOKS:
        if row.reads and "{job_id}" not in row.route:
            answer = sent(owner, row)
            tally.sees(answer.status == 200, (row.route, answer.status))


@check("S14", INSTALLED)
def no_limit_is_passed_by_many_at_once(ground: Ground, tally: Tally) -> None:
    who = rfc(randrange(17_000), "W")
    api = nearly_full(ground.inside, who)
    told = Counter(answer.status for answer in at_once(api, [one(paper) for paper in _own(who, AT_ONCE, seed=2)]))
    tally.sees(told == {201: 1, 403: AT_ONCE - 1}, told)
    tally.sees(stored(ground.inside, who) == LIMIT, stored(ground.inside, who))
    same = at_once(api, [one(_own(who, 1, seed=1)[0])] * AT_ONCE)
    tally.sees(Counter(answer.status for answer in same) == {200: AT_ONCE}, Counter(answer.status for answer in same))
    changed = ground.ask("PATCH", f"/api/tenants/{who}", ground.operator, json={"usersLimit": 2})
    tally.sees(changed.is_success, changed.text)

    def invite(_: int) -> int:
        body = {"email": f"{uuid4().hex}@ejemplo.mx", "nombre": "Beto", "role": "visor"}
        return ground.ask("POST", "/api/usuarios/invite", ground.viewing(who), json=body).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        people = Counter(threads.map(invite, range(AT_ONCE)))
    tally.sees(people[201] == 1 and people.keys() <= {201, 403, 429}, people)
    members = len(ground.get("/api/usuarios", ground.viewing(who)).json()["items"])
    tally.sees(members == 2, (members, "personas"))


@check("S15", INSTALLED)
def what_a_plan_lacks_is_refused_and_not_shown(ground: Ground, tally: Tally) -> None:
    owner, place = ground.signed_in(), f"/api/tenants/{ground.client}"
    for plan in (Plan.STARTER, *((Plan.BUSINESS, Plan.PROFESSIONAL) if often(0, 1) else ())):
        assert ground.ask("PATCH", place, ground.operator, json={"plan": plan}).is_success
        try:
            lacks = frozenset(CATALOGUE[Plan.ENTERPRISE].features - CATALOGUE[plan].features)
            for row in BOOKS:
                if row.feature in lacks:
                    more = {"Content-Type": row.kind} if row.content is not None else {}
                    answer = ground.ask(row.method, _filled(row), {**owner, **more}, content=row.content, json=row.body)
                    right = answer.status_code == 403 and answer.json()["code"] == "feature-not-in-plan"
                    tally.sees(right, (plan, row.route, answer.status_code, answer.text[:100]))
            shown = ground.get("/cfdi", ground.looking(owner)).text
            tally.sees("CFDI" in shown, shown[:200])
            for page in PAGES:
                if page.feature in lacks and page.reads and "{" not in page.route:
                    tally.sees(f'href="{page.address}"' not in shown, (plan, page.route, "se ofrece"))
        finally:
            assert ground.ask("PATCH", place, ground.operator, json={"plan": "enterprise"}).is_success
