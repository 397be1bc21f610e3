/// The names and values of a query such as `limit=10&status=running`, decoded as forms encode them (`+` is a blank).
package struct QueryItems: Sendable, Hashable {
    /// One name and its value, which is empty when there is no `=`.
    package struct Item: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// In their order; a name may be there more than once.
    package let items: [Item]

    /// Reads a query without its `?`; nil when a part is not encoded as it has to be.
    package init?(_ query: String?) {
        var items: [Item] = []
        for part in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(Substring(sides[0]), plusIsSpace: true),
                let value = PercentCoding.decode(sides.count > 1 ? Substring(sides[1]) : "", plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    /// The first value of this name; names differ by case.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Every value of this name, in order.
    package func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
