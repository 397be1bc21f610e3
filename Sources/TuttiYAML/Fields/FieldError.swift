/// A file that cannot be used, with everything that is wrong with it. Nothing was changed.
package struct FieldError: Error, Hashable, CustomStringConvertible {
    /// Problems that are told at one time; one more line says how many were left out.
    package static let problemsMax = 100

    /// In the order in which they were found, at most ``problemsMax`` and one that counts the rest.
    package let problems: [FieldProblem]

    package init(_ problems: [FieldProblem]) {
        let rest = problems.count - Self.problemsMax
        let note = FieldProblem(path: "", mark: nil, rule: .limit, message: "and \(rest) more problems")
        self.problems = problems.prefix(Self.problemsMax) + (rest > 0 ? [note] : [])
    }

    /// One line for each problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong with a file.
package struct FieldProblem: Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is; the texts are stable. Each sort of file may have kinds of its own.
    package struct Rule: RawRepresentable, Sendable, Hashable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The file is no YAML, or none that is read here.
        package static let syntax = Rule(rawValue: "syntax")
        /// A key has no meaning where it stands.
        package static let unknownKey = Rule(rawValue: "unknown_key")
        /// Something that has to be there is not.
        package static let missing = Rule(rawValue: "missing")
        /// A value is of the wrong sort, or out of its range.
        package static let value = Rule(rawValue: "value")
        /// What a name refers to does not exist.
        package static let unknownName = Rule(rawValue: "unknown_name")
        /// A name stands twice, or belongs to something else.
        package static let taken = Rule(rawValue: "taken")
        /// Something leads to itself.
        package static let cycle = Rule(rawValue: "cycle")
        /// There is more than a limit allows.
        package static let limit = Rule(rawValue: "limit")
    }

    /// The way from the top, such as `rules[2].hours.from`, counted from 0; empty for the file itself.
    package let path: String
    /// Line and column; `nil` for an empty file and for what did not come as a text.
    package let mark: YAMLMark?
    package let rule: Rule
    /// What is wrong and what to do.
    package let message: String

    /// `LINE:COLUMN: PATH: MESSAGE`
    package var description: String {
        [mark?.description, path.isEmpty ? nil : path, message].compactMap(\.self).joined(separator: ": ")
    }
}
