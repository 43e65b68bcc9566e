"""What the doctor sees of the e.firmas' folder, copies and keys."""

import shutil
from pathlib import Path
from uuid import uuid4

from horux_adapters.crypto.sealing import version
from horux_adapters.filesystem.fiel_folders import FILES
from horux_core.diagnosis.model import Verdict
from horux_core.tenancy.model import Tenant
from tests.cli.doctor.planting import CENTRAL, found, planted, seen, well
from tests.system.installation import Installation


def sealed(vault: Path, tenant: Tenant, version: str = "00000000") -> Path:
    place = vault / f"{tenant.rfc}_{tenant.id}"
    place.mkdir(mode=0o700)
    for name in FILES.values():
        line = f"HORUX-FIEL 1 AES-256-GCM {version} {uuid4()} 1 {'0' * 24} {'0' * 32}\n"
        (place / name).write_text(line)
        (place / name).chmod(0o600)
    return place


def test_a_vault_that_others_may_enter_is_told_with_what_is_open(
    installed: Installation, vault: Path, tenant: Tenant
) -> None:
    place = sealed(vault, tenant)
    for path, mode in ((vault, 0o750), (place, 0o755), (place / "password.enc", 0o640)):
        before = path.stat().st_mode & 0o777
        path.chmod(mode)
        seen(found(installed)["carpeta-de-fiel"], Verdict.FALLA, f"{path} ({mode:o})", "chmod")
        path.chmod(before)
    well(installed, "carpeta-de-fiel")


def test_a_copy_that_is_missing_is_told_on_either_side(installed: Installation, vault: Path, tenant: Tenant) -> None:
    columns = [
        row[0] for row in installed.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'fiel_credentials'"
            " AND data_type = 'bytea' ORDER BY 1", database=CENTRAL,
        )
    ]  # fmt: skip
    octets = ", ".join(["chr(1)::bytea"] * len(columns))
    fault = (
        "INSERT INTO fiel_credentials (tenant_id, rfc, nombre, numero_certificado, valido_desde, valido_hasta, cadena,"
        f" uploaded_at, seal_id, number, key_version, {', '.join(columns)}) VALUES ('{tenant.id}', 'x', 'x', '1',"
        f" now(), now(), 'revisada', now(), gen_random_uuid(), 1, 'abcdef01', {octets})"
    )
    with planted(installed, fault, "DELETE FROM fiel_credentials"):
        seen(found(installed)["copias-de-fiel"], Verdict.FALLA, str(tenant.id), "carpeta", "horux fiel verify")
        seen(found(installed)["llaves-de-boveda"], Verdict.FALLA, "abcdef01", "FIEL_ENCRYPTION_KEYS_OLD")
        place = sealed(vault, tenant, "abcdef01")
        well(installed, "copias-de-fiel")
        (place / "password.enc").unlink()
        seen(found(installed)["copias-de-fiel"], Verdict.FALLA, str(tenant.id), "carpeta")
        shutil.rmtree(place)
    sealed(vault, tenant)
    seen(found(installed)["copias-de-fiel"], Verdict.FALLA, str(tenant.id), "en la base")


def test_e_firmas_under_a_former_key_are_told(installed: Installation, vault: Path, tenant: Tenant) -> None:
    old = "ab" * 16 + "cd" * 16
    sealed(vault, tenant, version(bytes.fromhex(old)))
    seen(found(installed)["llaves-de-boveda"], Verdict.FALLA, version(bytes.fromhex(old)))
    held = found(installed, FIEL_ENCRYPTION_KEYS_OLD=old)["llaves-de-boveda"]
    seen(held, Verdict.AVISO, version(bytes.fromhex(old)), "horux fiel rotate")
