/// Counts checks, and keeps what was wrong.
package struct Tally: Sendable {
    package private(set) var passed = 0
    package private(set) var violations: [String] = []

    package init() {}

    package var failed: Int { violations.count }

    package mutating func check(_ isRight: Bool, _ violation: @autoclosure () -> String) {
        if isRight { passed += 1 } else { violations.append(violation()) }
    }

    package mutating func add(_ other: Tally) {
        passed += other.passed
        violations += other.violations
    }
}
