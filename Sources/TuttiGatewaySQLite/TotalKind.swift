/// What a row of sums covers.
struct TotalKind: Hashable, Comparable {
    /// How long a time.
    enum Span: Int64, CaseIterable {
        case hour
        case day
        case month
    }

    /// What it tells apart. What is not told apart is 0 in the row.
    enum Detail: Int64, CaseIterable {
        case parties
        case routes
        case both
    }

    var span: Span
    var detail: Detail

    /// As it is stored.
    var number: Int64 { span.rawValue * 3 + detail.rawValue }

    static func < (lhs: TotalKind, rhs: TotalKind) -> Bool { lhs.number < rhs.number }
}
