"""What is kept of an e.firma, touched: never a wrong plaintext, one error for every cause, healed where it can be."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.ports.sealer import others
from horux_core.fiel.errors import FielMissing, FielUnreadable, LedgerBroken, VaultUnavailable
from horux_core.fiel.events import FielHealed
from horux_core.fiel.model import Component, Sealed
from horux_core.fiel.receipts import body
from tests.adapters.filesystem.fiel_kept import Kept
from tests.core.fiel.strongroom import FIRST, SECOND, proof, touched

COMPONENTS = list(Component)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "fiel")


def spoiled(octets: bytes) -> Iterator[bytes]:
    """Each octet changed, each length cut short, something added."""
    for at in range(len(octets)):
        yield octets[:at] + bytes([octets[at] ^ 0x01]) + octets[at + 1 :]
        yield octets[:at] + bytes([octets[at] ^ 0x80]) + octets[at + 1 :]
        yield octets[:at]
    yield octets + b"\0"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_octet_of_a_file(kept: Kept, component: Component) -> None:
    octets, step = kept.file(component).read_bytes(), proof(7, 1)
    for n, touched_octets in enumerate(spoiled(octets)):
        if n % step == 0:
            kept.file(component).write_bytes(touched_octets)
            assert kept.room.open(kept.tenant) == "mía"
            assert [type(event) for event in kept.room.events()] == [FielHealed]
    assert kept.whole()


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_octet_of_a_row(kept: Kept, component: Component) -> None:
    step = proof(11, 1)
    for n in range(0, 2_000, step):
        row = kept.row()
        piece = next((p for i, p in enumerate(others(row.pieces[component])) if i == n), None)
        if piece is None:
            break
        kept.put(replace(row, pieces={**row.pieces, component: piece}))
        assert kept.room.open(kept.tenant) == "mía"
        assert [type(event) for event in kept.room.events()] == [FielHealed]
    assert kept.whole()


FILE: dict[str, Callable[[Kept, Component], object]] = {
    "gone": lambda kept, c: kept.file(c).unlink(),
    "empty": lambda kept, c: kept.file(c).write_bytes(b""),
    "another client's": lambda kept, c: shutil.copy(kept.file(c, kept.other), kept.file(c)),
    "another component's": lambda kept, c: shutil.copy(kept.file(another(c)), kept.file(c)),
    "a folder": lambda kept, c: made_a_folder(kept.file(c)),
    "of another version": lambda kept, c: kept.file(c).write_bytes(versioned(kept.file(c).read_bytes())),
}


def otherwise(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


ROW: dict[str, Callable[[Kept, Component], object]] = {
    "changed": lambda kept, c: kept.put(with_piece(kept, c, data=otherwise(kept.row().pieces[c].data))),
    "another client's": lambda kept, c: kept.put(
        replace(kept.row(), pieces={**kept.row().pieces, c: kept.row(kept.other).pieces[c]})
    ),
    "another component's": lambda kept, c: kept.put(
        replace(kept.row(), pieces={**kept.row().pieces, c: kept.row().pieces[another(c)]})
    ),
    "of another version": lambda kept, c: kept.put(
        with_piece(kept, c, seal=replace(kept.row().seal, key_version="00000000"))
    ),
    "of another number": lambda kept, c: kept.put(with_piece(kept, c, seal=replace(kept.row().seal, number=9))),
    "of another seal": lambda kept, c: kept.put(with_piece(kept, c, seal=replace(kept.row().seal, id=uuid4()))),
    "gone": lambda kept, c: kept.put(None),
}


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another(component: Component) -> Component:
    return COMPONENTS[(COMPONENTS.index(component) + 1) % 4]


def with_piece(kept: Kept, component: Component, **changes: object) -> Sealed:
    row = kept.row()
    return replace(row, pieces={**row.pieces, component: replace(row.pieces[component], **changes)})  # type: ignore[arg-type]


def versioned(octets: bytes) -> bytes:
    words = octets.split(b" ")
    return b" ".join([*words[:3], b"00000000", *words[4:]])


@pytest.mark.parametrize(("how", "component"), list(product(FILE, COMPONENTS)))
def test_a_file_that_is_not_its_own_is_healed_from_the_row(kept: Kept, how: str, component: Component) -> None:
    FILE[how](kept, component)
    kept.healed("carpeta")


@pytest.mark.parametrize(("how", "component"), list(product(ROW, COMPONENTS)))
def test_a_row_that_is_not_its_own_is_healed_from_the_folder(kept: Kept, how: str, component: Component) -> None:
    ROW[how](kept, component)
    kept.healed("base")


def test_both_damaged_each_in_another_piece_are_healed_from_each_other(kept: Kept) -> None:
    FILE["gone"](kept, Component.PASSWORD)
    ROW["changed"](kept, Component.PRIVATE_KEY)
    kept.healed("ambas")


def test_one_error_for_every_cause(kept: Kept) -> None:
    said = set()
    folder, row = shutil.copytree(kept.folder(), kept.root.parent / "copia"), kept.row()
    for of_file, of_row, component in product(FILE, ROW, COMPONENTS):
        FILE[of_file](kept, component)
        ROW[of_row](kept, component)
        said.add(str(kept.unreadable()))
        shutil.rmtree(kept.folder())
        shutil.copytree(folder, kept.folder())
        kept.put(row)
    assert len(said) == 1
    assert kept.whole(), "nothing of it was made worse"


def test_a_copy_that_is_missing_comes_back(kept: Kept) -> None:
    shutil.rmtree(kept.folder())
    kept.healed("carpeta")
    kept.put(None)
    kept.healed("base")
    shutil.rmtree(kept.folder())
    assert kept.room.tend() == {"sanadas": 1, "por atender": 0}, "also when nobody asks for it"
    assert kept.file(Component.PASSWORD).is_file()
    kept.room.events()
    shutil.rmtree(kept.folder())
    kept.put(None)
    kept.unreadable()
    before = kept.room.uses(kept.tenant)
    assert kept.room.tend() == {"sanadas": 0, "por atender": 1}
    assert kept.room.uses(kept.tenant) == before, "what cannot be mended is not tried every hour"


def test_what_the_row_says_in_plain_is_put_right(kept: Kept) -> None:
    row = kept.row()
    right = row.certificado
    for wrong in (
        replace(right, nombre="OTRA"), replace(right, valido_hasta=right.valido_desde),
        replace(right, rfc_representante="XOJI740919U48"),
    ):  # fmt: skip
        kept.put(replace(row, certificado=wrong))
        kept.healed("base")
        assert kept.row().certificado == row.certificado


def test_what_is_under_another_key_is_not_read(kept: Kept) -> None:
    kept.room.start(SECOND)
    with pytest.raises(VaultUnavailable):
        kept.room.open(kept.tenant)


def test_its_owner_destroys_it_also_without_the_key(kept: Kept) -> None:
    anchor = kept.root / "libro" / str(kept.tenant.id)
    before = anchor.read_bytes()
    kept.room.start(SECOND)
    receipt = kept.room.destroy(kept.tenant)
    assert kept.room.safe.signer.valid(body(receipt.destruction), receipt.signature)
    assert (kept.folder().exists(), kept.room.vault.stored(kept.tenant.id)) == (False, None)
    assert anchor.read_bytes() == before, "what it cannot read it does not replace"
    with pytest.raises(VaultUnavailable):
        kept.room.open(kept.tenant)
    kept.room.start(FIRST, SECOND)
    with pytest.raises(FielMissing):
        kept.room.open(kept.tenant)


def test_an_anchor_that_is_not_ours_is_seen_though_the_book_is_gone(kept: Kept) -> None:
    kept.room.control.tables["fiel_uses"].clear()
    kept.put(None)
    (kept.root / "libro" / str(kept.tenant.id)).write_bytes(b"nada")
    with pytest.raises(LedgerBroken):
        kept.room.open(kept.tenant)
    with pytest.raises(LedgerBroken):
        kept.room.store(kept.tenant, "otra")
    assert kept.file(Component.PASSWORD).is_file(), "nothing is swept on the word of a broken book"


@settings(max_examples=proof(60, 2_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blows=st.lists(
        st.tuples(
            st.sampled_from(["archivo", "base"]),
            st.sampled_from(COMPONENTS),
            st.integers(0, 400),
            st.integers(1, 255),
        ),
        max_size=6,
    )
)
def test_whatever_is_touched_the_plaintext_is_right_or_there_is_none(
    tmp_path_factory: pytest.TempPathFactory, blows: list[tuple[str, Component, int, int]]
) -> None:
    kept = Kept(tmp_path_factory.mktemp("boveda") / "fiel")
    hit: set[tuple[str, Component]] = set()
    for where, component, at, mask in blows:
        hit.add((where, component))
        if where == "archivo":
            octets = bytearray(kept.file(component).read_bytes())
            octets[at % len(octets)] ^= mask
            kept.file(component).write_bytes(octets)
        else:
            octets = bytearray(kept.row().pieces[component].data)
            octets[at % len(octets)] ^= mask
            kept.put(with_piece(kept, component, data=bytes(octets)))
    try:
        assert kept.room.open(kept.tenant) == "mía"
    except FielUnreadable:
        assert any({("archivo", c), ("base", c)} <= hit for c in COMPONENTS)
    assert kept.room.open(kept.other) == "suya"


def test_touching_makes_nobody_else_s_unreadable(kept: Kept) -> None:
    touched(kept.room.control.tables, "fiel_credentials", kept.tenant.id, seal=kept.row(kept.other).seal)
    assert kept.room.open(kept.tenant) == "mía"
    assert kept.room.open(kept.other) == "suya"
