"""Logging in, which is slow on purpose, and checking a credential, which each request does."""

from tests.benchmarks.ground import Ground, Measure

_EMAIL, _PASSWORD = "operador@horux360.example", "tambor lila de marzo"


def run(ground: Ground) -> list[Measure]:
    cases = ground.horux.use_cases
    cases.create_operator()(_EMAIL, "Operadora", _PASSWORD)
    sign_in, authenticate = cases.sign_in(), cases.authenticate()
    token = sign_in(_EMAIL, _PASSWORD, "medición", "192.0.2.1").access_token

    def enter() -> object:
        return sign_in(_EMAIL, _PASSWORD, "medición", "192.0.2.1")

    def check() -> object:
        return authenticate(token, "medición")

    return [
        ground.latency("iniciar sesión", enter, 60),
        ground.throughput("iniciar sesión", enter, 200, 4),
        ground.latency("comprobar una credencial", check, 2_000),
        ground.throughput("comprobar credenciales", check, 10_000, 4),
    ]
