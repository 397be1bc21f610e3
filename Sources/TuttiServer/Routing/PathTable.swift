import TuttiHTTP

/// Finds the route of a path: words go before parameters, and one slash at the end makes no difference.
struct PathTable: Sendable {
    enum Match: Sendable {
        case found(Int, parameters: [String: String])
        /// The path is known, with other methods.
        case otherMethods([HTTPMethod])
        case none
        /// A segment is not encoded as it has to be.
        case malformed
    }

    private final class Node: Sendable {
        let words: [String: Node]
        let parameter: Node?
        /// Places of routes by method, each with the names of its parameters.
        let routes: [HTTPMethod: (place: Int, names: [String])]

        init(words: [String: Node], parameter: Node?, routes: [HTTPMethod: (place: Int, names: [String])]) {
            self.words = words
            self.parameter = parameter
            self.routes = routes
        }
    }

    private let root: Node

    /// - Parameter routes: no two of which have the same method and path.
    init(_ routes: [(method: HTTPMethod, pattern: RoutePattern)]) {
        root = Self.node(Array(routes.enumerated()), depth: 0)
    }

    private typealias Entry = (offset: Int, element: (method: HTTPMethod, pattern: RoutePattern))

    private static func node(_ entries: [Entry], depth: Int) -> Node {
        var words: [String: [Entry]] = [:]
        var below: [Entry] = []
        var routes: [HTTPMethod: (place: Int, names: [String])] = [:]
        for entry in entries {
            let segments = entry.element.pattern.segments
            guard depth < segments.count else {
                precondition(
                    routes[entry.element.method] == nil,
                    "two routes answer \(entry.element.method.rawValue) \(entry.element.pattern)")
                routes[entry.element.method] = (entry.offset, entry.element.pattern.parameters)
                continue
            }
            switch segments[depth] {
            case .word(let word): words[word, default: []].append(entry)
            case .parameter: below.append(entry)
            }
        }
        return Node(
            words: words.mapValues { node($0, depth: depth + 1) },
            parameter: below.isEmpty ? nil : node(below, depth: depth + 1), routes: routes)
    }

    /// The most segments of a path that are looked at.
    static let segmentsMax = 32

    /// - Parameter path: not decoded; a slash that is encoded is part of its segment.
    func match(_ method: HTTPMethod, _ path: String) -> Match {
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        if parts.last?.isEmpty == true { parts.removeLast() }
        guard parts.count <= Self.segmentsMax else { return .none }
        var segments: [String] = []
        for part in parts {
            guard let segment = PercentCoding.decode(Substring(part)) else { return .malformed }
            segments.append(segment)
        }
        var others: Set<HTTPMethod> = []
        var values: [String] = []
        if let found = find(segments[...], at: root, method, &values, &others) {
            return .found(
                found.place, parameters: Dictionary(zip(found.names, values), uniquingKeysWith: { first, _ in first }))
        }
        return others.isEmpty ? .none : .otherMethods(others.sorted { $0.rawValue < $1.rawValue })
    }

    private func find(
        _ rest: ArraySlice<String>, at node: Node, _ method: HTTPMethod, _ values: inout [String],
        _ others: inout Set<HTTPMethod>
    ) -> (place: Int, names: [String])? {
        guard let segment = rest.first else {
            if let route = node.routes[method] ?? (method == .head ? node.routes[.get] : nil) { return route }
            others.formUnion(node.routes.keys)
            return nil
        }
        if let next = node.words[segment], let route = find(rest.dropFirst(), at: next, method, &values, &others) {
            return route
        }
        guard let next = node.parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let route = find(rest.dropFirst(), at: next, method, &values, &others) { return route }
        values.removeLast()
        return nil
    }
}
