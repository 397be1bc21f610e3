"""Traces as OTLP over HTTP, read by the protocol's own messages: what belongs together, and what is refused."""

import base64
import http.server
import json
import queue
import re
import threading
import unittest

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from models import Models
from server import LIMIT, Server, ServerTest, until

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
IDS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
# The journal counts whole milliseconds, spans of requests and models less.
ROUNDING = 2_000_000
WAITING = "name: waiting\nsteps: [{name: word, wait: {signal: word}}]\n"


class Collector:
    """Takes what is posted, and answers with the statuses that it is told, then with 200."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.bodies = queue.SimpleQueue()
        self.wrong = []
        handler = type("Handler", (Taker,), {"collector": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def environment(self):
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.server.server_port}",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20key",
            "OTEL_SERVICE_NAME": "moments",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
            "OTEL_BSP_SCHEDULE_DELAY": "20",
        }

    def next(self):
        return self.bodies.get(timeout=LIMIT)

    def rest(self):
        bodies = []
        while not self.bodies.empty():
            bodies.append(self.bodies.get())
        return bodies

    def remove(self):
        self.server.shutdown()
        self.server.server_close()


class Taker(http.server.BaseHTTPRequestHandler):
    collector = None

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = self.path, self.headers["Content-Type"], self.headers["X-Key"]
        if told != ("/v1/traces", "application/json", "a key"):
            self.collector.wrong.append(told)
        status = self.collector.statuses.pop(0) if self.collector.statuses else 200
        # First: who has the answer, such as a server that ends, takes it for kept.
        self.collector.bodies.put(body)
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


def binary(value):
    """OTLP has ids in hexadecimal digits and enumerations as numbers where protobuf's JSON allows for others."""
    if isinstance(value, list):
        return [binary(member) for member in value]
    if not isinstance(value, dict):
        return value
    told = {name: binary(member) for name, member in value.items()}
    for name, length in IDS.items():
        digits = told.get(name, "")
        if digits:
            assert re.fullmatch(f"[0-9a-f]{{{length}}}", digits) and digits.strip("0"), f"{name} is {digits!r}"
            told[name] = base64.b64encode(bytes.fromhex(digits)).decode()
    for number in (told.get("kind", 0), told.get("code", 0)):
        assert isinstance(number, int), number
    return told


def read(body):
    """One request by its message; a field that there is not in it is an error."""
    request = ExportTraceServiceRequest()
    return json_format.ParseDict(binary(json.loads(body)), request, ignore_unknown_fields=False)


def spans(bodies):
    """All spans by their ids."""
    found = [
        span for body in bodies for resource in read(body).resource_spans for scope in resource.scope_spans
        for span in scope.spans
    ]  # fmt: skip
    by_id = {span.span_id.hex(): span for span in found}
    assert len(by_id) == len(found), "a span has come twice"
    return by_id


def values(attributes):
    told = {}
    for pair in attributes:
        value = getattr(pair.value, pair.value.WhichOneof("value"))
        told[pair.key] = [member.string_value for member in value.values] if hasattr(value, "values") else value
    return told


class TracesTest(ServerTest):
    own = True
    statuses = ()

    def setUp(self):
        self.collector, self.models = Collector(*self.statuses), Models()
        self.server = Server(environment={**self.collector.environment, **self.models.environment})
        for made in (self.collector, self.models, self.server):
            self.addCleanup(made.remove)
        self.addCleanup(lambda: self.assertEqual(self.collector.wrong, []))

    def ended(self):
        """All that was sent when the server has come to its end."""
        self.assertEqual(self.server.stop(), 0)
        return self.collector.rest()

    def ask_traced(self, path, body, flags="01"):
        answer = self.server.post(path, body, traceparent=f"00-{TRACE}-{CALLER}-{flags}", tracestate="vendor=1")
        self.assertEqual(answer.status, 202, answer)
        return answer.json["id"]

    def run_spans(self, run, found):
        told = {name: span for name, span in found.items() if values(span.attributes).get("tutti.run.id") == run}
        whole = [span for span in told.values() if span.name.startswith("invoke_workflow ")]
        self.assertEqual(len(whole), 1, "a run has one span")
        return whole[0], [span for span in told.values() if span is not whole[0]]


