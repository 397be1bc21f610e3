import Synchronization

/// A random source that many tasks may share.
package final class LockedGenerator: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    package init(_ generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.generator = Mutex(generator)
    }

    /// Lets `body` draw as much as it needs.
    package func draw<Output: Sendable>(
        _ body: (inout any RandomNumberGenerator & Sendable) -> sending Output
    ) -> Output {
        generator.withLock { generator in
            var source: any RandomNumberGenerator & Sendable = generator
            defer { generator = source }  // what was drawn must not be drawn again
            return body(&source)
        }
    }
}

/// A small seeded generator (SplitMix64, Steele, Lea and Flood 2014), for tests and benchmarks that must repeat.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
