"""Which UsoCFDI a receptor of each régimen may be given (Anexo 20, c_UsoCFDI)."""

_DE_GASTO = frozenset({"601", "603", "606", "612", "620", "621", "622", "623", "624", "625", "626"})
_PERSONALES = frozenset({"605", "606", "607", "608", "611", "612", "614", "615", "625"})
_CUALQUIERA = _DE_GASTO | _PERSONALES | {"610", "616"}

REGIMENES_DE_USO: dict[str, frozenset[str]] = {
    "G01": _DE_GASTO,
    "G02": _DE_GASTO | {"616"},
    "G03": _DE_GASTO,
    **{f"I{n:02d}": _DE_GASTO for n in range(1, 9)},
    **{f"D{n:02d}": _PERSONALES for n in range(1, 11)},
    "S01": _CUALQUIERA,
    "CP01": _CUALQUIERA,
    "CN01": frozenset({"605"}),
}


def compatible(uso: str, regimen: str) -> bool:
    """True, too, of a use that is not in the catalogue: nothing is known of it."""
    permitidos = REGIMENES_DE_USO.get(uso)
    return permitidos is None or regimen in permitidos
