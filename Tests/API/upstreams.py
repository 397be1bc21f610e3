"""Providers of models on this machine, in the dialects of OpenAI (both), Anthropic and Google. They say what a script
tells them to, whole and streamed, fail as the vendors do, and keep what they were asked, in words of no dialect."""

import base64
import dataclasses
import http.server
import json
import re
import select
import socket
import struct
import threading

# Longer than anything here takes on a slow machine.
LIMIT = 20


# What is said


@dataclasses.dataclass
class Text:
    text: str


@dataclasses.dataclass
class Thought:
    text: str
    seal: str = None


@dataclasses.dataclass
class Tool:
    id: str
    name: str
    arguments: dict
    seal: str = None


@dataclasses.dataclass
class Refusal:
    text: str


@dataclasses.dataclass
class Usage:
    """Cached tokens are among those of the input, and thoughts among those of the output."""

    input: int = 100
    cached: int = 30
    written: int = 20
    output: int = 40
    reasoning: int = 15


class Hold:
    """A place in an answer where it waits, until it is let go or the caller leaves."""

    def __init__(self, at="content"):
        self.at = at  # "asked": before the head; "head": behind it; "content": behind the first piece
        self.reached, self.left = threading.Event(), threading.Event()
        self.inner, self.outer = socket.socketpair()

    def release(self):
        self.outer.send(b".")

    def wait(self, connection):
        """Whether the caller is still there."""
        self.reached.set()
        ready, _, _ = select.select([connection, self.inner], [], [], LIMIT)
        if connection in ready:
            try:
                gone = not connection.recv(1)
            except OSError:
                gone = True
            if gone:
                self.left.set()
                return False
        return True

    def close(self):
        self.inner.close()
        self.outer.close()


@dataclasses.dataclass
class Say:
    """An answer."""

    parts: list
    finish: str = "stop"  # stop, length, tools, filtered
    usage: Usage = dataclasses.field(default_factory=Usage)
    told: str = "end"  # where the tokens stand: end, last, each, twice, never
    stop_text: str = None
    type_last: bool = False  # whether members stand in the order in which servers of other makers write them
    by_turns: bool = True  # whether pieces of several calls alternate, where the dialect has that
    whole: bool = False  # as one object, also where a stream was asked for
    cut: str = None  # before, inside, content, unmarked
    torn: bool = False  # whether a cut breaks the connection, too
    error: "Fail" = None  # an event that stands in place of the end
    error_at: str = "content"  # or "before"
    hold: Hold = None


@dataclasses.dataclass
class Fail:
    """A refusal: context, key, rate, billing, broken, busy, overloaded, missing."""

    kind: str
    retry_after: int = None
    counted: bool = False  # whether it tells of tokens, too, as an event of a stream


@dataclasses.dataclass
class Garbage:
    """Bytes that are no answer of any dialect."""

    body: bytes
    media_type: str = "text/html"


STATUSES = {
    "context": 400, "key": 401, "rate": 429, "billing": 429, "broken": 500, "busy": 503, "overloaded": 529,
    "missing": 404,
}  # fmt: skip


CONTEXT = "This model's maximum context length is 128000 tokens. However, your messages resulted in 210000 tokens."


# What is asked


@dataclasses.dataclass
class Call:
    dialect: str
    model: str
    headers: object
    key: str
    body: dict
    raw: bytes = b""
    streamed: bool = False
    system: str = None
    # (side, kind, …): text, image, call, result and thought, in order.
    said: list = dataclasses.field(default_factory=list)
    tools: dict = dataclasses.field(default_factory=dict)
    choice: object = None
    limit: int = None
    stops: list = dataclasses.field(default_factory=list)
    schema: dict = None


