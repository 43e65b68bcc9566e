import pickle
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from horux_adapters.container.settings import Secret, Settings, SettingsInvalid, load

JWT = "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"
ROLE = "u1Te6Ry2Ui8Op4As0Df5Gh9Jk3Lz7Xcv"
FIEL = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f1"
LEAST = {"JWT_SECRET": JWT, "DATABASE_ROLE_SECRET": ROLE}
PRODUCTION = {
    **LEAST,
    "HORUX_ENV": "production",
    "FIEL_ENCRYPTION_KEY": FIEL,
    "DATABASE_URL": "postgresql://horux:Qx7v@db/horux360",
    "CORS_ORIGIN": "https://horux360.mx",
    "SMTP_USER": "correo@horuxfin.com",
    "SMTP_PASS": "zr4hq0vn5tyb7xc3",
    "BANK_BENEFICIARY": "Horux Finanzas SA de CV",
    "BANK_NAME": "STP",
    "BANK_CLABE": "032180000118359719",
}


def wrong(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsInvalid) as refused:
        load(env)
    return refused.value.problems


def test_the_design_s_defaults_hold() -> None:
    settings = load(LEAST)
    assert (settings.port, settings.host, settings.workers) == (4000, "127.0.0.1", 2)
    assert (settings.jwt_expires_in, settings.jwt_refresh_expires_in) == (timedelta(hours=24), timedelta(days=30))
    assert (settings.horux_env, settings.storage, settings.mail, settings.payments) == (
        "development",
        "postgres",
        "folder",
        "transferencia",
    )
    assert not settings.production


def test_reads_each_variable_as_what_it_is() -> None:
    settings = load(
        {
            **PRODUCTION,
            "PORT": "8080",
            "JWT_EXPIRES_IN": "15m",
            "CORS_ORIGIN": "https://a.mx, https://b.mx:8443",
            "TRUSTED_PROXY": "127.0.0.1,10.0.0.0/8",
            "ALLOWED_HOSTS": "A.mx",
            "DATA_DIR": "/var/horux",
            "METRICS_PORT": "",
            "TENANT_CONNECTIONS_MAX": "90",
            "API_DOCS": "false",
            "FIEL_ENCRYPTION_KEY": FIEL,
            "PATH": "/usr/bin",
        }
    )
    assert settings.port == 8080
    assert settings.jwt_expires_in == timedelta(minutes=15)
    assert settings.cors_origin == ("https://a.mx", "https://b.mx:8443")
    assert settings.trusted_proxy == ("127.0.0.1/32", "10.0.0.0/8")
    assert settings.allowed_hosts == ("a.mx",)
    assert settings.data_dir == Path("/var/horux")
    assert settings.metrics_port is None
    assert settings.tenant_connections_max == 90
    assert settings.api_docs is False
    assert settings.fiel_encryption_key == Secret(FIEL)
    assert settings.production


