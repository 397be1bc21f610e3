package import TuttiCore

/// The first line of an exported file.
package struct AuditFileHeader: Sendable, Hashable {
    /// What the first entry of the file follows on, and its last entry.
    package var span: AuditSpan
    /// The release of the program that has written it.
    package var release: String
    package var time: Timestamp

    package init(span: AuditSpan, release: String, time: Timestamp) {
        self.span = span
        self.release = release
        self.time = time
    }

    /// The header as a line, without the line feed: a JSON object with `format` (``AuditEntry/format``), `release`,
    /// `time`, `after` (the place that the first entry follows on) and `head` (the last entry), each of these two with
    /// `n` and `hash`.
    package var line: [UInt8] {
        func place(_ head: AuditHead) -> JSONValue { ["n": .int(head.n), "hash": .string(head.hash)] }
        let json: JSONValue = [
            "format": .string(AuditEntry.format), "release": .string(release), "time": .time(time),
            "after": place(span.start), "head": place(span.head),
        ]
        return json.bytes
    }
}

extension AuditLog {
    /// Gives entries as lines of a file: a header, then one line for each entry, none with its line feed.
    ///
    /// What is added meanwhile is not part of it.
    ///
    /// - Parameters:
    ///   - first: the first entry; `nil` for where the log begins.
    ///   - last: the last entry; `nil` for the newest.
    ///   - release: of this program.
    ///   - write: takes a line; when it throws, so does this.
    /// - Returns: whether what was written is whole. What is behind a broken place is not written.
    /// - Throws: ``AuditError`` `.invalid` for a range that is not in the log; `.unusable`, also when entries of the
    ///   range are pruned meanwhile; what `write` throws.
    package func export(
        from first: Int64? = nil, through last: Int64? = nil, release: String, at time: Timestamp,
        to write: ([UInt8]) async throws(AuditError) -> Void
    ) async throws(AuditError) -> AuditVerification {
        let size = try await size()
        let start = try await place(first.map { $0 &- 1 } ?? size.anchor.n, size)
        let head = try await last == nil ? size.head : place(last ?? 0, size)
        guard start.n <= head.n else {
            throw AuditError(.invalid, "the first entry to export, \(start.n &+ 1), is behind the last, \(head.n)")
        }
        let span = AuditSpan(start: start, head: head)
        try await write(AuditFileHeader(span: span, release: release, time: time).line)
        let result = try await follow(from: start.n &+ 1, through: head.n, expecting: [head]) {
            entry throws(AuditError) in try await write(entry.line)
        }
        if case .whole(let written) = result, written != span {
            throw AuditError(.unusable, "entries were pruned while they were exported; export again", isRetryable: true)
        }
        return result
    }

    /// The place of an entry.
    private func place(_ n: Int64, _ size: AuditSize) async throws(AuditError) -> AuditHead {
        if n == size.anchor.n { return size.anchor }
        guard n > size.anchor.n, n <= size.head.n else {
            throw AuditError(
                .invalid, "the log has the entries \(size.anchor.n &+ 1) to \(size.head.n), and not what is asked for")
        }
        guard case .entry(let entry)? = try await stretch(behind: n - 1, limit: 1).rows.first, entry.n == n else {
            throw AuditError(.unusable, "entry \(n) is missing or was changed; see `tutti audit verify`")
        }
        return entry.head
    }
}
