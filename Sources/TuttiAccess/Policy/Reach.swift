/// How far a permission reaches.
package enum Reach: String, Sendable, Hashable, CaseIterable, Comparable {
    /// What the caller owns.
    case own
    /// Everything of the caller's tenant.
    case all

    /// The wider one is greater.
    package static func < (left: Reach, right: Reach) -> Bool { left == .own && right == .all }
}
