"""`nianbao serve`: the Prefect server, its schedule and the runner in one process.

The server lives in a thread of this process, so that a `kill -9` leaves nothing behind that would hold its
port. On every start the deployment is written again and unpaused (Prefect's `serve` pauses it on SIGTERM and
leaves it so), and runs that a killed process left as running are closed: they would hold the only slot for
good.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.cron import require_cron
from flows.lock import run_lock
from flows.prefect_env import use_private_prefect
from flows.settings import Settings

if TYPE_CHECKING:
    from prefect import Flow

STARTUP_SECONDS = 180


class ServeError(RuntimeError):
    """The server or its schedule did not start; the message says what to change."""


def serve(settings: Settings, cron: str | None = None) -> None:
    """Run server, schedule and runner until SIGTERM or Ctrl-C. Raises ServeError, LockHeld."""
    try:
        schedule = require_cron(cron) if cron else settings.serve.cron
    except ValueError as error:
        raise ServeError(str(error)) from error
    address = f"http://{settings.serve.host}:{settings.serve.port}"
    with run_lock(settings.home, "serve"):
        _require_free_port(settings.serve.host, settings.serve.port)
        use_private_prefect(settings.home, f"{address}/api", log_level="INFO")
        with _prefect_server(settings.serve.host, settings.serve.port):
            from flows.nightly import nightly

            parameters = {"home": str(settings.home), "scheduled": True}
            print(
                f"Prefect at {address}; nightly run at cron {schedule!r} ({settings.serve.timezone})",
                flush=True,
            )
            run_schedule(nightly, schedule, settings.serve.timezone, parameters)


def run_schedule(flow: Flow[..., Any], cron: str, timezone: str, parameters: dict[str, Any]) -> None:
    """Deploy `flow` under its own name with one active schedule and run what falls due, one at a time."""
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    runner = Runner(name=flow.name, pause_on_shutdown=False, limit=1)
    deployment: Any = runner.add_flow(
        flow,
        name=flow.name,
        schedule=Cron(cron, timezone=timezone),
        paused=False,
        concurrency_limit=1,
        parameters=parameters,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    asyncio.run(_close_abandoned_runs(deployment))
    try:
        asyncio.run(runner.start())
    except (KeyboardInterrupt, SystemExit):
        return


async def _close_abandoned_runs(deployment: UUID) -> None:
    """No runner but this one exists (the lock says so), so a run still `running` has lost its process."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterId,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    unfinished = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    async with get_client() as client:
        await client.resume_deployment(deployment)
        runs = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=unfinished))
            ),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        )
        for run in runs:
            await client.set_flow_run_state(run.id, Crashed(message="its process was killed"), force=True)


def _require_free_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(
                f"{host}:{port} cannot be used ({error.strerror}); choose another serve.port"
            ) from error


@contextmanager
def _prefect_server(host: str, port: int) -> Iterator[None]:
    """The Prefect server on a thread, ready when the block starts."""
    import uvicorn
    from prefect.server.api.server import create_app

    server = uvicorn.Server(
        uvicorn.Config(create_app(final=True), host=host, port=port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="prefect-server", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise ServeError(f"the Prefect server did not start on {host}:{port}; its log says why")
            time.sleep(0.1)
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        server.should_exit = True
        thread.join(timeout=20)
