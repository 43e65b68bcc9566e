"""What every EntryMacs promises; a subclass brings `macs`, and `after`: the same vault once it moved to another key."""

from horux_core.fiel.ports import EntryMacs


class EntryMacsContract:
    def test_proves_the_same_text_only(self, macs: EntryMacs) -> None:
        mac = macs.mac(macs.version, "asiento")
        assert mac == macs.mac(macs.version, "asiento")
        assert mac
        assert mac != macs.mac(macs.version, "asiento ")

    def test_a_former_key_s_are_known_and_its_own_are_others(self, macs: EntryMacs, after: EntryMacs) -> None:
        assert macs.version != after.version
        assert after.mac(macs.version, "asiento") == macs.mac(macs.version, "asiento")
        assert after.mac(after.version, "asiento") != macs.mac(macs.version, "asiento")

    def test_has_none_for_a_key_that_is_not_held(self, macs: EntryMacs, after: EntryMacs) -> None:
        for version in (after.version, "", "zz"):
            assert macs.mac(version, "asiento") is None
