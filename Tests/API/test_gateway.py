"""The gateway, asked by the vendors' own packages: every client gets an answer of every provider in its own words."""

import base64
import dataclasses
import functools
import http.client
import itertools
import json
import pathlib
import socket
import struct
import tempfile
import time
import unittest
import warnings

from clients import CALLER, KINDS, MISSING, ChatClient, Function, MessagesClient, Picture, Reply, ResponsesClient
from clients import Result, anthropic, openai, pydantic
from server import DOCUMENT, LIMIT, Server, until
from upstreams import Fail, Garbage, Hold, Refusal, Say, Text, Thought, Tool, Upstreams, Usage, vector

KEYS = {
    name: f"planted-{name}-key-7f3a91c2" for name in ("openai", "anthropic", "gemini", "openrouter", "own")
}  # fmt: skip
# The providers by the dialect that they are asked in.
PROVIDERS = {"openai": "chat", "own": "responses", "anthropic": "messages", "gemini": "gemini"}
DIALECTS = PROVIDERS | {"openrouter": "chat"}
# Those that seal their thoughts, and want them back, with a model of each.
SEALING = {"own": "own/m", "anthropic": "anthropic/m", "gemini": "gemini/m", "openrouter": "openrouter/v/m"}

EMPTY = Reply("", "", [], "stop", None, None)
HELLO = Say([Text("Good morning.")])
SCHEMA = {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    "additionalProperties": False,
}  # fmt: skip
WEATHER = Function("weather", SCHEMA)
CLOCK = Function("clock", SCHEMA)
# A picture of one dot.
DOT = Picture(
    "image/png",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
)

upstreams = server = None
# One of each kind: making one takes long.
clients = {}


def setUpModule():
    global upstreams, server
    if MISSING:
        raise unittest.SkipTest(MISSING)
    upstreams = Upstreams()
    unittest.addModuleCleanup(upstreams.remove)
    upstreams.lists["openrouter"] = ["v/m"]
    server = serve()
    unittest.addModuleCleanup(server.remove)
    clients.update((kind, kind(server)) for kind in KINDS)


def serve(settings=""):
    """A server whose providers are all at the upstreams."""
    home = tempfile.TemporaryDirectory(prefix="tutti-gateway-")
    unittest.addModuleCleanup(home.cleanup)
    own = f"providers:\n  own: {{url: '{upstreams.address}/own/v1', key: {KEYS['own']}, dialect: responses}}\n"
    pathlib.Path(home.name, "tutti.yaml").write_text(own + settings)
    environment = {f"{name.upper()}_API_KEY": key for name, key in KEYS.items() if name != "own"}
    return Server(
        home=home.name,
        environment=environment | {
            "OPENAI_BASE_URL": upstreams.address + "/openai/v1", "ANTHROPIC_BASE_URL": upstreams.address,
            "GEMINI_BASE_URL": upstreams.address, "OPENROUTER_BASE_URL": upstreams.address + "/openrouter/v1",
        },
    )  # fmt: skip


def ways(kinds=KINDS, providers=PROVIDERS, streamed=(False, True)):
    """Tries every client with every provider, whole and streamed, each as a part of its own."""

    def wrap(test):
        @functools.wraps(test)
        def each(self):
            for kind, provider, is_streamed in itertools.product(kinds, providers, streamed):
                with self.subTest(client=kind.name, provider=provider, streamed=is_streamed):
                    test(self, clients[kind], provider, is_streamed)

        return each

    return wrap


def is_relayed(client, provider):
    """Whether client and provider speak the same dialect: then both get what the other says as it is."""
    return DIALECTS[provider] == client.name


class GatewayTest(unittest.TestCase):
    def raises(self, kind, call):
        """What a client raises."""
        with self.assertRaises(kind.errors.APIError) as caught:
            call()
        return caught.exception


