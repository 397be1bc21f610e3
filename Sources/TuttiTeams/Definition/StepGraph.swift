/// Which step comes before which.
struct StepGraph {
    private let names: [String]
    private let needs: [String: [String]]

    /// - Parameter steps: their names are unique, and what they need is among them.
    init(_ steps: [StepDefinition]) {
        names = steps.map(\.name)
        needs = Dictionary(steps.map { ($0.name, $0.needs) }, uniquingKeysWith: { $1 })
    }

    /// The steps of a circle, the first one again at its end; `nil` when there is none.
    ///
    /// Of several it is the one that the first step in the order of the file leads to.
    func circle() -> [String]? {
        var done: Set<String> = []
        for name in names {
            var path: [String] = []
            if let circle = circle(from: name, path: &path, done: &done) { return circle }
        }
        return nil
    }

    /// As deep as there are steps, which is bounded by ``DefinitionLimits/stepsMax``.
    private func circle(from name: String, path: inout [String], done: inout Set<String>) -> [String]? {
        if done.contains(name) { return nil }
        if let start = path.firstIndex(of: name) { return Array(path[start...]) + [name] }
        path.append(name)
        for need in needs[name] ?? [] {
            if let circle = circle(from: need, path: &path, done: &done) { return circle }
        }
        path.removeLast()
        done.insert(name)
        return nil
    }

    /// All steps that have ended when this one begins.
    func upstream(of name: String) -> Set<String> {
        var found: Set<String> = []
        var pending = needs[name] ?? []
        while let next = pending.popLast() {
            if found.insert(next).inserted { pending += needs[next] ?? [] }
        }
        return found
    }
}
