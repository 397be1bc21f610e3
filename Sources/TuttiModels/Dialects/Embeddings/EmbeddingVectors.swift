import FoundationEssentials
import TuttiCore

/// Puts the vectors of an answer into the order of the inputs, and refuses those that do not fit.
struct EmbeddingVectors {
    let provider: String
    let request: EmbeddingRequest

    /// Vectors with numbers that say which input they are of, as answers may come in any order. Without any number
    /// they are in the order of the inputs.
    ///
    /// - Throws: ``ModelError`` `malformed_answer`, `answer_too_large`.
    func read(_ items: [(index: JSONValue?, vector: JSONValue)]) throws(ModelError) -> [[Float]] {
        let count = request.inputs.count
        guard items.count == count else {
            throw .malformed(provider, "it has \(items.count) vectors, and \(count) were asked for")
        }
        var vectors = [[Float]](repeating: [], count: count)
        let isNumbered = items.contains { $0.index != nil }
        for (position, item) in items.enumerated() {
            let place = isNumbered ? item.index?.intValue.flatMap { Int(exactly: $0) } : position
            guard let place, vectors.indices.contains(place), vectors[place].isEmpty else {
                throw .malformed(provider, "the 'index' of its vectors is not each number from 0 once")
            }
            vectors[place] = try vector(item.vector)
        }
        try checkLengths(of: vectors)
        return vectors
    }

    private func checkLengths(of vectors: [[Float]]) throws(ModelError) {
        let length = vectors[0].count
        guard vectors.allSatisfy({ $0.count == length }) else {
            throw .malformed(provider, "its vectors have different numbers of dimensions")
        }
        if let dimensions = request.dimensions, dimensions != length {
            throw .malformed(provider, "its vectors have \(length) dimensions, and \(dimensions) were asked for")
        }
    }

    private func vector(_ value: JSONValue) throws(ModelError) -> [Float] {
        let numbers: [Float]
        switch value {
        case .array(let items):
            try checkLength(items.count)
            numbers = items.map(Self.number)
        case .string(let text):
            guard let bytes = Data(base64Encoded: text), bytes.count.isMultiple(of: 4) else {
                throw .malformed(provider, "a vector is no base64 of numbers of 4 bytes")
            }
            try checkLength(bytes.count / 4)
            numbers = Self.numbers(in: [UInt8](bytes))
        default: throw .malformed(provider, "a vector is neither a list nor base64")
        }
        guard numbers.allSatisfy(\.isFinite) else {
            throw .malformed(provider, "a vector holds something that is no finite number")
        }
        return numbers
    }

    private func checkLength(_ length: Int) throws(ModelError) {
        guard length > 0 else { throw .malformed(provider, "a vector is empty") }
        guard length <= EmbeddingRequest.dimensionsMax else {
            throw .tooLarge(provider, "dimensions in a vector", EmbeddingRequest.dimensionsMax)
        }
    }

    private static func number(_ value: JSONValue) -> Float {
        switch value {
        case .int(let number): Float(number)
        case .double(let number): Float(number)
        default: .nan
        }
    }

    /// The least byte of each number comes first, as the package `openai` reads them (`resources/embeddings.py`).
    private static func numbers(in bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count, by: 4).map { place in
            let low = UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
            let high = UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
            return Float(bitPattern: low | high)
        }
    }
}
