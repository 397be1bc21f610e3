import Testing
import TuttiCore

@testable import TuttiAccess

struct AccountErrorTests {
    /// Whoever prints an error prints its sentence, and nothing of how it is made.
    @Test func printsItsSentence() {
        let errors: [any CodedError] = [
            AccountError.unusable("the file is damaged"), AccountError.lastOwner, CredentialRefusal.keyRefused,
            SecretError.cannotBeOpened, AuditError(.unusable, "the disk is full"),
        ]
        for error in errors {
            let printed = "\(error as any Error)"
            #expect(printed.hasSuffix(error.message) && !printed.contains("Error("), "\(printed)")
        }
    }
}
