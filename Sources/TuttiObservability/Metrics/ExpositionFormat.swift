/// The two forms in which metrics are told.
package enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// Prometheus text 0.0.4, which every scraper takes.
    case prometheus
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The value of `Content-Type`.
    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a scraper likes best by its field `Accept`: OpenMetrics 1.0.0 only when it is named and liked no less than
    /// plain text; the other in all other cases.
    package static func chosen(byAccept accept: String?) -> ExpositionFormat {
        var (open, plain): (Double, Double) = (0, 0)
        for range in (accept ?? "").prefix(4096).lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map { part in part.filter { $0 != " " && $0 != "\t" } }
            let parameters = Set(parts.dropFirst())
            let weight = parameters.first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            switch parts.first {
            case "application/openmetrics-text":
                let version = parameters.first { $0.hasPrefix("version=") }
                if version == nil || version == "version=1.0.0" { open = max(open, weight) }
            case "text/plain": plain = max(plain, weight)
            default: break
            }
        }
        return open > 0 && open >= plain ? .openMetrics : .prometheus
    }
}
