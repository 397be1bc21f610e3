package import FoundationEssentials
package import TuttiCore

/// A request as it goes over the wire, by whatever client. It shows neither what is asked nor a key.
package struct WireRequest: Sendable, Hashable {
    /// The value of a header.
    package enum HeaderValue: Sendable, Hashable {
        case plain(String)
        case secret(SecretText)

        /// The value itself, for the one place that sends it.
        package var revealed: String {
            switch self {
            case .plain(let text): text
            case .secret(let secret): secret.revealed
            }
        }
    }

    /// A header.
    package struct Header: Sendable, Hashable {
        /// In lower case.
        package var name: String
        package var value: HeaderValue

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = .plain(value)
        }

        package init(_ name: String, secret: SecretText) {
            self.name = name
            value = .secret(secret)
        }
    }

    /// What follows the base URL, with its query. The method is POST; a list of models is got by GET.
    package var path: String
    package var headers: [Header]
    package var body: Data

    package init(path: String, headers: [Header], body: Data) {
        self.path = path
        self.headers = headers
        self.body = body
    }

    /// The value of a header, to look at in tests; a secret one shows itself only on purpose.
    package func header(_ name: String) -> HeaderValue? { headers.first { $0.name == name }?.value }
}

extension WireRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "POST \(path) [\(headers.map(\.name).joined(separator: ", "))], \(body.count) bytes"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["path": path, "bytes": body.count]) }
}

/// The headers of an answer; their names have no case.
package struct WireHeaders: Sendable, Hashable {
    private var values: [String: String] = [:]

    /// Of several with one name the first counts.
    package init(_ fields: [(name: String, value: String)] = []) {
        for field in fields where values[field.name.lowercased()] == nil {
            values[field.name.lowercased()] = field.value
        }
    }

    package subscript(_ name: String) -> String? { values[name.lowercased()] }
}

/// An event of a stream, as the reader of the lines has put it together.
package struct StreamEvent: Sendable, Hashable {
    /// What stood behind `event:`; `message` says the same as nothing.
    package var name: String?
    /// What stood behind `data:`; of several lines all, with line feeds between.
    package var data: String
    /// Whether its frame says that it is a failure; the name is then that of the failure.
    package var isFailure: Bool

    package init(name: String? = nil, data: String, isFailure: Bool = false) {
        self.name = name
        self.data = data
        self.isFailure = isFailure
    }

    var isUnnamed: Bool { name == nil || name == "message" }
}
