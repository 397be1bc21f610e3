import TuttiAccess
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiRouting
import TuttiRuntime

/// Tries several out, some at a time.
struct ModelTrials: Sendable {
    let directory: ModelDirectory
    let prices: PriceTable
    let secrets: [SecretName: SecretText]
    /// The cassette that the calls go to.
    let recording: String?

    /// - Returns: one for each target, in their order.
    /// - Throws: `CancellationError`.
    func all(of targets: [ModelTarget]) async throws -> [ModelTrial] {
        let done = await withTaskGroup(of: (Int, ModelTrial).self) { group in
            var left = targets.enumerated().makeIterator()
            func begin() {
                guard let (index, target) = left.next() else { return }
                group.addTask { (index, await trial(of: target)) }
            }
            for _ in 0..<ModelsTestCommand.atOnceMax { begin() }
            var done: [Int: ModelTrial] = [:]
            while let (index, trial) = await group.next() {
                done[index] = trial
                begin()
            }
            return done
        }
        try Task.checkCancellation()
        return targets.indices.compactMap { done[$0] }
    }

    private func trial(of target: ModelTarget) async -> ModelTrial {
        guard let model = target.model else { return await listing(of: target) }
        do {
            let found = try resolve(target, model)
            let parts = model.split(separator: "/", maxSplits: 1).map { String($0) }
            let now = SystemTimekeeper().now()
            let price =
                target.deployment.map { $0.price(in: prices, at: now) }
                ?? prices.price(of: found.model, from: parts.first ?? "", at: now)
            return await ModelTrial.of(
                found.provider, model: found.model, price: price, name: target.title, tools: target.takesTools)
        } catch {
            return ModelTrial(target.title, failedWith: error)
        }
    }

    private func resolve(
        _ target: ModelTarget, _ model: String
    ) throws(ModelTrialError) -> (provider: any ModelProvider, model: String) {
        do throws(ModelDirectoryError) {
            guard let key = target.key else {
                guard let recording else { return try directory.resolve(model) }
                return try directory.recording(model, to: recording)
            }
            if let secret = secrets[key] { return try directory.resolve(model, key: secret) }
        } catch {
            throw ModelTrialError(code: error.code, message: error.message)
        }
        throw ModelTrialError(
            code: "missing_key",
            message: "the secret '\(target.key?.text ?? "")' is not stored; 'tutti secrets set' stores it")
    }

    /// A provider of which no model is named is asked for its list, which costs nothing and shows whether the key is
    /// taken.
    private func listing(of target: ModelTarget) async -> ModelTrial {
        let found = await directory.listing(of: target.name)
        var trial = ModelTrial(target.name)
        if let problem = found.problem {
            trial.error = ModelTrialError(code: problem.code, message: problem.message)
            return trial
        }
        trial.listed = found.models.count
        return trial
    }
}

/// Why a model was not asked.
struct ModelTrialError: CodedError {
    let code: String
    let message: String
    var isRetryable: Bool { false }
}
