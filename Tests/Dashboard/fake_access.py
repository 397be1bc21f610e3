"""Invented accounts: who is known by which cookies, what they may, and what is kept of them.

Nobody has to log in until a test makes accounts; then cookies, tokens and refusals are those of the program.
"""

import hashlib
import itertools
import re

from fake_data import now, stamp

DAY = 86_400_000
PERMISSIONS = {
    "runs.read": "See runs, their steps, events, logs and results.",
    "runs.start": "Start runs.",
    "runs.control": "Cancel, retry, resume and fork runs, and send them signals.",
    "approvals.answer": "Answer approvals that runs wait for.",
    "roundtables.start": "Start roundtables.",
    "operations.read": "See readiness, versions and facts of the server.",
    "metrics.read": "Read the server's metrics.",
    "agents.execute": "Have agents work, each by its category and name.",
    "models.read": "See models, providers and prices.",
    "models.call": "Ask models through the gateway.",
    "calls.read": "See calls of models and what they cost.",
    "settings.manage": "Change the settings of the organisation.",
    "projects.read": "See projects.",
    "users.read": "See accounts.",
    "users.manage": "Invite, change, lock and remove accounts.",
    "roles.manage": "Give roles to accounts and take them away.",
    "policy.approve": "Approve what rules of the policy hold back.",
    "keys.manage": "Make and revoke API keys of one's own.",
    "keys.manage_all": "See and revoke everybody's API keys.",
    "sessions.manage": "See and end sessions of one's own.",
    "sessions.manage_all": "See and end everybody's sessions.",
    "secrets.read": "See the names of secrets and hints of them, never a value.",
    "secrets.write": "Store, replace and remove secrets.",
    "policy.test": "Try the policy out.",
    "audit.read": "Read, verify and export the audit log.",
}
OWN = ("runs.read", "runs.start", "runs.control", "roundtables.start", "models.read", "models.call", "calls.read",
       "projects.read", "keys.manage", "sessions.manage", "secrets.read", "secrets.write")  # fmt: skip
ROLES = {
    "owner": ("Everything, settings and owners included.", dict.fromkeys(PERMISSIONS, "all"), []),
    "operator": (
        "Sees and controls all runs and the server; no accounts and no secrets.",
        {"runs.read": "all", "runs.control": "all", "policy.test": "own", "sessions.manage": "own"},
        [],
    ),
    "user": ("Runs, projects and roundtables of one's own.", dict.fromkeys(OWN, "own"), []),
    "reader": ("Reads runs.", {"runs.read": "all", "sessions.manage": "own"}, []),
    "guest": ("Looks at nothing but the roles.", {"sessions.manage": "own"}, []),
}
# What a route takes; the longest beginning decides.
NEEDS = {
    "GET /users": "users.read", "POST /users": "users.manage", "PATCH /users": "users.manage",
    "DELETE /users": "users.manage", "GET /invitations": "users.read", "POST /invitations": "users.manage",
    "DELETE /invitations": "users.manage", "GET /keys": "keys.manage", "POST /keys": "keys.manage",
    "PATCH /keys": "keys.manage", "DELETE /keys": "keys.manage",
    "GET /auth/sessions": "sessions.manage", "POST /policy": "policy.test",
    "GET /secrets": "secrets.read", "PUT /secrets": "secrets.write", "DELETE /secrets": "secrets.write",
    "GET /audit": "audit.read", "GET /runs": "runs.read", "GET /live": "runs.read", "GET /events": "runs.read",
    "GET /approvals": "runs.read", "GET /system": "operations.read", "POST /roundtables": "roundtables.start",
    "GET /agents": "agents.execute", "POST /agents": "agents.execute",
    "GET /v1": "secrets.read", "POST /v1": "secrets.write", "DELETE /v1": "secrets.write",
    "GET /v1/models": "models.call", "POST /v1/chat/completions": "models.call", "GET /deployments": "models.read",
    "GET /admin": "models.read", "GET /calls": "calls.read", "GET /calls.csv": "calls.read",
    "PUT /routes": "settings.manage", "DELETE /routes": "settings.manage",
}  # fmt: skip
FREE = ("/auth/login", "/auth/register", "/auth/reset", "/auth/refresh", "/auth/providers")
ROUTES = []


