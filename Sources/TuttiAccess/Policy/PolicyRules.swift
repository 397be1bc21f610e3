package import TuttiCore
package import TuttiYAML

/// The policy as rules of a document: who may do what, decided in about a microsecond.
///
/// A denial wins over whatever allows, in any order. Of what allows, the widest reach wins; of equal reaches a role's
/// permission, then the earlier rule. What is allowed waits for an approval where a rule says so, whoever allows it.
/// Nothing is allowed that nothing allows. The bounds of API keys come before all rules: see ``PolicyBounds``.
package struct PolicyRules: PolicyDecider {
    private let source: PolicyDocument
    private let tables: PolicyTables

    init(_ document: PolicyDocument) {
        source = document
        tables = PolicyTables(document)
    }

    /// Reads a policy file.
    ///
    /// - Throws: ``FieldError`` with everything that is wrong with it.
    package init(yaml text: String) throws(FieldError) {
        self.init(
            try PolicyReader.read(
                try FieldNode.read(text, whichHas: "extends: built-in, and rules below it"),
                builtIn: Self.builtIn.source))
    }

    /// Reads a policy document that came as JSON.
    ///
    /// - Throws: ``FieldError`` with everything that is wrong with it.
    package init(json value: JSONValue) throws(FieldError) {
        self.init(try PolicyReader.read(FieldNode(value), builtIn: Self.builtIn.source))
    }

    /// The policy of a server that was given no other: the file `policies/tutti.yaml`.
    package static let builtIn: PolicyRules = {
        // A test holds that it can be read; if it could not, nobody would be allowed anything.
        let document = try? PolicyReader.read(FieldNode.read(builtInText, whichHas: "rules"), builtIn: nil)
        return PolicyRules(document ?? PolicyDocument())
    }()

    /// Decides at once.
    package func decide(_ question: PolicyQuestion) -> PolicyDecision { tables.decide(question) }

    // MARK: What it says

    /// A role for people who give it to others.
    package struct Role: Sendable, Hashable {
        package let name: String
        /// One sentence; may be empty.
        package let summary: String
        package let inherits: [String]
        /// All that it may do, inherited or not, where no rule denies it.
        package let permissions: [Permission: Reach]
    }

    /// The whole document, what it extends included, as JSON: the data of other deciders.
    package var document: JSONValue { source.json }

    /// All roles, by name.
    package var roles: [Role] {
        source.roles.sorted { $0.key < $1.key }.map { name, role in
            Role(
                name: name, summary: role.summary, inherits: role.inherits,
                permissions: source.permissions(of: name))
        }
    }

    /// Whether there is a role of this name.
    package func hasRole(_ name: String) -> Bool { source.roles[name] != nil }

    /// What these roles may do together, where no rule denies it.
    package func permissions(of roles: some Sequence<String>) -> [Permission: Reach] {
        roles.reduce(into: [:]) { $0.merge(source.permissions(of: $1)) { max($0, $1) } }
    }

    /// The groups that somebody with these roles is in.
    package func groups(of roles: Set<String>, environment: String) -> Set<String> {
        let environment = environment.lowercased()
        return Set(
            source.groups.keys.filter { !source.members(of: $0, in: environment).isDisjoint(with: roles) })
    }
}
