#!/usr/bin/env python3
"""Verifies a file of `tutti audit export` without Tutti: verify-audit.py FILE"""
import hashlib, json, sys

NAMES = "n previous time tenant actor name credential_kind credential address action target_kind target outcome request"

def part(value):
    return b"-" if value is None else b"%d:%s," % (len(str(value).encode()), str(value).encode())

lines = open(sys.argv[1], "rb")
header = json.loads(next(lines))
assert header["format"] == "tutti-audit-1", "this is another format"
n, last = header["after"]["n"], header["after"]["hash"]
for entry in map(json.loads, lines):
    parts = ["tutti-audit-1"] + [entry[name] for name in NAMES.split()]
    parts += [text for detail in sorted(entry["details"].items()) for text in detail]
    fits = hashlib.sha256(b"".join(map(part, parts))).hexdigest() == entry["hash"]
    assert entry["n"] == n + 1 and entry["previous"] == last and fits, f"entry {n + 1} does not fit"
    n, last = entry["n"], entry["hash"]
assert [n, last] == [header["head"]["n"], header["head"]["hash"]], f"the file ends with entry {n}, before its head"
print(f"whole up to {n}:{last}")
