package import TuttiCore

extension EgressPolicy: Codable {
    /// Reads a policy from its JSON:
    ///
    /// ```json
    /// { "allow": [ { "host": "*.example.org", "ports": [443], "methods": ["GET"], "private": false, "sni": true } ],
    ///   "limits": { "bytes_up": 1048576, "time": "10m" } }
    /// ```
    ///
    /// Everything but `host` may be left out. A member that nobody knows is an error, so that a misspelt limit does not
    /// pass for one.
    ///
    /// - Throws: ``EgressPolicyError``
    package init(json: JSONValue) throws(EgressPolicyError) {
        let members = try PolicyMembers(json, "egress", known: ["allow", "limits"])
        var rules: [EgressRule] = []
        for (index, rule) in try members.list("allow").enumerated() {
            rules.append(try EgressRule(json: rule, at: "egress.allow[\(index)]"))
        }
        try self.init(rules, limits: members.value("limits").map(EgressLimits.init(json:)) ?? EgressLimits())
    }

    /// The way back; what a rule does not say is written, too.
    package var json: JSONValue { ["allow": .array(rules.map(\.json)), "limits": limits.json] }

    /// - Throws: What the decoder throws, and ``EgressPolicyError``.
    package init(from decoder: any Decoder) throws { try self.init(json: JSONValue(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

extension EgressRule {
    init(json: JSONValue, at place: String) throws(EgressPolicyError) {
        let members = try PolicyMembers(json, place, known: ["host", "ports", "methods", "private", "sni"])
        guard let host = members.value("host")?.stringValue else {
            throw EgressPolicyError(.shape, message: "\(place).host is missing or no text: name the host to allow")
        }
        var ports = Self.portsUsual
        if members.value("ports") != nil {
            ports = []
            for port in try members.list("ports") {
                guard let number = port.intValue, let port = UInt16(exactly: number) else {
                    throw EgressPolicyError(.ports, host, "'ports' has numbers from 1 to 65535")
                }
                ports.append(port)
            }
        }
        var methods: [String]?
        if members.value("methods") != nil {
            methods = []
            for method in try members.list("methods") {
                guard let name = method.stringValue else {
                    throw EgressPolicyError(.methods, host, "'methods' has names in capitals, such as GET")
                }
                methods?.append(name)
            }
        }
        try self.init(
            host: host, ports: ports, methods: methods, allowsPrivate: try members.flag("private") ?? false,
            checksServerName: try members.flag("sni") ?? true)
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "host": .string(host.description), "ports": .array(ports.map { .int(Int64($0)) }),
            "private": .bool(allowsPrivate), "sni": .bool(checksServerName),
        ]
        members["methods"] = methods.map { .array($0.map { .string($0) }) }
        return .object(members)
    }
}

extension EgressLimits {
    private typealias Count = (name: String, path: WritableKeyPath<EgressLimits, Int>, range: ClosedRange<Int>)
    private typealias Time = (name: String, path: WritableKeyPath<EgressLimits, Duration>)

    private static var counts: [Count] {
        [
            ("bytes_up", \.bytesUp, 0...1 << 50), ("bytes_down", \.bytesDown, 0...1 << 50),
            ("bytes_up_total", \.bytesUpTotal, 0...1 << 50), ("bytes_down_total", \.bytesDownTotal, 0...1 << 50),
            ("connections", \.connections, 1...1024), ("requests", \.requests, 0...1_000_000),
            ("head_bytes", \.headBytes, 1 << 10...256 << 10),
        ]
    }

    private static var times: [Time] {
        [
            ("time", \.time), ("resolve_time", \.resolveTime), ("connect_time", \.connectTime),
            ("head_time", \.headTime),
        ]
    }

    init(json: JSONValue) throws(EgressPolicyError) {
        self.init()
        let known = Self.counts.map(\.name) + Self.times.map(\.name)
        let members = try PolicyMembers(json, "egress.limits", known: known)
        for count in Self.counts {
            guard let value = members.value(count.name) else { continue }
            guard let number = value.intValue.flatMap({ Int(exactly: $0) }), count.range.contains(number) else {
                throw EgressPolicyError(
                    .limit,
                    message: "egress.limits.\(count.name) is no number from \(count.range.lowerBound) to "
                        + "\(count.range.upperBound)")
            }
            self[keyPath: count.path] = number
        }
        for time in Self.times {
            guard let value = members.value(time.name) else { continue }
            guard let duration = value.stringValue.flatMap({ DurationText.read($0) }), duration > .zero else {
                throw EgressPolicyError(
                    .limit, message: "egress.limits.\(time.name) is no time, such as \"30s\" or \"10m\"")
            }
            self[keyPath: time.path] = duration
        }
    }

    var json: JSONValue {
        let counts = Self.counts.map { ($0.name, JSONValue.int(Int64(self[keyPath: $0.path]))) }
        let times = Self.times.map { ($0.name, JSONValue.string(DurationText.write(self[keyPath: $0.path]))) }
        return .object(Dictionary(uniqueKeysWithValues: counts + times))
    }
}

/// The members of an object of a policy, each of which is known.
private struct PolicyMembers {
    private let members: [String: JSONValue]
    private let place: String

    init(_ json: JSONValue, _ place: String, known: [String]) throws(EgressPolicyError) {
        guard case .object(let members) = json else {
            throw EgressPolicyError(.shape, message: "\(place) is no object")
        }
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw EgressPolicyError(
                .shape,
                message: "\(place) has a member '\(unknown.prefix(40))' that nobody knows; there are "
                    + known.joined(separator: ", "))
        }
        self.members = members
        self.place = place
    }

    /// `nil` when it is not there, or null.
    func value(_ name: String) -> JSONValue? {
        members[name] == .null ? nil : members[name]
    }

    func list(_ name: String) throws(EgressPolicyError) -> [JSONValue] {
        guard let value = value(name) else { return [] }
        guard case .array(let list) = value else {
            throw EgressPolicyError(.shape, message: "\(place).\(name) is no list")
        }
        return list
    }

    func flag(_ name: String) throws(EgressPolicyError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            throw EgressPolicyError(.shape, message: "\(place).\(name) is neither true nor false")
        }
        return flag
    }
}
