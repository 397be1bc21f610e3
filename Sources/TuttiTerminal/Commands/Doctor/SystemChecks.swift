import Glibc
import TuttiCore
import TuttiStoreSQLite

/// Libraries, limits, and keys that were found.
struct SystemChecks {
    let environment: [String: String]

    /// Fewer open files than this are soon used up.
    private static let filesMin: UInt = 1024

    /// Variables that hold keys of model providers. Their values are never looked at beyond being set.
    static let keyVariables = [
        "ANTHROPIC_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "AZURE_CLIENT_SECRET",
        "AZURE_OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
    ]

    var all: [DoctorCheck] { [libraries, files, models] }

    private var libraries: DoctorCheck {
        .ok("libraries", "SQLite \(DatabaseInspector.libraryVersion), \(CryptoLibrary.version)")
    }

    private var files: DoctorCheck {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .note("open files", "the limit is unknown")
        }
        let text = "at most \(limit.rlim_cur)"
        guard limit.rlim_cur < Self.filesMin else { return .ok("open files", text) }
        return .note("open files", text, "raise the limit with `ulimit -n 4096`")
    }

    private var models: DoctorCheck {
        let found = Self.keyVariables.filter { !(environment[$0] ?? "").isEmpty }
        let list = "'tutti models ls' lists what can be asked"
        guard !found.isEmpty else {
            return .ok("models", "no key is set, so reviews are offline unless a local server is named; \(list)")
        }
        return .ok("models", "\(found.joined(separator: ", ")) set; \(list)")
    }
}
