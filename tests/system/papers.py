"""Taxpayers and their documents, made: the same seed gives the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from contracts.samples import RECEPTOR, UnDocto, UnPago, an_xml
from horux_core.kernel.rfc import digito

ANIO = 2025


@dataclass(frozen=True)
class Paper:
    uuid: str
    xml: bytes


def rfc(number: int, letter: str = "T") -> str:
    """A company's, another for each number up to 17,575."""
    letters = letter + "".join(chr(ord("A") + number // 26**place % 26) for place in (1, 0))
    unsigned = f"{letters}{number // 676 % 26 + 1:02d}0101AA0"
    return unsigned[:-1] + digito(unsigned)


def papers(of: str, count: int, seed: int = 7) -> list[Paper]:
    """Over one year: issued and received, paid at once or, one in ten, a month later with its complement."""
    random = Random(seed)
    made: list[Paper] = []
    while len(made) < count:
        made += _one_or_two(of, random)
    return made[:count]


def _one_or_two(of: str, random: Random) -> list[Paper]:
    uuid, month, day = _uuid(random), random.randint(1, 12), random.randint(1, 28)
    total = f"{random.randint(100, 90_000)}.{random.randint(0, 99):02d}"
    sides = (of, RECEPTOR) if random.random() < 0.5 else (RECEPTOR, of)
    parties: dict[str, Any] = {"rfc_emisor": sides[0], "rfc_receptor": sides[1]}
    when = f"{ANIO}-{month:02d}-{day:02d}T{random.randint(0, 23):02d}:00:00"
    later = random.random() < 0.1 and month < 12
    terms: dict[str, Any] = {"metodo_pago": "PPD", "forma_pago": "99"} if later else {}
    made = [Paper(uuid, an_xml(uuid=uuid, fecha=when, total=total, **parties, **terms))]
    if later:
        paid = UnPago((UnDocto(uuid, total, total),), total, f"{ANIO}-{month + 1:02d}-{day:02d}T12:00:00")
        complement = _uuid(random)
        made.append(Paper(complement, an_xml(uuid=complement, fecha=paid.fecha, pagos=(paid,), **parties)))
    return made


def packed(papers: Sequence[Paper]) -> bytes:
    """A ZIP of them."""
    place = BytesIO()
    with ZipFile(place, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for paper in papers:
            archive.writestr(f"{paper.uuid}.xml", paper.xml)
    return place.getvalue()


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
