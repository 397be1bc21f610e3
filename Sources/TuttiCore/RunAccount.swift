/// For whom a run is: who may see it, and whose quotas it counts against.
public struct RunAccount: Sendable, Hashable, Codable {
    /// The account of a person, such as `usr_…`; `nil` for who needs no account: the user of the machine.
    public var person: String?
    /// The project that it belongs to.
    public var project: String?

    /// An account; without anything that of the machine's user.
    public init(person: String? = nil, project: String? = nil) {
        self.person = person
        self.project = project
    }

    /// For whom runs are that the present task starts.
    @TaskLocal public static var current = RunAccount()

    /// An idempotency key as it stands beside those of other people: what one of them chose must not find the run of
    /// another.
    package func keyStored(_ key: String?) -> String? {
        guard let person else { return key }
        return key.map { "\(person)/\($0)" }
    }

    /// Whether what this one names, a person, a project or both, is the same in another; one that names nothing covers
    /// all.
    package func covers(_ other: RunAccount) -> Bool {
        (person == nil || person == other.person) && (project == nil || project == other.project)
    }
}
