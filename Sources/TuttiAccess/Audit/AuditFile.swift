package import FoundationEssentials
import TuttiCore

/// Reads and verifies what ``AuditLog/export(from:through:release:at:to:)`` has written.
package enum AuditFile {
    /// What a file says of itself, and whether that is so.
    package struct Report: Sendable, Hashable {
        package var header: AuditFileHeader
        package var verification: AuditVerification

        package init(header: AuditFileHeader, verification: AuditVerification) {
            self.header = header
            self.verification = verification
        }
    }

    /// Follows the chain through the lines of a file; one at a time is in memory.
    ///
    /// - Parameters:
    ///   - lines: without their line feeds.
    ///   - expected: a head that was noted before: the chain must go through it.
    /// - Throws: ``AuditError`` `.unreadable` when the first line is no header of this format; `.invalid` when
    ///   `expected` lies before the file.
    package static func verify(
        _ lines: some Sequence<Data>, expecting expected: AuditHead? = nil
    ) throws(AuditError) -> Report {
        var lines = lines.makeIterator()
        guard let first = lines.next(), let header = AuditFileHeader(line: first) else {
            throw AuditError(
                .unreadable,
                "the first line is no header of an exported audit log in the format \(AuditEntry.format); it may be of "
                    + "a newer release, or no such file at all")
        }
        let noted = [header.span.head] + (expected.map { [$0] } ?? [])
        var check = try AuditChainCheck(start: header.span.start, expecting: noted)
        var found = check.begin()
        while found == nil, let line = lines.next() {
            found = check.take(AuditEntry(line: line).map { .entry($0) } ?? .unreadable(n: nil))
        }
        let verification = found.map { .broken($0) } ?? check.end(fromAnchor: false)
        return Report(header: header, verification: verification)
    }

    /// The same for a file of the disk.
    ///
    /// - Throws: as ``verify(_:expecting:)``; `.unreadable` also when it cannot be opened or read, or has a line above
    ///   ``AuditLimits/lineBytesMax``.
    package static func verify(path: String, expecting expected: AuditHead? = nil) throws(AuditError) -> Report {
        let lines = try AuditFileLines(path: path)
        let report = try verify(lines, expecting: expected)
        if let failure = lines.failure { throw failure }
        return report
    }
}

extension AuditFileHeader {
    /// Reads the first line of a file; `nil` for one of another format.
    package init?(line: Data) {
        guard let json = try? WireJSON.read(line), json["format"]?.stringValue == AuditEntry.format,
            let release = json["release"]?.stringValue, let time = json["time"]?.stringValue.flatMap({ Timestamp($0) }),
            let start = json["after"].flatMap(Self.place), let head = json["head"].flatMap(Self.place),
            start.n <= head.n
        else { return nil }
        self.init(span: AuditSpan(start: start, head: head), release: release, time: time)
    }

    private static func place(_ json: JSONValue) -> AuditHead? {
        guard let n = json["n"]?.intValue, n >= 0, let hash = json["hash"]?.stringValue, AuditHead.isHash(hash)
        else { return nil }
        return AuditHead(n: n, hash: hash)
    }
}
