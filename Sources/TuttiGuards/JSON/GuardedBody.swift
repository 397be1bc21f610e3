import TuttiModels

/// Looks through the body of a request or of a whole answer: through every string in it, but for what is no words.
/// What is replaced leaves all other bytes as they were.
package enum GuardedBody {
    /// What became of a body.
    package struct Result: Sendable {
        /// `nil` when nothing was replaced.
        package var bytes: [UInt8]?
        package var account: GuardAccount
    }

    /// A body that guards cannot look through, or do not let through.
    package struct Failure: Error {
        package enum Reason: Sendable {
            case refused(GuardRefusal)
            /// It is not JSON, or not UTF-8.
            case malformed
        }

        package var reason: Reason
        /// What was found until then, the reason included.
        package var account: GuardAccount

        package init(_ reason: Reason, after account: GuardAccount) {
            self.reason = reason
            self.account = account
        }
    }

    /// Looks through a request.
    ///
    /// - Throws: ``Failure``.
    package static func request(
        _ bytes: [UInt8], _ guards: GuardSet, _ uptime: @escaping @Sendable () -> Duration
    ) throws(Failure) -> Result {
        for limit in guards.guards {
            try checkSize(.requestBytes, Int64(bytes.count), limit, nil, after: GuardAccount())
        }
        let visit = try look(bytes, guards.request, uptime)
        for limit in guards.guards where !limit.sizes.isEmpty {
            for (size, member, count) in visit.sizes {
                try checkSize(size, count, limit, member, after: visit.account)
            }
        }
        return visit.result(of: bytes)
    }

    /// Looks through a whole answer.
    ///
    /// - Throws: ``Failure``.
    package static func answer(
        _ bytes: [UInt8], _ search: GuardSearch, _ uptime: @escaping @Sendable () -> Duration
    ) throws(Failure) -> Result {
        try look(bytes, search, uptime).result(of: bytes)
    }

    private static func checkSize(
        _ size: GuardSizes.Size, _ count: Int64?, _ limit: Guard, _ member: String?, after account: GuardAccount
    ) throws(Failure) {
        guard let max = limit.sizes[size], count.map({ $0 > max }) ?? true else { return }
        var account = account
        let reason = count.map { GuardRefusal.Reason.tooLarge(size, is: $0, max: max) } ?? .uncounted(size, max: max)
        let refusal = GuardRefusal(limit.name, reason, in: member, of: .request)
        account.add(limit.name, refusal.done)
        throw Failure(.refused(refusal), after: account)
    }

    private static func look(
        _ bytes: [UInt8], _ search: GuardSearch, _ uptime: @escaping @Sendable () -> Duration
    ) throws(Failure) -> BodyVisit {
        var visit = BodyVisit(search, SearchWatch(uptime))
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(.malformed, after: visit.account)
        }
        do {
            try unsafe bytes.withUnsafeBufferPointer { buffer in
                var walk = unsafe JSONWalk(buffer)
                try walk.walk(&visit)
            }
        } catch let refusal as GuardRefusal {
            throw Failure(.refused(refusal), after: visit.account)
        } catch {
            throw Failure(.malformed, after: visit.account)
        }
        return visit
    }
}

/// What is gathered on the way through a body.
private struct BodyVisit: JSONWalk.Visitor {
    private let search: GuardSearch
    private let watch: SearchWatch
    private(set) var account = GuardAccount()
    /// In order.
    private var replacements: [Replacement] = []
    /// Tokens of an answer with their likelihoods: they say the text once more, in pieces. None is within another.
    private var pieces: [Range<Int>] = []
    /// Of a request, with the member that says it; a count is `nil` where something else stands in its place.
    private(set) var sizes: [(size: GuardSizes.Size, member: String?, count: Int64?)] = []
    private var wordBytes: Int64 = 0
    /// Numbers that stand for tokens.
    private var tokens: Int64 = 0

    init(_ search: GuardSearch, _ watch: SearchWatch) {
        self.search = search
        self.watch = watch
    }

    mutating func text(_ text: JSONWalk.Text, _ walk: JSONWalk) throws(GuardRefusal) {
        guard !walk.isNoWords(text) else { return }
        wordBytes += Int64(text.range.count)
        try look(walk) { (visit) throws(GuardRefusal) in
            try text.hasEscape ? visit.escaped(text, walk) : visit.plain(text.range, walk)
        }
    }

