package import FoundationEssentials
public import TuttiCore

/// A run with its whole journal, outside of any store: what `tutti runs export` writes and a replay reads.
///
/// All payloads stand in their rows, blobs included.
public struct RunArchive: Sendable, Hashable {
    /// Names the form; a change that breaks readers gets another name.
    public static let schema = "tutti.run/1"
    /// The most bytes of a file that is read, and of the payloads and events of a run that is exported.
    public static let sizeMax = 256 << 20

    /// The run as it was when it was exported.
    public var run: RunSummary
    package var input: Data
    package var output: Data?
    /// In the order in which their keys were first written.
    package var steps: [StoredStep]
    /// In the order in which they came.
    package var inbox: [InboxMessage]
    package var events: [RunEvent]

    package init(
        run: RunSummary, input: Data, output: Data?, steps: [StoredStep], inbox: [InboxMessage] = [],
        events: [RunEvent] = []
    ) {
        self.run = run
        self.input = input
        self.output = output
        self.steps = steps
        self.inbox = inbox
        self.events = events
    }

    /// Takes all that is stored of a run.
    ///
    /// - Throws: `StoreError`; ``RunArchiveError`` `archive_too_large`.
    package init(_ record: RunRecord, from store: any JournalStore) async throws {
        let run = record.summary.id
        var taker = PayloadTaker(store: store)
        input = try await taker.bytes(of: record.input)
        output = nil
        if let stored = record.output { output = try await taker.bytes(of: stored) }
        steps = []
        for var step in try await store.steps(of: run) {
            if case .completed(let payload) = step.result {
                step.result = .completed(.inline(try await taker.bytes(of: payload)))
            }
            steps.append(step)
        }
        inbox = []
        for var message in try await store.inbox(of: run, limit: .max) {
            message.payload = .inline(try await taker.bytes(of: message.payload))
            if let edited = message.answer?.edited {
                message.answer?.edited = .inline(try await taker.bytes(of: edited))
            }
            inbox.append(message)
        }
        events = []
        while true {
            let page = try await store.events(of: run, after: events.last?.n ?? 0, limit: Self.pageSize)
            if page.isEmpty { break }
            for event in page { try taker.count(event.data.count) }
            events += page
        }
        self.run = record.summary
    }

    /// Whether something is recorded under a key.
    package func hasKey(_ key: String) -> Bool { steps.contains { $0.key == key } }

    private static let pageSize = 1000

    /// Fetches payloads, as long as they fit into one document.
    private struct PayloadTaker {
        let store: any JournalStore
        private var size = 0

        init(store: any JournalStore) { self.store = store }

        mutating func bytes(of payload: StoredPayload) async throws -> Data {
            let bytes = try await store.bytes(of: payload)
            try count(bytes.count)
            return bytes
        }

        mutating func count(_ bytes: Int) throws(RunArchiveError) {
            size += bytes
            guard size <= RunArchive.sizeMax else { throw .tooLargeToWrite }
        }
    }
}

/// Why a file is no archive of a run that this release can read.
public struct RunArchiveError: CodedError, Hashable, CustomStringConvertible {
    /// `archive_unreadable`, `archive_foreign`, `archive_newer`, `archive_field`, `archive_too_large`.
    public var code: String
    /// Which field, which rule, and the way out.
    public var message: String
    /// The field, such as `steps[3].kind`; empty when it is about the whole file.
    public var field: String
    /// Never: the file stays what it is.
    public var isRetryable: Bool { false }
    /// `code: message`
    public var description: String { "\(code): \(message)" }

    private init(_ code: String, _ message: String, field: String = "") {
        self.code = code
        self.message = message
        self.field = field
    }

    static let unreadable = RunArchiveError(
        "archive_unreadable", "it is no whole JSON document; it may have been cut off: export the run again")

    static let foreign = RunArchiveError(
        "archive_foreign", "it is no export of a run: 'schema' is not \(RunArchive.schema)", field: "schema")

    static func newer(_ schema: String) -> RunArchiveError {
        RunArchiveError(
            "archive_newer",
            "it has the form '\(schema.prefix(40))', this release reads \(RunArchive.schema); use the release that "
                + "wrote it", field: "schema")
    }

    static func field(_ path: String, _ problem: String) -> RunArchiveError {
        RunArchiveError("archive_field", "\(path) \(problem); export the run again", field: path)
    }

    package static func tooLargeToRead(_ size: Int) -> RunArchiveError {
        RunArchiveError(
            "archive_too_large", "it has \(size) bytes; an export of at most \(RunArchive.sizeMax) is read")
    }

    static let tooLargeToWrite = RunArchiveError(
        "archive_too_large",
        "what is stored of the run has more than \(RunArchive.sizeMax) bytes, which is too much for one document; "
            + "keep a copy of the home instead")
}
