"""Event to command: what each event makes happen. Every reaction bears being run twice."""

from collections.abc import Callable, Mapping
from typing import Any

from horux_core.kernel.events import Event
from horux_core.onboarding.events import ClientWelcomed

EVENTS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in (ClientWelcomed,)}


def reactions(welcome_client: Callable[[ClientWelcomed], None]) -> Mapping[type[Event], Callable[[Any], None]]:
    return {ClientWelcomed: welcome_client}
