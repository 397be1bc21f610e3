"""An invented gateway: deployments and their health, routes with orders, the ledger's sums, and models that talk."""

import copy
import datetime
import json
import re
import time

from fake_data import now, stamp

DAY = 86_400_000
DIMENSIONS = ("key", "person", "project", "team", "model", "deployment", "provider", "outcome", "hour", "day")


def health(name, circuit="closed", calls=0, share=None, p50=None, p95=None, first=None, spent=0, keys=(), **more):
    return {
        "deployment": name, "circuit": circuit, "in_flight": 0, "slots": 256,
        "keys": [{"key": key, "state": state} for key, state in keys],
        "figures": {"calls": calls, "success_share": share, "latency_p50_ms": p50, "latency_p95_ms": p95,
                    "first_token_p50_ms": first, "first_token_p95_ms": first and first * 3,
                    "tokens_per_second": None, "spent_microdollars": spent}, **more,
    }  # fmt: skip


def line(day, usd, **names):
    """A call of the ledger, so many days ago; `usd` is None where nobody knows the price."""
    at = now() - day * DAY
    return {"at": at, "usd": usd, "failed": False, "estimated": False, "input": 1200, "output": 300, "ms": 900,
            "first": 200, "request": None, "key": None, "person": None, "project": None, "team": None,
            "deployment": None, "outcome": "failed" if names.get("failed") else "completed", **names}  # fmt: skip


class Gateway:
    """What the pages of models see. Tests change its members."""

    def __init__(self):
        self.deployments = [
            {"name": "gpt-eu", "model": "openai/gpt-5", "region": "eu"},
            {"name": "claude-eu", "model": "anthropic/claude", "region": "eu"},
            {"name": "local", "model": "ollama/qwen3:8b", "region": None},
        ]
        self.health = [
            health("claude-eu", calls=41, share=1.0, p50=1900, p95=5200, first=640, spent=412_000,
                   keys=[("anthropic-a", "usable")]),
            health("gpt-eu", "open", 12, 0.5, 1200, 2100, 310, 90_000, opens_for_ms=8_000, in_flight=3,
                   keys=[("openai-a", "off"), ("openai-b", "usable")]),
            health("local"),
        ]  # fmt: skip
        self.file = {"smart": ["gpt-eu", "claude-eu", "local"], "fast": ["claude-eu", "local"]}
        self.strategies = {"smart": "order", "fast": "latency"}
        self.orders = {}
        self.providers = {
            "anthropic": {"configured": True, "missing_config": [], "default_model": None},
            "openai": {"configured": True, "missing_config": [], "default_model": None},
            "azure": {"configured": False, "missing_config": ["AZURE_OPENAI_API_KEY"], "default_model": None},
        }
        self.lines = [
            *(line(d, 0.5 + d / 10, provider="openai", model="smart", deployment="gpt-eu", person="usr_ana",
                   key="key_1", project="prj_1", team="core") for d in range(12)),
            *(line(d, 0.2, provider="anthropic", model="smart", deployment="claude-eu", key="key_2", estimated=d == 2)
              for d in range(0, 20, 2)),
            *(line(d, None, provider="ollama", model="ollama/qwen3:8b") for d in (0, 1, 5)),
            line(1, 0.01, provider="openai", model="smart", deployment="gpt-eu", failed=True),
        ]  # fmt: skip
        self.models = ["smart", "fast", "anthropic/claude", "openai/gpt-5", "ollama/qwen3:8b"]
        # What each model says: a list of words, or the body and the status of a refusal.
        self.answers, self.asked = {}, []

    def clear(self):
        """A server on which nothing is set up and nothing was asked."""
        self.deployments, self.health, self.file, self.orders, self.lines = [], [], {}, {}, []
        self.providers = {k: {**v, "configured": False, "missing_config": ["A_KEY"]} for k, v in self.providers.items()}

    def order_of(self, route):
        chosen = self.orders.get(route, {}).get("deployments", [])
        own = self.file[route]
        return [d for d in chosen if d in own] + [d for d in own if d not in chosen]

    def overview(self):
        routes = [
            {"name": name, "strategy": self.strategies.get(name, "order"), "deployments": self.order_of(name),
             "file_order": own, "fallbacks": [{"cause": "refused", "deployments": ["local"]}],
             "order": (order := self.orders.get(name)) and {"by": order["by"], "at": order["at"]}}
            for name, own in self.file.items()
        ]  # fmt: skip
        return {"deployments": self.deployments, "health": copy.deepcopy(self.health), "routes": routes,
                "lost_orders": [name for name in self.orders if name not in self.file]}  # fmt: skip


def selected(gateway, q):
    moment = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000
    start = moment(q["from"]) if "from" in q else now() - 30 * DAY
    end = moment(q["before"]) if "before" in q else now() + 1
    return [
        x for x in gateway.lines
        if start <= x["at"] < end and all(x[d] == q[d] for d in DIMENSIONS[:8] if d in q)
    ]  # fmt: skip


