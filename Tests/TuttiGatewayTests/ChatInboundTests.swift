import FoundationEssentials
import Testing
import TuttiCore
@testable import TuttiGateway
import TuttiModels

@Suite("Chat completions that come in")
struct ChatInboundTests {
    static func read(_ text: String) throws -> InboundCall { try ChatInbound().read(try json(text)) }

    static func json(_ text: String) throws -> JSONValue { try WireJSON.read(Data(text.utf8)) }
}
