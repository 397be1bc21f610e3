import FoundationEssentials
package import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine

/// What the critics of a roundtable remember under one name: the findings of earlier roundtables, and what became of
/// them.
///
/// Each finding is an entry of its own, so that roundtables which end at the same time do not write over each other.
package struct TableMemory: Sendable {
    /// The longest name, in bytes.
    static let nameLengthMax = 100
    /// How long an entry is kept after it was last written.
    static let timeToLive: Duration = .seconds(180 * 86_400)
    /// Entries that are looked through, the newest first.
    package static let searchedMax = 1_000
    /// Findings that one critic is told.
    static let toldMax = 12
    /// Findings of one critic that a roundtable leaves behind.
    static let keptMax = 40

    private let memory: any Memory
    private let name: String
    /// Those that remember.
    private let critics: [String]
    /// What the document is called.
    private let document: String

    init(_ memory: any Memory, name: String, critics: [String], document: String) {
        self.memory = memory
        self.name = name
        self.critics = critics
        self.document = document
    }

    /// Where a memory keeps what belongs to a name.
    package static func namespace(of name: String) -> String { namespacePrefix + name }
    package static let namespacePrefix = "roundtable/"

    private var namespace: String { Self.namespace(of: name) }

    /// Why a text cannot be such a name; `nil` when it can.
    package static func problem(ofName name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= nameLengthMax else {
            return "has \(name.utf8.count) bytes; use a name of 1 to \(nameLengthMax)"
        }
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain ? nil : "holds control characters; use letters, digits and hyphens"
    }

    /// The finding that an entry holds; `nil` for an entry of somebody else.
    package static func finding(in entry: MemoryEntry) -> RememberedFinding? {
        try? CanonicalJSON.decode(RememberedFinding.self, from: Data(entry.value.utf8))
    }

    // MARK: Before the first round

    /// What each critic remembers. It is recorded, since a memory changes.
    func recall(_ ctx: Context) async throws -> [String: [RememberedFinding]] {
        try await ctx.step("recall", name) { name in
            let recalled = try await told()
            let count = recalled.values.reduce(0) { $0 + $1.count }
            try StepContext.current?.emit(
                RoundtableEvent.MemoryRecalled.type, RoundtableEvent.MemoryRecalled(memory: name, findings: count))
            return recalled
        }
    }

    /// Entries that are no findings are left alone.
    private func told() async throws -> [String: [RememberedFinding]] {
        let entries = try await memory.list(in: namespace, limit: Self.searchedMax)
        let findings = entries.compactMap(Self.finding(in:))
        var told: [String: [RememberedFinding]] = [:]
        for critic in critics {
            let own = RememberedFinding.foremost(findings.filter { $0.critic == critic }, Self.toldMax)
            if !own.isEmpty { told[critic] = own }
        }
        return told
    }

    // MARK: After the last round

    /// Keeps what was found.
    ///
    /// - Returns: why it could not be kept, which does not cost the result; `nil` when all is well.
    func remember(
        _ result: RoundtableResult, _ recalled: [String: [RememberedFinding]], _ ctx: Context
    ) async throws -> String? {
        do {
            try await ctx.step("remember") { try await keep(result, recalled) }
            return nil
        } catch let error as StepError {
            return error.message
        }
    }

    /// Doing it twice is the same as doing it once.
    private func keep(_ result: RoundtableResult, _ recalled: [String: [RememberedFinding]]) async throws {
        for critic in critics {
            for finding in findings(of: critic, in: result, recalled: recalled[critic] ?? []) {
                let value = String(decoding: try CanonicalJSON.encode(finding), as: UTF8.self)
                try await memory.put(value, for: Self.key(of: finding), in: namespace, timeToLive: Self.timeToLive)
            }
        }
    }

    private static func key(of finding: RememberedFinding) -> String {
        "\(finding.critic)/\(Digest.sha256Hex(finding.identity).prefix(16))"
    }

    /// What is open at the end, what was fixed on the way, and what was open before and has not been found again.
    private func findings(
        of critic: String, in result: RoundtableResult, recalled: [RememberedFinding]
    ) -> [RememberedFinding] {
        let rounds = result.rounds.prefix(result.documentVersion)
        let open = result.open.map(\.finding).filter { $0.critic == critic }
        var known = Set(open.map(\.identity))
        var findings = open.map { RememberedFinding($0, in: document, isFixed: false) }
        for finding in rounds.reversed().flatMap(\.fixed)
        where finding.critic == critic && known.insert(finding.identity).inserted {
            findings.append(RememberedFinding(finding, in: document, isFixed: true))
        }
        // Who has failed in the last round has not looked.
        let hasLooked = rounds.last?.critics.contains { $0.critic == critic && $0.error == nil } ?? false
        if hasLooked {
            for var finding in recalled where !finding.isFixed && known.insert(finding.identity).inserted {
                finding.isFixed = true
                findings.append(finding)
            }
        }
        return RememberedFinding.foremost(findings, Self.keptMax)
    }
}
