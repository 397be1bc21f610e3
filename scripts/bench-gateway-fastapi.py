"""A gateway as one writes it by hand: FastAPI in front, aiohttp behind, and a key that is looked for.

    python scripts/bench-gateway-fastapi.py PORT SERVERS-PORT KEY
"""

import contextlib
import sys

import aiohttp
import fastapi
import uvicorn
from fastapi.responses import Response, StreamingResponse

port, upstream, key = int(sys.argv[1]), f"http://127.0.0.1:{sys.argv[2]}", sys.argv[3]
session = None


@contextlib.asynccontextmanager
async def lifespan(_):
    global session
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield


app = fastapi.FastAPI(lifespan=lifespan)


@app.post("/v1/chat/completions")
async def complete(request: fastapi.Request):
    if request.headers.get("authorization") != f"Bearer {key}":
        raise fastapi.HTTPException(401)
    body = await request.body()
    headers = {"content-type": "application/json"}
    answer = await session.post(f"{upstream}/v1/chat/completions", data=body, headers=headers)
    if answer.content_type != "text/event-stream":
        async with answer:
            return Response(await answer.read(), answer.status, media_type=answer.content_type)

    async def pieces():
        async with answer:
            async for piece in answer.content.iter_any():
                yield piece

    return StreamingResponse(pieces(), answer.status, media_type="text/event-stream")


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
