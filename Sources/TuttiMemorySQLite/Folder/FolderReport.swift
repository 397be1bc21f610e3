/// What of a folder can be found, and what was left out and why.
public struct FolderReport: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Why a file or a folder was left out.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// A file or a folder whose name begins with a dot.
        case hidden
        /// A folder of what programs have made or fetched.
        case built
        /// A file with bytes that no text has.
        case binary
        /// A file whose bytes are not UTF-8.
        case notUTF8 = "not_utf8"
        /// A file without anything but white space.
        case empty
        /// A file with a private key, which must reach no model.
        case privateKey = "private_key"
        /// A symbolic link to what is in the folder, where it has its own name.
        case link
        /// A symbolic link that leads out of the folder, or nowhere.
        case linkOut = "link_out"
        /// Neither a file nor a folder: a pipe, a socket, a device.
        case special
        /// A file or a folder that may not be read, or that changed while it was.
        case unreadable
        /// A name that is not UTF-8.
        case nameNotUTF8 = "name_not_utf8"
        /// A file above the limit of bytes.
        case fileBytes = "file_bytes_max"
        /// A file beyond the limit of files.
        case files = "files_max"
        /// A file beyond the limit of bytes of all files.
        case bytes = "bytes_max"
        /// A folder beyond the limit of depth.
        case depth = "depth_max"
        /// A folder beyond the limit of names.
        case names = "names_max"

        /// As it stands in a sentence behind a number.
        var words: String {
            switch self {
            case .hidden: "hidden"
            case .built: "of built things"
            case .binary: "binary"
            case .notUTF8: "not in UTF-8"
            case .empty: "empty"
            case .privateKey: "with a private key"
            case .link: "linked within the folder"
            case .linkOut: "linked to the outside or to nothing"
            case .special: "neither file nor folder"
            case .unreadable: "not readable"
            case .nameNotUTF8: "with names not in UTF-8"
            case .fileBytes: "too large"
            case .files: "beyond the limit of files"
            case .bytes: "beyond the limit of bytes"
            case .depth: "too deep"
            case .names: "beyond the limit of names"
            }
        }
    }

    /// What was left out for one reason.
    public struct Skipped: Sendable, Hashable, Codable {
        /// Why.
        public var reason: Reason
        /// How many files and folders; what is inside of a folder is not counted.
        public var count: Int
        /// The first of them in order, at most ``examplesMax``.
        public var examples: [String]

        /// How many are named.
        public static let examplesMax = 3
    }

    /// The folder by its real path.
    public var folder: String
    /// Files that can be found.
    public var files = 0
    /// Their bytes.
    public var bytes = 0
    /// Passages that can be found.
    public var passages = 0
    /// Files that were new or different and had to be read again.
    public var changed = 0
    /// Files that were in the index and are gone.
    public var removed = 0
    /// What was left out, by reason.
    public private(set) var skipped: [Skipped] = []

    init(folder: String) { self.folder = folder }

    mutating func skip(_ name: String, _ reason: Reason) {
        let place = skipped.firstIndex { $0.reason == reason } ?? skipped.endIndex
        if place == skipped.endIndex { skipped.append(Skipped(reason: reason, count: 0, examples: [])) }
        skipped[place].count += 1
        if skipped[place].examples.count < Skipped.examplesMax { skipped[place].examples.append(name) }
    }

    /// Sorts the reasons as they are listed, so that equal folders have equal reports.
    mutating func sortReasons() {
        skipped = Reason.allCases.compactMap { reason in skipped.first { $0.reason == reason } }
    }

    /// One line for what is found, and one for each reason.
    public var description: String {
        let found = "\(files) files with \(passages) passages in \(folder)"
        let left = skipped.map { skipped in
            let more = skipped.count > skipped.examples.count ? ", …" : ""
            let examples = skipped.examples.joined(separator: ", ") + more
            return "left out: \(skipped.count) \(skipped.reason.words) (\(examples))"
        }
        return ([found] + left).joined(separator: "\n")
    }
}
