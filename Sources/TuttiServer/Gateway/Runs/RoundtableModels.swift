import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiModels
import TuttiStore
import TuttiTeams

/// `roundtable/PRESET`: the last message is the document, and the answer is the refined one.
struct RoundtableModels: RunModels {
    let roundtables: RoundtableRoutes
    /// The model that speaks for participants without one of their own; without it only the rulebook can be asked.
    let usual: String?

    let family = "roundtable"
    let permission: Permission = "roundtables.start"

    /// The critics of the rulebook, who need no model.
    static let rulebook = "rulebook"

    func names() throws -> [String] {
        [Self.rulebook] + (usual == nil ? [] : try roundtables.presets().names.filter { $0 != Self.rulebook })
    }

    // MARK: Starting

    func start(_ name: String, _ request: ModelRequest) async throws -> RunID {
        var body = RoundtableBody(document: try Self.document(of: request))
        if name != Self.rulebook {
            (body.preset, body.model) = (name, usual)
            body.goal = Self.goal(of: request)
        }
        do {
            return try await roundtables.begin(body, key: nil)
        } catch let problem as Problem {
            var failure = GatewayError(problem)
            failure.field = problem.errors.first?.field == "/document" ? "messages" : "model"
            throw failure
        }
    }

    /// - Throws: ``GatewayError`` that names the message, for one that is not of text alone.
    private static func document(of request: ModelRequest) throws(GatewayError) -> String {
        let index = request.messages.count - 1
        guard let last = request.messages.last, last.role == .user else {
            throw GatewayError.invalid("messages", "has to end with a message of the user, which is the document")
        }
        var texts: [String] = []
        for (part, content) in last.content.enumerated() {
            guard case .text(let text) = content else {
                throw GatewayError.invalid(
                    "messages[\(index)].content[\(part)]", "is no text; a document for a roundtable is text alone")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n\n")
    }

    /// What an earlier message may have to be taken for a part of the task: longer ones are documents, which were
    /// answered when they came.
    static let instructionSizeMax = 1_000

    /// Bytes that are kept free of a goal with each part: for what parts them, and for the mark of a cut.
    private static let separatorRoom = 8

    /// What the document is to achieve: the system prompt, and what the user has said before, the newest first, as far
    /// as a goal has room for it.
    static func goal(of request: ModelRequest) -> String? {
        var parts: [String] = []
        var room = PanelLimits.goalLengthMax
        let said = request.messages.dropLast().reversed().filter { $0.role == .user }.map(\.spoken)
            .filter { $0.utf8.count <= instructionSizeMax }
        for text in [request.system ?? ""] + said where !text.allSatisfy(\.isWhitespace) {
            guard room > Self.separatorRoom else { break }
            let cut = CleanText.paragraphs(text, bytesMax: room - Self.separatorRoom)
            parts.append(cut)
            room -= cut.utf8.count + Self.separatorRoom
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }

    // MARK: Answering

    func progress(_ event: RunEvent) -> String? { RoundtableAccount.line(of: event) }

    func answer(of run: RunID, _ output: JSONValue) throws -> (text: String, spending: Spending) {
        let result = try CanonicalJSON.decode(RoundtableResult.self, from: CanonicalJSON.encode(output))
        let account = RoundtableAccount(run: run, result)
        return (result.document + "\n\n---\n\n" + account.text, account.spending)
    }
}

extension ModelMessage {
    /// The texts of a turn.
    fileprivate var spoken: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }
}