class Refusal(Exception):
    def __init__(self, status, code, detail, wait=0, field=None):
        super().__init__(detail)
        self.status, self.code, self.wait = status, code, wait
        self.errors = [{"field": field, "rule": code, "message": detail}] if field else []


def route(method, pattern):
    def keep(function):
        ROUTES.append((method, re.compile("^" + pattern + "$"), function))
        return function

    return keep


def permissions(roles):
    found = {}
    for role in roles:
        for name, reach in ROLES[role][1].items():
            found[name] = "all" if "all" in (reach, found.get(name)) else "own"
    return found


class Access:
    """The accounts of a world."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.users, self.sessions, self.tokens, self.refreshes = {}, {}, {}, {}
        self.codes, self.keys, self.secrets, self.provider_keys, self.models = {}, {}, {}, {}, {}
        self.entries, self.failures = [], 0
        self.providers, self.is_open, self.setup, self.is_broken = [], False, None, False
        # Permissions that a rule holds back, and the codes by which somebody has approved.
        self.held, self.approvals = set(), {}
        # How often tokens were renewed, and how often a spent one came again.
        self.renewed = self.reused = 0

    def fresh(self, kind):
        n = next(self.numbers)
        return f"{kind}_{n:04d}{hashlib.sha256(f'{kind}{n}'.encode()).hexdigest()[:22]}"

    @property
    def is_local(self):
        return not self.users and self.setup is None

    def add(self, username, roles=("user",), password="correct horse", email=None, name=None):
        user = {"id": self.fresh("usr"), "username": username, "email": email or f"{username}@example.org",
                "name": name or username, "roles": sorted(roles), "role": sorted(roles)[0], "active": True,
                "created_at": stamp(now()), "last_login": None}  # fmt: skip
        self.users[user["id"]] = {**user, "password": password}
        return self.users[user["id"]]

    def told(self, user):
        return {k: v for k, v in user.items() if k != "password"}

    def named(self, name):
        return next((u for u in self.users.values() if name.lower() in (u["username"], u["email"])), None)

    def tell(self, action, actor=None, target=None, outcome="done", **details):
        n = len(self.entries) + 1
        self.entries.append(
            {"n": n, "time": stamp(now()), "actor": actor and actor.get("id"),
             "name": (actor or {}).get("username", "?"), "credential": "session", "credential_id": None,
             "address": "127.0.0.1", "action": action,
             "sentence": f"What {action} says.", "target_kind": "user" if target else None, "target": target,
             "outcome": outcome, "request": "req_7f3a", "details": details,
             "hash": hashlib.sha256(str(n).encode()).hexdigest()}
        )  # fmt: skip

    # Sessions

    def begin(self, user, device):
        session = {"id": self.fresh("ses"), "user_id": user["id"], "device": device, "address": "127.0.0.1",
                   "created_at": stamp(now()), "last_used": stamp(now()),
                   "expires_at": stamp(now() + 7 * DAY)}  # fmt: skip
        self.sessions[session["id"]] = session
        user["last_login"] = stamp(now())
        return self.issue(session["id"])

    def issue(self, session):
        access, refresh = self.fresh("acc"), self.fresh("ref")
        self.tokens[access] = {"session": session, "expired": False}
        self.refreshes[refresh] = {"session": session, "spent": False}
        return access, refresh

    def end(self, session):
        self.sessions.pop(session, None)

    def cookies(self, port, access, refresh):
        page = hashlib.sha256(f"page|{access}".encode()).hexdigest() if access else ""
        age = 900 if access else 0
        return [f"tutti_access_{port}={access}; Path=/; Max-Age={age}; SameSite=Strict; HttpOnly",
                f"tutti_refresh_{port}={refresh}; Path=/; Max-Age={age * 600}; SameSite=Strict; HttpOnly",
                f"tutti_page_{port}={page}; Path=/; Max-Age={age}; SameSite=Strict"]  # fmt: skip

    # Who asks

    def caller(self, ask):
        """The person and the session behind a request, or a refusal."""
        if self.is_local:
            return {"id": None, "username": "local", "name": "local", "roles": ["owner"]}, None
        bearer = ask.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer:
            key = next((k for k in self.keys.values() if k["key"] == bearer), None)
            if not key:
                raise Refusal(401, "key_refused", "the API key is unknown, expired or revoked; make a new one")
            return self.users[key["user_id"]], None
        access = ask.cookie("access")
        if not access:
            raise Refusal(401, "not_authenticated", "log in first, or send a token")
        token = self.tokens.get(access)
        page = hashlib.sha256(f"page|{access}".encode()).hexdigest()
        if ask.method != "GET" and ask.headers.get("X-CSRF-Token") != page:
            raise Refusal(403, "foreign_page", "the request lacks its X-CSRF-Token")
        if not token or token["expired"]:
            raise Refusal(401, "token_expired", "the token has expired; refresh it, or log in again")
        if token["session"] not in self.sessions:
            raise Refusal(401, "session_ended", "the session has ended; log in again")
        return self.users[self.sessions[token["session"]]["user_id"]], token["session"]

    def standing(self, ask):
        """What is known of a reader; a token that runs out changes nothing of it."""
        session = self.sessions.get((self.tokens.get(ask.cookie("access") or "") or {}).get("session"))
        user = session and self.users.get(session["user_id"])
        return self.is_local, user and (tuple(user["roles"]), user["active"])

    def admit(self, ask):
        """Who asks, if they may."""
        if ask.path in FREE:
            return None, None
        user, session = self.caller(ask)
        needed = NEEDS.get(f"{ask.method} {ask.path}") or NEEDS.get(f"{ask.method} /{ask.path.split('/')[1]}")
        self.require(user, needed)
        if needed in self.held and ask.method != "GET":
            self.approved(ask, user, needed)
        return user, session

    def approved(self, ask, user, needed):
        code = ask.headers.get("X-Approval")
        if code is None:
            raise Refusal(403, "approval_required", f"this needs the approval of somebody else; it is {needed}")
        if self.approvals.pop(code, None) != (user["id"], needed):
            raise Refusal(403, "approval_refused", "no code in X-Approval is good here")

    def require(self, user, needed):
        if needed and needed not in permissions(user["roles"]):
            words = f"you may not do this: it needs the permission {needed} (default: nothing allows it)"
            raise Refusal(403, "not_permitted", words)


class Ask:
    """One request."""

    def __init__(self, handler, method, path, q, body):
        self.handler, self.method, self.path, self.q, self.body = handler, method, path, q, body
        self.headers, self.port = handler.headers, handler.server.server_port
        self.set_cookies = []

    def cookie(self, word):
        found = re.search(rf"(?:^|; )tutti_{word}_{self.port}=([^;]+)", self.headers.get("Cookie", ""))
        return found and found[1]


def handle(access, ask):
    """Status and answer, or None when it is about something else."""
    for method, pattern, function in ROUTES:
        found = pattern.match(ask.path)
        if method == ask.method and found:
            user, session = access.admit(ask)
            ask.user, ask.session = user, session
            return function(access, ask, *found.groups())
    return None


@route("GET", "/auth/providers")
def providers(access, ask):
    return 200, {
        "providers": access.providers, "open_registration": access.is_open, "needs_first_account": not access.users,
        "needs_setup_code": not access.users and access.setup is not None, "local": access.is_local,
    }  # fmt: skip


@route("GET", "/auth/me")
def me(access, ask):
    user = ask.user
    return 200, {
        "id": user["id"], "username": user["username"], "email": user.get("email"), "name": user["name"],
        "role": user["roles"][0], "roles": user["roles"], "active": True,
        "credential": "session" if user["id"] else "machine", "permissions": permissions(user["roles"]),
        "created_at": user.get("created_at"),
    }  # fmt: skip


@route("POST", "/auth/login")
def log_in(access, ask):
    if access.failures >= 3:
        access.failures = 0
        raise Refusal(429, "login_delayed", "there were too many tries in vain; try again in 2 s", wait=2)
    user = access.named(ask.body.get("username") or ask.body.get("email") or "")
    if not user or user["password"] != ask.body["password"] or not user["active"]:
        access.failures += 1
        raise Refusal(401, "login_refused", "the name or the password is wrong, or the account is closed")
    assert ask.body["cookies_only"]
    access.tell("login.succeeded", user)
    ask.set_cookies = access.cookies(ask.port, *access.begin(user, ask.headers.get("User-Agent", "")))
    return 200, {"access_token": None, "expires_in": 900, "user": access.told(user)}


@route("POST", "/auth/refresh")
def refresh(access, ask):
    token = access.refreshes.get(ask.cookie("refresh") or "")
    if token and token["spent"]:
        access.reused += 1
        access.end(token["session"])
    if not token or token["spent"] or token["session"] not in access.sessions:
        raise Refusal(401, "refresh_refused", "the refresh token is unknown, too old or was used before; log in again")
    token["spent"] = True
    access.renewed += 1
    ask.set_cookies = access.cookies(ask.port, *access.issue(token["session"]))
    return 200, {"access_token": None, "expires_in": 900}


@route("POST", "/auth/logout")
def log_out(access, ask):
    access.end(ask.session)
    ask.set_cookies = access.cookies(ask.port, "", "")
    return 204, None


@route("POST", "/auth/logout-all")
def log_out_everywhere(access, ask):
    for session in [s for s in access.sessions.values() if s["user_id"] == ask.user["id"]]:
        access.end(session["id"])
    ask.set_cookies = access.cookies(ask.port, "", "")
    return 204, None


@route("POST", "/auth/register")
def register(access, ask):
    body = ask.body
    code = access.codes.get(body.get("code") or "")
    if access.users and not access.is_open and not code:
        raise Refusal(403, "code_refused", "the code is unknown, was used before, or is too old", field="/code")
    if not access.users and access.setup is not None and body.get("code") != access.setup:
        raise Refusal(403, "code_refused", "the code is unknown, was used before, or is too old", field="/code")
    if access.named(body["username"]):
        raise Refusal(400, "username_exists", "somebody has this username already; choose another", field="/username")
    roles = code["roles"] if code else ["user"] if access.users else ["owner"]
    user = access.add(body["username"], roles, body["password"], body["email"], body.get("name"))
    access.codes.pop(body.get("code"), None)
    access.tell("user.registered", user, user["id"])
    return 201, access.told(user)


@route("POST", "/auth/password")
def password(access, ask):
    if ask.body["current_password"] != ask.user["password"]:
        raise Refusal(422, "login_refused", "this is not the password", field="/current_password")
    ask.user["password"] = ask.body["new_password"]
    for session in [s for s in access.sessions.values() if s["user_id"] == ask.user["id"] and s["id"] != ask.session]:
        access.end(session["id"])
    return 204, None


@route("POST", "/auth/reset")
def reset(access, ask):
    code = access.codes.pop(ask.body["code"], None)
    if not code or "user" not in code:
        raise Refusal(403, "code_refused", "the code is unknown, was used before, or is too old", field="/code")
    access.users[code["user"]]["password"] = ask.body["password"]
    return 204, None


@route("GET", "/auth/sessions")
def sessions(access, ask):
    if not ask.user["id"]:
        raise Refusal(409, "no_account", "the user of the machine has no account")
    everybody = ask.q.get("all") == "true"
    if everybody:
        access.require(ask.user, "sessions.manage_all")
    return 200, {"sessions": [
        {**s, "current": s["id"] == ask.session} for s in access.sessions.values()
        if everybody or s["user_id"] == ask.user["id"]
    ]}  # fmt: skip


@route("DELETE", "/auth/sessions/([^/]+)")
def end_session(access, ask, ident):
    access.end(ident)
    return 204, None


@route("GET", "/keys")
def keys(access, ask):
    everybody = ask.q.get("all") == "true"
    if everybody:
        access.require(ask.user, "keys.manage_all")
    return 200, {"keys": [
        {k: v for k, v in key.items() if k != "key"} for key in access.keys.values()
        if everybody or key["user_id"] == ask.user["id"]
    ]}  # fmt: skip


@route("POST", "/keys")
def make_key(access, ask):
    text, days = "tutti_" + access.fresh("x"), ask.body.get("expires_in_days")
    key = {"id": access.fresh("key"), "name": ask.body["name"], "hint": text[:10], "user_id": ask.user["id"],
           "project": ask.body.get("project"), "scopes": ask.body.get("scopes"), "created_at": stamp(now()),
           "expires_at": days and stamp(now() + days * DAY), "last_used": None, "key": text}  # fmt: skip
    access.keys[key["id"]] = key
    return 201, key


@route("PATCH", "/keys/([^/]+)")
def limit_key(access, ask, ident):
    key, limits = access.keys[ident], ask.body["limits"]
    for name, value in limits.items():
        if name != "models" and not float(value) > 0:
            raise Refusal(422, "bad_input", f"'{name}' is above 0", field=f"/limits/{name}")
    key["limits"] = limits or None
    return 200, {k: v for k, v in key.items() if k != "key"}


@route("DELETE", "/keys/([^/]+)")
def revoke(access, ask, ident):
    if not access.keys.pop(ident, None):
        raise Refusal(404, "key_not_found", "there is no such key of yours")
    return 204, None


@route("GET", "/users")
def users(access, ask):
    found = sorted(access.users.values(), key=lambda u: u["username"])
    start, limit = int(ask.q.get("cursor") or 0), int(ask.q.get("limit") or 20)
    more = str(start + limit) if start + limit < len(found) else None
    return 200, {"users": [access.told(u) for u in found[start : start + limit]], "next": more}


@route("PATCH", "/users/([^/]+)")
def change(access, ask, ident):
    user = access.users[ident]
    owners = [u for u in access.users.values() if "owner" in u["roles"] and u["active"]]
    if owners == [user] and "owner" not in ask.body.get("roles", ["owner"]):
        raise Refusal(409, "last_owner", "this is the only active owner; make somebody else an owner before")
    user.update(ask.body)
    if ask.body.get("active") is False:
        for session in [s for s in access.sessions.values() if s["user_id"] == ident]:
            access.end(session["id"])
    access.tell("user.changed", ask.user, ident)
    return 200, access.told(user)


@route("DELETE", "/users/([^/]+)")
def delete(access, ask, ident):
    del access.users[ident]
    return 204, None


def code(access, **what):
    text = "tti_" + access.fresh("c")
    access.codes[text] = {"created_at": stamp(now()), "expires_at": stamp(now() + 7 * DAY), "hint": text[:10], **what}
    return 201, {"code": text, "expires_at": access.codes[text]["expires_at"]}


@route("POST", "/users/([^/]+)/reset-code")
def reset_code(access, ask, ident):
    return code(access, user=ident)


@route("POST", "/users/([^/]+)/approvals")
def approve(access, ask, ident):
    if ask.body["permission"] not in PERMISSIONS:
        raise Refusal(422, "bad_input", "there is no such permission", field="/permission")
    text = "tta_" + access.fresh("a")
    access.approvals[text] = (ident, ask.body["permission"])
    return 201, {"code": text, "expires_at": stamp(now() + DAY / 24)}


@route("GET", "/invitations")
def invitations(access, ask):
    return 200, {"invitations": [c for c in access.codes.values() if "roles" in c]}


@route("POST", "/invitations")
def invite(access, ask):
    return code(access, roles=ask.body.get("roles") or ["user"], email=ask.body.get("email"),
                created_by=ask.user["username"])  # fmt: skip


@route("DELETE", "/invitations/([^/]+)")
def withdraw(access, ask, hint):
    for text in [t for t, c in access.codes.items() if c["hint"] == hint]:
        del access.codes[text]
    return 204, None


@route("GET", "/roles")
def roles(access, ask):
    return 200, {
        "roles": [{"name": n, "summary": s, "inherits": i, "permissions": p} for n, (s, p, i) in ROLES.items()],
        "permissions": [{"name": n, "summary": s} for n, s in PERMISSIONS.items()], "environment": "prod",
    }  # fmt: skip


@route("POST", "/policy/test")
def policy(access, ask):
    needed = ask.body["permission"]
    if needed not in PERMISSIONS:
        raise Refusal(422, "bad_input", "there is no such permission; did you mean 'runs.read'?", field="/permission")
    reach = permissions(ask.body["roles"]).get(needed)
    rule = f"role:{ask.body['roles'][0]}" if reach else "default"
    return 200, {"allowed": bool(reach), "effect": f"allow:{reach}" if reach else "deny", "rule": rule,
                 "reason": "a role has it" if reach else "nothing allows it"}  # fmt: skip


@route("GET", "/projects")
def projects(access, ask):
    return 200, {"projects": [{"id": "prj_1", "name": "Moments"}], "next": None}


@route("GET", "/secrets")
def secrets(access, ask):
    scope = ask.q.get("scope") or "person"
    return 200, {"secrets": [s for (where, _), s in access.secrets.items() if where == scope]}


@route("PUT", "/secrets/([^/]+)")
def put_secret(access, ask, name):
    scope = ask.q.get("scope") or "person"
    before = access.secrets.get((scope, name), {"version": 0, "created_at": stamp(now())})
    access.secrets[(scope, name)] = secret = {
        "id": access.fresh("sec"), "name": name, "reference": f"secret:{scope}/{name}", "scope": scope, "owner": None,
        "label": ask.body.get("label") or "", "provider": ask.body.get("provider"), "hint": ask.body["value"][-4:],
        "version": before["version"] + 1, "created_at": before["created_at"], "updated_at": stamp(now()),
        "last_used": None,
    }  # fmt: skip
    return 200, secret


@route("DELETE", "/secrets/([^/]+)")
def delete_secret(access, ask, name):
    access.secrets.pop((ask.q.get("scope") or "person", name))
    return 204, None


@route("GET", "/v1/settings/keys")
def provider_keys(access, ask):
    return 200, list(access.provider_keys.values())


@route("POST", "/v1/settings/keys")
def put_provider_key(access, ask):
    key = {"id": access.fresh("sec"), "provider": ask.body["provider"], "label": ask.body.get("label") or "",
           "key_hint": "…" + ask.body["api_key"][-4:], "is_valid": True, "created_at": stamp(now())}  # fmt: skip
    access.provider_keys[key["id"]] = key
    return 201, key


@route("DELETE", "/v1/settings/keys/([^/]+)")
def delete_provider_key(access, ask, ident):
    del access.provider_keys[ident]
    return 204, None


@route("GET", "/v1/settings/agent-prefs")
def models(access, ask):
    return 200, list(access.models.values())


@route("POST", "/v1/settings/agent-prefs")
def put_model(access, ask):
    body = ask.body
    access.models[body["agent_role"]] = model = {
        "agent_role": body["agent_role"], "provider": body["provider"], "model_name": body["model_name"],
        "key_id": body.get("key_id"), "model_params": {}, "updated_at": stamp(now()),
    }  # fmt: skip
    return 200, model


@route("DELETE", "/v1/settings/agent-prefs/([^/]+)")
def delete_model(access, ask, role):
    del access.models[role]
    return 204, None


@route("GET", "/audit")
def audit(access, ask):
    behind, limit = int(ask.q.get("cursor") or 10**9), int(ask.q.get("limit") or 20)
    found = [
        e for e in reversed(access.entries)
        if e["n"] < behind and e["action"].startswith(ask.q.get("action", ""))
        and ask.q.get("actor", e["actor"]) == e["actor"] and ask.q.get("target", e["target"]) == e["target"]
        and ask.q.get("from", "") <= e["time"] < ask.q.get("before", "9")
    ]  # fmt: skip
    more = str(found[limit - 1]["n"]) if len(found) > limit else None
    return 200, {"entries": found[:limit], "next": more}


@route("GET", "/audit/verification")
def verification(access, ask):
    if access.is_broken:
        return 200, {"whole": False, "entries": 4, "head": None, "problem": "entry 5 was changed"}
    n = len(access.entries)
    head = f"{n}:{hashlib.sha256(str(n).encode()).hexdigest()}"
    return 200, {"whole": True, "entries": n, "head": head, "problem": None}


@route("GET", "/audit/export")
def export(access, ask):
    return 200, "".join(f'{{"n":{e["n"]}}}\n' for e in access.entries)