class Answers(GatewayTest):
    @ways()
    def test_a_text(self, client, provider, streamed):
        # A provider that does not know of streams answers whole.
        for whole in (False,) if streamed and is_relayed(client, provider) else (False, True):
            upstreams.say(Say([Text("Good morning.")], whole=whole))
            reply = client.ask(f"{provider}/m", streamed=streamed)
            self.assertEqual((reply.text, reply.finish, reply.calls), ("Good morning.", "stop", []))
            call = upstreams.call
            self.assertEqual((call.dialect, call.model), (PROVIDERS[provider], "m"))
            self.assertEqual(call.said, [("user", "text", "hello")])
            self.assertEqual((call.key, call.system), (KEYS[provider], None))
            self.assertNotIn(CALLER, str(call.headers))

    @ways(streamed=(True,))
    def test_a_text_comes_piece_by_piece(self, client, provider, streamed):
        hold = Hold()
        self.addCleanup(hold.close)
        upstreams.say(Say([Text("Good morning.")], hold=hold))
        _, texts = client.open(f"{provider}/m")
        self.assertEqual(next(texts), "Good m")
        hold.release()
        self.assertEqual("".join(texts), "orning.")

    @ways()
    def test_any_letters(self, client, provider, streamed):
        text = 'Grüße, 世界 \U0001f44b\u2028\t"\\\r\n\x7f</script>\u0000.'
        upstreams.say(Say([Text(text)]))
        reply = client.ask(f"{provider}/m", text, streamed=streamed)
        self.assertEqual(reply.text, text)
        self.assertEqual(upstreams.call.said, [("user", "text", text)])

    @ways()
    def test_the_model_is_called_as_the_client_calls_it(self, client, provider, streamed):
        upstreams.say(HELLO)
        request = client.request(f"{provider}/m", ("hello",))
        path = {"chat": "chat/completions"}.get(client.name, client.name)
        answer = server.post(f"/v1/{path}", request | {"stream": streamed}, Authorization="Bearer x")
        self.assertEqual(answer.status, 200, answer)
        if not is_relayed(client, provider):
            self.assertIn(f'"model":"{provider}/m"'.encode(), answer.body)
        form = "text/event-stream" if streamed else "application/json"
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], form)

    @ways()
    def test_a_system_text(self, client, provider, streamed):
        upstreams.say(HELLO)
        client.ask(f"{provider}/m", system="Be short.", streamed=streamed)
        self.assertEqual(upstreams.call.system, "Be short.")
        self.assertEqual(upstreams.call.said, [("user", "text", "hello")])

    @ways()
    def test_several_turns(self, client, provider, streamed):
        upstreams.say(HELLO)
        first = client.ask(f"{provider}/m", streamed=streamed)
        upstreams.say(Say([Text("Bye.")]))
        reply = client.ask(f"{provider}/m", "hello", first, "and now?", streamed=streamed)
        self.assertEqual(reply.text, "Bye.")
        said = [("user", "text", "hello"), ("assistant", "text", "Good morning."), ("user", "text", "and now?")]
        self.assertEqual(upstreams.call.said, said)

    @ways()
    def test_a_picture(self, client, provider, streamed):
        upstreams.say(HELLO)
        client.ask(f"{provider}/m", ["What is this?", DOT], streamed=streamed)
        said = [("user", "text", "What is this?"), ("user", "image", DOT.url)]
        self.assertEqual(upstreams.call.said, said)

    @ways()
    def test_the_end_of_an_answer(self, client, provider, streamed):
        for finish in ("stop", "length", "filtered"):
            upstreams.say(Say([Text("Good")], finish=finish))
            reply = client.ask(f"{provider}/m", streamed=streamed)
            self.assertEqual((reply.text, reply.finish), ("Good", finish))

    @ways(providers=("openai", "own"))
    def test_a_refusal(self, client, provider, streamed):
        upstreams.say(Say([Refusal("I will not.")]))
        reply = client.ask(f"{provider}/m", streamed=streamed)
        self.assertEqual((reply.text, reply.finish), ("I will not.", "filtered"))

    @ways()
    def test_a_limit_and_texts_to_stop_at(self, client, provider, streamed):
        upstreams.say(HELLO)
        client.ask(f"{provider}/m", limit=77, streamed=streamed)
        self.assertEqual(upstreams.call.limit, 77)
        if client.name == "responses" or provider == "own":
            return  # these have no words for it
        upstreams.say(HELLO)
        client.ask(f"{provider}/m", stops=["END", "STOP"], streamed=streamed)
        self.assertEqual(upstreams.call.stops, ["END", "STOP"])

    @ways(kinds=[MessagesClient], providers=["anthropic"])
    def test_the_text_at_which_it_stopped(self, client, provider, streamed):
        upstreams.say(Say([Text("Good")], stop_text="END"))
        request = client.request(f"{provider}/m", ("hello",), stops=["END"])
        if streamed:
            with client.vendor.messages.stream(**request) as stream:
                message = stream.get_final_message()
        else:
            message = client.vendor.messages.create(**request)
        self.assertEqual((message.stop_reason, message.stop_sequence), ("stop_sequence", "END"))

    @ways()
    def test_the_form_of_an_answer(self, client, provider, streamed):
        upstreams.say(Say([Text('{"city": "Oslo"}')]))
        reply = client.ask(f"{provider}/m", schema=SCHEMA, streamed=streamed)
        self.assertEqual(json.loads(reply.text), {"city": "Oslo"})
        self.assertEqual(upstreams.call.schema, SCHEMA)

    @ways(streamed=[False])
    def test_answers_that_the_package_has_read_go_back(self, client, provider, streamed):
        class City(pydantic.BaseModel):
            city: str

        upstreams.say(Say([Text('{"city": "Oslo"}')]))
        hello = {"role": "user", "content": "hello"}
        vendor, request = client.vendor, {"model": f"{provider}/m"}
        if client.name == "chat":
            answer = vendor.chat.completions.parse(messages=[hello], response_format=City, **request).choices[0]
            found, raw = answer.message.parsed, answer.message
        elif client.name == "responses":
            answer = vendor.responses.parse(input=[hello], text_format=City, **request)
            found, raw = answer.output_parsed, answer.output
        else:
            answer = vendor.messages.parse(messages=[hello], max_tokens=10, output_format=City, **request)
            found, raw = answer.parsed_output, answer.content
        self.assertEqual(found.city, "Oslo")
        self.assertEqual(upstreams.call.schema["properties"]["city"]["type"], "string")
        upstreams.say(HELLO)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client.ask(f"{provider}/m", "hello", dataclasses.replace(EMPTY, raw=raw), "Go on.")
        said = [("user", "text", "hello"), ("assistant", "text", '{"city": "Oslo"}'), ("user", "text", "Go on.")]
        self.assertEqual(upstreams.call.said, said)

    @ways()
    def test_how_words_are_chosen(self, client, provider, streamed):
        upstreams.say(HELLO)
        # Newer majors of Anthropic's package have no word for it; the gateway takes it in both versions.
        client.ask(f"{provider}/m", extra_body={"temperature": 0.5, "top_p": 0.25}, streamed=streamed)
        body = upstreams.call.body.get("generationConfig", upstreams.call.body)
        self.assertEqual((body["temperature"], body.get("top_p", body.get("topP"))), (0.5, 0.25))
        if provider == "anthropic" and not is_relayed(client, provider):
            self.assertEqual(upstreams.call.headers["anthropic-version"], "2023-06-01")


class Tools(GatewayTest):
    @ways()
    def test_a_call_and_its_result(self, client, provider, streamed):
        upstreams.say(Say([Text("I look."), Tool("call_1", "weather", {"city": "Oslo"})], finish="tools"))
        reply = client.ask(f"{provider}/m", tools=[WEATHER, CLOCK], streamed=streamed)
        self.assertEqual(reply.text, "I look.")
        self.assertEqual(reply.calls, [("call_1", "weather", {"city": "Oslo"})])
        self.assertEqual(reply.finish, "tools")
        self.assertEqual(upstreams.call.tools, {"weather": SCHEMA, "clock": SCHEMA})
        self.assertIn(upstreams.call.choice, (None, "auto"))
        upstreams.say(HELLO)
        again = client.ask(
            f"{provider}/m", "hello", reply, [Result("call_1", "rain")], tools=[WEATHER], streamed=streamed
        )
        self.assertEqual(again.text, "Good morning.")
        self.assertEqual(upstreams.call.said, [
            ("user", "text", "hello"), ("assistant", "text", "I look."),
            ("assistant", "call", "call_1", "weather", {"city": "Oslo"}), ("user", "result", "call_1", "rain"),
        ])  # fmt: skip

    def test_several_calls_at_once(self):
        self.several(by_turns=False)

    def test_several_calls_whose_pieces_come_by_turns(self):
        # OpenAI's package reads the arguments of a strict function when another one begins.
        self.several(by_turns=True, functions=[Function(f.name, f.schema, is_strict=False) for f in (WEATHER, CLOCK)])

    def several(self, by_turns, functions=(WEATHER, CLOCK)):
        @ways()
        def each(_, client, provider, streamed):
            self.several_of(client, provider, streamed, by_turns, functions)

        each(self)

    def several_of(self, client, provider, streamed, by_turns, functions):
        calls = [Tool("call_1", "weather", {"city": "Oslo"}), Tool("call_2", "weather", {"city": "Rome"}),
                 Tool("call_3", "clock", {"city": "Rome", "more": [1, 2.5, None, {"x": "ä\"\\\n"}]})]  # fmt: skip
        upstreams.say(Say(calls, finish="tools", by_turns=by_turns))
        reply = client.ask(f"{provider}/m", tools=functions, streamed=streamed)
        self.assertEqual(reply.calls, [(call.id, call.name, call.arguments) for call in calls])
        upstreams.say(HELLO)
        results = [Result(call.id, f"of {call.id}") for call in calls]
        client.ask(f"{provider}/m", "hello", reply, [*results, "Go on."], tools=functions, streamed=streamed)
        said = [("user", "text", "hello")]
        said += [("assistant", "call", call.id, call.name, call.arguments) for call in calls]
        said += [("user", "result", call.id, f"of {call.id}") for call in calls]
        self.assertEqual(upstreams.call.said, said + [("user", "text", "Go on.")])

    @ways()
    def test_a_call_without_arguments(self, client, provider, streamed):
        upstreams.say(Say([Tool("call_1", "clock", {})], finish="tools"))
        reply = client.ask(f"{provider}/m", tools=[CLOCK], streamed=streamed)
        self.assertEqual(reply.calls, [("call_1", "clock", {})])

    @ways(kinds=[MessagesClient])
    def test_results_that_are_errors(self, client, provider, streamed):
        upstreams.say(Say([Tool("call_1", "weather", {"city": "Oslo"})], finish="tools"))
        reply = client.ask(f"{provider}/m", tools=[WEATHER], streamed=streamed)
        upstreams.say(HELLO)
        results = [Result("call_1", "no such city", is_error=True)]
        client.ask(f"{provider}/m", "hello", reply, results, tools=[WEATHER], streamed=streamed)
        self.assertEqual(upstreams.call.said[-1], ("user", "result", "call_1", "Error: no such city"))

    @ways()
    def test_which_tool_is_to_be_called(self, client, provider, streamed):
        wanted = [("required", "required"), ("none", "none"), ("clock", {"name": "clock"})]
        for choice, told in wanted:
            upstreams.say(HELLO)
            client.ask(f"{provider}/m", tools=[WEATHER, CLOCK], choice=choice, streamed=streamed)
            self.assertEqual(upstreams.call.choice, told)


