import hmac
import os
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import pytest

from contracts.ports.entry_macs import EntryMacsContract
from contracts.ports.receipt_signer import BODY, ReceiptSignerContract
from contracts.ports.sealer import SECRET, TENANT, SealerContract
from horux_adapters.crypto.sealing import (
    AesGcmSealer,
    Ed25519ReceiptSigner,
    HmacEntryMacs,
    VaultKeys,
    anchor_keys,
    version,
)
from horux_core.fiel.errors import FielUnreadable
from horux_core.fiel.model import Component, Seal
from horux_core.fiel.ports import EntryMacs, ReceiptSigner, Sealer
from horux_core.kernel.ids import TenantId

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


class TestAesGcmSealer(SealerContract):
    @pytest.fixture
    def sealer(self) -> Sealer:
        return AesGcmSealer(VaultKeys(KEY))

    def test_an_old_key_stays_readable_and_one_that_was_dropped_is_not(self) -> None:
        before = AesGcmSealer(VaultKeys(OTHER))
        seal = Seal(uuid4(), 1, before.version)
        piece = before.seal(TENANT, seal, Component.PASSWORD, SECRET)
        after = AesGcmSealer(VaultKeys(KEY, [OTHER]))
        assert after.version == version(KEY) != before.version
        assert after.open(TENANT, seal, Component.PASSWORD, piece) == SECRET
        again = after.seal(TENANT, seal, Component.PASSWORD, SECRET)
        assert before.open(TENANT, seal, Component.PASSWORD, again) == SECRET, "the seal's own key is used"
        with pytest.raises(FielUnreadable):
            AesGcmSealer(VaultKeys(KEY)).open(TENANT, seal, Component.PASSWORD, piece)

    def test_a_refusal_takes_nothing_decrypted_along(self) -> None:
        """The cipher writes before it knows whether it may: what it wrote is wiped."""
        sealer = AesGcmSealer(VaultKeys(KEY))
        seal = Seal(uuid4(), 1, sealer.version)
        piece = sealer.seal(TENANT, seal, Component.PASSWORD, SECRET)
        with pytest.raises(FielUnreadable) as refused:
            sealer.open(TENANT, seal, Component.PASSWORD, replace(piece, tag=bytes(16)))
        held = [value for entry in refused.traceback for value in entry.frame.f_locals.values()]
        assert bytearray() in held, "the buffer"
        assert not any(SECRET in value for value in held if isinstance(value, bytearray))

    def test_no_two_seals_share_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With one IV for all, the same key would give the same octets."""
        sealer = AesGcmSealer(VaultKeys(KEY))
        one, two = Seal(uuid4(), 1, sealer.version), Seal(uuid4(), 1, sealer.version)
        places = [(TENANT, one), (TENANT, two), (TenantId(uuid4()), one)]
        monkeypatch.setattr(os, "urandom", bytes)
        sealed = {sealer.seal(tenant, seal, Component.PASSWORD, SECRET).data for tenant, seal in places}
        assert len(sealed) == len(places)


class TestEd25519ReceiptSigner(ReceiptSignerContract):
    @pytest.fixture
    def signer(self) -> ReceiptSigner:
        return Ed25519ReceiptSigner(VaultKeys(KEY))

    def test_knows_what_it_signed_with_a_key_it_still_holds(self) -> None:
        signature = Ed25519ReceiptSigner(VaultKeys(OTHER)).sign(BODY)
        assert Ed25519ReceiptSigner(VaultKeys(KEY, [OTHER])).valid(BODY, signature)
        assert not Ed25519ReceiptSigner(VaultKeys(KEY)).valid(BODY, signature)


class TestHmacEntryMacs(EntryMacsContract):
    @pytest.fixture
    def macs(self) -> EntryMacs:
        return HmacEntryMacs(VaultKeys(KEY))

    @pytest.fixture
    def after(self) -> EntryMacs:
        return HmacEntryMacs(VaultKeys(OTHER, [KEY]))

    def test_its_key_is_none_of_the_vault_s_others(self) -> None:
        keys = VaultKeys(KEY)
        mac = HmacEntryMacs(keys).mac(keys.current, "x")
        assert mac not in [hmac.new(key, b"x", sha256).hexdigest() for key in (KEY, *anchor_keys(keys).values())]


def test_a_version_is_the_first_eight_digits_of_the_key_s_hash() -> None:
    assert version(bytes(32)) == "66687aad"


def test_refuses_keys_of_another_length() -> None:
    for current, old in ((b"corta", []), (KEY, [b"corta"]), (os.urandom(33), [])):
        with pytest.raises(ValueError, match="32 bytes"):
            VaultKeys(current, old)


def test_what_is_derived_for_one_purpose_serves_no_other() -> None:
    keys = VaultKeys(KEY, [OTHER])
    macs = anchor_keys(keys)
    assert macs.keys() == {version(KEY), version(OTHER)}
    assert len({*macs.values(), KEY, OTHER, keys.derived(version(KEY), b"otro")}) == 5
    assert keys.derived("00000000", b"otro") is None


def test_no_key_shows_itself() -> None:
    assert KEY.hex() not in repr(VaultKeys(KEY))
    assert not hasattr(VaultKeys(KEY), "__dict__")
