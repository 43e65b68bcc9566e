"""The whole, put together: everything is built at the start, and what it holds open is closed at the end."""

from pathlib import Path
from typing import Any

import pytest

from horux_adapters.container.horux import Horux, by_name, job_kinds, opened
from horux_adapters.container.reactions import EVENTS
from horux_adapters.container.settings import Settings, SettingsInvalid, load
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.notifications import MemoryMailer
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_adapters.postgres.connecting import DatabaseUrlMalformed
from horux_adapters.smtp.folder import FolderMailer
from horux_adapters.smtp.sending import SmtpMailer
from horux_adapters.transferencia.gateway import TransferenciaPaymentGateway
from horux_core.tenancy.listing import ListTenants

JWT, ROLE = "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw", "u1Te6Ry2Ui8Op4As0Df5Gh9Jk3Lz7Xcv"


def settings(data_dir: Path, **more: str) -> Settings:
    return load({"STORAGE": "memory", "JWT_SECRET": JWT, "DATA_DIR": str(data_dir), **more})


def test_builds_every_use_case_in_memory_once(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        built = by_name(horux)
        assert len(built) > 30
        others = {"g", "gateways", "settings", "access_ttl", "refresh_ttl", "login_url", "pay_url", "billing", "topics"}
        others |= {"mfa"}
        declared: Any = horux.use_cases.providers
        assert built.keys() == declared.keys() - others
        assert all(use_case is by_name(horux)[name] for name, use_case in built.items())
        assert isinstance(built["list_tenants"], ListTenants)


def test_all_use_cases_share_one_store(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        gateways = horux.gateways
        assert isinstance(gateways.registry(), MemoryRegistry)
        assert isinstance(gateways.books(), MemoryBooks)
        assert gateways.registry().control is gateways.directory().control is gateways.jobs().control
        assert horux.use_cases.show_tenant().registry is gateways.registry()


def test_a_setting_chooses_the_adapter(tmp_path: Path) -> None:
    with opened(settings(tmp_path, MAIL="memory")) as horux:
        assert isinstance(horux.gateways.mailer(), MemoryMailer)
        assert isinstance(horux.gateways.links(), TransferenciaPaymentGateway)
    with opened(settings(tmp_path)) as horux:
        mailer = horux.gateways.mailer()
        assert isinstance(mailer, FolderMailer)
        assert mailer.folder == tmp_path / "correo"
    account = {"SMTP_USER": "correo@horuxfin.com", "SMTP_PASS": "abcd efgh ijkl mnop"}
    with opened(settings(tmp_path, MAIL="smtp", ADMIN_EMAIL="ayuda@horuxfin.com", **account)) as horux:
        mailer = horux.gateways.mailer()
        assert isinstance(mailer, SmtpMailer)
        assert (mailer.server.host, mailer.server.port) == ("smtp.gmail.com", 587)
        assert (mailer.server.user, mailer.server.password) == tuple(account.values())
        assert (mailer.composing.address, mailer.composing.reply_to) == ("noreply@horuxfin.com", "ayuda@horuxfin.com")


def test_every_event_has_its_reaction_and_every_kind_of_job_its_runner(tmp_path: Path) -> None:
    with opened(settings(tmp_path)) as horux:
        assert horux.reactions().keys() == set(EVENTS.values())
        assert all(callable(react) for react in horux.reactions().values())
        assert job_kinds(horux).keys() == {"carga", "recalculo", "paquete-sat", "alertas"}


def test_a_wrong_address_stops_the_start() -> None:
    wrong = load({"JWT_SECRET": JWT, "DATABASE_ROLE_SECRET": ROLE, "DATABASE_URL": "postgresql+psycopg://a b c"})
    with pytest.raises(DatabaseUrlMalformed):
        by_name(Horux(settings=wrong))


def test_a_wrong_secret_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid):
        settings(tmp_path, JWT_SECRET="corto")


def test_is_not_ready_while_the_database_does_not_answer(tmp_path: Path) -> None:
    dead = load(
        {
            "JWT_SECRET": JWT,
            "DATABASE_ROLE_SECRET": ROLE,
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"host={tmp_path} user=horux dbname=horux360 connect_timeout=1",
        }
    )
    horux = Horux(settings=dead)
    control = horux.gateways.control_database()
    assert not horux.gateways.ready()()
    control.close()