class Thoughts(GatewayTest):
    SEAL = base64.b64encode(b"a signature \xff\xfe").decode()
    OTHER = base64.b64encode(b"another one").decode()

    @ways()
    def test_they_are_shown(self, client, provider, streamed):
        upstreams.say(Say([Thought("Let me see."), Text("Yes.")]))
        reply = client.ask(f"{provider}/m", streamed=streamed)
        self.assertEqual((reply.thoughts, reply.text, reply.finish), ("Let me see.", "Yes.", "stop"))

    @ways(providers=SEALING)
    def test_they_go_back_as_they_came(self, client, provider, streamed):
        model = SEALING[provider]
        tool = Tool("call_1", "weather", {"city": "Oslo"}, self.OTHER if provider == "gemini" else None)
        upstreams.say(Say([Thought("Let me see.", self.SEAL), tool], finish="tools"))
        reply = client.ask(model, tools=[WEATHER], streamed=streamed)
        self.assertEqual(reply.thoughts, "Let me see.")
        self.assertEqual(reply.calls, [("call_1", "weather", {"city": "Oslo"})])
        upstreams.say(HELLO)
        client.ask(model, "hello", reply, [Result("call_1", "rain")], tools=[WEATHER], streamed=streamed)
        seal = [self.OTHER] if provider == "gemini" else []
        self.assertEqual(upstreams.call.said, [
            ("user", "text", "hello"), ("assistant", "thought", "Let me see.", self.SEAL),
            ("assistant", "call", "call_1", "weather", {"city": "Oslo"}, *seal),
            ("user", "result", "call_1", "rain"),
        ])  # fmt: skip

    @ways(providers=SEALING)
    def test_several_of_one_turn(self, client, provider, streamed):
        model = SEALING[provider]
        # Anthropic closes some of them up.
        second = Thought("" if provider == "anthropic" else "Or so.", self.OTHER)
        first = Thought("Let me see.", self.SEAL)
        upstreams.say(Say([first, second, Text("Yes.")]))
        reply = client.ask(model, streamed=streamed)
        self.assertEqual(reply.text, "Yes.")
        upstreams.say(HELLO)
        client.ask(model, "hello", reply, "Go on.", streamed=streamed)
        thoughts = [item[2:] for item in upstreams.call.said if item[1] == "thought"]
        self.assertEqual(thoughts, [(first.text, first.seal), (second.text, second.seal)])

    @ways(providers=SEALING)
    def test_nobody_else_gets_them(self, client, provider, streamed):
        upstreams.say(Say([Thought("Let me see.", self.SEAL), Text("Yes.")]))
        reply = client.ask(SEALING[provider], streamed=streamed)
        for other in (name for name in PROVIDERS if name != provider):
            upstreams.say(HELLO)
            client.ask(f"{other}/m", "hello", reply, "Go on.", streamed=streamed)
            self.assertNotIn(self.SEAL, json.dumps(upstreams.call.body))
            said = [("user", "text", "hello"), ("assistant", "text", "Yes."), ("user", "text", "Go on.")]
            self.assertEqual(upstreams.call.said, said)

    @ways(providers=["openai"])
    def test_thoughts_without_a_seal_stay_where_they_are(self, client, provider, streamed):
        upstreams.say(Say([Thought("Let me see."), Text("Yes.")]))
        reply = client.ask(f"{provider}/m", streamed=streamed)
        for other in (name for name in PROVIDERS if name != provider):
            upstreams.say(HELLO)
            client.ask(f"{other}/m", "hello", reply, "Go on.", streamed=streamed)
            said = [("user", "text", "hello"), ("assistant", "text", "Yes."), ("user", "text", "Go on.")]
            self.assertEqual(upstreams.call.said, said)

    @ways()
    def test_how_much_is_thought(self, client, provider, streamed):
        asked = {
            "chat": {"reasoning_effort": "high"}, "responses": {"reasoning": {"effort": "high"}},
            "messages": {"output_config": {"effort": "high"}},
        }  # fmt: skip
        upstreams.say(HELLO)
        client.ask(f"{provider}/m", extra_body=asked[client.name], streamed=streamed)
        body = upstreams.call.body
        told = {
            "openai": body.get("reasoning_effort"), "own": body.get("reasoning", {}).get("effort"),
            "anthropic": body.get("output_config", {}).get("effort"),
            "gemini": body.get("generationConfig", {}).get("thinkingConfig", {}).get("thinkingLevel"),
        }  # fmt: skip
        self.assertEqual(told[provider].lower(), "high")

    @ways(kinds=[MessagesClient], providers=["anthropic"])
    def test_anthropic_is_asked_to_think_as_the_client_asks(self, client, provider, streamed):
        kinds = [
            {"type": "enabled", "budget_tokens": 2048}, {"type": "adaptive"}, {"type": "disabled"},
            {"type": "adaptive", "display": "summarized"},
        ]  # fmt: skip
        for thinking in kinds:
            upstreams.say(HELLO)
            client.ask(f"{provider}/m", limit=8000, thinking=thinking, streamed=streamed)
            self.assertEqual(upstreams.call.body.get("thinking"), thinking)


