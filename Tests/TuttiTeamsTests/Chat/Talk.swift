import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Talks with models that answer by functions, without waiting for people.
struct Talk {
    let store = MemoryJournalStore()
    let cuts = AnswerCuts()
    let models: [String: any ModelProvider]
    var prices = PriceTable()

    init(_ provider: any ModelProvider, others: [String: any ModelProvider] = [:]) {
        models = ["test/a": provider].merging(others) { $1 }
    }

    var chat: Chat {
        Chat(models: ListedModels(models.map { Model($0.key, provider: $0.value, prices: prices) }), cuts: cuts)
    }

    /// Says all that, and ends the conversation.
    func say(
        _ messages: JSONValue..., to input: Chat.Input = Chat.Input(model: "test/a")
    ) async throws -> (output: Chat.Output, exchanges: [ChatExchange]) {
        let chat = chat
        return try await withEngine(on: store, [chat]) { engine in
            let run = try await engine.start(chat, input)
            for message in messages { try await engine.signal(run.id, Chat.saySignal, message) }
            try await engine.signal(run.id, Chat.closeSignal)
            return (try await run.output, try await exchanges(of: run.id))
        }
    }

    /// What the journal has, in order.
    func exchanges(of run: RunID) async throws -> [ChatExchange] {
        var found: [Int: ChatExchange] = [:]
        for row in try await store.journal(of: run) {
            guard row.kind == .branch, case .completed(let payload) = row.result,
                let number = Int(row.key.dropFirst(Chat.exchangeScope.count + 1))
            else { continue }
            let next = try CanonicalJSON.decode(Chat.Next.self, from: try await store.bytes(of: payload))
            found[number] = next.exchange
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension ModelRequest {
    /// Who says what, such as `u:hi`.
    var said: [String] {
        messages.map { message in
            let texts = message.content.map { if case .text(let text) = $0 { text } else { "[\($0)]" } }
            return (message.role == .user ? "u:" : "a:") + texts.joined()
        }
    }
}
