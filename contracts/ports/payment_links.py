"""What every PaymentLinks promises; a subclass brings the `links` fixture."""

from uuid import uuid4

from contracts.clients import a_subscription
from horux_core.billing.ports import PaymentLinks
from horux_core.kernel.ids import TenantId


class PaymentLinksContract:
    def test_gives_the_same_link_to_the_same_subscription(self, links: PaymentLinks) -> None:
        subscription = a_subscription(TenantId(uuid4()))
        assert links.create(subscription) == links.create(subscription)

    def test_two_subscriptions_never_share_an_agreement(self, links: PaymentLinks) -> None:
        first, second = (links.create(a_subscription(TenantId(uuid4()))) for _ in range(2))
        if first is not None and second is not None:
            assert first.reference != second.reference
            assert first.url != second.url

    def test_ends_an_agreement_and_bears_doing_it_again(self, links: PaymentLinks) -> None:
        subscription = a_subscription(TenantId(uuid4()))
        link = links.create(subscription)
        if link is not None:
            subscription = subscription.linked(link.reference, link.url)
        links.cancel(subscription)
        links.cancel(subscription)

    def test_ends_nothing_that_was_never_agreed(self, links: PaymentLinks) -> None:
        links.cancel(a_subscription(TenantId(uuid4())))
