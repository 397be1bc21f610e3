public import FoundationEssentials
import Glibc
import TuttiCore

extension RunArchive {
    /// Reads an export.
    ///
    /// - Throws: ``RunArchiveError``, which names the field that does not fit.
    public init(_ document: Data) throws(RunArchiveError) {
        guard document.count <= Self.sizeMax else { throw .tooLargeToRead(document.count) }
        guard let value = try? CanonicalJSON.decode(JSONValue.self, from: document), case .object = value else {
            throw .unreadable
        }
        let field = ArchiveField(value)
        guard let schema = value["schema"]?.stringValue else { throw .foreign }
        guard schema == Self.schema else {
            throw schema.hasPrefix("tutti.run/") ? .newer(schema) : .foreign
        }
        run = try RunSummary(field["run"])
        guard let input = try field.bytes("input") else { throw field["input"].problem("is missing") }
        self.input = input
        output = run.status == .completed ? try field.bytes("output") : nil
        if run.status == .completed, output == nil { throw field["output"].problem("of a completed run is missing") }
        steps = try field["steps"].list(StoredStep.init)
        var known: Set<String> = []
        for (index, step) in steps.enumerated() where !known.insert(step.key).inserted {
            throw field["steps"][index]["key"].problem("is '\(step.key)', which another step has as well")
        }
        inbox = try field["inbox"].isNull ? [] : field["inbox"].list(InboxMessage.init)
        let run = self.run.id
        events = try field["events"].list { field throws(RunArchiveError) in try RunEvent(field, of: run) }
    }

    /// Reads the file of an export.
    ///
    /// - Throws: ``RunArchiveError``; what the system says when the file cannot be read.
    public init(path: String) throws {
        var information = stat()
        if unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
            information.st_size > Self.sizeMax
        {
            throw RunArchiveError.tooLargeToRead(Int(information.st_size))
        }
        try self.init(try Data(contentsOf: URL(filePath: path)))
    }
}

/// A value of the document and where it stands.
private struct ArchiveField {
    let path: String
    let value: JSONValue?

    init(_ value: JSONValue?, path: String = "") {
        self.path = path
        self.value = value
    }

    subscript(name: String) -> ArchiveField {
        ArchiveField(value?[name], path: path.isEmpty ? name : "\(path).\(name)")
    }

    subscript(index: Int) -> ArchiveField {
        guard case .array(let items)? = value, items.indices.contains(index) else {
            return ArchiveField(nil, path: "\(path)[\(index)]")
        }
        return ArchiveField(items[index], path: "\(path)[\(index)]")
    }

    var isNull: Bool { value == nil || value == .null }

    func problem(_ text: String) -> RunArchiveError { .field(path, text) }

    func text() throws(RunArchiveError) -> String {
        guard let text = value?.stringValue else { throw problem(isNull ? "is missing" : "is no text") }
        return text
    }

    func number() throws(RunArchiveError) -> Int64 {
        guard let number = value?.intValue else { throw problem(isNull ? "is missing" : "is no whole number") }
        return number
    }

    func time() throws(RunArchiveError) -> Timestamp {
        let text = try text()
        guard let time = Timestamp(text) else {
            throw problem("is '\(text.prefix(40))', which is no moment such as 2026-11-20T13:25:06.120Z")
        }
        return time
    }

    /// One of the words that the type knows.
    func word<Word: RawRepresentable>(_ type: Word.Type) throws(RunArchiveError) -> Word where Word.RawValue == String {
        let text = try text()
        guard let word = Word(rawValue: text) else {
            throw problem("is '\(text.prefix(40))', which this release does not know")
        }
        return word
    }

    func identifier<ID: Identifier>(_ type: ID.Type) throws(RunArchiveError) -> ID {
        let text = try text()
        guard let id = ID(text) else { throw problem("is '\(text.prefix(40))', which names no \(ID.prefix)") }
        return id
    }

    func optional<Output>(
        _ read: (ArchiveField) throws(RunArchiveError) -> Output
    ) throws(RunArchiveError) -> Output? {
        isNull ? nil : try read(self)
    }

    func list<Output>(
        _ read: (ArchiveField) throws(RunArchiveError) -> Output
    ) throws(RunArchiveError) -> [Output] {
        guard case .array(let items)? = value else { throw problem(isNull ? "is missing" : "is no list") }
        var outputs: [Output] = []
        outputs.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            outputs.append(try read(ArchiveField(item, path: "\(path)[\(index)]")))
        }
        return outputs
    }

    /// The bytes of a member; `nil` when it is not there.
    func bytes(_ name: String) throws(RunArchiveError) -> Data? {
        let exact = self[name + RunArchive.exactSuffix]
        if !exact.isNull {
            guard let bytes = Data(base64Encoded: try exact.text()) else { throw exact.problem("is no base64") }
            return bytes
        }
        guard let value = value?[name] else { return nil }
        guard let bytes = try? CanonicalJSON.encode(value) else { throw self[name].problem("cannot be written") }
        return bytes
    }

    func payload(_ name: String) throws(RunArchiveError) -> StoredPayload {
        guard let bytes = try bytes(name) else { throw self[name].problem("is missing") }
        return .inline(bytes)
    }

    func error() throws(RunArchiveError) -> StepError {
        let data = self["data"].value
        return StepError(
            code: try self["code"].text(), message: try self["message"].text(), data: data == .null ? nil : data,
            origin: try self["origin"].text())
    }

    func flag() throws(RunArchiveError) -> Bool {
        guard case .bool(let flag)? = value else { throw problem(isNull ? "is missing" : "is neither true nor false") }
        return flag
    }
}

