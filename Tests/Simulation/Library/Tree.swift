import TuttiCore

/// A workflow as a tree that was drawn from a seed; it is the input of its run.
indirect enum Tree: Codable, Sendable {
    /// A step that fails a few times before it brings its value.
    case step(name: String, failures: Int, hasLongBackOff: Bool)
    case failingStep(name: String)
    case paidStep(name: String, tokens: Int64)
    case onceStep(name: String)
    case undoableStep(name: String)
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
    case child(name: String, Tree)

    /// Draws a tree.
    static func drawn(by random: inout SeededGenerator, depth: Int = 3, counter: inout Int) -> Tree {
        counter += 1
        let name = "n\(counter)"
        func many(_ range: ClosedRange<Int>, _ random: inout SeededGenerator, _ counter: inout Int) -> [Tree] {
            (0..<Int.random(in: range, using: &random)).map { _ in
                drawn(by: &random, depth: depth - 1, counter: &counter)
            }
        }
        let kinds = depth > 0 ? 20 : 12
        switch Int.random(in: 0..<kinds, using: &random) {
        case 0, 1: return .step(name: name, failures: 0, hasLongBackOff: false)
        case 2:
            return .step(
                name: name, failures: Int.random(in: 1...2, using: &random),
                hasLongBackOff: Bool.random(using: &random))
        case 3: return .paidStep(name: name, tokens: Int64.random(in: 1...50, using: &random))
        case 4: return .onceStep(name: name)
        case 5: return .undoableStep(name: name)
        case 6: return .world(name: name)
        case 7: return .signal(name: name)
        case 8: return .approval(name: name, isRejected: Int.random(in: 0..<6, using: &random) == 0)
        case 9: return .first(name: name, seconds: Int.random(in: 0...40, using: &random))
        case 10: return .sleep(name: name, seconds: Int.random(in: 0...100, using: &random))
        case 11:
            return Int.random(in: 0..<4, using: &random) == 0
                ? .failingStep(name: name) : .step(name: name, failures: 0, hasLongBackOff: false)
        case 12, 13: return .sequence(many(2...4, &random, &counter))
        case 14: return .branch(name: name, drawn(by: &random, depth: depth - 1, counter: &counter))
        case 15, 16: return .all(name: name, many(2...3, &random, &counter))
        case 17: return .settled(name: name, many(2...3, &random, &counter))
        case 18: return .race(name: name, many(2...3, &random, &counter))
        default: return .child(name: name, drawn(by: &random, depth: depth - 1, counter: &counter))
        }
    }

    /// What it brings when nothing disturbs it; `nil` when it fails.
    var expected: String? {
        switch self {
        case .step(let name, _, _), .paidStep(let name, _), .onceStep(let name), .undoableStep(let name),
            .world(let name), .signal(let name), .first(let name, _), .sleep(let name, _):
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
