/// An array that grows by pieces of one size, so that no growth ever copies what is there: appending to a plain array
/// of a million elements would now and then hold everybody up for tens of milliseconds.
struct ChunkedArray<Element> {
    private static var shift: Int { 12 }
    private static var chunkSize: Int { 1 << shift }

    private var chunks: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count == chunks.count << Self.shift {
            var chunk: [Element] = []
            chunk.reserveCapacity(Self.chunkSize)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element {
        get { chunks[index >> Self.shift][index & (Self.chunkSize - 1)] }
        set { chunks[index >> Self.shift][index & (Self.chunkSize - 1)] = newValue }
    }

    /// Changes an element where it lies.
    mutating func change<Result>(_ index: Int, _ body: (inout Element) -> Result) -> Result {
        body(&chunks[index >> Self.shift][index & (Self.chunkSize - 1)])
    }
}

extension ChunkedArray: Sendable where Element: Sendable {}