def test_tells_all_that_is_wrong_at_once_by_name() -> None:
    problems = wrong(
        {"PORT": "0", "STORAGE": "mysql", "JWT_EXPIRES_IN": "un día", "WORKERS": "dos", "ADMIN_EMAIL": "x"}
    )
    assert problems.keys() == {
        "PORT",
        "STORAGE",
        "JWT_EXPIRES_IN",
        "WORKERS",
        "ADMIN_EMAIL",
        "JWT_SECRET",
        "DATABASE_ROLE_SECRET",
    }
    assert "memory, postgres" in problems["STORAGE"]
    assert "65535" in problems["PORT"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_SECRET", "corto"),
        ("JWT_SECRET", ""),
        ("DATABASE_ROLE_SECRET", ""),
        ("DATABASE_ROLE_SECRET", JWT),
        ("FIEL_ENCRYPTION_KEY", "zz" * 32),
        ("FIEL_ENCRYPTION_KEY", "ab" * 31),
        ("JWT_EXPIRES_IN", "0h"),
        ("JWT_EXPIRES_IN", "24"),
        ("JWT_EXPIRES_IN", "31d"),
        ("PORT", "65536"),
        ("CORS_ORIGIN", "*"),
        ("CORS_ORIGIN", "https://a.mx/ruta"),
        ("CORS_ORIGIN", "a.mx"),
        ("TRUSTED_PROXY", "todos"),
        ("ALLOWED_HOSTS", "a.mx:80"),
        ("WORKERS", "0"),
        ("LOG_LEVEL", "trace"),
        ("MAIL", "log"),
        ("SMTP_PORT", "0"),
        ("ADMIN_EMAIL", "ayuda"),
        ("ADMIN_EMAIL", "íñigo@horuxfin.com"),
        ("SMTP_FROM", "Horux360"),
        ("SMTP_FROM", "Horux360 <noreply@horuxfin.com>\r\nBcc: todos@x.mx"),
        ("SMTP_FROM", "Horux, SA <noreply@horuxfin.com>"),
        ("API_DOCS", "quizá"),
    ],
)
def test_refuses_what_does_not_serve(name: str, value: str) -> None:
    problems = wrong({**LEAST, name: value})
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_SECRET", "<cryptographically_secure_random_64_chars>"),
        ("JWT_SECRET", "change-me-change-me-change-me-change-me"),
        ("JWT_SECRET", "a" * 64),
        ("FIEL_ENCRYPTION_KEY", "0" * 64),
        ("DATABASE_URL", "postgresql://postgres:<strong_password>@localhost:5432/horux360"),
        ("DATABASE_URL", ""),
        ("CORS_ORIGIN", "http://horux360.mx"),
        ("CORS_ORIGIN", ""),
        ("CORS_ORIGIN", "https://127.0.0.1"),
        ("CORS_ORIGIN", "https://horux360.mx, https://[::1]:8443"),
        ("CORS_ORIGIN", "https://localhost:4000"),
        ("CORS_ORIGIN", "https://0.0.0.0"),
        ("MP_WEBHOOK_SECRET", "7f3a91c2d4e5b6a"),
        ("MP_WEBHOOK_SECRET", "7f3a91c2d4e5b6a7, 7f3a91c2d4e5b6a"),
        ("MAIL", "memory"),
        ("SMTP_PASS", "<google_app_password>"),
        ("PAYMENTS", "memory"),
        ("STORAGE", "memory"),
    ],
)
def test_production_refuses_samples_and_what_keeps_nothing(name: str, value: str) -> None:
    assert list(wrong({**PRODUCTION, name: value})) == [name]


def test_development_takes_a_sample_but_makes_no_secret_up() -> None:
    assert load({**LEAST, "JWT_SECRET": "change-me-change-me-change-me-change-me"}).jwt_secret
    assert wrong({}).keys() == {"JWT_SECRET", "DATABASE_ROLE_SECRET"}


def test_no_two_secrets_are_equal() -> None:
    assert list(wrong({"JWT_SECRET": FIEL, "DATABASE_ROLE_SECRET": ROLE, "FIEL_ENCRYPTION_KEY": FIEL.upper()})) == [
        "FIEL_ENCRYPTION_KEY"
    ]


SECRETS = (
    "JWT_SECRET",
    "DATABASE_ROLE_SECRET",
    "FIEL_ENCRYPTION_KEY",
    "SMTP_PASS",
    "MP_ACCESS_TOKEN",
    "MP_WEBHOOK_SECRET",
)


@pytest.mark.parametrize("env", [LEAST, PRODUCTION], ids=["development", "production"])
@pytest.mark.parametrize(("one", "other"), list(combinations(SECRETS, 2)))
def test_no_secret_is_another_s_too(one: str, other: str, env: dict[str, str]) -> None:
    own = {name: f"{n}{FIEL[1:]}" for n, name in enumerate(SECRETS)}
    assert load({**env, "PAYMENTS": "transferencia", **own})
    for equal in (own[one], own[one].upper()):
        twice = {**own, other: equal}
        if other == "MP_WEBHOOK_SECRET":
            twice[other] = f"{own[other]}, {equal}"
        (refused,) = wrong({**env, "PAYMENTS": "transferencia", **twice}).items()
        name, why = refused
        assert {name, why.split()[3].rstrip(";")} == {one, other}
        assert own[one] not in why.lower()


