import FoundationEssentials
import TuttiCore

/// The files of the dashboard, as they are sent.
package struct WebAssets: Sendable {
    /// One file.
    struct File: Sendable {
        /// Below the folder, such as `js/main.js`.
        let path: String
        let mediaType: String
        let read: @Sendable () throws -> [UInt8]
        /// The same compressed; `nil` where that is not done, or saves nothing.
        var zipped: ComputedOnce<[UInt8]?>?
    }

    let files: [File]
    private let digest: ComputedOnce<String>?

    /// Names this state of all files; part of their addresses, so that they may be kept for ever.
    var build: String { digest?.value ?? "dev" }

    /// Files that are part of the program.
    package init(embedded files: [(path: String, bytes: @Sendable () -> [UInt8])]) {
        let sorted = files.sorted { $0.path < $1.path }
        self.files = sorted.map { file in
            File(
                path: file.path, mediaType: Self.mediaType(of: file.path), read: file.bytes,
                zipped: ComputedOnce { Gzip.compress(file.bytes()) })
        }
        digest = ComputedOnce {
            String(Digest.sha256Hex(Data(sorted.flatMap { Array($0.path.utf8) + $0.bytes() })).prefix(16))
        }
    }

    /// Files of a folder, read anew each time: for who works on them.
    ///
    /// - Throws: `WebAssetsError` when the folder has no `index.html`.
    package init(folder: String) throws(WebAssetsError) {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        guard paths.contains("index.html") else { throw WebAssetsError(folder: folder) }
        files = paths.filter { Self.knownTypes[Self.ending(of: $0)] != nil }.sorted().map { path in
            File(path: path, mediaType: Self.mediaType(of: path)) {
                Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)")))
            }
        }
        digest = nil
    }

    private static func ending(of path: String) -> String { String(path.split(separator: ".").last ?? "") }

    private static let knownTypes = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "woff2": "font/woff2", "png": "image/png", "ico": "image/x-icon",
        "json": "application/json", "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
    ]

    static func mediaType(of path: String) -> String { knownTypes[ending(of: path)] ?? "application/octet-stream" }
}

/// A folder that has no dashboard in it.
package struct WebAssetsError: Error, Sendable, Hashable, CustomStringConvertible {
    package let folder: String
    package var description: String { "\(folder) has no index.html; name the folder of the dashboard" }
}
