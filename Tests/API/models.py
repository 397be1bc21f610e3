"""A server of models on this machine that speaks as OpenAI's does: whatever it is asked, it says what it is told to."""

import http.server
import json
import threading

# What fits the form of a review and that of a moderator's answer.
NOTHING_FOUND = ('{"findings": [], ', '"assessment": "fine"}')


class Models:
    def __init__(self, words=lambda call: NOTHING_FOUND):
        """`words` gives the pieces of an answer, of which each is sent as it comes."""
        self.words = words
        self.status = 200
        self.calls = []
        self.server = Listener(("127.0.0.1", 0), type("Handler", (Handler,), {"models": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def environment(self):
        """What a server is started with to have them as `ollama/NAME`."""
        return {"OLLAMA_HOST": f"127.0.0.1:{self.server.server_port}"}

    def remove(self):
        self.server.shutdown()
        self.server.server_close()


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


class Handler(http.server.BaseHTTPRequestHandler):
    models = None

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.models.calls.append((self.headers, call))
        if self.models.status != 200:
            return self.send_error(self.models.status)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for piece in self.models.words(call):
                self.tell(choices=[{"index": 0, "delta": {"content": piece}}])
            usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
            self.tell(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}], usage=usage)
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass  # it does not listen any more

    def tell(self, **members):
        event = {"id": "call", "object": "chat.completion.chunk", "model": "m", **members}
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
