import TuttiCore

/// All guards of a server, in the order of its file.
package struct GuardTable: Sendable, Hashable {
    package let guards: [Guard]

    package init(_ guards: [Guard] = []) { self.guards = guards }

    /// What a call of a model is guarded by; `nil` for nothing.
    ///
    /// - Parameter names: as it was asked for, and all models that it may come to.
    package func guards(for names: @autoclosure () -> [String]) -> GuardSet? {
        guard !guards.isEmpty else { return nil }
        let names = names()
        let covering = guards.filter { $0.covers(names) }
        return covering.isEmpty ? nil : GuardSet(covering)
    }
}

/// The guards of one call.
package struct GuardSet: Sendable {
    package let guards: [Guard]
    /// What is looked for in the request.
    package let request: GuardSearch
    /// What is looked for in the answer.
    package let answer: GuardSearch

    init(_ guards: [Guard]) {
        self.guards = guards
        request = GuardSearch(guards, in: .request)
        answer = GuardSearch(guards, in: .answer)
    }

    /// Changes when these guards do something else, and tells nothing of what.
    package var fingerprint: String {
        Digest.sha256Hex(guards.map(\.description).joined(separator: "\n"))
    }
}
