import FoundationEssentials
import Tutti
package import TuttiAgents
package import TuttiConfiguration
import TuttiCore
package import TuttiModels
package import TuttiProviders
import TuttiRuntime

extension CommandContext {
    /// The models that this command line can ask.
    package func models(_ configuration: Configuration) -> ModelDirectory {
        ModelDirectory(ProviderSettings(configuration, environment: environment))
    }

    /// The same with what they cost, and the routes of the configuration by their names.
    ///
    /// - Throws: ``InputError`` for a list of prices or a file of routes that cannot be read.
    package func pricedModels(_ configuration: Configuration) throws(InputError) -> any ModelSource {
        let models = PricedModels(models(configuration), prices: try prices(configuration))
        return try routes?(models, configuration, self) ?? models
    }

    /// The prices that the configuration names; none without it.
    ///
    /// - Throws: ``InputError``.
    package func prices(_ configuration: Configuration) throws(InputError) -> PriceTable {
        guard let path = configuration.value(of: ConfigurationKeys.modelsPrices) else { return PriceTable() }
        do throws(PriceTableError) {
            return try PriceTable.read(path: path)
        } catch {
            throw InputError(error.message)
        }
    }

    /// Does what may take long, until it is done or a signal comes.
    func untilSignal(_ body: @escaping @Sendable () async throws -> ExitCode) async throws -> ExitCode {
        try await withThrowingTaskGroup(of: ExitCode.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in Signals.stream(RoundtableSitting.signals) { return .interrupted }
                throw CancellationError()  // the other one has ended
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .failed
        }
    }
}
