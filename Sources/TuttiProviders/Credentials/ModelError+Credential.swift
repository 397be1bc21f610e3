import TuttiModels

extension ModelError {
    /// There is no credential, or not a good one; asking again changes nothing.
    ///
    /// - Parameter problem: what is wrong and the way out, without anything secret.
    static func noCredential(_ problem: String) -> ModelError { ModelError(.unauthenticated, .never, problem) }

    /// Whoever gives credentials cannot be asked now.
    static func credentialUnreachable(_ problem: String) -> ModelError { ModelError(.unreachable, .retry, problem) }
}
