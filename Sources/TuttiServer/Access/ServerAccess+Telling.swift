import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiRuntime

extension ServerAccess {
    /// Writes down what is about to be changed, changes it, and writes down what became of it.
    ///
    /// - Throws: a ``Problem`` 503 when it cannot be written down, and then nothing is changed; what the change throws.
    func telling(
        _ draft: AuditDraft, at clock: any Timekeeper, _ change: () async throws -> Void
    ) async throws {
        var draft = draft
        draft.outcome = .begun
        do throws(AuditError) {
            _ = try await log.append([draft])
        } catch {
            throw Problem(
                503, "audit_unusable", "the audit log cannot be written at the moment, so nothing was changed",
                headers: ["Retry-After": "2"])
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await change())
            draft.outcome = .done
        } catch {
            result = .failure(error)
            draft.outcome = .failed
        }
        draft.time = clock.now()
        // It has been done, or has failed, already: that this cannot be written down changes nothing about it.
        _ = try? await log.append([draft])
        try result.get()
    }
}