class Tokens(GatewayTest):
    @ways()
    def test_they_are_counted_as_each_client_counts(self, client, provider, streamed):
        # Google does not tell what it has put into its cache.
        usage = Usage(written=0 if provider == "gemini" else 20)
        for told in ("end", "last", "each", "twice"):
            for whole in (False,) if streamed and is_relayed(client, provider) else (False, True):
                upstreams.say(Say([Text("Good morning.")], usage=usage, told=told, whole=whole))
                reply = client.ask(f"{provider}/m", streamed=streamed)
                self.assertEqual(reply.usage, (100, 30, usage.written, 40, 15), told)

    @ways()
    def test_none_are_made_up(self, client, provider, streamed):
        if client.name == "messages" and provider == "anthropic":
            return  # it always tells
        upstreams.say(Say([Text("Good morning.")], told="never"))
        self.assertIsNone(client.ask(f"{provider}/m", streamed=streamed).usage)

    @ways(kinds=[ChatClient], streamed=[False])
    def test_sums(self, client, provider, streamed):
        upstreams.say(HELLO)
        chat = clients[ChatClient].vendor.chat.completions.create(
            model=f"{provider}/m", messages=[{"role": "user", "content": "hello"}]
        )
        self.assertEqual(chat.usage.total_tokens, 140)
        response = clients[ResponsesClient].vendor.responses.create(model=f"{provider}/m", input="hello")
        self.assertEqual(response.usage.total_tokens, 140)

    def test_a_stream_tells_them_when_asked_to(self):
        client = clients[ChatClient]
        for wanted in (False, True):
            upstreams.say(HELLO)
            stream = client.vendor.chat.completions.create(
                model="anthropic/m", messages=[{"role": "user", "content": "hello"}], stream=True,
                stream_options={"include_usage": wanted})  # fmt: skip
            chunks = list(stream)
            self.assertEqual([bool(chunk.usage) for chunk in chunks[:-1]], [False] * (len(chunks) - 1))
            self.assertEqual(bool(chunks[-1].usage), wanted)
            self.assertEqual(chunks[-1].choices == [], wanted)

    def test_a_guess_of_them(self):
        client = clients[MessagesClient]
        for provider in PROVIDERS:

            def count(text, **more):
                messages = [{"role": "user", "content": text}]
                return client.vendor.messages.count_tokens(model=f"{provider}/m", messages=messages, **more)

            few, many = count("hello").input_tokens, count("hello " * 1000).input_tokens
            self.assertGreater(few, 0)
            self.assertGreater(many, 1000)
            self.assertGreater(count("hello", system="Be short. " * 50).input_tokens, few)
            tools = [{"name": "weather", "input_schema": SCHEMA}]
            self.assertGreater(count("hello", tools=tools).input_tokens, few)
        wrong = self.raises(MessagesClient, lambda: client.vendor.messages.count_tokens(
            model="openai/m", messages=[{"role": "user", "content": "hello"}], extra_body={"surprise": 1}))  # fmt: skip
        self.assertIn("surprise", str(wrong))


