package import Tutti
package import TuttiAgents
package import TuttiConfiguration
import TuttiEngine

extension CommandContext {
    /// Opens the home of a command line with all workflows that its runs can be taken up by, and closes it behind
    /// `body`.
    ///
    /// - Throws: ``CommandFailure`` with the words of a `RunError`; `StoreError`; what `body` throws.
    func withTutti<Output>(_ arguments: Arguments, _ body: (Tutti) async throws -> Output) async throws -> Output {
        let configuration = try configuration(for: arguments)
        let home = configuration.home.value
        let models = try pricedModels(configuration)
        let known = KnownWorkflows.all(
            home: home, environment: environment, models: models, agents: try agents(configuration, models))
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

    /// Says what nobody should miss.
    private func warn(_ text: String) { try? progress.write("WARNING: \(text)\n") }

    /// The agents of the home, with what the configuration says about their tools.
    ///
    /// - Parameter isUnsafe: whether programs are run without a sandbox, which is said each time.
    /// - Throws: ``InputError``.
    package func agents(
        _ configuration: Configuration, _ models: (any ModelSource)? = nil, isUnsafe: Bool = false
    ) throws(InputError) -> HomeAgents {
        let found = if let models { models } else { try pricedModels(configuration) }
        do throws(EgressSettingError) {
            return try HomeAgents(configuration, models: found, unsafely: isUnsafe ? warn : nil)
        } catch {
            throw InputError(error.message)
        }
    }
}
