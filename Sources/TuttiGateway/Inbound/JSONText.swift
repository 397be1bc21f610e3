import FoundationEssentials
import TuttiCore

/// What a text is that should be a JSON object, as models write arguments of tools.
enum JSONText {
    case empty
    case object
    case broken

    static func object(_ text: String) -> JSONText {
        if text.allSatisfy(\.isWhitespace) { return .empty }
        if case .object? = try? WireJSON.read(Data(text.utf8)) { return .object }
        return .broken
    }
}
