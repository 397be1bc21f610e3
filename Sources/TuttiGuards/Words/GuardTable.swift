import TuttiCore

/// All guards of a server, in the order of its file.
package struct GuardTable: Sendable, Hashable {
    package let guards: [Guard]
    /// Those that are for all models.
    private let common: GuardSet

    package init(_ guards: [Guard] = []) {
        self.guards = guards
        common = GuardSet(guards.filter { $0.models == nil })
    }

    /// What a call of a model is guarded by; `nil` for nothing.
    ///
    /// - Parameter names: as it was asked for, and all models that it may come to.
    package func guards(for names: @autoclosure () -> [String]) -> GuardSet? {
        guard !guards.isEmpty else { return nil }
        let names = names()
        let covering = guards.filter { $0.covers(names) }
        if covering.isEmpty { return nil }
        return covering.count == common.guards.count ? common : GuardSet(covering)
    }
}

/// The guards of one call.
package struct GuardSet: Sendable, Hashable {
    package let guards: [Guard]
    /// Changes when these guards do something else, and tells nothing of what.
    package let fingerprint: String
    /// What is looked for in the request.
    package let request: GuardSearch
    /// What is looked for in the answer.
    package let answer: GuardSearch

    init(_ guards: [Guard]) {
        self.guards = guards
        request = GuardSearch(guards, in: .request)
        answer = GuardSearch(guards, in: .answer)
        fingerprint = Digest.sha256Hex(guards.map(\.description).joined(separator: "\n"))
    }

    package static func == (one: GuardSet, other: GuardSet) -> Bool { one.guards == other.guards }

    package func hash(into hasher: inout Hasher) { hasher.combine(guards) }
}
