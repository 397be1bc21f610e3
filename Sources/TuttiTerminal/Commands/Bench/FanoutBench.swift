import TuttiCore
import TuttiModels
import TuttiProviders

/// `tutti bench fanout`: many calls of a model at one time.
package enum FanoutBench: CommandHandler {
    package static let command = BenchCommands.fanout

    /// What a server without a real model answers to.
    private static let model = "mock-model"

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let count = arguments[BenchFlags.calls]
        // Some servers ask for a key, and take any.
        let server = ProviderSettings.Server(url: arguments[BenchFlags.url], key: SecretText("bench"))
        let directory = ModelDirectory(ProviderSettings(servers: ["bench": server]))
        let provider: any ModelProvider
        do throws(ModelDirectoryError) {
            provider = try directory.resolve("bench/\(model)").provider
        } catch {
            throw InputError("--url \(arguments[BenchFlags.url].prefix(80)): \(error.message)")
        }
        let base = ResourceMeter.memoryMiB()
        let meter = ResourceMeter()
        let failures = await ask(provider, count)
        let fields: [(String, String)] = [
            ("calls", "\(count)"), ("wall_s", BenchReport.text(meter.wallSeconds, places: 3)),
            ("rss_base_mb", BenchReport.text(base, places: 1)),
            ("rss_peak_mb", BenchReport.text(ResourceMeter.peakMemoryMiB(), places: 1)),
            ("cpu_s", BenchReport.text(meter.processorSeconds, places: 3)), ("errors", "\(failures.count)"),
        ]
        for (message, times) in failures.messages.prefix(5) { try context.tell("\(times) times: \(message)") }
        try context.output.write(BenchReport.line(fields) + "\n")
        return failures.count == 0 ? .reached : .failed
    }

    /// What went wrong how often, the most frequent first.
    private struct Failures: Sendable {
        var count = 0
        var times: [String: Int] = [:]

        var messages: [(String, Int)] {
            times.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        }
    }

    private static func ask(_ provider: any ModelProvider, _ count: Int) async -> Failures {
        await withTaskGroup(of: String?.self) { group in
            for number in 0..<count {
                group.addTask {
                    let request = ModelRequest(model: model, messages: [.user("call \(number)")])
                    do {
                        _ = try await provider.answer(request) { _ in }
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: Failures()) { failures, message in
                guard let message else { return }
                failures.count += 1
                failures.times[message, default: 0] += 1
            }
        }
    }
}
