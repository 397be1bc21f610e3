package import FoundationEssentials
import TuttiCore

/// Bytes on their way into the store: small ones stand in their row, larger ones are kept once under their hash.
package enum Payload: Sendable, Hashable {
    case inline(Data)
    case blob(hash: String, bytes: Data)

    /// Larger payloads become blobs.
    package static let inlineSizeMax = 8 * 1024

    package init(_ bytes: Data) {
        self = bytes.count <= Self.inlineSizeMax ? .inline(bytes) : .blob(hash: Digest.sha256Hex(bytes), bytes: bytes)
    }

    package var bytes: Data {
        switch self {
        case .inline(let bytes), .blob(_, let bytes): bytes
        }
    }

    /// What a reader of the row sees.
    package var stored: StoredPayload {
        switch self {
        case .inline(let bytes): .inline(bytes)
        case .blob(let hash, _): .blob(hash: hash)
        }
    }
}

/// Bytes as a row holds them; a blob is fetched only when somebody wants to see it.
package enum StoredPayload: Sendable, Hashable {
    case inline(Data)
    case blob(hash: String)
}