extension RunSummary {
    fileprivate init(_ field: ArchiveField) throws(RunArchiveError) {
        self.init(
            id: try field["id"].identifier(RunID.self), workflow: try field["workflow"].text(),
            status: try field["state"].word(RunStatus.self), reason: try field.text("reason"),
            queue: try field.text("queue"), executor: nil, isCancelRequested: try field["cancel_requested"].flag(),
            created: try field["created"].time(), finished: try field.time("finished"),
            deadline: try field.time("deadline"), fence: try field["taken_up"].number(),
            error: try field.error("error"), parent: try field.run("parent"), root: try field.run("root"),
            forkedFrom: try field.run("forked_from"),
            generation: Int(
                clamping: try field["generation"].optional { field throws(RunArchiveError) in try field.number() } ?? 0)
        )
    }
}

extension StoredStep {
    fileprivate init(_ field: ArchiveField) throws(RunArchiveError) {
        let ended = try field.time("ended")
        let result: Result
        let state = try field["state"].text()
        switch state {
        case "waiting":
            if let error = try field.error("error") {
                result = .open(error, due: try field["due"].time())
            } else {
                result = .waiting(due: try field.time("due"))
            }
        case "completed": result = .completed(try field.payload("result"))
        case "failed": result = .failed(try field["error"].error())
        case "cancelled": result = .cancelled
        default: throw field["state"].problem("is '\(state.prefix(40))', which this release does not know")
        }
        if (ended == nil) != (state == "waiting") {
            throw field["ended"].problem(ended == nil ? "is missing" : "stands at a step that waits")
        }
        self.init(
            key: try field["key"].text(), kind: try field["kind"].word(StepKind.self),
            attempt: Int(clamping: try field["attempt"].number()), fingerprint: try field.text("fingerprint"),
            result: result, started: try field["started"].time(), ended: ended,
            cost: try field["cost"].optional { field throws(RunArchiveError) in try StepCost(field) },
            undo: try field["undo"].optional { field throws(RunArchiveError) in
                UndoRecord(name: try field["name"].text(), arguments: field["arguments"].value ?? .null)
            })
    }
}

extension StepCost {
    fileprivate init(_ field: ArchiveField) throws(RunArchiveError) {
        self.init(microdollars: try field["microdollars"].number(), tokens: try field["tokens"].number())
    }
}

extension InboxMessage {
    fileprivate init(_ field: ArchiveField) throws(RunArchiveError) {
        self.init(
            position: try field["position"].number(), kind: try field["kind"].word(Kind.self),
            name: try field["name"].text(), id: try field["id"].text(), payload: try field.payload("payload"),
            shownHash: try field.text("shown_hash"), expires: try field.time("expires"),
            answer: try field["answer"].optional { field throws(RunArchiveError) in try InboxAnswer(field) },
            consumedBy: try field.text("consumed_by"), created: try field["created"].time())
    }
}

extension InboxAnswer {
    fileprivate init(_ field: ArchiveField) throws(RunArchiveError) {
        let edited = field["edited"].isNull && field["edited" + RunArchive.exactSuffix].isNull
        self.init(
            verdict: try field["verdict"].word(Verdict.self), by: try field["by"].text(),
            at: try field["at"].time(), reason: try field.text("reason"),
            edited: edited ? nil : try field.payload("edited"))
    }
}

extension RunEvent {
    fileprivate init(_ field: ArchiveField, of run: RunID) throws(RunArchiveError) {
        let id = try field["id"].text()
        guard id.hasPrefix("\(run)/"), let n = Int64(id.dropFirst(run.text.utf8.count + 1)) else {
            throw field["id"].problem("is '\(id.prefix(60))', which names no event of \(run)")
        }
        self.init(
            run: run, n: n, type: try field["type"].text(), key: try field.text("step"),
            data: try field.bytes("data") ?? Data("{}".utf8), time: try field["time"].time())
    }
}

extension ArchiveField {
    fileprivate func text(_ name: String) throws(RunArchiveError) -> String? {
        try self[name].optional { field throws(RunArchiveError) in try field.text() }
    }

    fileprivate func time(_ name: String) throws(RunArchiveError) -> Timestamp? {
        try self[name].optional { field throws(RunArchiveError) in try field.time() }
    }

    fileprivate func error(_ name: String) throws(RunArchiveError) -> StepError? {
        try self[name].optional { field throws(RunArchiveError) in try field.error() }
    }

    fileprivate func run(_ name: String) throws(RunArchiveError) -> RunID? {
        try self[name].optional { field throws(RunArchiveError) in try field.identifier(RunID.self) }
    }
}
