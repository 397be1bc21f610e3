import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTeams

/// A conversation as its journal has it.
struct ChatRecord: Sendable {
    /// What was said and answered, from the one after `known` on, with their numbers.
    private(set) var news: [(number: Int, exchange: ChatExchange)] = []
    /// The exchange that goes on, counted from 1.
    private(set) var current = 1
    /// The message that is being answered; `nil` while none has come.
    private(set) var question: String?
    /// Whether it waits for a message, and none is on its way.
    private(set) var isWaiting = false

    /// Reads it.
    ///
    /// - Parameter known: how many exchanges the reader has seen.
    static func read(_ run: RunID, after known: Int, _ store: some JournalStore) async throws -> ChatRecord {
        var record = ChatRecord()
        let prefix = Chat.exchangeScope + "#"
        var open: [StoredStep] = []
        for row in try await store.journal(of: run) where row.key.hasPrefix(prefix) {
            let path = row.key.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
            guard let number = path.first.flatMap({ Int($0) }) else { continue }
            if path.count > 1 {
                open.append(row)
            } else if case .completed(let payload) = row.result {
                record.current = max(record.current, number + 1)
                guard number > known else { continue }
                let next = try CanonicalJSON.decode(Chat.Next.self, from: try await store.bytes(of: payload))
                if let exchange = next.exchange { record.news.append((number, exchange)) }
            }
        }
        record.news.sort { $0.number < $1.number }  // keys come in the order of their bytes: 10 before 2
        try await record.read(open, run, store)
        return record
    }

    /// How far the exchange is that goes on.
    private mutating func read(_ rows: [StoredStep], _ run: RunID, _ store: some JournalStore) async throws {
        let key = "\(Chat.exchangeScope)#\(current)/\(Chat.messageWait)#1"
        guard let wait = rows.first(where: { $0.key == key }) else { return }
        switch wait.result {
        case .waiting:
            let coming = try await store.inbox(of: run, limit: InboxLimits.waitingMax).contains { message in
                message.consumedBy == nil && [Chat.saySignal, Chat.closeSignal].contains(message.name)
            }
            isWaiting = !coming
        case .completed(let payload):
            let end = try CanonicalJSON.decode(WaitEnd.self, from: try await store.bytes(of: payload))
            if end.position == Chat.sayPosition { question = ChatMessage(signal: try end.value())?.text ?? "" }
        case .open, .failed, .cancelled: break
        }
    }
}
