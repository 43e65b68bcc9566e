"""An installation of our own: secrets that stay, and that nobody else reads."""

import json
import os
import stat
from pathlib import Path

import psycopg
import pytest

from horux_adapters.container.local import own_server, server_for_a_command, with_secrets
from horux_adapters.container.settings import load
from horux_adapters.postgres.programs import EmbeddedError
from tests.conftest import short_folder


def test_makes_secrets_once_and_keeps_them(tmp_path: Path) -> None:
    first = with_secrets({"PORT": "4000"}, tmp_path / "datos")
    assert with_secrets({}, tmp_path / "datos") == {name: first[name] for name in first if name != "PORT"}
    assert first["JWT_SECRET"] != first["DATABASE_ROLE_SECRET"]
    assert load(first).port == 4000, "they serve as settings"


def test_two_installations_share_none(tmp_path: Path) -> None:
    assert with_secrets({}, tmp_path / "a") != with_secrets({}, tmp_path / "b")


def test_what_is_given_is_used_and_not_written_down(tmp_path: Path) -> None:
    given = with_secrets({"JWT_SECRET": "el de la variable de entorno, 40 letras"}, tmp_path)
    assert given["JWT_SECRET"].startswith("el de la variable")
    assert "JWT_SECRET" not in json.loads((tmp_path / "secretos.json").read_text(encoding="utf-8"))
    assert with_secrets({}, tmp_path)["DATABASE_ROLE_SECRET"] == given["DATABASE_ROLE_SECRET"]


def test_only_their_owner_reads_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with_secrets({}, tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secretos.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secretos.json"]


class TestOwnServer:
    def test_runs_while_it_is_needed_and_a_command_beside_it_uses_the_same(self, postgres_url: str) -> None:
        assert postgres_url, "where no PostgreSQL is to be had, this is skipped with the rest"
        with short_folder() as folder:
            with own_server({"PORT": "4000"}, folder) as env:
                assert env["PORT"] == "4000"
                assert stat.S_IMODE((folder / "conexion.json").stat().st_mode) == 0o600
                for name in ("DATABASE_URL", "DATABASE_ADMIN_URL"):
                    with psycopg.connect(env[name]) as conn:
                        row = conn.execute("SELECT current_database()").fetchone()
                        assert row == ("horux360",)
                with server_for_a_command({}, folder) as beside:
                    assert beside == {name: env[name] for name in ("DATABASE_URL", "DATABASE_ADMIN_URL")}
            assert not (folder / "conexion.json").exists()
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(env["DATABASE_URL"])

    def test_a_command_starts_one_when_none_runs(self, postgres_url: str) -> None:
        assert postgres_url
        with short_folder() as folder, server_for_a_command({}, folder) as env, psycopg.connect(env["DATABASE_URL"]):
            pass

    def test_says_so_when_there_is_none_to_run(self, tmp_path: Path) -> None:
        with pytest.raises(EmbeddedError), server_for_a_command({"PG_BINDIR": str(tmp_path)}, tmp_path / "datos"):
            pass