class Traces(TracesTest):
    def test_from_a_request_to_the_calls_of_a_model(self):
        run = self.ask_traced(
            "/api/v1/roundtables",
            {"document": "# Plan\n\nWe add a search.\n", "model": "ollama/m", "preset": "prd", "max_iterations": 2,
             "force_max_iterations": True},
        )  # fmt: skip
        self.assertEqual(self.server.events(run)[1], "completed")
        steps = self.server.get(f"/api/v1/runs/{run}/steps").json["steps"]
        bodies = self.ended()
        self.resource(bodies)
        found = {name: span for name, span in spans(bodies).items() if span.trace_id.hex() == TRACE}
        whole, of_steps = self.run_spans(run, found)
        (request,) = [span for span in found.values() if span.kind == Span.SPAN_KIND_SERVER]
        calls = [span for span in found.values() if span.kind == Span.SPAN_KIND_CLIENT]
        self.assertEqual(len(found), 2 + len(of_steps) + len(calls), "something else belongs to the trace")

        self.assertEqual((request.parent_span_id.hex(), request.trace_state), (CALLER, "vendor=1"))
        self.assertEqual(whole.parent_span_id, request.span_id)
        for span in of_steps:
            self.assertEqual(span.parent_span_id, whole.span_id)
        tried = [step["key"] for step in steps if step["attempt"]]
        self.assertEqual(sorted(values(span.attributes)["tutti.step.key"] for span in of_steps), sorted(tried))
        self.assertEqual(len(calls), len(self.models.calls))
        self.assertLessEqual({span.parent_span_id for span in calls}, {span.span_id for span in of_steps})
        self.assertEqual(len({span.parent_span_id for span in calls}), len(calls), "two calls are of one step")
        self.assertEqual({headers.get("tracestate") for headers, _ in self.models.calls}, {"vendor=1"})
        carried = {headers["traceparent"] for headers, _ in self.models.calls}
        self.assertEqual(carried, {f"00-{TRACE}-{span.span_id.hex()}-01" for span in calls})

        self.request_is_told(request)
        self.run_is_told(run, whole)
        for span in calls:
            self.call_is_told(span)
        for span in found.values():
            self.assertEqual((span.status.code, span.flags & 0xFF), (Status.STATUS_CODE_UNSET, 1), span)
            self.in_order(span, found, request)

    def resource(self, bodies):
        for body in bodies:
            for part in read(body).resource_spans:
                told = values(part.resource.attributes)
                self.assertEqual(told, {"service.name": "moments", "deployment.environment": "test"})
                self.assertEqual([scope.scope.name for scope in part.scope_spans], ["tutti"])

    def in_order(self, span, found, request):
        self.assertLessEqual(span.start_time_unix_nano, span.end_time_unix_nano, span)
        above = found.get(span.parent_span_id.hex())
        if not above:
            return
        self.assertLessEqual(above.start_time_unix_nano, span.start_time_unix_nano + ROUNDING, span)
        # A request has its answer before what it began has its end.
        if above is not request:
            self.assertLessEqual(span.end_time_unix_nano, above.end_time_unix_nano + ROUNDING, span)

    def has(self, span, name, wanted):
        self.assertEqual(span.name, name)
        told = values(span.attributes)
        self.assertEqual({key: told.get(key) for key in wanted}, wanted)
        return told

    def request_is_told(self, span):
        self.has(span, "POST /api/v1/roundtables", {
            "http.request.method": "POST",
            "http.route": "/api/v1/roundtables",
            "http.response.status_code": 202,
        })  # fmt: skip

    def run_is_told(self, run, span):
        self.has(span, "invoke_workflow roundtable", {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.workflow.name": "roundtable",
            "gen_ai.conversation.id": run,
            "tutti.run.state": "completed",
        })  # fmt: skip

    def call_is_told(self, span):
        told = self.has(span, "chat m", {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "ollama",
            "gen_ai.request.model": "m",
            "gen_ai.request.stream": True,
            "gen_ai.output.type": "json",
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 5,
        })  # fmt: skip
        self.assertGreater(told["gen_ai.response.time_to_first_chunk"], 0)
        self.assertGreater(told["gen_ai.request.max_tokens"], 0)

    def test_nobody_called_and_what_fails(self):
        self.models.status = 400
        run = self.server.roundtable(document="# Plan\n", model="ollama/m", preset="prd")
        self.assertEqual(self.server.events(run)[1], "failed")
        found = spans(self.ended())
        whole, of_steps = self.run_spans(run, found)
        request = found[whole.parent_span_id.hex()]
        self.assertEqual((request.name, request.parent_span_id), ("POST /api/v1/roundtables", b""))
        self.assertEqual(request.status.code, Status.STATUS_CODE_UNSET)
        calls = [span for span in found.values() if span.kind == Span.SPAN_KIND_CLIENT]
        self.assertEqual(len(calls), len(self.models.calls))
        asked = [found[span.parent_span_id.hex()] for span in calls]
        for span in (whole, *calls, *asked):
            self.assertEqual(span.trace_id, request.trace_id)
            self.assertEqual(span.status.code, Status.STATUS_CODE_ERROR, span)
            self.assertTrue(values(span.attributes)["error.type"], span)
        for span in of_steps:
            if span not in asked:
                self.assertEqual(span.status.code, Status.STATUS_CODE_UNSET, span)

    def test_a_caller_that_is_not_recorded(self):
        run = self.ask_traced("/api/v1/roundtables", {"document": "# Plan\n"}, flags="00")
        self.server.events(run)
        self.assertNotIn(TRACE, {span.trace_id.hex() for span in spans(self.ended()).values()})

    def test_a_run_that_is_taken_up_again_stays_in_its_trace(self):
        run = self.ask_traced("/api/v1/runs", {"definition": WAITING})
        self.server.wait_for(run, "wait.started")
        until(lambda: any(TRACE in body.decode() for body in self.collector.rest()), "the request is told of")
        self.server.kill()
        self.server.start()
        self.server.post(f"/api/v1/runs/{run}/signal", {"name": "word", "value": 1})
        self.assertEqual(self.server.events(run)[1], "completed")
        whole, _ = self.run_spans(run, spans(self.ended()))
        self.assertEqual(whole.trace_id.hex(), TRACE)


class Refused(TracesTest):
    """What a collector does not take at once, or not at all."""

    def lost(self):
        lines = self.server.get("/metrics").body.decode().splitlines()
        return {line.split(" ")[0]: float(line.split(" ")[1]) for line in lines if line.startswith("tutti_spans_")}


class Later(Refused):
    statuses = (503,)

    def test_comes_again(self):
        self.server.get("/health")
        first = self.collector.next()
        self.assertEqual(self.collector.next(), first)
        until(lambda: self.lost().get("tutti_spans_exported_total"), "the spans have arrived")
        self.assertEqual([n for n in self.lost() if n.startswith("tutti_spans_dropped")], [])


class Never(Refused):
    statuses = (400,)

    def test_does_not_come_again(self):
        self.server.get("/health")
        lost = spans([self.collector.next()])
        dropped = 'tutti_spans_dropped_total{reason="refused"}'
        until(lambda: self.lost().get(dropped) == len(lost), "the spans are counted as lost")
        self.server.get("/ready")
        rest = spans(self.ended())
        self.assertIn("GET /ready", {span.name for span in rest.values()})
        self.assertEqual(set(rest) & set(lost), set())


if __name__ == "__main__":
    unittest.main()
