"""The vendors' own packages as clients of a server: each asks in its own words and tells what came in words of none."""

import dataclasses
import json

try:
    import anthropic
    import openai
    import pydantic
except ImportError as error:
    anthropic = openai = pydantic = None
    MISSING = f"the packages openai and anthropic cannot be imported ({error}): scripts/setup --dev installs them"
else:
    MISSING = ""

# The key that callers show; no provider may see it.
CALLER = "key-of-the-caller-0001"


@dataclasses.dataclass
class Reply:
    text: str
    thoughts: str
    calls: list  # (id, name, arguments)
    finish: str  # stop, length, tools, filtered
    usage: tuple  # input with cache, cached, written, output with thoughts, thoughts; None when nobody has told
    raw: object  # what goes back in the next turn


@dataclasses.dataclass
class Result:
    """What came of a call of a tool."""

    id: str
    text: str
    is_error: bool = False


@dataclasses.dataclass
class Picture:
    media_type: str
    data: str

    @property
    def url(self):
        return f"data:{self.media_type};base64,{self.data}"


@dataclasses.dataclass
class Function:
    name: str
    schema: dict
    is_strict: bool = True


class Client:
    """`turns` are texts of the user by turns with replies, and lists of results, pictures and texts."""

    def ask(self, model, *turns, streamed=False, **more):
        turns = turns or ("hello",)
        return (self.streamed if streamed else self.whole)(**self.request(model, turns, **more))


class ChatClient(Client):
    name = "chat"
    errors = openai

    def __init__(self, server, **more):
        self.vendor = openai.OpenAI(**{"base_url": server.address + "/v1", "api_key": CALLER, "max_retries": 0} | more)

    def request(self, model, turns, system=None, tools=(), choice=None, limit=None, stops=None, schema=None, **more):
        messages = [{"role": "system", "content": system}] if system else []
        for turn in turns:
            messages += self.messages(turn)
        request = {"model": model, "messages": messages, **more}
        if tools:
            request["tools"] = [
                {"type": "function", "function": {"name": t.name, "parameters": t.schema, "strict": t.is_strict}}
                for t in tools
            ]
        if choice:
            named = {"type": "function", "function": {"name": choice}}
            request["tool_choice"] = choice if choice in ("required", "none", "auto") else named
        if limit:
            request["max_completion_tokens"] = limit
        if stops:
            request["stop"] = stops
        if schema:
            form = {"name": "answer", "schema": schema, "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        return request

    def messages(self, turn):
        if isinstance(turn, Reply):
            return [turn.raw]
        if isinstance(turn, str):
            return [{"role": "user", "content": turn}]
        results = [
            {"role": "tool", "tool_call_id": item.id, "content": item.text}
            for item in turn if isinstance(item, Result)
        ]  # fmt: skip
        parts = [self.part(item) for item in turn if not isinstance(item, Result)]
        return results + ([{"role": "user", "content": parts}] if parts else [])

    @staticmethod
    def part(item):
        if isinstance(item, Picture):
            return {"type": "image_url", "image_url": {"url": item.url}}
        return {"type": "text", "text": item}

    def whole(self, **request):
        return self.reply(self.vendor.chat.completions.create(**request))

    def streamed(self, **request):
        with self.vendor.chat.completions.stream(stream_options={"include_usage": True}, **request) as stream:
            try:
                return self.reply(stream.get_final_completion())
            except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
                # It takes every answer for one that has to be read to its end.
                return self.reply(stream.current_completion_snapshot)

    def open(self, model, **more):
        """The pieces of a text as they come."""
        stream = self.vendor.chat.completions.create(stream=True, **self.request(model, ("hello",), **more))
        return stream, (c.choices[0].delta.content for c in stream if c.choices and c.choices[0].delta.content)

    @staticmethod
    def reply(completion):
        choice = completion.choices[0]
        message, usage = choice.message, completion.usage
        calls = [(c.id, c.function.name, json.loads(c.function.arguments)) for c in message.tool_calls or []]
        words = {"stop": "stop", "length": "length", "tool_calls": "tools", "content_filter": "filtered"}
        numbers = usage and (
            usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens,
            usage.prompt_tokens_details.model_dump()["cache_write_tokens"], usage.completion_tokens,
            usage.completion_tokens_details.reasoning_tokens,
        )  # fmt: skip
        # Providers of this dialect differ in the name, and what they say is handed on as it is.
        thoughts = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None) or ""
        text = message.content or message.refusal or ""
        finish = "filtered" if message.refusal else words[choice.finish_reason]
        return Reply(text, thoughts, calls, finish, numbers, message)


