import Tutti
import TuttiConfiguration
import TuttiEngine

extension CommandContext {
    /// Opens the home of a command line with all workflows that its runs can be taken up by, and closes it behind
    /// `body`.
    ///
    /// - Throws: ``CommandFailure`` with the words of a `RunError`; `StoreError`; what `body` throws.
    func withTutti<Output>(_ arguments: Arguments, _ body: (Tutti) async throws -> Output) async throws -> Output {
        let configuration = try configuration(for: arguments)
        let home = configuration.home.value
        let known = KnownWorkflows.all(
            home: home, environment: environment, models: try pricedModels(configuration))
        let tutti = try await Tutti.open(home: home, workflows: workflows + known)
        do {
            for notice in tutti.notices { try tell("note: \(notice)") }
            let output = try await body(tutti)
            await tutti.close()
            return output
        } catch let error as RunError {
            await tutti.close()
            throw CommandFailure(error.message)
        } catch {
            await tutti.close()
            throw error
        }
    }
}
