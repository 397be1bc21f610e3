import TuttiHTTP

/// The path of a route, such as `/api/v1/runs/{run}/steps/{key}`: words, and parameters that stand for one segment
/// each.
package struct RoutePattern: Sendable, Hashable, CustomStringConvertible {
    package enum Segment: Sendable, Hashable {
        case word(String)
        case parameter(String)
    }

    package let segments: [Segment]
    /// As it was written, and as OpenAPI writes it.
    package let description: String

    /// - Parameter text: begins with a slash; a parameter takes a whole segment.
    package init(_ text: String) {
        precondition(text.hasPrefix("/"), "the path of a route begins with a slash")
        description = text
        segments = text.split(separator: "/").map { part in
            guard part.hasPrefix("{") else { return .word(String(part)) }
            precondition(part.hasSuffix("}"), "a parameter takes a whole segment")
            return .parameter(String(part.dropFirst().dropLast()))
        }
    }

    /// The names of its parameters, first to last.
    package var parameters: [String] {
        segments.compactMap { segment in
            if case .parameter(let name) = segment { name } else { nil }
        }
    }
}
