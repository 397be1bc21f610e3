import TuttiCore

/// What a document lists of its HTTP interface: endpoints by method and path, and calls of them in its examples.
struct EndpointList {
    private struct Endpoint {
        var line: Int
        var method: String
        var path: String
        var isMarked: Bool
    }

    private var endpoints: [Endpoint] = []
    /// Lines that call an administrative path without any credential.
    private var bareCalls: [(index: Int, path: String)] = []

    private static let methods: Set<String> = ["GET", "PUT", "POST", "PATCH", "DELETE"]
    /// Words beside an endpoint that say who may call it.
    private static let marks = ["admin", "owner", "own ", "only", "role", "auth", "internal", "scope", "permission"]
    private static let privileged: Set<String> = ["admin", "internal", "debug", "actuator", "manage", "management"]

    init(_ context: ReviewContext) {
        for index in context.document.lines.indices {
            let line = context.document.lines[index]
            guard line.end - line.first < 300 else { continue }
            let bytes = context.document.source[line.first..<line.end]
            guard bytes.contains(ASCII.slash) else { continue }
            read(String(decoding: bytes, as: UTF8.self), index)
        }
        bareCalls = bareCalls.filter { !Self.isContinued($0.index, context) }
    }

    private mutating func read(_ line: String, _ index: Int) {
        let words = line.split { $0 == " " || $0 == "`" || $0 == "|" }.map(String.init)
        if let method = words.firstIndex(where: Self.methods.contains), method + 1 < words.count, method <= 2,
            words[method + 1].hasPrefix("/")
        {
            let rest = words[(method + 2)...].joined(separator: " ").lowercased()
            endpoints.append(
                Endpoint(
                    line: index, method: words[method], path: words[method + 1],
                    isMarked: Self.marks.contains(where: rest.contains)))
        }
        guard words.contains("curl"), !line.contains("uthorization"), !line.contains("-u "), !line.contains("token"),
            let address = words.first(where: { $0.contains("://") })
        else { return }
        let path = address.split(separator: "/").dropFirst(2).map { $0.lowercased() }
        guard path.contains(where: Self.privileged.contains) else { return }
        bareCalls.append((index, "/" + path.joined(separator: "/")))
    }

    /// The command goes on in the next lines, where its header may stand.
    private static func isContinued(_ index: Int, _ context: ReviewContext) -> Bool {
        let line = context.document.lines[index]
        return context.document.source[line.first..<line.end].last == ASCII.backslash
    }

    func findings(_ rule: Rule, _ context: ReviewContext) -> [Finding] {
        [bareCall(rule, context), unownedWrites(rule, context)].compactMap { $0 }
    }

    private func bareCall(_ rule: Rule, _ context: ReviewContext) -> Finding? {
        guard let call = bareCalls.first else { return nil }
        return context.finding(
            rule, atLine: call.index, severity: .medium, subject: "bare call \(call.path)",
            message: "\"\(call.path)\" is called without any credential",
            suggestion: "Show the call with its credential, or say on which network only it can be reached.",
            questions: ["Who can reach \"\(call.path)\", and how does it know them?"]
        ).under("Security")
    }

    /// Some endpoints say who may call them; those that change one thing by its id do not say whose it must be.
    private func unownedWrites(_ rule: Rule, _ context: ReviewContext) -> Finding? {
        let writes = endpoints.filter { $0.method != "GET" && $0.method != "POST" && $0.path.contains("{") }
        let open = writes.filter { !$0.isMarked }
        guard endpoints.contains(where: \.isMarked), let first = open.first, !saysWhose(context) else { return nil }
        var finding = context.finding(
            rule, atLine: first.line, subject: "whose endpoints",
            message:
                "\"\(first.method) \(first.path)\" changes one thing by its id, but it is not said whose it must be",
            suggestion: "Say that a caller reaches only what is theirs, and where that is checked.",
            questions: ["Whose things may a caller of \"\(first.method) \(first.path)\" change, and what checks that?"]
        ).under("Security")
        finding.lines = Array(Set(open.map { $0.line + 1 })).sorted()
        return finding
    }

    private func saysWhose(_ context: ReviewContext) -> Bool {
        context.document.sentences.contains {
            context.holds($0, ["owner", "owners", "own", "ownership", "tenant", "tenants", "owned"])
        }
    }
}
