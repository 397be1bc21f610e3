"""Reads the files of deploy/container and says what would fail or weaken a container: check-container-files.py FOLDER

The Containerfile is read by a parser of our own; compose.yaml by PyYAML, and passed over where that is not installed.
"""

import json
import pathlib
import re
import shlex
import sys

INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}
problems = []
root = pathlib.Path(__file__).resolve().parent.parent


def expect(holds, what):
    if not holds:
        problems.append(what)


def instructions(text):
    """The instructions in their order, comments left out and continued lines joined."""
    joined = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        joined += line
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        if joined.strip():
            word, _, rest = joined.strip().partition(" ")
            yield word.upper(), rest.strip()
        joined = ""
    expect(not joined.strip(), "Containerfile: the last line goes on into nothing")


def stages(text):
    """Each stage by name: what it is from, and its instructions."""
    found = {}
    name = None
    arguments = set()
    for word, rest in instructions(text):
        expect(word in INSTRUCTIONS, f"Containerfile: {word} is no instruction")
        if word == "FROM":
            match = re.fullmatch(r"(\S+) AS ([a-z]+)", rest)
            expect(match, f"Containerfile: 'FROM {rest}' names no stage")
            if not match:
                continue
            origin, name = match.groups()
            variable = re.fullmatch(r"\$\{(\w+)\}", origin)
            expect(
                variable.group(1) in arguments if variable else origin in found,
                f"Containerfile: {origin} is no stage and no argument")
            found[name] = (origin, [])
        elif name is None:
            expect(word == "ARG", f"Containerfile: {word} before the first FROM")
            arguments.add(rest.split("=")[0])
        else:
            found[name][1].append((word, rest))
    return found


def words_of(text):
    """The words of the form that starts no shell; none of any other."""
    try:
        return json.loads(text)
    except ValueError:
        return []


def check_stage(name, found):
    for word, rest in found[name][1]:
        if word in ("CMD", "ENTRYPOINT"):
            expect(words_of(rest), f"{name}: {word} starts a shell, which keeps signals to itself")
        if word != "COPY":
            continue
        words = shlex.split(rest)
        if words[0].startswith("--from="):
            expect(words[0][7:] in found, f"{name}: COPY from {words[0][7:]}, which is no stage")
            continue
        for source in words[:-1]:
            expect(source.startswith("${") or (root / source).exists(), f"{name}: there is no {source} to copy")


def check_containerfile(text):
    found = stages(text)
    for name in found:
        check_stage(name, found)
    expect(list(found)[-1] == "tutti", "Containerfile: the last stage, which is built by default, has to be tutti")
    runtime = found["runtime"][1]
    last = {word: rest for word, rest in runtime}
    expect(re.fullmatch(r"[1-9]\d*:[1-9]\d*", last.get("USER", "")), "runtime: it has to run as a user by number")
    expect(last.get("STOPSIGNAL") == "SIGTERM", "runtime: SIGTERM is what begins a drain")
    expect(last.get("VOLUME") == "/var/lib/tutti", "runtime: the home has to be a volume")
    expect(last.get("EXPOSE") == "8001", "runtime: the port is 8001")
    expect("/health" in last.get("HEALTHCHECK", ""), "runtime: there is no question after its health")
    for name in ("prebuilt", "tutti"):
        origin, steps = found[name]
        expect(origin == "runtime", f"{name}: has to be made from runtime")
        expect(all(word in ("ARG", "COPY", "RUN") for word, _ in steps), f"{name}: only adds the program")
    return last


def check_service(name, service, networks):
    def has(key, value):
        return value in service.get(key, [])

    expect(service.get("read_only") is True, f"{name}: its root has to be read-only")
    expect(has("cap_drop", "ALL"), f"{name}: capabilities have to be dropped")
    expect(has("security_opt", "no-new-privileges:true"), f"{name}: may gain privileges")
    expect("pids_limit" in service and "mem_limit" in service, f"{name}: has no limits")
    for key in ("privileged", "devices", "pid", "ipc", "network_mode", "userns_mode"):
        expect(key not in service, f"{name}: {key} gives it more than it needs")
    for volume in service.get("volumes", []):
        expect("docker.sock" not in volume and "podman.sock" not in volume, f"{name}: rules its own host")
    for network in service["networks"]:
        expect(network in networks, f"{name}: there is no network {network}")


def check_compose(compose, last):
    services = compose["services"]
    tutti, proxy = services["tutti"], services["proxy"]
    for name, service in services.items():
        check_service(name, service, compose["networks"])
    expect("ports" not in tutti, "tutti: a published port goes round the proxy")
    expect("cap_add" not in tutti, "tutti: needs no capability")
    expect(tutti["stop_signal"] == last.get("STOPSIGNAL"), "tutti: stopped by another signal than the image says")
    expect(tutti["stop_grace_period"] == "50s", "tutti: a drain takes up to 40 seconds")
    environment = tutti["environment"]
    address = proxy["networks"]["inner"]["ipv4_address"]
    expect(environment["TUTTI_SERVER_TRUSTED_PROXIES"] == address, "tutti: trusts another than the proxy")
    expect(environment["TUTTI_SERVER_LISTEN"].endswith(":8001"), "tutti: listens on another port than the image says")
    secret = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
    for name, service in services.items():
        for variable in service["environment"]:
            expect(not secret.search(variable), f"{name}: {variable} belongs into secrets")
    for name in tutti["secrets"]:
        expect(compose["secrets"][name]["file"] == f"./secrets/{name}", f"secrets: {name} is no file of its name")
    expect("tutti:8001" in (folder / "Caddyfile").read_text(), "Caddyfile: leads elsewhere")
    health = words_of(last.get("HEALTHCHECK", "").partition("CMD ")[2])
    expect(tutti["healthcheck"]["test"] == ["CMD", *health], "tutti: asks after its health otherwise than the image")


folder = pathlib.Path(sys.argv[1])
last = check_containerfile((folder / "Containerfile").read_text())
try:
    import yaml
except ImportError:
    print("python3 has no yaml (package python3-yaml): compose.yaml is not checked")
else:
    check_compose(yaml.safe_load((folder / "compose.yaml").read_text()), last)
for problem in problems:
    print(f"deploy/container: {problem}", file=sys.stderr)
sys.exit(1 if problems else 0)
