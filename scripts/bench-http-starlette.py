#!/usr/bin/env python3
"""The server of Benchmarks/http-server, by Starlette: bench-http-starlette.py <port> [<bytes of an event>]"""
import asyncio
import sys
import time

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

waiting: set[asyncio.Queue] = set()
size = int(sys.argv[2]) if len(sys.argv) > 2 else 0


async def tell():
    while True:
        await asyncio.sleep(0.05)
        event = (b"data: %d" % time.monotonic_ns()).ljust(size) + b"\n\n"
        for queue in waiting:
            queue.put_nowait(event)


async def follow(queue):
    waiting.add(queue)
    try:
        yield b":\n\n"
        while True:
            yield await queue.get()
    finally:
        waiting.discard(queue)


async def events(request):
    return StreamingResponse(follow(asyncio.Queue()), media_type="text/event-stream")


async def silence(request):
    async def body():
        yield b":\n\n"
        await asyncio.Event().wait()

    return StreamingResponse(body(), media_type="text/event-stream")


async def hello(request):
    return PlainTextResponse("Hello, world!")


class Lifespan:
    async def __aenter__(self):
        self.task = asyncio.create_task(tell())

    async def __aexit__(self, *_):
        self.task.cancel()


app = Starlette(
    routes=[Route("/events", events), Route("/silence", silence), Route("/", hello)],
    lifespan=lambda app: Lifespan(),
)
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
