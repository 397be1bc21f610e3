/// Whose turn it is, where a route goes by weights.
///
/// Smooth weighted round robin, as nginx does it (`ngx_http_upstream_get_peer`, F. Uhlig 2012): each draw adds to every
/// candidate its weight, takes the one with most, and takes the sum of all weights off it. Over as many draws as the
/// weights sum up to each candidate is drawn exactly as often as its weight says, and never much more often in between.
package struct RouteTurns: Sendable, Hashable {
    private var credits: [String: [String: Int]] = [:]

    package init() {}

    /// The candidates of a route in the order of this draw; the first one is what was drawn.
    ///
    /// - Precondition: no weight is negative, and one is above 0.
    mutating func draw(_ route: String, _ weights: [(name: String, weight: Int)]) -> [String] {
        precondition(weights.contains { $0.weight > 0 }, "nothing can be drawn without a weight")
        var credits = self.credits[route] ?? [:]
        for (name, weight) in weights { credits[name, default: 0] += weight }
        let order = weights.enumerated().sorted { left, right in
            let (more, less) = (credits[left.element.name, default: 0], credits[right.element.name, default: 0])
            return more == less ? left.offset < right.offset : more > less
        }.map(\.element.name)
        credits[order[0], default: 0] -= weights.reduce(0) { $0 + $1.weight }
        // Who was not in this draw starts anew: credit of a time in which it could not be asked would come in a burst.
        let names = Set(order)
        self.credits[route] = credits.filter { names.contains($0.key) }
        return order
    }

    /// Forgets routes that are gone.
    mutating func keep(_ routes: some Sequence<String>) {
        let names = Set(routes)
        credits = credits.filter { names.contains($0.key) }
    }
}
