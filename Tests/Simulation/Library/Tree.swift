import TuttiCore

/// A workflow as a tree that was drawn from a seed; it is the input of its run.
indirect enum Tree: Codable, Sendable {
    /// A step that fails a few times before it brings its value.
    case step(name: String, failures: Int, hasLongBackOff: Bool)
    case failingStep(name: String)
    case paidStep(name: String, tokens: Int64)
    case onceStep(name: String)
    case undoableStep(name: String)
    /// Its undo fails now and then for good.
    case hardToUndo(name: String)
    /// An attempt may take longer than it is given.
    case slowStep(name: String)
    /// Must not happen twice; when nobody knows whether it has, the run fails and a person says so.
    case mail(name: String)
    /// Asks for another input in every second process.
    case fickleStep(name: String)
    /// Values of the world that go into a step.
    case world(name: String)
    case sequence([Tree])
    case branch(name: String, Tree)
    case all(name: String, [Tree])
    case settled(name: String, [Tree])
    case race(name: String, [Tree])
    case signal(name: String)
    case approval(name: String, isRejected: Bool)
    /// A signal that may or may not come in time.
    case first(name: String, seconds: Int)
    case sleep(name: String, seconds: Int)
    /// A signal for which there is only so much time.
    case timed(name: String, seconds: Int)
    /// A look for a signal, without waiting for it.
    case look(name: String)
    /// A person and a signal, of which the first decides.
    case either(name: String)
    case child(name: String, Tree)

    /// Draws a tree.
    ///
    /// - Parameter isPlain: nothing around it catches errors or runs it as a child.
    static func drawn(
        by random: inout SeededGenerator, depth: Int = 3, counter: inout Int, isPlain: Bool = true
    ) -> Tree {
        counter += 1
        let name = "n\(counter)"
        func inner(isPlain: Bool) -> Tree {
            drawn(by: &random, depth: depth - 1, counter: &counter, isPlain: isPlain)
        }
        func many(_ range: ClosedRange<Int>, isPlain: Bool) -> [Tree] {
            (0..<Int.random(in: range, using: &random)).map { _ in inner(isPlain: isPlain) }
        }
        let kinds = depth > 0 ? 32 : 21
        switch Int.random(in: 0..<kinds, using: &random) {
        case 21, 22: return .sequence(many(2...4, isPlain: isPlain))
        case 23: return .branch(name: name, inner(isPlain: isPlain))
        case 24, 25: return .all(name: name, many(2...3, isPlain: isPlain))
        case 26, 27: return .settled(name: name, many(2...3, isPlain: false))
        case 28, 29: return .race(name: name, many(2...3, isPlain: false))
        case 30, 31: return .child(name: name, inner(isPlain: false))
        case let kind: return leaf(kind, name, isPlain: isPlain, by: &random)
        }
    }

    private static func leaf(_ kind: Int, _ name: String, isPlain: Bool, by random: inout SeededGenerator) -> Tree {
        let plain = Tree.step(name: name, failures: 0, hasLongBackOff: false)
        switch kind {
        case 2:
            return .step(
                name: name, failures: Int.random(in: 1...2, using: &random),
                hasLongBackOff: Bool.random(using: &random))
        case 3: return .paidStep(name: name, tokens: Int64.random(in: 1...50, using: &random))
        case 4: return .onceStep(name: name)
        case 5, 6: return .undoableStep(name: name)
        case 7: return .hardToUndo(name: name)
        case 8: return .world(name: name)
        case 9: return .signal(name: name)
        case 10: return .approval(name: name, isRejected: Int.random(in: 0..<6, using: &random) == 0)
        case 11: return .first(name: name, seconds: Int.random(in: 0...40, using: &random))
        case 12: return .sleep(name: name, seconds: Int.random(in: 0...100, using: &random))
        case 13: return Int.random(in: 0..<3, using: &random) == 0 ? .failingStep(name: name) : plain
        case 14: return .slowStep(name: name)
        case 15: return isPlain ? .mail(name: name) : .onceStep(name: name)
        case 16: return Int.random(in: 0..<3, using: &random) == 0 ? .fickleStep(name: "fickle-\(name)") : plain
        case 17: return .timed(name: name, seconds: Int.random(in: 0...40, using: &random))
        case 18: return .look(name: name)
        case 19: return .either(name: name)
        default: return plain
        }
    }

    /// What it brings when nothing disturbs it; `nil` when it fails.
    var expected: String? {
        switch self {
        case .step(let name, _, _), .paidStep(let name, _), .onceStep(let name), .undoableStep(let name),
            .hardToUndo(let name), .slowStep(let name), .mail(let name), .fickleStep(let name),
            .world(let name), .signal(let name), .first(let name, _), .sleep(let name, _), .timed(let name, _),
            .look(let name), .either(let name):
            return name
        case .approval(let name, let isRejected): return isRejected ? nil : name
        case .failingStep: return nil
        case .sequence(let trees), .all(_, let trees):
            let values = trees.compactMap(\.expected)
            return values.count == trees.count ? values.joined(separator: ",") : nil
        case .branch(_, let tree), .child(_, let tree): return tree.expected
        case .settled(_, let trees): return trees.map { $0.expected ?? "!" }.joined(separator: ",")
        // Whoever is first decides, by a value or by an error: both are caught.
        case .race(let name, _): return name
        }
    }

    /// What it may spend at the most if nothing is repeated.
    var tokens: Int64 {
        switch self {
        case .paidStep(_, let tokens): tokens
        case .sequence(let trees), .all(_, let trees), .settled(_, let trees), .race(_, let trees):
            trees.map(\.tokens).reduce(0, +)
        case .branch(_, let tree), .child(_, let tree): tree.tokens
        default: 0
        }
    }
}
