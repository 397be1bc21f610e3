/// A value of a YAML file and where it stands.
package struct YAMLValue: Sendable, Hashable {
    /// What it is. Scalars keep their text: what it means is decided by the key that reads it.
    package indirect enum Content: Sendable, Hashable {
        case scalar(String)
        case sequence([YAMLValue])
        /// In the order of the file; no key stands twice.
        case mapping([Entry])
    }

    package struct Entry: Sendable, Hashable {
        package let key: String
        package let mark: YAMLMark
        package let value: YAMLValue
    }

    package let content: Content
    package let mark: YAMLMark
    /// Whether it is a scalar without quotes, so that it may be more than a text: a number, `true`, nothing.
    package let isPlain: Bool
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
package struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package let mark: YAMLMark
    /// What is wrong and what to do.
    package let message: String

    package var description: String { "\(mark): \(message)" }
}
