/// One execution of a step, as the process that began it wrote it down: `workflow step pid`.
package struct LogLine: Hashable, Sendable {
    package let name: StepName
    package let process: Int32

    package init(name: StepName, process: Int32) {
        self.name = name
        self.process = process
    }

    /// Nil when the line has another shape.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, let step = Int(words[1]), let process = Int32(words[2]) else {
            return nil
        }
        self.init(name: StepName(workflow: String(words[0]), step: step), process: process)
    }
}
