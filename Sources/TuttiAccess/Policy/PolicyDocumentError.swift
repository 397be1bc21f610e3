package import TuttiYAML

/// A policy or case file that cannot be used, with everything that is wrong with it. Nothing was changed.
package struct PolicyDocumentError: Error, Hashable, CustomStringConvertible {
    /// In the order in which they were found, at most ``PolicyLimits/problemsMax`` and one that counts the rest.
    package let problems: [PolicyProblem]

    init(_ problems: [PolicyProblem]) {
        let rest = problems.count - PolicyLimits.problemsMax
        let note = PolicyProblem(path: "", mark: nil, rule: .limit, message: "and \(rest) more problems")
        self.problems = problems.prefix(PolicyLimits.problemsMax) + (rest > 0 ? [note] : [])
    }

    /// One line for each problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong with a policy or case file.
package struct PolicyProblem: Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is; the texts are stable.
    package enum Rule: String, Sendable, Hashable {
        /// The file is no YAML, or none that is read here.
        case syntax
        /// A key has no meaning where it stands.
        case unknownKey = "unknown_key"
        /// Something that has to be there is not.
        case missing
        /// A value is of the wrong sort, or out of its range.
        case value
        /// A permission does not exist.
        case unknownPermission = "unknown_permission"
        /// A role or group does not exist.
        case unknownName = "unknown_name"
        /// A name stands twice, or belongs to something else.
        case taken
        /// Something inherits or includes itself.
        case cycle
        /// There is more than a limit allows.
        case limit
    }

    /// The way from the top, such as `rules[2].hours.from`, counted from 0; empty for the file itself.
    package let path: String
    /// Line and column; `nil` for what did not come as a text.
    package let mark: YAMLMark?
    package let rule: Rule
    /// What is wrong and what to do.
    package let message: String

    /// `LINE:COLUMN: PATH: MESSAGE`
    package var description: String {
        [mark?.description, path.isEmpty ? nil : path, message].compactMap(\.self).joined(separator: ": ")
    }
}
