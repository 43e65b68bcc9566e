from dataclasses import dataclass, field
from datetime import timedelta

from horux_core.identity.errors import ActionForbidden, UserMissing, session_ended
from horux_core.identity.granting import access, first_tenant
from horux_core.identity.model import Actor, User
from horux_core.identity.ports import CardIndex, Cards, Directory, DirectoryTransaction, TenantCard, Tokens
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement, Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements


@dataclass(frozen=True, slots=True)
class Switched:
    access_token: str = field(repr=False)
    expires_in: int
    user: User
    cards: Cards


@dataclass(frozen=True, slots=True)
class SwitchTenant:
    """Go on in another taxpayer of one's own, in the same session; its older access tokens die.

    The taxpayer gone to needs `multi_empresa`, unless it is the person's first (SPEC 2.14): so who belongs to one
    takes up no invitation of another that has not the feature.
    """

    directory: Directory
    cards: CardIndex
    entitlements: Entitlements
    tokens: Tokens
    clock: Clock
    access_ttl: timedelta

    def __call__(self, actor: Actor, rfc: Rfc) -> Switched:
        """Raises MustChangePassword, ActionForbidden, FeatureNotInPlan, SessionExpired."""
        actor.require_own_password()
        person, ident = actor.signed_in()
        cards = self.cards.of(person, None)
        card = _card(cards, rfc)
        entitlement = self._entitlement(card)
        now = self.clock()
        with self.directory.transaction() as tx:
            user = _locked(tx, person)
            memberships = tx.memberships.of_user(person)
            if all(membership.tenant != card.id for membership in memberships):
                raise _no_member()
            if card.id != first_tenant(user, memberships, cards):
                require_feature(entitlement, Feature.MULTI_EMPRESA)
            session = tx.sessions.lock(ident)
            if session is None or not session.live(now):
                raise session_ended()
            session = session.moved(card.id)
            tx.sessions.save(session)
            tx.memberships.accept(person, card.id, now)
        token, seconds = access(self.tokens, self.access_ttl, user, session, card, now)
        return Switched(token, seconds, user, cards.at(card.id))

    def _entitlement(self, card: TenantCard) -> Entitlement:
        try:
            return self.entitlements.of(card.id)
        except TenantGone as error:
            raise ActionForbidden("Esa empresa ya no está en Horux360.") from error


def _card(cards: Cards, rfc: Rfc) -> TenantCard:
    card = next((card for card in cards.all if card.rfc == rfc), None)
    if card is None:
        raise _no_member()
    return card


def _no_member() -> ActionForbidden:
    return ActionForbidden("No perteneces a ninguna empresa con ese RFC. Pide a su dueño que te invite.")


def _locked(tx: DirectoryTransaction, person: UserId) -> User:
    """What the person belongs to stays as it is until the transaction has ended."""
    try:
        return tx.users.lock(person)
    except UserMissing as error:
        raise session_ended() from error
