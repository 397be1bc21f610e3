import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Reading the audit log, and proving that nothing of it was changed.
struct AuditRoutes: Sendable {
    let access: ServerAccess
    let version: String
    let clock: any Timekeeper

    private var log: any AuditLog { access.log }

    var all: [Route] { [list, export, verify] }

    struct EntryView: Codable, Sendable {
        var n: Int64
        var time: WireTime
        /// `usr_…`, or left out for who has no account.
        var actor: String?
        var name: String
        var credential: String
        var credentialId: String?
        var address: String?
        var action: String
        /// What the action says, for people.
        var sentence: String
        var targetKind: String?
        var target: String?
        /// `begun`, `done`, `refused` or `failed`.
        var outcome: String
        var request: String?
        var details: [String: String]
        var hash: String

        init(_ entry: AuditEntry) {
            let draft = entry.draft
            n = entry.n
            time = draft.time.wire
            actor = draft.actor.id
            name = draft.actor.name
            credential = draft.actor.credential.kind
            credentialId = draft.actor.credential.id
            address = draft.actor.address
            action = draft.action.text
            sentence = draft.action.sentence
            targetKind = draft.target?.kind
            target = draft.target?.id
            outcome = draft.outcome.description
            request = draft.request
            details = draft.details
            hash = entry.hash
        }
    }

    struct EntriesView: Codable, Sendable {
        var entries: [EntryView]
        /// Where the next page begins.
        var next: String?
    }

    private static let actor = Parameter<String?>.text(
        "actor", "Only what this account has done: an identifier, a username or an address.")
    private static let action = Parameter<String?>.text(
        "action", "Only this action, or all of an area such as `login`.")
    private static let target = Parameter<String?>.text("target", "Only what was done to this.")
    private static let behind = Parameter<Int64?>.query(
        "cursor", "Where the page begins: `next` of the page before.", schema: .string()
    ) { text in
        guard let n = Int64(text), n > 0 else {
            throw Problem.badParameter("cursor", "cursor", "this is no cursor of the audit log")
        }
        return n
    }

    private var list: Route {
        Route(
            .get, "/api/v1/audit", "listAudit", .identity, "Lists what was done by whom, the newest first.",
            parameters: [
                Self.actor.description, Self.action.description, Self.target.description,
                RunParameters.from.description, RunParameters.before.description, RunParameters.limit.description,
                Self.behind.description,
            ], answers: [.json(200, EntriesView.self, "A page of entries."), AuthRoutes.refused]
        ) { request in
            let limit = try request[RunParameters.limit]
            let found = try await log.entries(
                AuditFilter(
                    tenant: access.accounts.tenant, actor: try await actor(request), action: try action(request),
                    target: try request[Self.target],
                    from: try request[RunParameters.from], to: try request[RunParameters.before],
                    behind: try request[Self.behind], limit: limit))
            return try request.answer(
                EntriesView(
                    entries: found.map(EntryView.init), next: found.count == limit ? found.last.map { "\($0.n)" } : nil)
            )
        }
    }

    /// An action that there is, or an area of them: a slip of the finger must not look like an empty log.
    private func action(_ request: RouteRequest) throws -> String? {
        guard let typed = try request[Self.action] else { return nil }
        do throws(AuditAction.Unknown) {
            return try AuditAction.filter(typed)
        } catch {
            throw Problem.badParameter("action", "enum", error.description)
        }
    }

    /// Who is gone is still named by the whole identifier.
    private func actor(_ request: RouteRequest) async throws -> String? {
        guard let typed = try request[Self.actor] else { return nil }
        let accounts = access.accounts
        if typed.hasPrefix(UserID.prefix + "_") { return typed }
        guard let user = try await accounts.store.user(login: typed.lowercased(), tenant: accounts.tenant) else {
            throw Problem.badParameter(
                "actor", "account",
                "there is no account '\(CleanText.line(typed, bytesMax: 60))'; give a username, an address, or the "
                    + "whole identifier of who is gone")
        }
        return user.id.text
    }

    // MARK: The whole

    private var export: Route {
        Route(
            .get, "/api/v1/audit/export", "exportAudit", .identity,
            "Gives the whole log as lines of JSON, which `tutti audit verify --file` checks.",
            answers: [
                .content(200, "application/x-ndjson", "The log."), AuthRoutes.refused,
                .problem(409, "It holds entries of other organisations, too."),
            ]
        ) { _ in
            // The chain is one, and lets nothing be left out.
            guard try await isOfOneOrganisation() else {
                throw Problem.conflict(
                    "several_organisations",
                    "this log holds entries of other organisations, too; `tutti audit export` on the machine gives it")
            }
            return ServerResponse(
                headers: [
                    "Content-Type": "application/x-ndjson", "Cache-Control": "no-store",
                    "Content-Disposition": "attachment; filename=\"audit.jsonl\"",
                ],
                body: .stream(length: nil) { writer in
                    let lines = AuditLines(writer)
                    _ = try await log.export(release: version, at: clock.now()) { line throws(AuditError) in
                        try await lines.write(line)
                    }
                    try await lines.end()
                })
        }
    }

    private func isOfOneOrganisation() async throws -> Bool {
        var n: Int64?
        while true {
            let rows = try await log.stretch(behind: n, limit: AuditLimits.pageMax).rows
            for case .entry(let entry) in rows {
                guard [access.accounts.tenant, ""].contains(entry.draft.tenant) else { return false }
            }
            // What cannot be read is not exported either.
            guard rows.count == AuditLimits.pageMax, let last = rows.last?.n else { return true }
            n = last
        }
    }

    struct VerificationView: Codable, Sendable {
        var whole: Bool
        var entries: Int64
        /// The number and hash of the last entry: note them elsewhere, and nobody can rewrite the log unnoticed.
        var head: String?
        /// What does not fit, and where.
        var problem: String?
    }

    private var verify: Route {
        Route(
            .get, "/api/v1/audit/verification", "verifyAudit", .identity,
            "Checks that no entry was changed, removed or put in between.", runsElsewhere: true,
            answers: [.json(200, VerificationView.self, "What was found."), AuthRoutes.refused]
        ) { request in
            switch try await log.verify() {
            case .whole(let span):
                return try request.answer(
                    VerificationView(whole: true, entries: span.count, head: span.head.description, problem: nil))
            case .broken(let place):
                return try request.answer(
                    VerificationView(whole: false, entries: place.n - 1, head: nil, problem: place.description))
            }
        }
    }
}

/// Writes lines in pieces of some size.
private actor AuditLines {
    private let writer: ResponseWriter
    private var kept: [UInt8] = []

    private static let pieceSize = 64 << 10

    init(_ writer: ResponseWriter) { self.writer = writer }

    func write(_ line: [UInt8]) async throws(AuditError) {
        kept += line + [UInt8(ascii: "\n")]
        guard kept.count >= Self.pieceSize else { return }
        do { try await end() } catch { throw AuditError(.unusable, "the reader has left") }
    }

    func end() async throws {
        let bytes = kept
        kept = []
        if !bytes.isEmpty { try await writer.write(bytes) }
    }
}
