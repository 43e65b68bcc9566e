import pytest

from contracts.ports.seed_sealer import USER, SeedSealerContract
from horux_adapters.crypto.sealing import VaultKeys
from horux_adapters.crypto.seeds import AesGcmSeeds
from horux_core.identity.errors import SecondFactorUnreadable
from horux_core.identity.ports import SeedSealer

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


class TestAesGcmSeeds(SeedSealerContract):
    @pytest.fixture
    def seeds(self) -> SeedSealer:
        return AesGcmSeeds(VaultKeys(KEY))

    def test_an_old_key_stays_readable_and_one_that_was_dropped_is_not(self) -> None:
        sealed = AesGcmSeeds(VaultKeys(OTHER)).seal(USER, bytes(20))
        after = AesGcmSeeds(VaultKeys(KEY, [OTHER]))
        assert after.open(USER, sealed) == bytes(20)
        assert not after.current(sealed)
        with pytest.raises(SecondFactorUnreadable):
            AesGcmSeeds(VaultKeys(KEY)).open(USER, sealed)