def figures(lines):
    middle = lambda values: sorted(values)[len(values) // 2] if values else None
    total = lambda name: sum(x[name] for x in lines)
    return {
        "calls": len(lines), "failures": sum(x["failed"] for x in lines),
        "unpriced": sum(x["usd"] is None for x in lines), "estimated": sum(x["estimated"] for x in lines),
        "tokens": {"uncached_input": total("input"), "cache_read": 0, "cache_write": 0, "output": total("output"),
                   "reasoning": 0},
        "usd": f"{sum(x['usd'] or 0 for x in lines):.6f}", "duration_ms_p50": middle([x["ms"] for x in lines]),
        "duration_ms_p95": max([x["ms"] for x in lines], default=None),
        "first_token_ms_p50": middle([x["first"] for x in lines]),
        "first_token_ms_p95": max([x["first"] for x in lines], default=None),
    }  # fmt: skip


def sums(gateway, q):
    by = [d for d in q.get("by", "").split(",") if d]
    name = lambda x, d: stamp(x["at"] // DAY * DAY) if d == "day" else x[d]
    groups = {}
    for x in selected(gateway, q):
        groups.setdefault(tuple(name(x, d) for d in by), []).append(x)
    rows = [{"by": list(k), "figures": figures(v)} for k, v in groups.items()] if by else []
    rows.sort(key=lambda r: -float(r["figures"]["usd"]))
    limit = int(q.get("limit") or 100)
    return {"by": by, "from": q.get("from", stamp(now() - 30 * DAY)), "to": stamp(now()), "rows": rows[:limit],
            "total": figures(selected(gateway, q)), "cut": len(rows) > limit}  # fmt: skip


def calls(gateway, q):
    view = lambda x: {
        "id": "call_1", "time": stamp(x["at"]), "model": x["model"], "request": x["request"], "outcome": x["outcome"],
        "usd": x["usd"] and f"{x['usd']:.6f}", "estimated": x["estimated"],
        "tokens": {"uncached_input": x["input"], "cache_read": 0, "cache_write": 0, "output": x["output"],
                   "reasoning": 0},
    }  # fmt: skip
    return {"calls": [view(x) for x in reversed(selected(gateway, q))][: int(q.get("limit") or 100)], "next": None}


def answer(gateway, method, path, q, body, failure):
    """Status and body, or None when it is about something else. `failure` makes a refusal."""
    if (method, path) == ("GET", "/deployments"):
        return 200, gateway.overview()
    if (method, path) == ("GET", "/calls/sums"):
        return 200, sums(gateway, q)
    if (method, path) == ("GET", "/calls"):
        return 200, calls(gateway, q)
    if (method, path) == ("GET", "/calls.csv"):
        return 200, "id,time\r\n" + "".join(f"call_1,{stamp(x['at'])}\r\n" for x in selected(gateway, q))
    if (method, path) == ("GET", "/admin/providers"):
        return 200, {"providers": gateway.providers, "current_provider": None}
    if (method, path) == ("GET", "/v1/models"):
        return 200, {"object": "list", "data": [{"id": m, "object": "model"} for m in gateway.models]}
    found = re.fullmatch("/routes/([^/]+)/order", path)
    if not found:
        return None
    route = found[1]
    if method == "DELETE":
        if gateway.orders.pop(route, None) is None:
            raise failure(404, "no_order", "no order was chosen for a route of this name")
        return 204, None
    if sorted(body["deployments"]) != sorted(gateway.file[route]):
        raise failure(422, "bad_input", "an order names each deployment of the route once")
    gateway.orders[route] = {"deployments": body["deployments"], "by": "ana", "at": stamp(now())}
    return 200, {"route": route, **gateway.orders[route], "file_order": gateway.file[route]}


def respond(gateway, handler, method, path, q, body, failure):
    """Whether it was about models, and was answered."""
    if path == "/v1/chat/completions":
        talk(gateway, handler, body)
        return True
    try:
        known = answer(gateway, method, path, q, body, failure)
    except failure as refusal:
        handler.problem(refusal)
        return True
    if known:
        kind = "text/csv" if isinstance(known[1], str) else "application/json"
        handler.reply(known[0], b"" if known[1] is None else known[1], kind)
    return bool(known)


def talk(gateway, handler, body):
    """Answers a chat completion, piece by piece."""
    gateway.asked.append(body)
    name = f"req_{len(gateway.asked)}"
    script = gateway.answers.get(body["model"], {})
    if "status" in script:
        words = json.dumps({"error": {"message": script["says"], "type": "x", "code": script.get("code")}}).encode()
        return handler.reply(script["status"], words)
    handler.send_response(200)
    for field, value in (("Content-Type", "text/event-stream"), ("X-Request-Id", name), ("Connection", "close"),
                         ("X-Tutti-Model", script.get("by", "openai/gpt-5"))):  # fmt: skip
        handler.send_header(field, value)
    handler.end_headers()
    handler.close_connection = True
    tell = lambda data: (handler.wfile.write(f"data: {json.dumps(data)}\n\n".encode()), handler.wfile.flush())
    usage = {"prompt_tokens": 11, "completion_tokens": 7}
    for word in script.get("words", ["Hello", ", ", "world"]):
        tell({"choices": [{"index": 0, "delta": {"content": word}}]})
        time.sleep(script.get("pause", 0.01))
    known = {"provider": "openai", "model": body["model"], "request": name, "input": 11, "output": 7}
    gateway.lines.append(line(0, script.get("usd", 0.0042), **known, estimated=script.get("estimated", False)))
    if "breaks" in script:
        return tell({"error": {"message": script["breaks"], "code": "provider_failed"}})
    if script.get("cut"):
        return None
    tell({"choices": [{"index": 0, "delta": {}, "finish_reason": script.get("finish", "stop")}]})
    tell({"choices": [], "usage": usage})
    handler.wfile.write(b"data: [DONE]\n\n")
