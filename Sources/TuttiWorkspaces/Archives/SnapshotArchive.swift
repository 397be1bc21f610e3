import TuttiRuntime

/// A snapshot as one file, made while it is read. Its reader sets the pace; little of it is ever in memory.
package actor SnapshotArchive: AsyncSequence {
    package typealias Element = [UInt8]

    private nonisolated let thread = ThreadExecutor(name: "tutti-archive")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let snapshot: SnapshotID
    private let store: StoreCore
    package nonisolated let format: ArchiveFormat
    private var making: ArchiveMaking?
    private var file: ObjectReader?
    /// What was made and not given yet.
    private var made: ArraySlice<UInt8> = []
    private var failure: (any Error)?

    private static let pieceSize = 64 << 10
    /// The most bytes that are given at one time.
    private static let pieceMax = 256 << 10

    init(_ snapshot: SnapshotID, _ format: ArchiveFormat, _ store: StoreCore) {
        self.snapshot = snapshot
        self.format = format
        self.store = store
    }

    /// The next bytes, of which there is at least one; `nil` at the end.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found` (before anything was given), `workspace_damaged`,
    ///   `workspace_storage`; `CancellationError`. After an error the same is thrown again: an archive that is cut is
    ///   never taken for a whole one.
    package func next() throws -> [UInt8]? {
        if let failure { throw failure }
        if made.isEmpty { made = try make()?[...] ?? [] }
        guard !made.isEmpty else { return nil }
        defer { made = made.dropFirst(Self.pieceMax) }
        return Array(made.prefix(Self.pieceMax))
    }

    private func make() throws -> [UInt8]? {
        do {
            var making = try self.making ?? ArchiveMaking(snapshot, format, store)
            defer { self.making = making }
            return try making.next(Self.pieceSize, &file)
        } catch {
            failure = error
            file = nil
            throw error
        }
    }

    /// Reads on from where the archive stands; there is one archive, whatever the number of its iterators.
    package nonisolated func makeAsyncIterator() -> Iterator { Iterator(archive: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let archive: SnapshotArchive

        package func next() async throws -> [UInt8]? { try await archive.next() }
    }
}
