/// A vector of length 1, so that the cosine of two is the sum of their products.
package struct UnitVector: Sendable, Hashable {
    /// In blocks of 16, the last filled up with zeros.
    private let blocks: [SIMD16<Float>]
    package let dimensions: Int

    /// A vector of the same direction; `nil` for one that has none, or that holds what is no number.
    package init?(_ values: [Float]) {
        let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 0 else { return nil }
        dimensions = values.count
        var blocks = [SIMD16<Float>](repeating: .zero, count: (values.count + 15) / 16)
        for (place, value) in values.enumerated() { blocks[place / 16][place % 16] = Float(Double(value) / length) }
        self.blocks = blocks
    }

    /// Its numbers.
    package var values: [Float] { (0..<dimensions).map { blocks[$0 / 16][$0 % 16] } }

    /// How near another vector is: from -1 for the opposite to 1 for the same direction.
    ///
    /// - Precondition: both have the same dimensions.
    package func cosine(_ other: UnitVector) -> Double {
        precondition(dimensions == other.dimensions, "vectors of different spaces cannot be compared")
        var sum = SIMD16<Float>.zero
        for place in blocks.indices { sum += blocks[place] * other.blocks[place] }
        return Double(min(1, max(-1, sum.sum())))
    }
}
