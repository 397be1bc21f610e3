import Glibc

/// The kernel's random numbers, fetched many at a time: a server names several things a request, and a call of the
/// kernel for each would be a tenth of its work.
package struct BufferedRandomNumberGenerator: RandomNumberGenerator, Sendable {
    private var numbers: [UInt64] = []
    /// How many of them have been given; a counter, so that a copy of the generator shares the numbers.
    private var given = 0

    /// How many are fetched at a time; the kernel gives up to 256 bytes whole (getentropy(3)).
    private static let count = 32

    package init() {}

    package mutating func next() -> UInt64 {
        if given == numbers.count { fill() }
        defer { given += 1 }
        return numbers[given]
    }

    private mutating func fill() {
        numbers = [UInt64](repeating: 0, count: Self.count)
        let size = Self.count * MemoryLayout<UInt64>.size
        given = 0
        precondition(unsafe getentropy(&numbers, size) == 0, "the kernel gives no random numbers")
    }
}
