"""Whether everything could be restored now, as the operator sees it and as the API answers it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.ports.backup_log import a_client, a_file
from horux_core.backups import naming
from horux_core.backups.model import BackupFile, FileState, Kind, Run, Subject
from tests.http.browsing import entered
from tests.http.whole import Whole, whole

PATH, API = "/op/respaldos", "/api/admin/respaldos"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


def kept(product: Whole, *files: BackupFile, ago: timedelta = timedelta(hours=3)) -> Run:
    at = datetime.now(UTC) - ago
    run = Run(naming.run_id(at, uuid4()), at)
    log = product.horux.backups.log()
    log.begun(run)
    for file in files:
        log.made(run.id, replace(file, verified_at=file.verified_at and at + timedelta(minutes=5)))
    ended: Run = run.ended(files, at + timedelta(minutes=6))
    log.ended(ended, None)
    return ended


def answered(product: Whole) -> dict[str, object]:
    answer = product.http.get(API, headers=product.credential("operator"))
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def sealed(product: Whole) -> None:
    show = product.horux.backups.show()
    object.__setattr__(show, "sealed", True)


def test_without_a_key_or_a_backup_it_says_what_to_do(product: Whole) -> None:
    page = entered(product, "operator").get(PATH)
    assert page.h1 == "Respaldos"
    assert "BACKUP_PUBLIC_KEY" in page.text
    assert answered(product)["veredicto"] == "sin_llave"
    sealed(product)
    assert "horux backup run" in entered(product, "operator").get(PATH).text
    assert answered(product)["veredicto"] == "ninguno"


def test_what_failed_comes_first_with_what_to_do(product: Whole) -> None:
    sealed(product)
    good, bad = a_client("AAA010101AAA"), a_client("URE180429TM6")
    kept(product, a_file(good), a_file(bad), a_file(Subject(Kind.CENTRAL)), ago=timedelta(days=1, hours=3))
    faulty = a_file(bad, state=FileState.FALLIDO, error=f"No está su base {HOSTILE}.", octets=0, verified_at=None)
    kept(product, a_file(good), faulty, a_file(Subject(Kind.CENTRAL)))
    page, body = entered(product, "operator").get(PATH), answered(product)
    assert (body["veredicto"], body["total"], body["conFalla"]) == ("fallas", 3, 1)
    first = page.texts("//section[@id='cosas']//tbody/tr")[0]
    assert "URE180429TM6" in first
    assert "Sin archivo" in first
    assert "No está su base" in first
    assert "Repite el respaldo" in first
    assert HOSTILE not in page.html
    assert "2 de 3" in page.text
    assert page.every("//div[contains(@class, 'kpi--bad')]")


def test_all_being_well_it_says_since_when_and_what_is_kept(product: Whole) -> None:
    sealed(product)
    for days in range(3):
        run = kept(product, a_file(Subject(Kind.CENTRAL)), ago=timedelta(days=2 - days, hours=3))
    page, body = entered(product, "operator").get(PATH), answered(product)
    assert (body["veredicto"], body["conFalla"]) == ("bien", 0)
    assert "Todo se puede restaurar." in page.text
    assert "3 diarios" in page.text
    assert run.id in page.text
    assert [one["seGuardaPor"] for one in body["respaldos"]] == ["diario"] * 3  # type: ignore[attr-defined]
    assert "horux backup restore --all" in page.text
    assert page.every("//main//form") == []


@pytest.mark.parametrize(("hours", "verdict"), [(27, "atrasado"), (51, "perdido")])
def test_a_night_without_one_is_told(product: Whole, hours: int, verdict: str) -> None:
    sealed(product)
    kept(product, a_file(Subject(Kind.CENTRAL)), ago=timedelta(hours=hours))
    assert answered(product)["veredicto"] == verdict
    assert "horux backup run" in entered(product, "operator").get(PATH).text


def test_many_are_shown_a_page_at_a_time(product: Whole) -> None:
    sealed(product)
    kept(product, *(a_file(a_client(f"AAA0101{n:02}AAA")) for n in range(60)))
    page = entered(product, "operator").get(PATH)
    assert len(page.every("//section[@id='cosas']//tbody/tr")) == 50
    assert len(page.html) < 150_000
    (following,) = page.every("//a[@rel='next']/@href")
    assert len(entered(product, "operator").get(str(following)).every("//section[@id='cosas']//tbody/tr")) == 10


def test_nobody_else_sees_it(product: Whole) -> None:
    for who in ("owner", "contador", "visor"):
        assert product.http.get(API, headers=product.credential(who)).status_code == 403
        assert entered(product, who).get(PATH).status in (403, 303)
