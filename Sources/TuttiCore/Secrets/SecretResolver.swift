/// Turns references into secrets at the moment in which they are sent, for those who know nothing of where they are
/// kept.
package protocol SecretResolver: Sendable {
    /// The secret that a reference means for who runs.
    ///
    /// - Parameters:
    ///   - project: `nil` when the work belongs to none; secrets of projects are then not looked for.
    ///   - person: `nil` when the work belongs to nobody with an account.
    /// - Returns: `nil` when there is none.
    /// - Throws: what keeps the secrets cannot be used now; the error tells nothing of any secret.
    func secret(
        _ reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws -> SecretText?
}
