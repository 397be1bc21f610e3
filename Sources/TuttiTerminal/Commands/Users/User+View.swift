import TuttiAccess
import TuttiCore

extension User {
    /// As `--json` shows it.
    var json: JSONValue { .object(members) }

    var members: [String: JSONValue] {
        [
            "id": .string(id.text), "username": .string(username), "email": .string(email), "name": .string(name),
            "roles": .array(roles.sorted().map { .string($0) }), "active": .bool(isActive),
            "password": .text(password?.schemeName), "created": .time(created), "updated": .time(updated),
            "last_login": .time(lastLogin),
        ]
    }

    /// `ada (owner)`
    var title: StyledLine {
        StyledLine(ShownText.line(username), .strong) + StyledLine(" (\(ShownText.list(roles)))")
    }
}

extension LoginSession {
    /// As `--json` shows it.
    var json: JSONValue {
        [
            "id": .string(id.text), "device": .string(device), "address": .string(address), "created": .time(created),
            "last_used": .time(lastUsed), "expires": .time(expires),
        ]
    }
}

extension APIKey {
    /// As `--json` shows it: everything but the key.
    var members: [String: JSONValue] {
        [
            "id": .string(id.text), "name": .string(name), "hint": .string(hint), "user": .string(user.text),
            "project": .text(project),
            "scopes": scopes.map { scopes in .array(scopes.sorted().map { .string($0) }) } ?? .null,
            "limits": limits?.json ?? .null,
            "created": .time(created), "expires": .time(expires), "last_used": .time(lastUsed),
        ]
    }
}

extension KeyLimits {
    /// Dollars in millionths; what has no limit is left out.
    fileprivate var json: JSONValue {
        let counts: [(String, Int64?)] = [
            ("requests_a_minute", requestsAMinute.map(Int64.init)), ("tokens_a_minute", tokensAMinute.map(Int64.init)),
            ("tokens_a_day", spending.tokensADay), ("tokens_a_month", spending.tokensAMonth),
            ("tokens", spending.tokens), ("usd_a_day", spending.usdADay?.microdollars),
            ("usd_a_month", spending.usdAMonth?.microdollars), ("usd", spending.usd?.microdollars),
        ]
        var members: [String: JSONValue] = [:]
        for (name, count) in counts { members[name] = count.map { .int($0) } }
        members["models"] = models.map { .array($0.map { .string($0) }) }
        return .object(members)
    }
}
