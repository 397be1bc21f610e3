package import TuttiYAML

/// A file of routes that cannot be used, with everything that is wrong with it. Nothing was changed.
package struct RouteTableError: Error, Hashable, CustomStringConvertible {
    /// In the order in which they were found, at most ``RouteLimits/problemsMax`` and one that counts the rest.
    package let problems: [RouteProblem]

    init(_ problems: [RouteProblem]) {
        let rest = problems.count - RouteLimits.problemsMax
        let note = RouteProblem(path: "", mark: nil, rule: .limit, message: "and \(rest) more problems")
        self.problems = problems.prefix(RouteLimits.problemsMax) + (rest > 0 ? [note] : [])
    }

    /// One line for each problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong with a file of routes.
package struct RouteProblem: Sendable, Hashable, CustomStringConvertible {
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
        /// A deployment, an alias or a kind of failure does not exist.
        case unknownName = "unknown_name"
        /// A name stands twice, or belongs to something else.
        case taken
        /// An alias leads to itself.
        case cycle
        /// No call could ever take it.
        case unusable
        /// There is more than a limit allows.
        case limit
    }

    /// The way from the top, such as `routes.smart.deployments[1]`, counted from 0; empty for the file itself.
    package let path: String
    /// Line and column; `nil` for an empty file.
    package let mark: YAMLMark?
    package let rule: Rule
    /// What is wrong and what to do.
    package let message: String

    /// `LINE:COLUMN: PATH: MESSAGE`
    package var description: String {
        [mark?.description, path.isEmpty ? nil : path, message].compactMap(\.self).joined(separator: ": ")
    }
}