class ResponsesClient(Client):
    name = "responses"
    errors = openai

    def __init__(self, server, **more):
        self.vendor = openai.OpenAI(**{"base_url": server.address + "/v1", "api_key": CALLER, "max_retries": 0} | more)

    def request(self, model, turns, system=None, tools=(), choice=None, limit=None, stops=None, schema=None, **more):
        assert not stops, "there is no word for it"
        items = []
        for turn in turns:
            items += self.items(turn)
        request = {"model": model, "input": items, "store": False, **more}
        if system:
            request["instructions"] = system
        if tools:
            request["tools"] = [
                {"type": "function", "name": t.name, "parameters": t.schema, "strict": t.is_strict} for t in tools
            ]
        if choice:
            named = {"type": "function", "name": choice}
            request["tool_choice"] = choice if choice in ("required", "none", "auto") else named
        if limit:
            request["max_output_tokens"] = limit
        if schema:
            request["text"] = {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}}
        return request

    def items(self, turn):
        if isinstance(turn, Reply):
            return turn.raw
        if isinstance(turn, str):
            return [{"role": "user", "content": turn}]
        results = [
            {"type": "function_call_output", "call_id": item.id, "output": item.text}
            for item in turn if isinstance(item, Result)
        ]  # fmt: skip
        parts = [self.part(item) for item in turn if not isinstance(item, Result)]
        return results + ([{"role": "user", "content": parts}] if parts else [])

    @staticmethod
    def part(item):
        if isinstance(item, Picture):
            return {"type": "input_image", "image_url": item.url, "detail": "auto"}
        return {"type": "input_text", "text": item}

    def whole(self, **request):
        return self.reply(self.vendor.responses.create(**request))

    def streamed(self, **request):
        with self.vendor.responses.stream(**request) as stream:
            final = None
            for event in stream:
                # `get_final_response` knows of no end but `response.completed`.
                if event.type in ("response.completed", "response.incomplete"):
                    final = event.response
            assert final, "the stream has no end"
            return self.reply(final)

    def open(self, model, **more):
        stream = self.vendor.responses.create(stream=True, **self.request(model, ("hello",), **more))
        return stream, self.texts(stream)

    def texts(self, stream):
        for event in stream:
            self.last = event
            if event.type == "response.output_text.delta":
                yield event.delta

    @staticmethod
    def reply(response):
        text, thoughts, calls, is_refused = "", "", [], False
        for item in response.output:
            if item.type == "message":
                is_refused = any(part.type == "refusal" for part in item.content)
                text += "".join(part.refusal if part.type == "refusal" else part.text for part in item.content)
            elif item.type == "reasoning":
                thoughts += "".join(part.text for part in item.summary)
            else:
                calls.append((item.call_id, item.name, json.loads(item.arguments)))
        reason = response.incomplete_details and response.incomplete_details.reason
        finish = {"max_output_tokens": "length", "content_filter": "filtered"}.get(reason)
        assert response.status == ("incomplete" if finish else "completed"), response.status
        usage = response.usage
        numbers = usage and (
            usage.input_tokens, usage.input_tokens_details.cached_tokens,
            usage.input_tokens_details.model_dump()["cache_write_tokens"], usage.output_tokens,
            usage.output_tokens_details.reasoning_tokens,
        )  # fmt: skip
        finish = "filtered" if is_refused else finish or ("tools" if calls else "stop")
        return Reply(text, thoughts, calls, finish, numbers, response.output)


class MessagesClient(Client):
    name = "messages"
    errors = anthropic

    def __init__(self, server, **more):
        self.vendor = anthropic.Anthropic(**{"base_url": server.address, "api_key": CALLER, "max_retries": 0} | more)

    def request(self, model, turns, system=None, tools=(), choice=None, limit=None, stops=None, schema=None, **more):
        messages = [self.message(turn) for turn in turns]
        request = {"model": model, "messages": messages, "max_tokens": limit or 1000, **more}
        if system:
            request["system"] = system
        if tools:
            request["tools"] = [{"name": t.name, "input_schema": t.schema, "strict": t.is_strict} for t in tools]
        if choice:
            named = {"type": "tool", "name": choice}
            request["tool_choice"] = {"required": {"type": "any"}, "none": {"type": "none"}}.get(choice, named)
        if stops:
            request["stop_sequences"] = stops
        if schema:
            # Older majors have no word for it.
            config = {"format": {"type": "json_schema", "schema": schema}}
            request["extra_body"] = {"output_config": config} | request.get("extra_body", {})
        return request

    def message(self, turn):
        if isinstance(turn, Reply):
            return {"role": "assistant", "content": turn.raw}
        return {"role": "user", "content": turn if isinstance(turn, str) else [self.block(item) for item in turn]}

    @staticmethod
    def block(item):
        if isinstance(item, Picture):
            source = {"type": "base64", "media_type": item.media_type, "data": item.data}
            return {"type": "image", "source": source}
        if isinstance(item, Result):
            block = {"type": "tool_result", "tool_use_id": item.id, "content": item.text}
            return block | ({"is_error": True} if item.is_error else {})
        return {"type": "text", "text": item}

    def whole(self, **request):
        return self.reply(self.vendor.messages.create(**request))

    def streamed(self, **request):
        with self.vendor.messages.stream(**request) as stream:
            return self.reply(stream.get_final_message())

    def open(self, model, **more):
        stream = self.vendor.messages.create(stream=True, **self.request(model, ("hello",), **more))
        deltas = (event.delta for event in stream if event.type == "content_block_delta")
        return stream, (delta.text for delta in deltas if delta.type == "text_delta")

    @staticmethod
    def reply(message):
        text, thoughts, calls = "", "", []
        for block in message.content:
            if block.type == "text":
                text += block.text
            elif block.type == "thinking":
                thoughts += block.thinking
            elif block.type == "tool_use":
                calls.append((block.id, block.name, block.input))
        words = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tools"}
        finish = words.get(message.stop_reason) or {"refusal": "filtered"}[message.stop_reason]
        # Only what each major has a name for; the rest is kept as it came.
        usage = message.usage.model_dump()
        read, write = usage["cache_read_input_tokens"] or 0, usage["cache_creation_input_tokens"] or 0
        thinking = (usage.get("output_tokens_details") or {}).get("thinking_tokens", 0)
        numbers = (usage["input_tokens"] + read + write, read, write, usage["output_tokens"], thinking)
        return Reply(text, thoughts, calls, finish, numbers if any(numbers) else None, message.content)


KINDS = [ChatClient, ResponsesClient, MessagesClient]
