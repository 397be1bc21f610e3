import Testing
import TuttiCore

@testable import TuttiModels

/// What differs between two lists of prices.
@Suite struct PriceComparisonTests {
    private static func price(
        _ model: String, _ input: Int64, read: Int64? = nil, output: Int64 = 10, from: Int64 = 0
    ) -> ModelPrice {
        ModelPrice(
            model: model, from: Timestamp(milliseconds: from), uncachedInput: .dollars(input),
            cacheRead: read.map { .dollars($0) }, output: .dollars(output))
    }

    private static func kinds(_ before: [ModelPrice], _ after: [ModelPrice]) -> [String: PriceComparison.Kind] {
        let changes = PriceComparison(PriceTable(before), PriceTable(after)).changes
        return Dictionary(uniqueKeysWithValues: changes.map { ($0.model, $0.kind) })
    }

    @Test func eachKind() {
        #expect(Self.kinds([], []).isEmpty)
        #expect(Self.kinds([Self.price("a", 1)], [Self.price("a", 1, from: 9)]).isEmpty)
        #expect(Self.kinds([Self.price("a", 1)], [Self.price("a", 2)]) == ["a": .dearer])
        #expect(Self.kinds([Self.price("a", 2)], [Self.price("a", 1)]) == ["a": .cheaper])
        #expect(Self.kinds([Self.price("a", 2)], [Self.price("a", 1, output: 11)]) == ["a": .changed])
        #expect(Self.kinds([Self.price("a", 1)], [Self.price("a", 1, read: 1)]) == ["a": .changed])
        #expect(Self.kinds([Self.price("a", 1)], [Self.price("b", 1)]) == ["a": .gone, "b": .new])
    }

    /// The price that begins last counts, wherever it stands.
    @Test func theLatestCounts() {
        let before = [Self.price("a", 3, from: 5), Self.price("a", 9, from: 1)]
        #expect(Self.kinds(before, [Self.price("a", 9, from: 1), Self.price("a", 4, from: 7)]) == ["a": .dearer])
    }

    /// A name is held against the pattern that it is priced by; patterns against themselves only.
    @Test func namesFindTheirPatterns() {
        let before = [Self.price("v/small-*", 1), Self.price("v/*", 5)]
        #expect(Self.kinds(before, [Self.price("v/small-1", 2), Self.price("v/large", 5)]) == ["v/small-1": .dearer])
        #expect(Self.kinds(before, [Self.price("v/small-*", 1)]) == ["v/*": .gone])
        #expect(
            Self.kinds(before, [Self.price("v/sm*", 1)])
                == ["v/sm*": .new, "v/small-*": .gone, "v/*": .gone])
    }
}
