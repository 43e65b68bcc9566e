"""`horux doctor`: every fault is planted on the real parts, and seen with what to do about it."""

import json

import pytest

from horux_core.diagnosis.model import Verdict
from tests.cli.doctor.planting import found, planted, seen
from tests.cli.running import horux
from tests.system.installation import Installation

SERVICE_FAULTS = [
    ("trabajador", Verdict.FALLA, "DELETE FROM procrastinate_workers", "SELECT 1", "Ningún trabajador"),
    (
        "trabajador", Verdict.FALLA,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')",
        "DELETE FROM procrastinate_workers", "desde hace 5 min",
    ),
    (
        "trabajos", Verdict.FALLA,
        "INSERT INTO jobs (id, tenant_id, kind, subject, state, created_at, updated_at) SELECT gen_random_uuid(), id,"
        " 'carga', '{}', 'procesando', now(), now() - interval '2 hours' FROM tenants LIMIT 1",
        "DELETE FROM jobs", "no avanza desde hace 2 h",
    ),
    (
        "trabajos", Verdict.FALLA,
        "INSERT INTO jobs (id, tenant_id, kind, subject, state, created_at) SELECT gen_random_uuid(), id, 'carga',"
        " '{}', 'en_cola', now() - interval '20 minutes' FROM tenants LIMIT 1",
        "DELETE FROM jobs", "en la cola desde hace 20 min",
    ),
    (
        "trabajos", Verdict.AVISO,
        "INSERT INTO jobs (id, tenant_id, kind, subject, state, created_at) SELECT gen_random_uuid(), id, 'carga',"
        " '{}', 'fallido', now() FROM tenants LIMIT 1",
        "DELETE FROM jobs", "1 trabajos fallaron",
    ),
    (
        "eventos", Verdict.FALLA,
        "INSERT INTO outbox (id, name, payload, due_at) VALUES"
        " ('00000000-0000-4000-8000-000000000001', 'X', '{}', now() - interval '11 minutes')",
        "DELETE FROM outbox WHERE name = 'X'", "sin entregar",
    ),
    (
        "eventos", Verdict.AVISO,
        "INSERT INTO outbox (id, name, payload, due_at) VALUES"
        " ('00000000-0000-4000-8000-000000000001', 'X', '{}', NULL)",
        "DELETE FROM outbox WHERE name = 'X'", "ya no se intentan",
    ),
    (
        "avisos-de-cobro", Verdict.FALLA,
        "INSERT INTO notices (id, received_at, verdict, query, headers, body, remote, state) VALUES (gen_random_uuid(),"
        " now() - interval '2 hours', 'ok', '', '[]', '', '', 'pendiente')",
        "DELETE FROM notices", "espera desde hace 2 h",
    ),
    (
        "avisos-de-cobro", Verdict.AVISO,
        "INSERT INTO notices (id, received_at, verdict, query, headers, body, remote, state) VALUES (gen_random_uuid(),"
        " now(), 'ok', '', '[]', '', '', 'muerto')",
        "DELETE FROM notices", "muertos",
    ),
    (
        "deberes", Verdict.AVISO,
        "INSERT INTO duties (name, attempt, tries, begun_at, failed_at) VALUES ('x', 1, 1, now(), now())",
        "DELETE FROM duties WHERE name = 'x'", "1 deberes fallaron",
    ),
    (
        "altas-y-bajas", Verdict.FALLA,
        "INSERT INTO provisioning_runs (id, kind, tenant_id, rfc, state, started_at) VALUES"
        " ('00000000-0000-4000-8000-000000000009', 'alta', gen_random_uuid(), 'TPR840604D98', 'abierta',"
        " now() - interval '1 hour')",
        "DELETE FROM provisioning_runs WHERE rfc = 'TPR840604D98'", "TPR840604D98",
    ),
    (
        "respaldos", Verdict.FALLA,
        "INSERT INTO respaldos VALUES ('20260301T180000Z-0a1b2c', now() - interval '60 hours', now(), 'completo')",
        "DELETE FROM respaldos", "hace 2 días",
    ),
    (
        "respaldos", Verdict.FALLA,
        "INSERT INTO respaldos VALUES ('20260301T180000Z-0a1b2c', now() - interval '2 hours', now(), 'parcial');"
        " INSERT INTO respaldo_archivos VALUES ('20260301T180000Z-0a1b2c', 'central', 'central', NULL, '', '', '',"
        " 'sin_probar', 1, '', 1, 1, NULL, 'x')",
        "DELETE FROM respaldos", "nunca se ha restaurado",
    ),
    (
        "respaldos", Verdict.FALLA,
        "INSERT INTO respaldos VALUES ('20260301T180000Z-0a1b2c', now() - interval '2 hours', now(), 'completo');"
        " INSERT INTO respaldo_archivos VALUES ('20260301T180000Z-0a1b2c', 'central', 'central', NULL, '', '', '',"
        " 'probado', 1, '', 1, 1, now() - interval '9 days', NULL)",
        "DELETE FROM respaldos", "desde hace 9 días",
    ),
    (
        "listas-del-sat", Verdict.AVISO,
        "INSERT INTO lista_69b_carga (cargada_en) VALUES (now() - interval '90 days')",
        "DELETE FROM lista_69b_carga", "hace 90 días",
    ),
    (
        "migraciones-central", Verdict.FALLA, "UPDATE schema_version SET sha256 = 'x' || sha256 WHERE v = 3",
        "UPDATE schema_version SET sha256 = substr(sha256, 2) WHERE v = 3", "no es la de este programa",
    ),
    (
        "migraciones-central", Verdict.FALLA,
        "INSERT INTO schema_version (v, name, sha256, ms) VALUES (9999, 'x', 'x', 1)",
        "DELETE FROM schema_version WHERE v = 9999", "más nueva",
    ),
]  # fmt: skip


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(("name", "verdict", "fault", "mending", "words"), SERVICE_FAULTS)
def test_what_the_central_database_tells_is_seen(
    installed: Installation, name: str, verdict: Verdict, fault: str, mending: str, words: str
) -> None:
    with planted(installed, fault, mending):
        seen(found(installed)[name], verdict, words)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("respaldos", ("respaldos", "trabajador")), ("provisioning_runs", ("altas-y-bajas",)),
        ("lista_69b_carga", ("listas-del-sat",)), ("fiel_credentials", ("copias-de-fiel", "llaves-de-boveda")),
    ],
)  # fmt: skip
def test_a_database_that_is_not_up_to_date_yet_stops_nothing(
    installed: Installation, table: str, names: tuple[str, ...]
) -> None:
    with planted(installed, f"ALTER TABLE {table} RENAME TO guardada", f"ALTER TABLE guardada RENAME TO {table}"):
        findings = found(installed)
    for name in names:
        seen(findings[name], Verdict.FALLA, "No se pudo revisar", "horux migrate")
    assert findings["disco"].verdict is Verdict.BIEN


@pytest.mark.usefixtures("tenant")
def test_of_a_service_in_order_nothing_is_said(installed: Installation) -> None:
    alive = "INSERT INTO procrastinate_workers DEFAULT VALUES"
    backed_up = (
        "INSERT INTO respaldos VALUES ('20260301T180000Z-0a1b2c', now() - interval '2 hours', now(), 'completo');"
        " INSERT INTO respaldo_archivos VALUES ('20260301T180000Z-0a1b2c', 'central', 'central', NULL, '', '', '',"
        " 'probado', 1, '', 1, 1, now(), NULL); INSERT INTO lista_69b_carga (cargada_en) VALUES (now());"
        " UPDATE outbox SET done_at = now()"
    )
    mending = "DELETE FROM respaldos; DELETE FROM lista_69b_carga"
    with planted(installed, alive, "DELETE FROM procrastinate_workers"), planted(installed, backed_up, mending):
        assert [finding for finding in found(installed).values() if finding.verdict is not Verdict.BIEN] == []
        ended = horux("doctor", "--json", env=installed.env)
        assert ended.returncode == 0, ended.stdout
        said = json.loads(ended.stdout)
        assert said["estado"] == "ok"
        assert len(said["revisiones"]) >= 20
