/// A value of a YAML file and where it stands.
struct YAMLValue: Sendable, Hashable {
    /// What it is. Scalars keep their text: what it means is decided by the key that reads it.
    indirect enum Content: Sendable, Hashable {
        case scalar(String)
        case sequence([YAMLValue])
        /// In the order of the file; no key stands twice.
        case mapping([Entry])
    }

    struct Entry: Sendable, Hashable {
        let key: String
        let mark: YAMLMark
        let value: YAMLValue
    }

    let content: Content
    let mark: YAMLMark
}

/// A place in a file, counted from 1 as editors do.
package struct YAMLMark: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    package var description: String { "\(line):\(column)" }
}

/// A file that is no YAML that we read.
struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    let mark: YAMLMark
    /// What is wrong and what to do.
    let message: String

    var description: String { "\(mark): \(message)" }
}
