import FoundationEssentials
import Glibc

/// Reads the header and frames of a write-ahead log, to tell what SQLite drops when it opens one that was cut.
///
/// SQLite goes back to the last whole commit without a word. Format: https://www.sqlite.org/fileformat2.html#walformat.
struct WriteAheadLog {
    let path: String

    private static let headerSize = 32
    private static let frameHeaderSize = 24

    /// A sentence about the bytes behind the last whole commit that belong to the same log; `nil` when there are none.
    func unfinishedCommit() -> String? {
        guard let bytes = read(), bytes.count > Self.headerSize else { return nil }
        // SQLite takes no frame of a log whose header is damaged.
        let dropped = Log(bytes)?.unfinishedBytes() ?? bytes.count
        guard dropped > 0 else { return nil }
        return "the last \(dropped) bytes of \(path) were not a whole commit and are dropped; "
            + "the database is at its last whole commit, and a step that was cut off runs again"
    }

    /// Logs larger than this are not looked at: a checkpoint keeps them far below.
    private static let sizeMax = 256 << 20

    private func read() -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0 else { return nil }
        let size = Int(information.st_size)
        guard size > 0, size <= Self.sizeMax else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, size) }
        return count == size ? bytes : nil
    }

    /// The frames of one log and the running checksum over them.
    private struct Log {
        let bytes: [UInt8]
        let pageSize: Int
        let isBigEndian: Bool

        init?(_ bytes: [UInt8]) {
            self.bytes = bytes
            let magic = Log.word(bytes, 0, isBigEndian: true)
            guard magic & 0xFFFF_FFFE == 0x377F_0682 else { return nil }
            isBigEndian = magic & 1 == 1
            pageSize = Int(Log.word(bytes, 8, isBigEndian: true))
            guard pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0 else { return nil }
            let sum = checksum(from: 0, count: 24, start: (0, 0))
            guard sum == (Log.word(bytes, 24, isBigEndian: true), Log.word(bytes, 28, isBigEndian: true)) else {
                return nil
            }
        }

        static func word(_ bytes: [UInt8], _ at: Int, isBigEndian: Bool) -> UInt32 {
            var value: UInt32 = 0
            for offset in 0..<4 {
                value |= UInt32(bytes[at + offset]) << UInt32(isBigEndian ? 24 - 8 * offset : 8 * offset)
            }
            return value
        }

        func unfinishedBytes() -> Int {
            let frameSize = WriteAheadLog.frameHeaderSize + pageSize
            var sum = checksum(from: 0, count: 24, start: (0, 0))
            var at = WriteAheadLog.headerSize
            var committed = at
            while at + frameSize <= bytes.count, hasSalt(at) {
                sum = checksum(from: at, count: 8, start: sum)
                sum = checksum(from: at + WriteAheadLog.frameHeaderSize, count: pageSize, start: sum)
                guard sum.0 == Log.word(bytes, at + 16, isBigEndian: true),
                    sum.1 == Log.word(bytes, at + 20, isBigEndian: true)
                else { break }
                at += frameSize
                let pagesAfterCommit = Log.word(bytes, at - frameSize + 4, isBigEndian: true)
                if pagesAfterCommit != 0 { committed = at }
            }
            return endOfThisLog(from: committed) - committed
        }

        /// Behind the last commit there may be frames of an older log, which were overwritten only in part; they have
        /// another salt. A damaged frame in between may have lost its own.
        private func endOfThisLog(from start: Int) -> Int {
            let frameSize = WriteAheadLog.frameHeaderSize + pageSize
            var end = start
            for at in stride(from: start, through: bytes.count - WriteAheadLog.frameHeaderSize, by: frameSize)
            where hasSalt(at) {
                end = min(at + frameSize, bytes.count)
            }
            return end
        }

        private func hasSalt(_ frame: Int) -> Bool { bytes[frame + 8..<frame + 16] == bytes[16..<24] }

        private func checksum(from: Int, count: Int, start: (UInt32, UInt32)) -> (UInt32, UInt32) {
            var (first, second) = start
            for at in stride(from: from, to: from + count, by: 8) {
                first = first &+ Log.word(bytes, at, isBigEndian: isBigEndian) &+ second
                second = second &+ Log.word(bytes, at + 4, isBigEndian: isBigEndian) &+ first
            }
            return (first, second)
        }
    }
}
