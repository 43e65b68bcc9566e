"""What every Receipts promises; a subclass brings the `receipts` fixture."""

from dataclasses import replace
from uuid import uuid4

from contracts.boveda import a_receipt
from horux_core.fiel.ports import Receipts
from horux_core.kernel.ids import TenantId


class ReceiptsContract:
    def test_gives_back_the_one_of_the_highest_number_of_each_client(self, receipts: Receipts) -> None:
        tenant, other = TenantId(uuid4()), TenantId(uuid4())
        assert (receipts.last(tenant), receipts.highest(tenant)) == (None, 0)
        kept = {number: a_receipt(tenant, number=number) for number in (9, 10**18, 12)}
        for receipt in kept.values():
            receipts.put(receipt)
        assert (receipts.last(tenant), receipts.highest(tenant)) == (kept[10**18], 10**18)
        assert (receipts.last(other), receipts.highest(other)) == (None, 0)
        theirs = a_receipt(other, number=3)
        receipts.put(theirs)
        assert receipts.last(other) == theirs

    def test_takes_the_place_of_one_of_the_same_number(self, receipts: Receipts) -> None:
        receipt = a_receipt(TenantId(uuid4()))
        again = replace(receipt, destruction=replace(receipt.destruction, reason="otro"))
        for each in (receipt, again):
            receipts.put(each)
        assert receipts.last(receipt.destruction.tenant) == again
