"""`horux backup`: what it refuses, and the pair of keys; what it keeps and restores is in tests/system."""

import stat
from pathlib import Path

from horux_adapters.crypto.wrapping import identities, recipient
from tests.cli.running import horux, refused
from tests.system.installation import Installation


def test_the_private_key_is_its_owner_s_alone_and_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "llave.txt"
    ended = horux("backup", "keys", "--out", str(file))
    assert ended.returncode == 0, ended.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (identity,) = identities(file.read_text())
    public = ended.stdout.strip().removeprefix("BACKUP_PUBLIC_KEY=")
    assert public == str(identity.to_public())
    assert recipient(public)
    assert "AGE-SECRET-KEY" not in ended.stdout + ended.stderr


def test_a_key_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "llave.txt"
    file.write_text("la única")
    refused(horux("backup", "keys", "--out", str(file)), str(file))
    assert file.read_text() == "la única"


def test_what_is_asked_wrongly_is_refused_in_words(installed: Installation, tmp_path: Path) -> None:
    env, key = installed.env, tmp_path / "llave.txt"
    refused(horux("backup", "restore", "--rfc", "EKU9003173C9", "--key", str(key), env=env), "llave privada", str(key))
    key.write_text("no es una llave")
    refused(horux("backup", "restore", "--rfc", "EKU9003173C9", "--key", str(key), env=env), "ningún respaldo")
    refused(horux("backup", "drop", "horux360", "--yes", env=env), "no se borra")
    refused(horux("backup", "run", env={**env, "BACKUP_PUBLIC_KEY": "age1nada"}), "BACKUP_PUBLIC_KEY", "age1…")
    neither = horux("backup", "restore", "--key", str(key), env=env)
    assert (neither.returncode, "--rfc" in neither.stderr) == (2, True)


def test_what_signs_is_told_the_same_each_time(installed: Installation) -> None:
    told = {horux("backup", "signer", env=installed.env).stdout for _ in range(2)}
    assert len(told) == 1
    assert len(told.pop().strip()) == 64