class Failures(GatewayTest):
    # The status, the code and whether to try again, for OpenAI's clients and for Anthropic's.
    TOLD = {
        "context": ((400, "context_length_exceeded"), (400, "invalid_request_error"), "false"),
        "key": ((502, "provider_failed"), (502, "api_error"), "false"),
        "rate": ((429, "rate_limit_exceeded"), (429, "rate_limit_error"), "true"),
        "billing": ((429, "insufficient_quota"), (402, "billing_error"), "false"),
        "broken": ((502, "provider_failed"), (502, "api_error"), "false"),
        "busy": ((503, "server_is_overloaded"), (529, "overloaded_error"), "true"),
        "overloaded": ((503, "server_is_overloaded"), (529, "overloaded_error"), "true"),
        "missing": ((404, "model_not_found"), (404, "not_found_error"), "false"),
    }
    # Majors of Anthropic's package differ in what 529 is besides.
    CLASSES = {400: "BadRequestError", 404: "NotFoundError", 429: "RateLimitError", 529: "APIStatusError"}

    def told(self, error, client, kind):
        """Whether an error is what each client makes of it."""
        openais, anthropics, again = self.TOLD[kind]
        status, code = anthropics if client.name == "messages" else openais
        name = self.CLASSES.get(status, "InternalServerError" if status >= 500 else "APIStatusError")
        self.assertIsInstance(error, getattr(client.errors, name))
        self.assertEqual(error.status_code, status)
        self.assertEqual(error.response.headers["x-should-retry"], again)
        told = error.body["error"]["type"] if client.name == "messages" else error.code
        self.assertEqual(told, code, error)
        self.assertNotIn("planted", f"{error} {error.body} {error.response.headers}")

    @ways()
    def test_what_a_provider_refuses(self, client, provider, streamed):
        for kind in self.TOLD:
            with self.subTest(kind):
                upstreams.say(Fail(kind))
                error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
                self.told(error, client, kind)

    @ways()
    def test_what_a_provider_refuses_in_its_stream(self, client, provider, streamed):
        for kind in ("broken", "busy", "rate"):
            with self.subTest(kind):
                upstreams.say(Say([Text("Good morning.")], error=Fail(kind), error_at="before"))
                error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
                is_whole = is_relayed(client, provider) and not streamed
                if (provider, kind) == ("anthropic", "busy") and not is_whole:
                    kind = "broken"  # only its status has told them apart
                self.told(error, client, kind)

    @ways()
    def test_by_which_name_the_log_has_it(self, client, provider, streamed):
        upstreams.say(Fail("broken"))
        error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
        self.assertTrue(error.request_id)
        self.assertEqual(error.request_id, error.response.headers["X-Request-Id"])

    @ways()
    def test_how_long_to_wait(self, client, provider, streamed):
        upstreams.say(Fail("rate", retry_after=7))
        error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
        self.assertEqual(error.response.headers["retry-after"], "7")

    def test_only_what_may_help_is_tried_again(self):
        for kind, provider in itertools.product(KINDS, PROVIDERS):
            with self.subTest(client=kind.name, provider=provider):
                client = kind(server, max_retries=2)
                for fail in (Fail("broken"), Fail("billing"), Fail("key"), Say([Text("a")], cut="before")):
                    upstreams.say(fail)
                    self.raises(client, lambda: client.ask(f"{provider}/m"))
                    self.assertEqual(len(upstreams.calls), 1)
        client = ChatClient(server, max_retries=2)
        upstreams.say(Fail("busy"), HELLO)
        self.assertEqual(client.ask("anthropic/m").text, "Good morning.")
        self.assertEqual(len(upstreams.calls), 2)

    @ways()
    def test_what_is_no_answer(self, client, provider, streamed):
        garbage = [
            Garbage(b"<html><body>Bad gateway planted-openai-key-7f3a91c2</body></html>"), Garbage(b""),
            Garbage(b"data: {planted\n\n", "text/event-stream"), Garbage(b"{}", "application/json"),
            Garbage(b"[1, 2", "application/json"), Garbage(b"\xff\xfe\x00", "text/event-stream"),
        ]  # fmt: skip
        for said in garbage:
            with self.subTest(said.body):
                upstreams.say(said)
                error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
                self.assertIsInstance(error, client.errors.InternalServerError)
                self.assertEqual(error.status_code, 502)
                self.assertNotIn("planted", f"{error} {error.body}")

    def test_a_provider_that_is_slow(self):
        slow = serve("models:\n  timeout_first_token: 100ms\n")
        self.addCleanup(slow.remove)
        for kind, provider, at, streamed in itertools.product(KINDS, PROVIDERS, ("asked", "head"), (False, True)):
            with self.subTest(client=kind.name, provider=provider, at=at, streamed=streamed):
                hold = Hold(at)
                self.addCleanup(hold.close)
                upstreams.say(Say([Text("late")], hold=hold))
                client = kind(slow)
                error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
                self.assertEqual(error.status_code, 504)
                self.assertEqual(error.response.headers["x-should-retry"], "false")
                self.assertTrue(hold.left.wait(LIMIT), "the provider is still asked")

    def test_a_provider_that_is_not_there(self):
        lonely = Server(environment={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": KEYS["openai"]})
        self.addCleanup(lonely.remove)
        for kind, streamed in itertools.product(KINDS, (False, True)):
            client = kind(lonely)
            error = self.raises(client, lambda: client.ask("openai/m", streamed=streamed))
            self.assertEqual(error.status_code, 502)


class Cut(GatewayTest):
    """Streams that end too early never look as if they were whole."""

    @ways()
    def test_before_anything_has_come(self, client, provider, streamed):
        for torn in (False, True):
            upstreams.say(Say([Text("Good morning.")], cut="before", torn=torn))
            error = self.raises(client, lambda: client.ask(f"{provider}/m", streamed=streamed))
            self.assertIsInstance(error, client.errors.InternalServerError)
            self.assertEqual(error.status_code, 502)

    @ways(streamed=[True])
    def test_in_the_middle(self, client, provider, streamed):
        for place, torn in itertools.product(("inside", "content", "unmarked"), (False, True)):
            with self.subTest(place=place, torn=torn):
                upstreams.say(Say([Text("Good morning.")], cut=place, torn=torn))
                _, texts = client.open(f"{provider}/m")
                self.assertEqual(next(texts), "Good m")
                error = self.raises(client, lambda: list(texts))
                self.assertNotIn(str(upstreams.server.server_port), str(error))
                self.assertEqual(len(upstreams.calls), 1)

    @ways(streamed=[True])
    def test_in_the_middle_of_a_call(self, client, provider, streamed):
        for place in ("content", "unmarked"):
            with self.subTest(place=place):
                upstreams.say(Say([Tool("call_1", "weather", {"city": "Oslo"})], cut=place, finish="tools"))
                self.raises(client, lambda: client.ask(f"{provider}/m", tools=[WEATHER], streamed=True))

    @ways(streamed=[False])
    def test_of_an_answer_that_is_asked_for_whole(self, client, provider, streamed):
        for place, torn in itertools.product(("inside", "content", "unmarked"), (False, True)):
            with self.subTest(place=place, torn=torn):
                upstreams.say(Say([Text("Good morning.")], cut=place, torn=torn))
                error = self.raises(client, lambda: client.ask(f"{provider}/m"))
                self.assertIsInstance(error, client.errors.InternalServerError)
                self.assertEqual(error.status_code, 502)

    @ways(streamed=[True])
    def test_a_failure_in_the_middle(self, client, provider, streamed):
        for kind, counted in itertools.product(("broken", "overloaded", "key"), (False, True)):
            with self.subTest(kind, counted=counted):
                upstreams.say(Say([Text("Good morning.")], error=Fail(kind, counted=counted)))
                _, texts = client.open(f"{provider}/m")
                self.assertEqual(next(texts), "Good m")
                if is_relayed(client, provider) and client.name == "responses":
                    # The provider's own event, which the package tells its user of like any other.
                    self.assertEqual(list(texts), [])
                    self.assertEqual(client.last.type, "error")
                    self.assertNotIn("planted", client.last.to_json())
                    continue
                error = self.raises(client, lambda: list(texts))
                self.assertNotIn("planted", f"{error} {error.body}")

    @ways(streamed=[True])
    def test_no_end_marker_is_sent(self, client, provider, streamed):
        markers = {
            "chat": b"data: [DONE]", "responses": b"event: response.completed", "messages": b"event: message_stop",
        }  # fmt: skip
        path = {"chat": "chat/completions"}.get(client.name, client.name)
        request = client.request(f"{provider}/m", ("hello",)) | {"stream": True}
        for say, is_whole in ((HELLO, True), (Say([Text("Good morning.")], cut="unmarked"), False)):
            upstreams.say(say)
            answer = server.post(f"/v1/{path}", request, Authorization="Bearer x")
            self.assertEqual(answer.status, 200)
            self.assertEqual(markers[client.name] in answer.body, is_whole, answer.body)
            if client.name == "chat" and not is_relayed(client, provider):
                self.assertEqual(b'"finish_reason":"stop"' in answer.body, is_whole)
            last = answer.body.split(b"\n\n")[-2]
            self.assertEqual(b'"type":"error"' in last or b'data: {"error":' in last, not is_whole, last)


class Leaving(GatewayTest):
    """Whoever does not want an answer any more does not pay for it."""

    def soon(self, hold, began):
        self.assertTrue(hold.left.wait(LIMIT), "the provider is still asked")
        self.assertLess(time.monotonic() - began, 3)

    @ways(streamed=[True])
    def test_in_the_middle_of_a_stream(self, client, provider, streamed):
        hold = Hold()
        self.addCleanup(hold.close)
        upstreams.say(Say([Text("Good morning.")], hold=hold))
        stream, texts = client.open(f"{provider}/m")
        self.assertEqual(next(texts), "Good m")
        self.assertTrue(hold.reached.wait(LIMIT))
        began = time.monotonic()
        stream.close()
        self.soon(hold, began)

    @ways()
    def test_before_the_first_piece(self, client, provider, streamed):
        for at in ("asked", "head") if streamed else ("asked", "head", "content"):
            with self.subTest(at):
                hold = Hold(at)
                self.addCleanup(hold.close)
                upstreams.say(Say([Text("Good morning.")], hold=hold))
                path = {"chat": "chat/completions"}.get(client.name, client.name)
                body = json.dumps(client.request(f"{provider}/m", ("hello",)) | {"stream": streamed})
                link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
                link.request("POST", f"/v1/{path}", body, {
                    "Authorization": "Bearer x", "Content-Type": "application/json"})  # fmt: skip
                self.assertTrue(hold.reached.wait(LIMIT))
                began = time.monotonic()
                link.close()
                self.soon(hold, began)


class Requests(GatewayTest):
    """What cannot be carried over is refused by name, and nobody is asked."""

    def refused(self, client, field, **request):
        upstreams.say(HELLO)
        streamed = request.pop("streamed", False)
        model, turns = request.pop("model"), request.pop("turns", ("hello",))
        error = self.raises(client, lambda: client.ask(model, *turns, streamed=streamed, **request))
        self.assertIsInstance(error, client.errors.BadRequestError)
        self.assertIn(f"'{field}'", str(error))
        if client.name != "messages":
            self.assertEqual(error.param, field)
        self.assertEqual(upstreams.calls, [])
        return error

    @ways()
    def test_fields_that_nobody_knows(self, client, provider, streamed):
        if is_relayed(client, provider):
            upstreams.say(HELLO)
            client.ask(f"{provider}/m", streamed=streamed, extra_body={"surprise": [1]})
            return self.assertEqual(upstreams.call.body["surprise"], [1])
        more = {"model": f"{provider}/m", "streamed": streamed}
        error = self.refused(client, "surprise", extra_body={"surprise": 1}, **more)
        self.assertIn("leave it out", str(error))

    @ways(streamed=[False])
    def test_fields_within(self, client, provider, streamed):
        cases = {
            "chat": [
                ("messages[0].surprise", {"messages": [{"role": "user", "content": "a", "surprise": 1}]}),
                ("messages[0].content[0].type", {"messages": [{"role": "user", "content": [{"type": "hologram"}]}]}),
                ("response_format.type", {"response_format": {"type": "json_object"}}),
                ("n", {"n": 2}), ("logprobs", {"logprobs": True}), ("temperature", {"temperature": 3}),
                ("max_completion_tokens", {"max_completion_tokens": 0}),
            ],
            "responses": [
                ("input[0].surprise", {"input": [{"role": "user", "content": "a", "surprise": 1}]}),
                ("previous_response_id", {"previous_response_id": "resp_1"}), ("background", {"background": True}),
                ("conversation", {"conversation": "conv_1"}), ("tools[0].type", {"tools": [{"type": "web_search"}]}),
            ],
            "messages": [
                ("messages[0].surprise", {"messages": [{"role": "user", "content": "a", "surprise": 1}]}),
                ("messages[0].content[0].type", {"messages": [{"role": "user", "content": [{"type": "hologram"}]}]}),
                ("tools[0].type", {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
                ("thinking.type", {"thinking": {"type": "deep"}}), ("max_tokens", {"max_tokens": 0}),
            ],
        }  # fmt: skip
        for field, body in cases[client.name]:
            if is_relayed(client, provider) and field not in ("previous_response_id", "background", "conversation"):
                continue
            with self.subTest(field):
                self.refused(client, field, model=f"{provider}/m", extra_body=body)

    def test_fields_that_a_provider_lacks(self):
        """They go by the names that the client has given them."""
        chat, responses, messages = KINDS
        single = {"tools": [WEATHER], "extra_body": {"parallel_tool_calls": False}}
        choice = {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}
        cases = [
            (chat, "gemini", "parallel_tool_calls", single), (responses, "gemini", "parallel_tool_calls", single),
            (chat, "anthropic", "seed", {"extra_body": {"seed": 1}}),
            (chat, "anthropic", "presence_penalty", {"extra_body": {"presence_penalty": 1}}),
            (chat, "own", "frequency_penalty", {"extra_body": {"frequency_penalty": 1}}),
            (chat, "own", "stop", {"stops": ["END"]}), (messages, "own", "stop_sequences", {"stops": ["END"]}),
            (messages, "openai", "top_k", {"extra_body": {"top_k": 5}}),
            (messages, "openai", "stop_sequences", {"stops": ["1", "2", "3", "4", "5"]}),
            (messages, "gemini", "tool_choice.disable_parallel_tool_use", {"tools": [WEATHER], "extra_body": choice}),
        ]  # fmt: skip
        for kind, provider, field, more in cases:
            with self.subTest(client=kind.name, provider=provider, field=field):
                self.refused(clients[kind], field, model=f"{provider}/m", **more)

    @ways(streamed=[False])
    def test_what_fits_no_conversation(self, client, provider, streamed):
        if is_relayed(client, provider):
            return
        upstreams.say(HELLO)
        results = [Result("call_9", "rain")]
        error = self.raises(client, lambda: client.ask(f"{provider}/m", "hello", results, tools=[WEATHER]))
        self.assertIsInstance(error, client.errors.BadRequestError)
        self.assertEqual(upstreams.calls, [])

    @ways(providers=["openai"])
    def test_models_that_are_not_there(self, client, provider, streamed):
        for model in ("nobody/m", "m", "openrouter"):
            error = self.raises(client, lambda: client.ask(model, streamed=streamed))
            self.assertIsInstance(error, client.errors.NotFoundError)
            self.assertEqual(error.response.headers["x-should-retry"], "false")

    def test_bodies_that_are_none(self):
        for path, form in (("chat/completions", "param"), ("responses", "param"), ("messages", "request_id")):
            for body in ("", "{", "[]", "null", '{"model": 1}'):
                with self.subTest(path=path, body=body):
                    answer = server.ask("POST", f"/v1/{path}", body, {
                        "Authorization": "Bearer x", "Content-Type": "application/json"})  # fmt: skip
                    self.assertEqual(answer.status, 400, answer)
                    self.assertIn(form, answer.json if form == "request_id" else answer.json["error"])
                    self.assertTrue(answer.json["error"]["message"])


class Relayed(GatewayTest):
    """What client and provider have in common goes through as it is."""

    def post(self, path, body, **headers):
        upstreams.say(HELLO)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = server.ask("POST", path, body, {
            "Authorization": f"Bearer {CALLER}", "Content-Type": "application/json"} | headers)  # fmt: skip
        self.assertEqual(answer.status, 200, answer)
        return upstreams.call

    def test_byte_for_byte(self):
        said = '"messages" : [{"content":"\\u00e4 \\/","role":"user"}], "z": 1.0e+2, "a": {"y":1,"x":[ ]}}'
        ways = (("messages", "anthropic", '"max_tokens": 10, '), ("chat/completions", "openai", ""))
        for path, provider, more in ways:
            for name in (f"{provider}/m", f"{provider}\\/m"):
                call = self.post(f"/v1/{path}", f'{{ {more}"model":\t"{name}", {said}')
                self.assertEqual(call.raw.decode(), f'{{ {more}"model":\t"m", {said}')

    def test_members_in_any_order(self):
        for kind, provider in ((ChatClient, "openai"), (ResponsesClient, "own"), (MessagesClient, "anthropic")):
            with self.subTest(client=kind.name):
                parts = [Thought("Let me see.", Thoughts.SEAL), Text("Good morning.")]
                upstreams.say(Say(parts, type_last=True))
                self.assertEqual(clients[kind].ask(f"{provider}/m", streamed=True).text, "Good morning.")

    def test_thoughts_that_nobody_keeps_come_sealed(self):
        # The provider keeps nothing: without the seal the next turn would name thoughts that it does not have.
        for more in ({}, {"store": True}, {"include": []}, {"include": ["reasoning.encrypted_content"]}):
            for streamed in (False, True):
                body = {"model": "own/m", "input": "hello", "stream": streamed, **more}
                call = self.post("/v1/responses", body)
                self.assertIs(call.body["store"], False)
                self.assertEqual(call.body["include"], ["reasoning.encrypted_content"])

    def test_each_version_of_anthropics_with_its_header(self):
        body = {"model": "anthropic/m", "max_tokens": 10, "messages": [{"role": "user", "content": "hello"}]}
        for version in ("2023-06-01", "2026-10-21"):
            for caller in ({}, {"X_API_Key": CALLER}):
                with self.subTest(version=version, caller=caller):
                    told = {"anthropic_version": version, "anthropic_beta": "a-1,b-2"}
                    call = self.post("/v1/messages", body, **told, **caller)
                    self.assertEqual(call.headers["anthropic-version"], version)
                    self.assertEqual(call.headers["anthropic-beta"], "a-1,b-2")
                    is_old = version == "2023-06-01"
                    self.assertEqual(call.headers["x-api-key"], KEYS["anthropic"] if is_old else None)
                    self.assertEqual(call.headers["Authorization"], None if is_old else f"Bearer {KEYS['anthropic']}")
                    self.assertNotIn(CALLER, str(call.headers))

    def test_the_tokens_of_a_stream_are_asked_for_in_any_case(self):
        for options in (None, {"include_usage": False}, {"include_usage": True}, {"include_obfuscation": False}):
            with self.subTest(options):
                upstreams.say(HELLO)
                more = {"stream_options": options} if options else {}
                messages = [{"role": "user", "content": "hello"}]
                create = clients[ChatClient].vendor.chat.completions.create
                chunks = list(create(model="openai/m", messages=messages, stream=True, **more))
                self.assertIs(upstreams.call.body["stream_options"]["include_usage"], True)
                wanted = bool(options and options.get("include_usage"))
                self.assertEqual(any(chunk.usage for chunk in chunks), wanted)
                self.assertEqual(chunks[-1].choices == [], wanted)


class Door(GatewayTest):
    MESSAGE = {"model": "openai/m", "max_tokens": 10, "messages": [{"role": "user", "content": "hello"}]}

    def test_both_versions_and_both_headers(self):
        for version, key in itertools.product(("2023-06-01", "2026-10-21"), ("Authorization", "X-API-Key")):
            for path in ("/v1/messages", "/v1/messages/count_tokens"):
                with self.subTest(version=version, key=key, path=path):
                    upstreams.say(HELLO)
                    value = f"Bearer {CALLER}" if key == "Authorization" else CALLER
                    body = (
                        dict(self.MESSAGE)
                        if path == "/v1/messages"
                        else {name: value for name, value in self.MESSAGE.items() if name != "max_tokens"}
                    )
                    answer = server.ask("POST", path, body, {key: value, "anthropic-version": version})
                    self.assertEqual(answer.status, 200, answer)
        for more in ({"auth_token": CALLER, "api_key": None}, {"api_key": CALLER}):
            for version in ("2023-06-01", "2026-10-21"):
                upstreams.say(HELLO)
                client = MessagesClient(server, default_headers={"anthropic-version": version}, **more)
                self.assertEqual(client.ask("openai/m").text, "Good morning.")

    def test_clients_that_try_what_is_new(self):
        vendor = clients[MessagesClient].vendor
        more = {"model": "openai/m", "messages": self.MESSAGE["messages"], "betas": ["a-1"]}
        upstreams.say(HELLO)
        self.assertEqual(vendor.beta.messages.create(max_tokens=10, **more).content[0].text, "Good morning.")
        self.assertGreater(vendor.beta.messages.count_tokens(**more).input_tokens, 0)
        count = {name: value for name, value in self.MESSAGE.items() if name != "max_tokens"}
        for path, body in (("/v1/messages", self.MESSAGE), ("/v1/messages/count_tokens", count)):
            answer = server.post(f"{path}?beta=true", body, Authorization="Bearer x")
            self.assertEqual(answer.status, 200, answer)
        for path in ("/v1/models", "/v1/models/openai/m"):
            answer = server.get(f"{path}?beta=true", Authorization="Bearer x", anthropic_version="2023-06-01")
            self.assertEqual(answer.status, 200, answer)

    def test_nobody_comes_in_without_a_key(self):
        paths = ["/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens",
                 "/v1/embeddings"]  # fmt: skip
        lists = [("GET", "/v1/models"), ("GET", "/v1/models/openai/m")]
        for method, path in [("POST", path) for path in paths] + lists:
            with self.subTest(path):
                body = dict(self.MESSAGE, input="hello") if method == "POST" else None
                answer = server.ask(method, path, body)
                self.assertEqual(answer.status, 401, answer)
                self.assertTrue(answer.json["error"]["message"])
                page = {"Authorization": "Bearer x", "Origin": "http://example.org"}
                self.assertEqual(server.ask(method, path, body, page).status, 403)

    def test_pages_are_refused(self):
        for kind in KINDS:
            client = kind(server, default_headers={"Origin": "http://example.org"})
            error = self.raises(client, lambda: client.ask("openai/m"))
            self.assertIsInstance(error, client.errors.PermissionDeniedError)


class Models(GatewayTest):
    NAMES = {"openai/m", "openai/e", "own/m", "own/e", "anthropic/m", "gemini/m", "openrouter/v/m"}

    def test_openais_clients(self):
        vendor = clients[ChatClient].vendor
        models = {model.id: model for model in vendor.models.list()}
        self.assertLessEqual(self.NAMES, set(models))
        self.assertEqual(models["anthropic/m"].owned_by, "anthropic")
        for name in self.NAMES:
            self.assertEqual(vendor.models.retrieve(name).id, name)
        with self.assertRaises(openai.NotFoundError):
            vendor.models.retrieve("openai/none")

    def test_anthropics_clients(self):
        vendor = clients[MessagesClient].vendor
        names = {model.id for model in vendor.models.list(limit=5)}
        self.assertLessEqual(self.NAMES, names)
        for name in self.NAMES:
            model = vendor.models.retrieve(name)
            self.assertEqual((model.id, model.type, bool(model.display_name)), (name, "model", True))
        with self.assertRaises(anthropic.NotFoundError):
            vendor.models.retrieve("openai/none")
        # Whole pages, forwards and backwards.
        every = [model.id for model in vendor.models.list()]
        page = vendor.models.list(limit=2, after_id=every[0])
        self.assertEqual(([model.id for model in page.data], page.has_more), (every[1:3], True))
        page = vendor.models.list(limit=2, before_id=every[2])
        self.assertEqual(([model.id for model in page.data], page.has_more), (every[:2], False))
        page = vendor.models.list(limit=1, before_id=every[2])
        self.assertEqual(([model.id for model in page.data], page.has_more), (every[1:2], True))

    def test_slashes_may_be_escaped(self):
        for name in self.NAMES:
            for path in (name, name.replace("/", "%2F"), name.replace("/", "%2f")):
                answer = server.get(f"/v1/models/{path}", Authorization="Bearer x")
                self.assertEqual((answer.status, answer.status == 200 and answer.json["id"]), (200, name), path)


class Roundtables(GatewayTest):
    """Roundtables as models: the rulebook needs no provider."""

    MODEL = "roundtable/rulebook"

    def test_any_client_gets_the_refined_document(self):
        for kind, streamed in itertools.product(KINDS, (False, True)):
            with self.subTest(client=kind.name, streamed=streamed):
                client = clients[kind]
                reply = client.ask(self.MODEL, DOCUMENT, streamed=streamed)
                document, account = reply.text.split("\n\n---\n\nOutcome: **")
                self.assertTrue(document.startswith(DOCUMENT.split("\n")[0]))
                self.assertNotEqual(document, DOCUMENT)
                self.assertIn("- Round 1: ", account)
                self.assertRegex(reply.thoughts, r"^The run run_\w+ has begun\.\nRound 1: ")
                self.assertEqual((reply.finish, reply.calls), ("stop", []))
                # A conversation goes on: what came goes back as it is.
                again = client.ask(self.MODEL, DOCUMENT, reply, document, system="Be brief.", streamed=streamed)
                self.assertIn("Outcome: **", again.text)

    def test_they_are_listed_and_others_are_not_there(self):
        for kind in (ChatClient, MessagesClient):
            names = {model.id for model in clients[kind].vendor.models.list()}
            self.assertIn(self.MODEL, names)
            self.assertNotIn("roundtable/prd", names)  # no model is set up to speak for it
            self.assertEqual(clients[kind].vendor.models.retrieve(self.MODEL).id, self.MODEL)
        for kind in KINDS:
            error = self.raises(clients[kind], lambda: clients[kind].ask("roundtable/nothing"))
            self.assertIsInstance(error, kind.errors.NotFoundError)

    def test_what_means_nothing_to_it_is_refused(self):
        for kind in KINDS:
            for more in ({"tools": (WEATHER,)}, {"schema": SCHEMA}):
                error = self.raises(clients[kind], lambda: clients[kind].ask(self.MODEL, DOCUMENT, **more))
                self.assertIsInstance(error, kind.errors.BadRequestError, more)

    def test_it_is_a_run_with_a_line_in_the_ledger(self):
        body = {"model": self.MODEL, "messages": [{"role": "user", "content": DOCUMENT}]}
        answer = server.post("/v1/chat/completions", body, Authorization="Bearer x")
        run = answer.headers["X-Tutti-Run"]
        self.assertEqual(server.get(f"/api/v1/runs/{run}").json["state"], "completed")
        line = next(c for c in server.get("/api/v1/calls?limit=5").json["calls"] if c["run"] == run)
        self.assertEqual((line["model"], line["outcome"], line["usd"]), (self.MODEL, "completed", "0.000000"))

    def test_who_leaves_cancels_it(self):
        silent = socket.create_server(("127.0.0.1", 0))  # it takes connections, and nobody reads them
        self.addCleanup(silent.close)
        home = tempfile.TemporaryDirectory(prefix="tutti-gateway-")
        self.addCleanup(home.cleanup)
        pathlib.Path(home.name, "tutti.yaml").write_text("models: {default: ollama/none}\n")
        own = Server(home=home.name, environment={"OLLAMA_HOST": f"127.0.0.1:{silent.getsockname()[1]}"})
        self.addCleanup(own.remove)
        body = {"model": "roundtable/prd", "stream": True, "messages": [{"role": "user", "content": DOCUMENT}]}
        connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=LIMIT)
        fields = {"Authorization": "Bearer x", "Content-Type": "application/json"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), fields)
        response = connection.getresponse()
        run = response.headers["X-Tutti-Run"]
        self.assertEqual(own.get(f"/api/v1/runs/{run}").json["state"], "running")
        response.close()
        connection.close()
        status = lambda: own.get(f"/api/v1/runs/{run}").json["state"]
        until(lambda: status() == "cancelled", "the run is cancelled")


class Embeddings(GatewayTest):
    def test_vectors(self):
        vendor = clients[ChatClient].vendor
        for model in ("openai/e", "own/e", "gemini/e", "openrouter/v/e"):
            for inputs in ("one", ["one"], ["one", "two", "three"]):
                for more in ({}, {"encoding_format": "float"}, {"encoding_format": "base64"}):
                    with self.subTest(model=model, inputs=inputs, **more):
                        upstreams.say(HELLO)
                        answer = vendor.embeddings.create(model=model, input=inputs, **more)
                        vectors = [item.embedding for item in answer.data]
                        if more.get("encoding_format") == "base64":
                            vectors = [list(struct.unpack("<3f", base64.b64decode(v))) for v in vectors]
                        count = len(inputs) if isinstance(inputs, list) else 1
                        self.assertEqual(vectors, [vector(number) for number in range(count)])
                        self.assertEqual([item.index for item in answer.data], list(range(count)))
                        self.assertEqual(answer.model, model)
                        if not model.startswith("gemini"):
                            self.assertEqual((answer.usage.prompt_tokens, answer.usage.total_tokens), (7, 7))

    def test_tokens_and_lengths(self):
        vendor = clients[ChatClient].vendor
        for inputs, told in (([1, 2, 3], [[1, 2, 3]]), ([[1, 2], [3]], [[1, 2], [3]])):
            upstreams.say(HELLO)
            vendor.embeddings.create(model="openai/e", input=inputs, dimensions=3)
            self.assertEqual(upstreams.embeddings[0].body["input"], told)
            self.assertEqual(upstreams.embeddings[0].body["dimensions"], 3)
            self.assertEqual(upstreams.embeddings[0].key, KEYS["openai"])

    def test_what_cannot_be(self):
        vendor = clients[ChatClient].vendor
        wrong = [
            ({"model": "anthropic/m", "input": "one"}, "model"), ({"model": "openai/e", "input": []}, "input"),
            ({"model": "openai/e", "input": "one", "encoding_format": "int8"}, "encoding_format"),
            ({"model": "openai/e", "input": "one", "extra_body": {"surprise": 1}}, "surprise"),
            ({"model": "gemini/e", "input": [1, 2]}, "input"), ({"model": "openai/e", "input": ["a", ""]}, "input[1]"),
        ]  # fmt: skip
        for request, field in wrong:
            with self.subTest(field=field, **request):
                with self.assertRaises(openai.BadRequestError) as caught:
                    vendor.embeddings.create(**request)
                self.assertEqual(caught.exception.param, field)


class Secrets(GatewayTest):
    def test_no_answer_and_no_log_has_a_key(self):
        own = serve()
        self.addCleanup(own.remove)
        # Servers that quote the key of whoever asks, in each way that there is.
        said = [HELLO, Fail("key"), Say([Text("a b")], error=Fail("key"))]
        said.append(Say([Text("a")], error=Fail("key"), error_at="before"))
        said += [Garbage(f"<p>{key}</p>".encode()) for key in KEYS.values()]
        seen = b""
        for kind, provider, streamed, answer in itertools.product(KINDS, PROVIDERS, (False, True), said):
            upstreams.say(answer)
            path = {"chat": "chat/completions"}.get(kind.name, kind.name)
            body = clients[kind].request(f"{provider}/m", ("hello",)) | {"stream": streamed}
            got = own.post(f"/v1/{path}", body, Authorization=f"Bearer {CALLER}")
            self.assertEqual(upstreams.call.key, KEYS[provider])
            seen += got.body + str(got.headers).encode()
        for path in ("/v1/models", "/v1/models/openai/m", "/metrics", "/api/v1/models", "/api/v1/settings"):
            got = own.get(path, Authorization=f"Bearer {CALLER}")
            seen += got.body + str(got.headers).encode()
        until(lambda: pathlib.Path(own.log).stat().st_size, "a line of the log")
        self.assertEqual(own.stop(), 0)
        seen += pathlib.Path(own.log).read_bytes()
        for key in (*KEYS.values(), CALLER):
            self.assertNotIn(key.encode(), seen)


if __name__ == "__main__":
    unittest.main()
