/// What was forgotten lately, for who was reading from the file meanwhile: what was read before a change must not be
/// kept behind it. State only; whoever has it locks it.
struct ForgottenLately {
    enum Thing: Hashable {
        case session(SessionID)
        case key(APIKeyID)
        /// A person, with all that is shown of it.
        case person(String)
        case everything
    }

    /// The last ones, the newest at the end.
    private var things: [Thing] = []
    /// How many there were ever: what a reader notes before it reads.
    private(set) var count = 0

    /// Who reads for so long that more than these were forgotten reads again.
    static let thingsMax = 256

    mutating func add(_ thing: Thing) {
        if things.count >= Self.thingsMax * 2 { things.removeFirst(Self.thingsMax) }
        things.append(thing)
        count += 1
    }

    /// Whether one of these was forgotten behind a mark.
    func has(_ wanted: Set<Thing>, since mark: Int) -> Bool {
        let recent = count - mark
        guard recent > 0 else { return false }
        guard recent <= things.count else { return true }
        return things.suffix(recent).contains { $0 == .everything || wanted.contains($0) }
    }
}
