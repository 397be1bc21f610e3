package import TuttiCore
package import TuttiStore
package import TuttiTeams

/// How a roundtable that has its end goes on with more rounds, read from its run.
package struct RoundtableContinuation: Sendable {
    package let run: RunID
    /// Rounds that are taken over.
    package let rounds: Int
    /// The first key of the journal that is not taken over.
    package let key: String
    package let input: RoundtableInput

    /// Why a run does not go on so.
    package struct Refusal: Error, Sendable, CustomStringConvertible {
        /// Which run, why, and the way out.
        package let description: String
    }

    /// - Parameter maxIterations: the new limit, rounds that are done included.
    /// - Throws: ``Refusal``; `StoreError`.
    package init(of record: RunRecord, in store: some JournalStore, maxIterations: Int) async throws {
        let result = try await Self.result(of: record, store)
        let input = try CanonicalJSON.decode(RoundtableInput.self, from: try await store.bytes(of: record.input))
        do throws(StepError) {
            let next = try Roundtable.continuation(of: result, input, maxIterations: maxIterations)
            (run, rounds, key) = (record.summary.id, result.rounds.count, next.key)
            self.input = next.input
        } catch {
            throw Refusal(description: "\(record.summary.id) cannot be continued: \(error.message)")
        }
    }

    private static func result(of record: RunRecord, _ store: some JournalStore) async throws -> RoundtableResult {
        let run = record.summary
        guard run.workflow == Roundtable.name else {
            throw Refusal(
                description: "\(run.id) is no roundtable but a run of '\(run.workflow)', which has no rounds; 'tutti "
                    + "runs fork \(run.id)' makes a new run of it")
        }
        guard run.status == .completed, let output = record.output else {
            let wayOut = run.status == .failed ? "retry" : run.status == .cancelled ? "fork" : "resume"
            throw Refusal(
                description: "\(run.id) has no result, it is \(run.status.rawValue); see 'tutti runs \(wayOut) "
                    + "\(run.id)'")
        }
        let bytes = try await store.bytes(of: output)
        guard let result = try? CanonicalJSON.decode(RoundtableResult.self, from: bytes) else {
            throw Refusal(description: "the result of \(run.id) cannot be read by this release")
        }
        return result
    }
}
