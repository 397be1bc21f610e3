"""Events of a run as a stream: none left out and none twice, however often the reader or the server is cut off."""

import http.client
import unittest

from server import LIMIT, LONG, Server, ServerTest


def numbers(events):
    return [int(event.id) for event in events]


class Streams(ServerTest):
    def test_a_roundtable_to_its_end(self):
        run = self.server.roundtable()
        events, state = self.server.events(run)
        self.assertEqual(state, "completed")
        self.assertEqual(numbers(events), list(range(1, len(events) + 1)))
        for event in events:
            self.assertEqual(event.data["id"], f"{run}/{event.id}")
            self.assertEqual((event.data["specversion"], event.data["subject"]), ("1.0", run))
        kinds = [event.data["type"] for event in events]
        self.assertEqual((kinds[0], kinds[-1]), ("run.started", "run.completed"))
        self.assertEqual(kinds.count("run.completed"), 1)

    def test_coming_back_at_every_event(self):
        run = self.server.roundtable()
        events, _ = self.server.events(run)
        for number in range(len(events) + 1):
            again, state = self.server.events(run, after=number)
            self.assertEqual([e.data for e in again], [e.data for e in events[number:]])
            self.assertEqual(state, "completed")

    def test_cut_at_every_event_of_a_run_at_work(self):
        run = self.server.begin(LONG)
        seen = []
        while not (seen and seen[-1].name == "end"):
            with self.server.stream(f"/api/v1/runs/{run}/events", after=seen[-1].id if seen else None) as stream:
                seen.append(next(iter(stream)))
        self.assertEqual(numbers(seen[:-1]), list(range(1, len(seen))))
        self.assertEqual(seen[-1].data, {"state": "completed"})

    def test_the_same_as_a_page(self):
        run = self.server.begin(LONG)
        events, _ = self.server.events(run)
        paged, after = [], 0
        while page := self.server.get(f"/api/v1/runs/{run}/events?limit=50&after={after}").json["events"]:
            paged += page
            after += len(page)
        self.assertEqual(paged, [event.data for event in events])

    def test_the_feed_of_all_runs(self):
        with self.server.stream("/api/v1/events") as stream:
            first, second = self.server.roundtable(), self.server.roundtable(max_iterations=1)
            feed, ended = [], set()
            for event in stream:
                feed.append(event)
                if event.data["type"] == "run.completed":
                    ended.add(event.data["subject"])
                if ended == {first, second}:
                    break
        for run in (first, second):
            told = [event.data["id"] for event in feed if event.data["subject"] == run]
            events, _ = self.server.events(run)
            self.assertEqual(told, [event.data["id"] for event in events])
        for place in (0, len(feed) // 2):
            with self.server.stream("/api/v1/events", after=feed[place].id) as stream:
                again = [event.data for _, event in zip(feed[place + 1 :], stream)]
            self.assertEqual(again, [event.data for event in feed[place + 1 :]])

    def test_what_is_no_place(self):
        run = self.server.roundtable()
        for place in ("x", "-1", "9" * 40):
            with self.subTest(place), self.server.stream(f"/api/v1/runs/{run}/events", after=place) as stream:
                self.assertEqual(stream.status, 400)
        with self.server.stream("/api/v1/events", after="feed_7fffffffffffffff") as stream:
            self.assertEqual(stream.status, 422)

    def test_the_stream_of_a_page(self):
        run = self.server.roundtable()
        self.server.events(run)
        with self.server.stream(f"/api/v1/live?run={run}&frames=true") as stream:
            snapshot = next(iter(stream))
            self.assertEqual(snapshot.name, "snapshot")
            self.assertEqual(snapshot.data["run"]["id"], run)
            self.assertEqual(snapshot.data["run"]["state"], "completed")
            self.assertEqual(snapshot.data["feed"], snapshot.id)
            other = self.server.roundtable(max_iterations=1)
            told = []
            for event in stream:
                told += event.data if event.name == "runs" else [event.data] if event.name == "run" else []
                if any(e["subject"] == other and e["type"] == "run.completed" for e in told):
                    break
        events, _ = self.server.events(other)
        self.assertEqual([e["id"] for e in told if e["subject"] == other], [e.data["id"] for e in events])


class Killed(ServerTest):
    own = True

    def test_in_the_middle_of_a_run(self):
        run = self.server.begin(LONG)
        seen = []
        # Twice, so that the second one finds what the first one has left.
        for much in (60, 200):
            with self.assertRaises((http.client.HTTPException, OSError)):
                with self.server.stream(f"/api/v1/runs/{run}/events", after=seen[-1].id if seen else None) as stream:
                    for event in stream:
                        seen.append(event)
                        if len(seen) == much:
                            self.server.kill()
            self.server.start()
        rest, state = self.server.events(run, after=seen[-1].id)
        self.assertEqual(state, "completed")
        seen += rest
        self.assertEqual(numbers(seen), list(range(1, len(seen) + 1)))
        self.assertEqual(seen[-1].data["type"], "run.completed")
        steps = [event.data["step"] for event in seen if event.data["type"] == "wait.ended"]
        self.assertEqual((len(steps), len(set(steps))), (160, 160), "a step was not carried out once")

    def test_the_feed_goes_on_at_its_place(self):
        with self.server.stream("/api/v1/live") as stream:
            events = iter(stream)
            next(events)
            run = self.server.begin(LONG)
            told = []
            while len(told) < 30:
                event = next(events)
                told += event.data if event.name == "runs" else [event.data] if event.name == "run" else []
                place = event.id or place
        self.server.kill()
        self.server.start()
        with self.server.stream("/api/v1/live", after=place) as stream:
            for event in stream:
                if event.name == "snapshot":
                    self.assertEqual(event.id, place, "the place was lost")
                told += event.data if event.name == "runs" else [event.data] if event.name == "run" else []
                if told[-1]["type"] == "run.completed":
                    break
        events, _ = self.server.events(run)
        self.assertEqual([e["id"] for e in told], [e.data["id"] for e in events])


class Ended(ServerTest):
    own = True

    def test_streams_end_in_good_order(self):
        run = self.server.begin("name: idle\nsteps:\n  - {name: signal, wait: {signal: never}}\n")
        paths = (
            "/api/v1/live", f"/api/v1/live?run={run}&frames=true", "/api/v1/events", f"/api/v1/runs/{run}/events",
            f"/api/v1/runs/{run}/frames",
        )  # fmt: skip
        streams = [self.server.stream(path) for path in paths]
        begun = [iter(stream) for stream in streams]
        # Each but the frames, and the feed from now on, has something to tell at once.
        for place in (0, 1, 3):
            next(begun[place])
        self.assertEqual(self.server.stop(), 0)
        for path, stream, events in zip(paths, streams, begun):
            with self.subTest(path):
                last = list(events)[-1]
                self.assertEqual(last.name, "bye")
                self.assertTrue(last.data["reason"])
                self.assertGreater(last.data["retry_ms"], 0)
                stream.close()

    def test_in_the_middle_of_a_run(self):
        run = self.server.begin(LONG)
        seen = []
        with self.server.stream(f"/api/v1/runs/{run}/events") as stream:
            for event in stream:
                seen.append(event)
                if len(seen) == 60:
                    self.assertEqual(self.server.stop(), 0)
        self.assertEqual(seen.pop().name, "bye")
        self.server.start()
        rest, state = self.server.events(run, after=seen[-1].id)
        self.assertEqual(state, "completed")
        self.assertEqual(numbers(seen + rest), list(range(1, len(seen + rest) + 1)))

    def test_idle_connections_do_not_hold_it_up(self):
        import socket

        links = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(20)]
        self.assertEqual(self.server.get("/health").status, 200)
        self.assertEqual(self.server.stop(limit=LIMIT / 2), 0)
        for link in links:
            link.close()


if __name__ == "__main__":
    unittest.main()
