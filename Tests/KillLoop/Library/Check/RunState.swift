/// What the journal says of one run.
package struct RunState: Sendable, Equatable {
    package var id: String
    /// Nil while it lives.
    package var status: String?
    /// How often it has been claimed.
    package var fence: Int
    /// From its start to its end, in milliseconds; nil while it lives.
    package var lifetime: Int?
}
