package import TuttiCore

/// A key that tokens are signed with, as it is kept: sealed.
package struct KeptSigningKey: Sendable, Hashable {
    package var id: String
    package var algorithm: String
    package var sealed: [UInt8]
    package var created: Timestamp
    /// When it no longer signs; tokens that it has signed before are good until they expire.
    package var retired: Timestamp?

    package init(id: String, algorithm: String, sealed: [UInt8], created: Timestamp, retired: Timestamp? = nil) {
        self.id = id
        self.algorithm = algorithm
        self.sealed = sealed
        self.created = created
        self.retired = retired
    }
}
