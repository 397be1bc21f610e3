import FoundationEssentials
import Glibc
package import TuttiCore

/// The note that a server leaves in its home while it serves, so that other commands find it.
package struct ServerNote: Codable, Sendable, Hashable {
    /// Such as `http://127.0.0.1:8001`.
    package var address: String
    package var process: Int32
    package var started: Timestamp

    package init(address: String, process: Int32, started: Timestamp) {
        self.address = address
        self.process = process
        self.started = started
    }

    private static func path(in home: String) -> String { home + "/server.json" }

    /// Leaves the note.
    ///
    /// - Throws: ``FileWriteError``.
    package func leave(in home: String) throws {
        try FileWriter.write(try CanonicalJSON.encode(self), to: Self.path(in: home))
    }

    /// Takes the note away, unless another server has left its own by now.
    package func remove(from home: String) {
        guard Self.read(in: home) == self else { return }
        _ = unsafe unlink(Self.path(in: home))
    }

    /// The note of a server that serves; `nil` when there is none, or it was left by one that was killed.
    package static func find(in home: String) -> ServerNote? {
        guard let note = read(in: home), ServerLock.isHeld(in: home) else { return nil }
        return note
    }

    private static func read(in home: String) -> ServerNote? {
        guard let bytes = try? Data(contentsOf: URL(filePath: path(in: home))) else { return nil }
        return try? CanonicalJSON.decode(ServerNote.self, from: bytes)
    }
}