def test_production_knows_where_clients_transfer_to() -> None:
    without = {name: value for name, value in PRODUCTION.items() if not name.startswith("BANK_")}
    assert wrong(without).keys() == {"BANK_BENEFICIARY", "BANK_NAME", "BANK_CLABE"}
    charging = {"MP_ACCESS_TOKEN": "APP_USR-4000000000000001", "MP_WEBHOOK_SECRET": "7f3a91c2d4e5b6a7"}
    assert load({**without, **charging}).payments == "mercadopago"


def test_the_links_of_production_lead_to_its_pages() -> None:
    settings = load(PRODUCTION)
    assert {settings.login_url, settings.reset_url, settings.payer_url} == {
        "https://horux360.mx/entrar", "https://horux360.mx/entrar/liga", "https://horux360.mx/configuracion",
    }  # fmt: skip


def test_memory_is_one_process() -> None:
    assert load({"JWT_SECRET": JWT, "STORAGE": "memory"}).workers == 1
    assert list(wrong({"JWT_SECRET": JWT, "STORAGE": "memory", "WORKERS": "2"})) == ["WORKERS"]


def test_no_secret_shows_itself() -> None:
    settings = load({**PRODUCTION, "FIEL_ENCRYPTION_KEY": FIEL})
    shown = f"{settings!r} {settings} {settings.jwt_secret} {settings.jwt_secret!r} {msgspec.structs.asdict(settings)}"
    for secret in (JWT, ROLE, FIEL, "Qx7v", "zr4hq0vn5tyb7xc3"):
        assert secret not in shown
    assert settings.jwt_secret.reveal() == JWT
    with pytest.raises(TypeError):
        pickle.dumps(settings.jwt_secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(settings)


def test_the_refusal_names_variables_and_repeats_no_value() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load({"JWT_SECRET": "secreto-corto", "DATABASE_ROLE_SECRET": ROLE, "FIEL_ENCRYPTION_KEY": "abc123xyz"})
    assert "JWT_SECRET: debe tener al menos 32 caracteres" in str(refused.value)
    assert "secreto-corto" not in str(refused.value)
    assert "abc123xyz" not in str(refused.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        load(LEAST).port = 1  # type: ignore[misc]
    assert isinstance(load(LEAST), Settings)


def test_production_sends_mail_unless_it_is_told_otherwise() -> None:
    assert load(PRODUCTION).mail == "smtp"
    without = {name: value for name, value in PRODUCTION.items() if not name.startswith("SMTP_")}
    assert wrong(without).keys() == {"SMTP_USER", "SMTP_PASS"}
    assert load({**without, "MAIL": "folder"}).mail == "folder"
    assert load({**without, "SMTP_HOST": "correo.interno"}).smtp_user is None, "a relay may know us by our address"


@pytest.mark.parametrize(("given", "missing"), [("SMTP_USER", "SMTP_PASS"), ("SMTP_PASS", "SMTP_USER")])
def test_an_account_has_its_password_and_the_other_way_round(given: str, missing: str) -> None:
    assert list(wrong({**LEAST, "MAIL": "smtp", "SMTP_HOST": "correo.interno", given: "zr4hq0vn5tyb7xc3"})) == [missing]


def test_the_sender_is_a_name_and_an_address() -> None:
    assert load(LEAST).smtp_from == "Horux360 <noreply@horuxfin.com>"
    assert load({**LEAST, "SMTP_FROM": "correo@despacho.mx"}).smtp_from == "correo@despacho.mx"


def test_asks_the_staff_for_a_second_factor_in_production_unless_it_is_told_not_to() -> None:
    assert load(PRODUCTION).second_factor
    assert not load({**PRODUCTION, "ADMIN_MFA": "off"}).second_factor
    plain = {name: value for name, value in PRODUCTION.items() if name != "HORUX_ENV"}
    assert not load(plain).second_factor
    assert load({**plain, "ADMIN_MFA": "on", "REAUTH_MINUTES": "3"}).fresh_for == timedelta(minutes=3)
    for name, value in (("ADMIN_MFA", "quizá"), ("REAUTH_MINUTES", "0"), ("REAUTH_MINUTES", "1441")):
        with pytest.raises(SettingsInvalid) as refused:
            load({**PRODUCTION, name: value})
        assert name in refused.value.problems
