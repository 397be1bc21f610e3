/// One step of one workflow, by the words of the log that `tutti bench crash` writes.
package struct StepName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let workflow: String
    /// Counted from 0.
    package let step: Int

    package init(workflow: String, step: Int) {
        self.workflow = workflow
        self.step = step
    }

    package var description: String { "\(workflow)/\(step)" }

    package static func < (left: StepName, right: StepName) -> Bool {
        (left.workflow, left.step) < (right.workflow, right.step)
    }
}
