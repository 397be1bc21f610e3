/// A guard has ended a call. Its sentence names the guard, what was found and where; never what it was found in.
package struct GuardRefusal: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Something that is not let through, by its kind or as `pattern`.
        case found(String)
        /// A request is larger than it may be.
        case tooLarge(GuardSizes.Size, is: Int64, max: Int64)
        /// What says how large it may become is no number that can be compared.
        case uncounted(GuardSizes.Size, max: Int64)
        /// It could not be looked to the end of a text.
        case gaveUp
        /// The request has words that cannot be read.
        case unreadable
    }

    /// The code of the failure, in every dialect that has codes.
    package static let code = "guard_refused"

    package var name: String
    package var reason: Reason
    /// The member of the request or answer, such as `messages[2].content`; `nil` in a stream.
    package var member: String?
    package var place: GuardPlace

    package init(_ name: String, _ reason: Reason, in member: String?, of place: GuardPlace) {
        self.name = name
        self.reason = reason
        self.member = member
        self.place = place
    }

    /// What was done, for accounts: of a pattern that gave up nobody knows what there was.
    package var done: String { reason == .gaveUp ? "gave_up" : GuardAction.refuse.done }

    /// One sentence with the way out.
    package var message: String {
        let whose = place == .answer ? " of the answer" : ""
        let spot = member.map { "'\($0)'\(whose)" } ?? "the \(place.rawValue)"
        switch reason {
        case .found(let what):
            let way =
                place == .request
                ? "take it out and ask again" : "ask for an answer without it; asking the same again costs the same"
            return "the guard '\(name)' lets no \(what) through, and there is one in \(spot); \(way)"
        case .tooLarge(let size, let count, let max):
            return "the guard '\(name)' allows at most \(max) \(size.noun) and the request has \(count); ask for less"
        case .uncounted(let size, let max):
            return "the guard '\(name)' allows at most \(max) \(size.noun) and \(spot) is no such number; write one"
        case .gaveUp:
            return "the guard '\(name)' takes too long on \(spot), so nothing of it goes through; send shorter texts, "
                + "or have its patterns made simpler"
        case .unreadable:
            return "the guard '\(name)' cannot read \(spot): it holds numbers in place of words; send texts"
        }
    }
}
