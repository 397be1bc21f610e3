/// Finds passages of texts that bear on a question, so that a critic can quote them.
///
/// Tutti brings `FolderRetriever`, which reads a folder of files. One of your own is a type with this one method.
public protocol Retriever: Sendable {
    /// The passages that bear most on a question, the best first.
    ///
    /// - Parameters:
    ///   - query: what is asked, in any words and of any length; no character has a meaning of its own. What has no
    ///     words finds nothing.
    ///   - limit: how many are told at the most, at least 1.
    func passages(for query: String, limit: Int) async throws -> [Passage]
}

/// Some consecutive lines of a file.
public struct Passage: Sendable, Hashable, Codable {
    /// The file's path from the folder that was searched.
    public var file: String
    /// The number of its first line; the first of a file is 1.
    public var firstLine: Int
    /// The number of its last line.
    public var lastLine: Int
    /// The lines as they are in the file, without the last one's end.
    public var text: String
    /// How well it fits what was asked; more is better, and only scores for one question can be compared.
    public var score: Double

    /// A passage from its parts.
    public init(file: String, firstLine: Int, lastLine: Int, text: String, score: Double = 0) {
        self.file = file
        self.firstLine = firstLine
        self.lastLine = lastLine
        self.text = text
        self.score = score
    }
}

/// Who finds the retriever of a run by what its input says.
public protocol RetrieverSource: Sendable {
    /// The retriever over a folder; `nil` for none.
    ///
    /// - Parameter folder: an absolute path; `nil` when the input names none.
    func retriever(of folder: String?) async throws -> (any Retriever)?
}

/// No run gets a retriever.
public struct NoRetrievers: RetrieverSource {
    /// A source without any.
    public init() {}
    /// None.
    public func retriever(of folder: String?) async -> (any Retriever)? { nil }
}

/// Every run gets the same retriever, whatever its input says.
public struct OneRetriever: RetrieverSource {
    private let retriever: any Retriever
    /// A source of a retriever of one's own.
    public init(_ retriever: any Retriever) { self.retriever = retriever }
    /// The retriever.
    public func retriever(of folder: String?) async -> (any Retriever)? { retriever }
}
