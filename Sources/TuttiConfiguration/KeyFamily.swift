/// Keys that differ in one part, which people choose: `providers.NAME.url`.
package struct KeyFamily: Sendable, Hashable {
    /// The line of the reference, with `NAME` in the place of what is chosen.
    package let pattern: KeyDefinition
    private let beginning: String
    private let end: String

    /// What stands for the part that is chosen.
    package static let placeholder = "NAME"
    /// Letters of that part.
    static let memberLengthMax = 32
    /// Members that a layer may have.
    static let membersMax = 64

    /// - Parameters:
    ///   - beginning: of the name, such as `providers`.
    ///   - end: of the name, such as `url`.
    ///   - documentation: what the value does, in a sentence.
    init(_ beginning: String, _ end: String, _ kind: ValueKind, secret: Bool = false, _ documentation: String) {
        self.beginning = beginning
        self.end = end
        pattern = KeyDefinition(
            name: "\(beginning).\(Self.placeholder).\(end)", kind: kind, fallback: nil, documentation: documentation,
            isSecret: secret)
    }

    /// The key of a member.
    func key(of member: String) -> KeyDefinition {
        KeyDefinition(
            name: "\(beginning).\(member).\(end)", kind: pattern.kind, fallback: nil,
            documentation: pattern.documentation, isSecret: pattern.isSecret)
    }

    /// The key of a whole name, when it is one of this family.
    func key(named name: String) -> KeyDefinition? { member(of: name).map(key) }

    /// What was chosen in a whole name.
    func member(of name: String) -> String? {
        guard name.hasPrefix(beginning + "."), name.hasSuffix("." + end) else { return nil }
        let member = name.dropFirst(beginning.count + 1).dropLast(end.count + 1)
        return Self.isMember(member) ? String(member) : nil
    }

    /// The key that a variable sets.
    func key(setBy variable: String) -> KeyDefinition? {
        let (front, back) = (KeyDefinition.variable(of: beginning) + "_", "_" + end.uppercased())
        guard variable.hasPrefix(front), variable.hasSuffix(back), variable.count > front.count + back.count else {
            return nil
        }
        let member = variable.dropFirst(front.count).dropLast(back.count)
        guard member == member.uppercased(), Self.isMember(member.lowercased()) else { return nil }
        return key(of: member.lowercased())
    }

    /// What all names of this family begin with.
    var levels: String { beginning + "." }

    /// Whether names of this family can begin so: with what comes before a dot.
    func canBegin(with level: String) -> Bool {
        level == beginning || (level.hasPrefix(beginning + ".") && Self.isMember(level.dropFirst(beginning.count + 1)))
    }

    /// Lower-case letters, digits and underscores, which variables can say as well.
    private static func isMember(_ text: some StringProtocol) -> Bool {
        (1...memberLengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}
