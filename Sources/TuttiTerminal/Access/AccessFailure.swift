import TuttiAccess
import TuttiAccessHTTP

/// What accounts, secrets and the audit log refuse, as commands tell it: what was handed over is ``InputError``, which
/// ends with code 2, all else ``CommandFailure``.
enum AccessFailure {
    /// What people have to change, by the field that an error names.
    private static let places = [
        "/username": "USERNAME", "/email": "--email", "/name": "--name", "/password": "the password",
        "/roles": "--role", "/scopes": "--scope", "/project": "--project",
    ]

    /// - Parameter places: other places than the usual ones.
    static func telling<Output>(
        naming places: [String: String] = [:], _ body: () async throws -> Output
    ) async throws -> Output {
        do {
            return try await body()
        } catch let error as AccountError {
            throw told(error, places)
        } catch let error as SecretError {
            throw told(error)
        } catch let error as AuditError {
            let isInput = [.invalid, .unreadable, .unwritable].contains(error.kind)
            throw isInput ? InputError(error.message) : CommandFailure(error.message)
        }
    }

    private static func told(_ error: AccountError, _ places: [String: String]) -> any Error {
        let place = error.field.flatMap { places[$0] ?? Self.places[$0] }
        let message = place.map { "\($0): \(error.message)" } ?? error.message
        return error.code == "bad_input" ? InputError(message) : CommandFailure(message)
    }

    private static func told(_ error: SecretError) -> any Error {
        let isInput = [.badInput, .badKey, .badKeyFile].contains(error.reason)
        return isInput ? InputError(error.message) : CommandFailure(error.message)
    }
}
