"""An application behind the real server, in this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from tests.system.processes import free_port
from tests.system.waiting import until


@contextmanager
def served(app: Litestar, at: int = 0) -> Iterator[str]:
    """Its address, once it answers: on that port, or on a free one."""
    port, loop, begun = at or free_port(), asyncio.new_event_loop(), list[Server]()

    async def serve() -> None:
        server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
        begun.append(server)
        await server.serve()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.close()

    thread = Thread(target=work, name="horux-servidor")
    thread.start()
    try:
        until("contesta el servidor", lambda: answers(port), 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(begun[0].stop)
        thread.join(timeout=60)
    assert not thread.is_alive()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
