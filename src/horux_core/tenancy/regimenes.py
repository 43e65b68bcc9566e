"""The tax regimes of the SAT's catalogue c_RegimenFiscal, and who may be in each: física, moral, or both."""

_FISICA = frozenset({False})
_MORAL = frozenset({True})
_AMBAS = _FISICA | _MORAL

_REGIMENES: dict[str, tuple[str, frozenset[bool]]] = {
    "601": ("General de Ley PM", _MORAL),
    "603": ("PM con fines no lucrativos", _MORAL),
    "605": ("Sueldos y salarios", _FISICA),
    "606": ("Arrendamiento", _FISICA),
    "607": ("Enajenación o adquisición de bienes", _FISICA),
    "608": ("Demás ingresos", _FISICA),
    "610": ("Residentes en el extranjero sin EP", _AMBAS),
    "611": ("Dividendos", _FISICA),
    "612": ("PF actividades empresariales y profesionales", _FISICA),
    "614": ("Intereses", _FISICA),
    "615": ("Premios", _FISICA),
    "616": ("Sin obligaciones fiscales", _FISICA),
    "620": ("Cooperativas de producción", _MORAL),
    "621": ("Incorporación fiscal", _FISICA),
    "622": ("Actividades agrícolas, ganaderas", _MORAL),
    "623": ("Opcional para grupos", _MORAL),
    "624": ("Coordinados", _MORAL),
    "625": ("Plataformas tecnológicas", _FISICA),
    "626": ("RESICO", _AMBAS),
}
CLAVES = frozenset(_REGIMENES)
NOMBRES = {clave: nombre for clave, (nombre, _) in _REGIMENES.items()}


def nombre_de_regimen(clave: str) -> str:
    """Raises KeyError for a code outside the catalogue."""
    return NOMBRES[clave]


def corresponde(clave: str, moral: bool) -> bool:
    """Whether a moral, or a física, may be in the regime. Raises KeyError for a code outside the catalogue."""
    return moral in _REGIMENES[clave][1]


def los_que_corresponden(moral: bool) -> tuple[tuple[str, str], ...]:
    """Code and name of each regime that a moral, or a física, may be in."""
    return tuple((clave, nombre) for clave, (nombre, de_quien) in _REGIMENES.items() if moral in de_quien)
