from dataclasses import dataclass

from horux_core.identity.authenticating import Authenticate
from horux_core.identity.errors import SecondFactorRequired
from horux_core.identity.granting import SignedIn
from horux_core.identity.second_factor import GiveSecondFactor
from horux_core.identity.signing_in import SignIn


@dataclass(frozen=True, slots=True)
class SignInAtOnce:
    """Log a program's person in, in one step where it has the code at hand; else the error carries the ticket."""

    sign_in: SignIn
    authenticate: Authenticate
    give: GiveSecondFactor

    def __call__(self, email: str, password: str, code: str, user_agent: str, address: str) -> SignedIn:
        """Raises what SignIn and GiveSecondFactor do; SecondFactorRequired without a code, or with none enrolled."""
        found = self.sign_in(email, password, user_agent, address)
        if found.half and found.enrolled and code:
            return self.give(self.authenticate(found.access_token, ""), code)
        if found.half:
            raise SecondFactorRequired(ticket=found.access_token, expiresIn=found.expires_in, inscrito=found.enrolled)
        return found
