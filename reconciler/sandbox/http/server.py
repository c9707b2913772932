"""The API over HTTP: aiohttp, faults, latency, the log of requests."""

import asyncio
import logging
import threading
from dataclasses import dataclass

from aiohttp import web

from reconciler.sandbox.errors import refusal
from reconciler.sandbox.http.api import Answer, Api, Call, refused
from reconciler.sandbox.http.faults import HTML, Fault, Faults
from reconciler.sandbox.http.ratelimit import too_many
from reconciler.sandbox.settings import Settings


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as it was answered; status 0 when it got no answer."""

    method: str
    path: str  # with query
    status: int
    request_id: str = ""


class Http:
    """Serves one `Api`."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self.api = api
        self.settings = settings
        self.faults = Faults()
        self.requests: list[Logged] = []
        self.base_url = ""
        self.late: list[Call] = []  # requests that were cut off, and are still to be processed
        self._lock = threading.Lock()

    async def open(self, host: str, port: int) -> web.ServerRunner:
        """Listen. Raises OSError when the port is taken."""
        logger = logging.getLogger("reconciler.sandbox")
        runner = web.ServerRunner(
            web.Server(self.handle, logger=logger, access_log=None), shutdown_timeout=0.5
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=512).start()
        except OSError:
            await runner.cleanup()
            raise
        bound = runner.addresses[0]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.base_url = f"http://{shown}:{bound[1]}"
        return runner

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request, with whatever fault is scheduled for it."""
        body = await request.read() if request.can_read_body else b""
        fault = self.faults.strike(request.method, request.path)
        late = fault is not None and fault.kind == "late"
        wait = self.settings.latency_ms / 1000 + (fault.seconds if fault and not late else 0)
        if wait:
            await asyncio.sleep(wait)
        call = Call(
            request.method,
            request.path,
            request.query,
            request.headers.get("Authorization", ""),
            body,
            self.base_url,
        )
        if fault is None:
            answer = self.api.answer(call)
        else:
            answer = self.faulty(fault, self.api.answer(call) if fault.processes else None)
        if fault is not None and late:
            self.hold(call, fault.seconds)
        lost = late or (fault is not None and fault.kind in ("drop", "lose"))
        request_id = answer.headers.get("X-Request-ID", "")
        status = 0 if lost else answer.status
        self.requests.append(Logged(request.method, request.path_qs, status, request_id))
        if lost:
            return hung_up(request)
        if fault is not None and fault.kind == "cut":
            return await cut_short(request, answer)
        content_type = "text/html" if answer.body is HTML else "application/json"
        return web.Response(
            status=answer.status,
            body=answer.body,
            headers=answer.headers,
            content_type=None if answer.status == 204 else content_type,
        )

    def hold(self, call: Call, seconds: float) -> None:
        """Process a request later, when its client has gone."""
        with self._lock:
            self.late.append(call)
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.arrive, call)

    def arrive(self, *calls: Call) -> list[int]:
        """Process those of these requests (of all, without any) that still wait; their status."""
        with self._lock:
            due = [call for call in self.late if not calls or any(call is each for each in calls)]
            self.late = [call for call in self.late if not any(call is each for each in due)]
        return [self.api.answer(call).status for call in due]

    def faulty(self, fault: Fault, answer: Answer | None) -> Answer:
        """The answer in place of `answer`, which is None for a request not processed."""
        headers = {"X-Request-ID": self.api.request_id()}
        match fault.kind:
            case "html":
                return Answer(fault.status, HTML, headers)
            case "status" if fault.status == 429:
                wait = 1 if fault.retry_after is None else fault.retry_after
                error = too_many(self.settings.clock(), wait, self.settings.bucket, {})
                return refused(error, headers["X-Request-ID"], headers)
            case "status":
                error = refusal(fault.status, "scheduled_fault", f"Scheduled fault {fault.status}")
                if fault.retry_after is not None:
                    headers["Retry-After"] = str(fault.retry_after)
                return refused(error, headers["X-Request-ID"], headers)
        if answer is None:
            return Answer(0)
        if fault.kind == "truncate":
            return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)
        return answer


def hung_up(request: web.BaseRequest) -> web.Response:
    """Close the connection; the response goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def cut_short(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send half of what Content-Length promises."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = "application/json"
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