def pieces(text):
    """A text in two pieces."""
    half = max(1, len(text) // 2)
    return [text[:half], text[half:]] if len(text) > 1 else [text]


def written(arguments):
    return json.dumps(arguments, separators=(",", ":"))


class Wire:
    """A dialect. `events` are (kind, name, data), of which a kind is head, content, rest, last or end."""

    @staticmethod
    def turns(tools, by_turns):
        """Which of the tools grows by which piece of its arguments, in order."""
        cut = [(index, pieces(written(tool.arguments))) for index, tool in enumerate(tools)]
        if not by_turns:
            return [(index, piece) for index, whole in cut for piece in whole]
        return [(index, whole[turn]) for turn in range(2) for index, whole in cut]

    def frame(self, name, data):
        data = data if isinstance(data, str) else json.dumps(data)
        return ((f"event: {name}\n" if name else "") + f"data: {data}\n\n").encode()

    def frames(self, say, call):
        def order(data):
            return dict(reversed(data.items())) if say.type_last and isinstance(data, dict) else data

        return [(kind, self.frame(name, order(data))) for kind, name, data in self.events(say, call)]


class ChatWire(Wire):
    def read(self, call):
        body = call.body
        call.model, call.streamed = body["model"], body.get("stream", False)
        for message in body["messages"]:
            side, content = message["role"], message.get("content")
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
            if side in ("system", "developer"):
                call.system = parts[0]["text"]
                continue
            for detail in message.get("reasoning_details") or []:
                call.said.append((side, "thought", detail.get("text"), detail.get("signature")))
            if side == "tool":
                call.said.append(("user", "result", message["tool_call_id"], parts[0]["text"]))
                continue
            for part in parts:
                if part["type"] == "text":
                    call.said += [(side, "text", part["text"])] if part["text"] else []
                else:
                    call.said.append((side, "image", part["image_url"]["url"]))
            for tool in message.get("tool_calls") or []:
                function = tool["function"]
                call.said.append((side, "call", tool["id"], function["name"], json.loads(function["arguments"])))
        for tool in body.get("tools", []):
            call.tools[tool["function"]["name"]] = tool["function"]["parameters"]
        choice = body.get("tool_choice")
        call.choice = {"name": choice["function"]["name"]} if isinstance(choice, dict) else choice
        call.limit = body.get("max_completion_tokens", body.get("max_tokens"))
        call.stops = [body["stop"]] if isinstance(body.get("stop"), str) else body.get("stop", [])
        call.schema = body.get("response_format", {}).get("json_schema", {}).get("schema")

    @staticmethod
    def usage(usage):
        return {
            "prompt_tokens": usage.input, "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
            "prompt_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.written},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
        }  # fmt: skip

    finishes = {"stop": "stop", "length": "length", "tools": "tool_calls", "filtered": "content_filter"}

    @staticmethod
    def tool(tool):
        function = {"name": tool.name, "arguments": written(tool.arguments)}
        return {"id": tool.id, "type": "function", "function": function}

    @staticmethod
    def detail(thought, index):
        return {"type": "reasoning.text", "text": thought.text, "signature": thought.seal, "index": index}

    def whole(self, say, call):
        message = {"role": "assistant", "content": None, "refusal": None}
        for part in say.parts:
            if isinstance(part, Text):
                message["content"] = (message["content"] or "") + part.text
            elif isinstance(part, Refusal):
                message["refusal"] = part.text
            elif isinstance(part, Tool):
                message.setdefault("tool_calls", []).append(self.tool(part))
            else:
                message["reasoning"] = message.get("reasoning", "") + part.text
                if part.seal:
                    details = message.setdefault("reasoning_details", [])
                    details.append(self.detail(part, len(details)))
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finishes[say.finish]}
        body = {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": call.model, "choices": [choice],
        }  # fmt: skip
        return body | ({"usage": self.usage(say.usage)} if say.told != "never" else {})

    def events(self, say, call):
        def chunk(delta, finish=None, **more):
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return {
                "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": call.model,
                "choices": [choice], **more,
            }  # fmt: skip

        deltas, tools = [], [part for part in say.parts if isinstance(part, Tool)]
        details = 0
        for part in say.parts:
            if isinstance(part, Text):
                deltas += [{"content": piece} for piece in pieces(part.text)]
            elif isinstance(part, Refusal):
                deltas += [{"refusal": piece} for piece in pieces(part.text)]
            elif isinstance(part, Thought):
                deltas += [{"reasoning": piece} for piece in pieces(part.text)]
                if part.seal:
                    deltas.append({"reasoning_details": [self.detail(part, details)]})
                    details += 1
        begun = set()
        for index, piece in self.turns(tools, say.by_turns):
            tool = self.tool(tools[index])
            if index not in begun:
                begun.add(index)
                function = tool["function"] | {"arguments": ""}
                deltas.append({"tool_calls": [{"index": index, **tool, "function": function}]})
            deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        usage = self.usage(say.usage)
        early = usage | {"completion_tokens": 1, "total_tokens": say.usage.input + 1}
        yield "head", None, chunk({"role": "assistant", "content": ""})
        for delta in deltas:
            yield "content", None, chunk(delta, **({"usage": early} if say.told == "each" else {"usage": None}))
        at_end = {"usage": usage} if say.told in ("last", "each", "twice") else {}
        yield "last", None, chunk({}, self.finishes[say.finish], **at_end)
        if say.told in ("end", "twice"):
            yield "last", None, chunk({}) | {"choices": [], "usage": usage}
        yield "end", None, "[DONE]"

    def failure(self, kind, key):
        words = {
            "context": (CONTEXT, "invalid_request_error", "context_length_exceeded"),
            "key": (f"Incorrect API key provided: {key}.", "invalid_request_error", "invalid_api_key"),
            "rate": ("Rate limit reached", "rate_limit_error", "rate_limit_exceeded"),
            "billing": ("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
            "broken": ("The server had an error", "server_error", None),
            "busy": ("Too much to do", "service_unavailable_error", "server_is_overloaded"),
            "overloaded": ("Too much to do", "service_unavailable_error", "server_is_overloaded"),
            "missing": ("The model does not exist", "invalid_request_error", "model_not_found"),
        }
        message, word, code = words[kind]
        param = "messages" if kind == "context" else None
        return STATUSES[kind], {}, {"error": {"message": message, "type": word, "param": param, "code": code}}

    def failure_event(self, kind, key):
        return None, self.failure(kind, key)[2]


class ResponsesWire(ChatWire):
    def read(self, call):
        body = call.body
        call.model, call.streamed, call.system = body["model"], body.get("stream", False), body.get("instructions")
        items = body["input"]
        for item in [{"role": "user", "content": items}] if isinstance(items, str) else items:
            kind = item.get("type", "message")
            if kind == "function_call":
                arguments = json.loads(item["arguments"])
                call.said.append(("assistant", "call", item["call_id"], item["name"], arguments))
            elif kind == "function_call_output":
                call.said.append(("user", "result", item["call_id"], item["output"]))
            elif kind == "reasoning":
                text = "".join(part["text"] for part in item["summary"])
                call.said.append(("assistant", "thought", text, item.get("encrypted_content")))
            else:
                content = item["content"]
                for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
                    if part["type"] == "input_image":
                        call.said.append((item["role"], "image", part["image_url"]))
                    else:
                        call.said.append((item["role"], "text", part["text"]))
        for tool in body.get("tools", []):
            call.tools[tool["name"]] = tool["parameters"]
        choice = body.get("tool_choice")
        call.choice = {"name": choice["name"]} if isinstance(choice, dict) else choice
        call.limit = body.get("max_output_tokens")
        call.schema = body.get("text", {}).get("format", {}).get("schema")

    def item(self, part, number):
        if isinstance(part, Tool):
            return {
                "id": f"fc_{number}", "type": "function_call", "call_id": part.id, "name": part.name,
                "arguments": written(part.arguments), "status": "completed",
            }  # fmt: skip
        if isinstance(part, Thought):
            item = {
                "id": f"rs_{number}", "type": "reasoning", "summary": [{"type": "summary_text", "text": part.text}],
            }  # fmt: skip
            return item | ({"encrypted_content": part.seal} if part.seal else {})
        return {
            "id": f"msg_{number}", "type": "message", "role": "assistant", "status": "completed",
            "content": [self.part(part, part.text)],
        }  # fmt: skip

    @staticmethod
    def part(part, text):
        if isinstance(part, Refusal):
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    @staticmethod
    def usage(usage):
        return {
            "input_tokens": usage.input, "output_tokens": usage.output, "total_tokens": usage.input + usage.output,
            "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.written},
            "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        }  # fmt: skip

    def whole(self, say, call, begun=False):
        reason = {"length": "max_output_tokens", "filtered": "content_filter"}.get(say.finish)
        items = [] if begun else [self.item(part, number) for number, part in enumerate(say.parts)]
        return {
            "id": "resp_1", "object": "response", "created_at": 1.5, "model": call.model, "output": items,
            "status": "in_progress" if begun else "incomplete" if reason else "completed", "error": None,
            "incomplete_details": {"reason": reason} if reason and not begun else None, "parallel_tool_calls": True,
            "tool_choice": "auto", "tools": [],
            "usage": None if begun or say.told == "never" else self.usage(say.usage),
        }  # fmt: skip

    def events(self, say, call):
        number = iter(range(10_000))

        def event(kind, name, /, **members):
            return kind, name, {"type": name, "sequence_number": next(number), **members}

        yield event("head", "response.created", response=self.whole(say, call, begun=True))
        yield event("head", "response.in_progress", response=self.whole(say, call, begun=True))
        tools = []
        for index, part in enumerate(say.parts):
            item = self.item(part, index)
            place = {"item_id": item["id"], "output_index": index}
            if isinstance(part, Tool):
                tools.append((part, item, place))
                continue
            if isinstance(part, Thought):
                place["summary_index"] = 0
                begun = {"id": item["id"], "type": "reasoning", "summary": []}
                kind, word, more, whole = "reasoning_summary_part", "reasoning_summary_text", {}, item["summary"][0]
                empty, last = {"type": "summary_text", "text": ""}, {"text": part.text}
            else:
                place["content_index"] = 0
                begun = item | {"status": "in_progress", "content": []}
                word = "refusal" if isinstance(part, Refusal) else "output_text"
                kind, more, whole = "content_part", {} if word == "refusal" else {"logprobs": []}, item["content"][0]
                empty, last = self.part(part, ""), {"refusal" if word == "refusal" else "text": part.text}
            yield event("head", "response.output_item.added", output_index=index, item=begun)
            yield event("head", f"response.{kind}.added", **place, part=empty)
            for piece in pieces(part.text):
                yield event("content", f"response.{word}.delta", **place, delta=piece, **more)
            yield event("rest", f"response.{word}.done", **place, **last, **more)
            yield event("rest", f"response.{kind}.done", **place, part=whole)
            yield event("rest", "response.output_item.done", output_index=index, item=item)
        begun = set()
        for which, piece in self.turns([part for part, _, _ in tools], say.by_turns):
            _, item, place = tools[which]
            if which not in begun:
                begun.add(which)
                empty = item | {"arguments": "", "status": "in_progress"}
                yield event("content", "response.output_item.added", output_index=place["output_index"], item=empty)
            yield event("content", "response.function_call_arguments.delta", **place, delta=piece)
        for part, item, place in tools:
            done = {"name": part.name, "arguments": item["arguments"]}
            yield event("rest", "response.function_call_arguments.done", **place, **done)
            yield event("rest", "response.output_item.done", output_index=place["output_index"], item=item)
        response = self.whole(say, call)
        yield event("end", f"response.{response['status']}", response=response)

    def failure_event(self, kind, key):
        error = self.failure(kind, key)[2]["error"]
        members = {"code": error["code"] or error["type"], "message": error["message"], "param": error["param"]}
        return "error", {"type": "error", "sequence_number": 99, **members}


class MessagesWire(Wire):
    def read(self, call):
        body = call.body
        call.model, call.streamed, call.limit = body["model"], body.get("stream", False), body["max_tokens"]
        system = body.get("system")
        call.system = system[0]["text"] if isinstance(system, list) else system
        for message in body["messages"]:
            side, content = message["role"], message["content"]
            for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
                call.said.append((side, *self.block(block)))
        for tool in body.get("tools", []):
            call.tools[tool["name"]] = tool["input_schema"]
        choice = body.get("tool_choice") or {}
        call.choice = {"any": "required", "tool": {"name": choice.get("name")}}.get(
            choice.get("type"), choice.get("type")
        )
        call.stops = body.get("stop_sequences", [])
        call.schema = body.get("output_config", {}).get("format", {}).get("schema")

    @staticmethod
    def block(block):
        match block["type"]:
            case "text":
                return "text", block["text"]
            case "image":
                source = block["source"]
                return "image", source.get("url") or f"data:{source['media_type']};base64,{source['data']}"
            case "tool_use":
                return "call", block["id"], block["name"], block["input"]
            case "tool_result":
                text = ("Error: " if block.get("is_error") else "") + block["content"]
                return "result", block["tool_use_id"], text
            case "thinking":
                return "thought", block["thinking"], block["signature"]
            case "redacted_thinking":
                return "thought", "", block["data"]

    finishes = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "filtered": "refusal"}

    @staticmethod
    def whole_block(part):
        if isinstance(part, Tool):
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}
        if isinstance(part, Thought):
            if not part.text:
                return {"type": "redacted_thinking", "data": part.seal}
            return {"type": "thinking", "thinking": part.text, "signature": part.seal or ""}
        return {"type": "text", "text": part.text}

    @staticmethod
    def usage(usage):
        return {
            "input_tokens": usage.input - usage.cached - usage.written,
            "cache_creation_input_tokens": usage.written, "cache_read_input_tokens": usage.cached,
            "output_tokens": usage.output, "output_tokens_details": {"thinking_tokens": usage.reasoning},
        }  # fmt: skip

    def end(self, say):
        reason = "stop_sequence" if say.stop_text else self.finishes[say.finish]
        return {"stop_reason": reason, "stop_sequence": say.stop_text}

    def whole(self, say, call):
        body = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": call.model,
            "content": [self.whole_block(part) for part in say.parts], **self.end(say),
        }  # fmt: skip
        return body | ({"usage": self.usage(say.usage)} if say.told != "never" else {})

    def events(self, say, call):
        def event(kind, name, /, **members):
            return kind, name, {"type": name, **members}

        usage = self.usage(say.usage)
        first = usage | {"output_tokens": 1}
        if say.told == "last":
            first = {"input_tokens": 0, "output_tokens": 0}
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": call.model, "content": [],
            "stop_reason": None, "stop_sequence": None,
        }  # fmt: skip
        yield event("head", "message_start", message=message | ({"usage": first} if say.told != "never" else {}))
        yield event("head", "ping")
        for index, part in enumerate(say.parts):
            block = self.whole_block(part)
            if isinstance(part, Tool):
                begun, kind = block | {"input": {}}, "input_json_delta"
                deltas = [{"partial_json": ""}] + [{"partial_json": p} for p in pieces(written(part.arguments))]
            elif isinstance(part, Thought) and part.text:
                begun, kind = block | {"thinking": "", "signature": ""}, "thinking_delta"
                deltas = [{"thinking": piece} for piece in pieces(part.text)]
            elif isinstance(part, Thought):
                begun, kind, deltas = block, None, []
            else:
                begun, kind = block | {"text": ""}, "text_delta"
                deltas = [{"text": piece} for piece in pieces(part.text)]
            yield event("head", "content_block_start", index=index, content_block=begun)
            for delta in deltas:
                yield event("content", "content_block_delta", index=index, delta={"type": kind, **delta})
                yield event("rest", "ping")
            if isinstance(part, Thought) and part.text and part.seal:
                delta = {"type": "signature_delta", "signature": part.seal}
                yield event("rest", "content_block_delta", index=index, delta=delta)
            yield event("rest", "content_block_stop", index=index)
        # Tokens of the input are told at the beginning, and may be told again.
        told = usage if say.told in ("last", "each", "twice") else {"output_tokens": usage["output_tokens"]}
        if say.told == "twice":
            early = {"stop_reason": None, "stop_sequence": None}
            yield event("last", "message_delta", delta=early, usage=usage | {"output_tokens": 2})
        more = {"usage": told} if say.told != "never" else {}
        if say.told == "end":
            more["usage"]["output_tokens_details"] = usage["output_tokens_details"]
        yield event("last", "message_delta", delta=self.end(say), **more)
        yield event("end", "message_stop")

    def failure(self, kind, key):
        words = {
            "context": ("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
            "key": ("authentication_error", f"invalid x-api-key {key}"),
            "rate": ("rate_limit_error", "too many calls"),
            "billing": ("rate_limit_error", "the limit of spending is reached"),
            "broken": ("api_error", "Internal server error"),
            "busy": ("api_error", "not now"),
            "overloaded": ("overloaded_error", "Overloaded"),
            "missing": ("not_found_error", "model: m"),
        }
        word, message = words[kind]
        error = {"type": word, "message": message}
        if kind == "billing":
            error["details"] = {"error_code": "enforced_spend_limit_reached"}
        return STATUSES[kind], {"request-id": "req_1"}, {"type": "error", "error": error, "request_id": "req_1"}

    def failure_event(self, kind, key):
        return "error", self.failure(kind, key)[2]


def camel(value):
    """Members by the names that Google's servers prefer; they take those with underscores, too."""
    if isinstance(value, list):
        return [camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    # What callers have named themselves stays as it is.
    own = ("args", "response", "parametersJsonSchema", "responseJsonSchema", "properties", "parameters")
    named = {re.sub("_([a-z])", lambda found: found[1].upper(), name): item for name, item in value.items()}
    return {name: item if name in own else camel(item) for name, item in named.items()}


class GeminiWire(Wire):
    def read(self, call):
        body = camel(call.body)
        system = body.get("systemInstruction")
        call.system = system["parts"][0]["text"] if system else None
        for content in body["contents"]:
            side = {"model": "assistant"}.get(content["role"], content["role"])
            for part in content["parts"]:
                call.said.append((side, *self.part(part)))
        for tool in body.get("tools", []):
            for function in tool["functionDeclarations"]:
                call.tools[function["name"]] = function.get("parametersJsonSchema", function.get("parameters"))
        config = body.get("toolConfig", {}).get("functionCallingConfig", {})
        names = config.get("allowedFunctionNames")
        call.choice = {"name": names[0]} if names else {"ANY": "required", "NONE": "none"}.get(config.get("mode"))
        generation = body.get("generationConfig", {})
        call.limit, call.stops = generation.get("maxOutputTokens"), generation.get("stopSequences", [])
        call.schema = generation.get("responseJsonSchema")

    @staticmethod
    def part(part):
        if "inlineData" in part:
            return "image", f"data:{part['inlineData']['mimeType']};base64,{part['inlineData']['data']}"
        if "fileData" in part:
            return "image", part["fileData"]["fileUri"]
        if "functionCall" in part:
            call = part["functionCall"]
            seal = [part["thoughtSignature"]] if "thoughtSignature" in part else []
            return "call", call.get("id"), call["name"], call.get("args", {}), *seal
        if "functionResponse" in part:
            answer = part["functionResponse"]["response"]
            text = f"Error: {answer['error']}" if "error" in answer else answer.get("result", answer)
            return "result", part["functionResponse"].get("id"), text
        if part.get("thought"):
            return "thought", part["text"], part.get("thoughtSignature")
        return "text", part["text"]

    finishes = {"stop": "STOP", "length": "MAX_TOKENS", "tools": "STOP", "filtered": "SAFETY"}

    @staticmethod
    def written(part):
        seal = {"thoughtSignature": part.seal} if getattr(part, "seal", None) else {}
        if isinstance(part, Tool):
            return {"functionCall": {"id": part.id, "name": part.name, "args": part.arguments}} | seal
        return {"text": part.text} | ({"thought": True} if isinstance(part, Thought) else {}) | seal

    @staticmethod
    def usage(usage):
        return {
            "promptTokenCount": usage.input, "cachedContentTokenCount": usage.cached,
            "candidatesTokenCount": usage.output - usage.reasoning, "thoughtsTokenCount": usage.reasoning,
            "totalTokenCount": usage.input + usage.output,
        }  # fmt: skip

    def body(self, say, call, parts, finish=None, usage=None):
        candidate = {"index": 0, "content": {"role": "model", "parts": parts}}
        if finish:
            candidate["finishReason"] = finish
        body = {"candidates": [candidate], "modelVersion": call.model, "responseId": "r1"}
        return body | ({"usageMetadata": usage} if usage else {})

    def whole(self, say, call):
        usage = self.usage(say.usage) if say.told != "never" else None
        return self.body(say, call, [self.written(part) for part in say.parts], self.finishes[say.finish], usage)

    def events(self, say, call):
        usage = self.usage(say.usage)
        early = usage | {"candidatesTokenCount": 1, "totalTokenCount": usage["promptTokenCount"] + 1}
        for part in say.parts:
            # A signature comes with the last piece of its text.
            cut = pieces(part.text) if isinstance(part, (Text, Thought)) else None
            parts = [part] if not cut else [dataclasses.replace(part, text=piece) for piece in cut]
            for index, piece in enumerate(parts):
                if index + 1 < len(parts) and isinstance(piece, Thought):
                    piece.seal = None
                told = early if say.told in ("end", "each", "twice") else None
                yield "content", None, self.body(say, call, [self.written(piece)], usage=told)
        usage = None if say.told == "never" else usage
        if say.told == "twice":
            yield "last", None, self.body(say, call, [{"text": ""}], usage=usage)
        yield "end", None, self.body(say, call, [{"text": ""}], self.finishes[say.finish], usage)

    def frame(self, name, data):
        return b"data: " + json.dumps(data).encode() + b"\r\n\r\n"

    def failure(self, kind, key):
        words = {
            "context": (400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed"),
            "key": (400, "INVALID_ARGUMENT", f"API key not valid: {key}"),
            "rate": (429, "RESOURCE_EXHAUSTED", "too many calls"),
            "billing": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota"),
            "broken": (500, "INTERNAL", "An internal error has occurred"),
            "busy": (503, "UNAVAILABLE", "The model is overloaded"),
            "overloaded": (529, "UNAVAILABLE", "The model is overloaded"),
            "missing": (404, "NOT_FOUND", "models/m is not found"),
        }
        status, word, message = words[kind]
        google = "type.googleapis.com/google.rpc."
        details = {
            "key": [{"@type": google + "ErrorInfo", "reason": "API_KEY_INVALID"}],
            "rate": [{"@type": google + "RetryInfo", "retryDelay": "7s"}],
            "billing": [{"@type": google + "QuotaFailure", "violations": [{"quotaId": "RequestsPerDayPerProject"}]}],
        }.get(kind, [])
        return status, {}, {"error": {"code": status, "message": message, "status": word, "details": details}}

    def failure_event(self, kind, key):
        return None, self.failure(kind, key)[2]


WIRES = {"chat": ChatWire(), "responses": ResponsesWire(), "messages": MessagesWire(), "gemini": GeminiWire()}


# Over HTTP


class Upstreams:
    def __init__(self):
        self.calls = []
        self.script = []
        self.embeddings = []
        self.lists = {"chat": ["m", "e"], "messages": ["m"], "gemini": ["m"]}
        self.lock = threading.Lock()
        self.server = Listener(("127.0.0.1", 0), type("Handler", (Handler,), {"upstreams": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def say(self, *answers):
        """What is answered from now on, one call after the other; the last one for all that follow."""
        with self.lock:
            self.calls, self.embeddings, self.script = [], [], list(answers)

    def next(self, call):
        with self.lock:
            self.calls.append(call)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def call(self):
        """The one call that has come."""
        assert len(self.calls) == 1, self.calls
        return self.calls[0]

    def remove(self):
        self.server.shutdown()
        self.server.server_close()


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstreams = None

    def log_message(self, *arguments):
        pass

    # What is asked for

    def key(self):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.headers.get("x-api-key") or self.headers.get("x-goog-api-key") or token or None

    def do_GET(self):
        path = self.path.split("?")[0]
        lists = self.upstreams.lists
        if self.headers.get("x-goog-api-key"):
            kinds = ["generateContent"]
            models = [{"name": f"models/{n}", "supportedGenerationMethods": kinds} for n in lists["gemini"]]
            return self.send(200, {"models": models})
        if not path.endswith("/models"):
            return self.send(404, {"error": {"message": "nothing here"}})
        if self.headers.get("anthropic-version"):
            names = lists["messages"]
            data = [{"type": "model", "id": n, "display_name": n, "created_at": "2026-01-01T00:00:00Z"} for n in names]
            return self.send(200, {"data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]})
        names = lists.get(path.split("/")[1], lists["chat"])
        data = [{"id": n, "object": "model", "created": 1, "owned_by": "vendor"} for n in names]
        self.send(200, {"object": "list", "data": data})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        path, _, query = self.path.partition("?")
        call = Call("", "", self.headers, self.key(), json.loads(raw), raw)
        if path.endswith("/embeddings") or "mbedContent" in path:
            return self.embed(path, call)
        if path.endswith("/chat/completions"):
            call.dialect = "chat"
        elif path.endswith("/responses"):
            call.dialect = "responses"
        elif path.endswith("/messages"):
            call.dialect = "messages"
        elif "enerateContent" in path and path.split("/")[1] in ("v1", "v1beta"):
            call.dialect = "gemini"
            call.model = path.split("/")[3].split(":")[0]
            call.streamed = ":stream" in path
            assert not call.streamed or query == "alt=sse", query
        else:
            return self.send(404, {"error": {"message": "nothing here"}})
        WIRES[call.dialect].read(call)
        self.answer(self.upstreams.next(call), call)

    def embed(self, path, call):
        self.upstreams.embeddings.append(call)
        body = call.body
        if path.endswith("/embeddings"):
            count = len(body["input"]) if isinstance(body["input"], list) else 1
            vectors = [vector(number) for number in range(count)]
            if body.get("encoding_format") == "base64":
                vectors = [base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode() for v in vectors]
            # The order is the provider's own; the number tells which is which.
            data = [{"object": "embedding", "index": n, "embedding": v} for n, v in enumerate(vectors)][::-1]
            usage = {"prompt_tokens": 7, "total_tokens": 7}
            return self.send(200, {"object": "list", "data": data, "model": body["model"], "usage": usage})
        if path.endswith(":embedContent"):
            return self.send(200, {"embedding": {"values": vector(0)}})
        self.send(200, {"embeddings": [{"values": vector(number)} for number in range(len(body["requests"]))]})

    # What is answered

    def answer(self, said, call):
        wire = WIRES[call.dialect]
        if isinstance(said, Fail):
            status, headers, body = wire.failure(said.kind, call.key)
            if said.retry_after:
                headers["retry-after"] = str(said.retry_after)
            return self.send(status, body, headers)
        if isinstance(said, Garbage):
            return self.send(200, said.body, media_type=said.media_type)
        hold = said.hold
        if hold and hold.at == "asked" and not hold.wait(self.connection):
            return self.leave()
        if said.whole or not call.streamed:
            return self.send_whole(said, call, wire)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.stream(said, call, wire)
        except OSError:
            self.leave()

    def send_whole(self, said, call, wire):
        if said.error:
            return self.answer(said.error, call)
        data = json.dumps(wire.whole(said, call)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        half = 0 if said.cut == "before" or said.hold and said.hold.at == "head" else len(data) // 2
        try:
            self.wfile.write(data[:half])
            self.wfile.flush()
            if said.cut or said.hold and said.hold.at != "asked" and not said.hold.wait(self.connection):
                return self.leave()
            self.wfile.write(data[half:])
        except OSError:
            self.leave()

    def stream(self, said, call, wire):
        if said.hold and said.hold.at == "head" and not said.hold.wait(self.connection):
            return self.leave()
        frames = wire.frames(said, call)
        contents = [index for index, (kind, _) in enumerate(frames) if kind == "content"]
        if said.error:
            keep = contents[0] + 1 if said.error_at == "content" else 0
            name, data = wire.failure_event(said.error.kind, call.key)
            data |= {"usage": wire.usage(said.usage)} if said.error.counted else {}
            frames = frames[:keep] + [("end", wire.frame(name, data))]
        if said.cut:
            frames = self.cut(said.cut, frames, contents)
        first = True
        for kind, frame in frames:
            self.chunk(frame)
            if kind == "content" and first:
                first = False
                if said.hold and said.hold.at == "content" and not said.hold.wait(self.connection):
                    return self.leave()
        if said.torn:
            return self.leave()
        self.wfile.write(b"0\r\n\r\n")

    @staticmethod
    def cut(place, frames, contents):
        match place:
            case "before":
                return []
            case "inside":
                kind, frame = frames[contents[-1]]
                return frames[: contents[-1]] + [(kind, frame[: len(frame) // 2])]
            case "content":
                return frames[: contents[0] + 1]
            case "unmarked":
                return [(kind, frame) for kind, frame in frames if kind != "end"]
        raise ValueError(place)

    def chunk(self, data):
        # Two chunks, so that a line may end in the middle of one.
        for piece in (data[:7], data[7:]):
            if piece:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.flush()

    def leave(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def send(self, status, body, headers=None, media_type="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.leave()


def vector(number):
    """Numbers that 32 bits hold exactly."""
    return [number + 0.5, -0.25, 1.0 / 1024]
