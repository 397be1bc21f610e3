#!/usr/bin/env python3
"""Many who follow the events of one server, in one process.

    bench-streams-followers.py hold PORT PID PATH COUNT                   KiB of the server's memory a stream
    bench-streams-followers.py follow PORT PID PATH COUNT SECONDS [RUN]   what a delivery takes; see below

With a run of Tutti, 20 signals a second are sent to it, so that there is something to tell."""
import datetime
import http.client
import json
import os
import select
import socket
import statistics
import sys
import threading
import time


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


def begin(port, path, count):
    """Streams that have begun: each has brought its head, and what comes first."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\r\n".encode()
    links = []
    for _ in range(count):
        link = socket.create_connection(("127.0.0.1", port))
        link.sendall(request)
        links.append(link)
    for link in links:
        told = b""
        while not told.partition(b"\r\n\r\n")[2].endswith(b"\n\n\r\n"):
            told += link.recv(4096)
        assert told.startswith(b"HTTP/1.1 200"), told
    return links


def hold(port, pid, path, count):
    first = begin(port, path, 100)  # which bring the code into memory that all of them use
    time.sleep(2)
    before = memory(pid)
    links = begin(port, path, count)
    time.sleep(2)
    print((memory(pid) - before) / len(links))
    for link in first + links:
        link.close()


def signals(port, run, over):
    link = http.client.HTTPConnection("127.0.0.1", port)
    due = time.monotonic()
    while not over.is_set():
        due += 0.05
        time.sleep(max(0, due - time.monotonic()))
        link.request("POST", f"/api/v1/runs/{run}/signal", '{"name": "x"}', {"Content-Type": "application/json"})
        answer = link.getresponse()
        assert answer.status < 300, answer.read()
        answer.read()


class Followers:
    def __init__(self, links):
        self.links = {link.fileno(): link for link in links}
        self.rest = dict.fromkeys(self.links, b"")
        # All who follow get the same bytes: the moment in them is read once.
        self.moments, self.delays = {}, []
        self.poll = select.epoll()
        for number, link in self.links.items():
            link.setblocking(False)
            self.poll.register(number, select.EPOLLIN)

    def collect(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, _ in self.poll.poll(0.1):
                piece = self.links[number].recv(65536)
                assert piece, "the server has ended a stream"
                *events, self.rest[number] = (self.rest[number] + piece).split(b"\n\n")
                now = time.monotonic_ns()
                for event in events:
                    data = event.partition(b"data: ")[2]
                    if not data:
                        continue
                    if data not in self.moments:
                        self.moments[data] = self.moment(data, now)
                    self.delays.append(now - self.moments[data])

    @staticmethod
    def moment(data, now):
        """When it happened, by the clock of the machine; Tutti says it by the clock on the wall."""
        if not data.startswith(b"{"):
            return int(data.split()[0])
        moment = datetime.datetime.fromisoformat(json.loads(data)["time"])
        return now - time.time_ns() + moment.timestamp() * 1e9


def follow(port, pid, path, count, seconds, run):
    """Prints microseconds of the server's processor a delivery, the p99 of how late it is in milliseconds, how many
    deliveries there were, and the bytes of an event's data."""
    followers = Followers(begin(port, path, count))
    over = threading.Event()
    sender = threading.Thread(target=signals, args=(port, run, over))
    if run:
        sender.start()
    followers.collect(1)  # until all is at its pace
    followers.delays.clear()
    before = processor_seconds(pid)
    followers.collect(seconds)
    used = processor_seconds(pid) - before
    over.set()
    if run:
        sender.join()
    delays = sorted(followers.delays)
    size = statistics.mean(map(len, followers.moments))
    print(used * 1e6 / len(delays), delays[len(delays) * 99 // 100] / 1e6, len(delays), round(size))


mode, port, pid, path, count, *more = sys.argv[1:]
if mode == "hold":
    hold(int(port), int(pid), path, int(count))
else:
    follow(int(port), int(pid), path, int(count), float(more[0]), "".join(more[1:]))