    /// Among arguments of tools a number is found as it is in a stream, where arguments are one text. A text takes its
    /// place, so that JSON it stays.
    mutating func number(_ range: Range<Int>, _ walk: JSONWalk) throws(GuardRefusal) {
        if walk.isToken { tokens += 1 }
        guard walk.isFree else { return }
        try look(walk) { (visit) throws(GuardRefusal) in
            let found = try visit.plain(range, walk)
            return found.first.map { [Replacement(range: range, placeholder: "\"\($0.placeholder)\"")] } ?? []
        }
    }

    private mutating func look(
        _ walk: JSONWalk, _ search: (inout Self) throws(GuardRefusal) -> [Replacement]
    ) throws(GuardRefusal) {
        guard !self.search.isEmpty else { return }
        do throws(GuardRefusal) {
            replacements += try search(&self)
        } catch {
            var refusal = error
            refusal.member = walk.pathText
            throw refusal
        }
    }

    private mutating func plain(_ text: Range<Int>, _ walk: JSONWalk) throws(GuardRefusal) -> [Replacement] {
        var reader = unsafe TextReader(UnsafeBufferPointer(rebasing: walk.slice(text)))
        let found = try search.replacements(in: &reader, watch, &account)
        return found.map {
            let (start, end) = ($0.range.lowerBound, $0.range.upperBound)
            let base = text.lowerBound
            return Replacement(range: (base + start)..<(base + end), placeholder: $0.placeholder)
        }
    }

    private mutating func escaped(_ text: JSONWalk.Text, _ walk: JSONWalk) throws(GuardRefusal) -> [Replacement] {
        let written = unsafe Array(walk.slice(text.range))
        let found = try look(EscapedText.decoded(written))
        guard !found.isEmpty else { return [] }
        let places = EscapedText.places(found.flatMap { [$0.range.lowerBound, $0.range.upperBound] }, in: written)
        let base = text.range.lowerBound
        return found.enumerated().map { index, one in
            let (start, end) = (base + places[2 * index], base + places[2 * index + 1])
            return Replacement(range: start..<end, placeholder: one.placeholder)
        }
    }

    private mutating func look(_ said: [UInt8]) throws(GuardRefusal) -> [Replacement] {
        var account = account
        defer { self.account = account }
        let (search, watch) = (search, watch)
        return try unsafe said.withUnsafeBufferPointer { buffer throws(GuardRefusal) in
            var reader = unsafe TextReader(buffer)
            return try search.replacements(in: &reader, watch, &account)
        }
    }

    mutating func ended(_ range: Range<Int>, items: Int?, _ walk: JSONWalk) {
        guard search.place == .request else {
            guard walk.isLikelihoods, walk.isContainer(range) else { return }
            // What stands within has ended before.
            while let last = pieces.last, last.lowerBound > range.lowerBound { pieces.removeLast() }
            pieces.append(range)
            return
        }
        guard walk.path.count <= 1 else { return }
        guard let name = walk.name else {
            if walk.path.isEmpty {
                sizes.append((.inputTokens, nil, wordBytes / CallEstimate.bytesPerToken + tokens))
            }
            return
        }
        if let items, walk.isWord(name, "messages") || walk.isWord(name, "input") {
            sizes.append((.messages, walk.pathText, Int64(items)))
        }
        let limits: [StaticString] = ["max_tokens", "max_completion_tokens", "max_output_tokens"]
        guard limits.contains(where: { walk.isWord(name, $0) }) else { return }
        guard !walk.isWord(range, "null") else { return }
        let number = unsafe Double(String(decoding: walk.slice(range), as: UTF8.self))
        sizes.append((.outputTokens, walk.pathText, number.flatMap { Int64(exactly: $0.rounded(.up)) }))
    }

    /// The body with what takes the place of what was found.
    func result(of bytes: [UInt8]) -> GuardedBody.Result {
        guard !replacements.isEmpty else { return GuardedBody.Result(bytes: nil, account: account) }
        let gone = pieces.map { range in
            Replacement(range: range, placeholder: bytes[range.lowerBound] == UInt8(ascii: "[") ? "[]" : "null")
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var place = 0
        let sorted = (replacements + gone).sorted { $0.range.lowerBound < $1.range.lowerBound }
        for replacement in sorted where replacement.range.lowerBound >= place {
            output += bytes[place..<replacement.range.lowerBound]
            output += replacement.placeholder.utf8
            place = replacement.range.upperBound
        }
        output += bytes[place...]
        return GuardedBody.Result(bytes: output, account: account)
    }
}
