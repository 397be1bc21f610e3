import FoundationEssentials
import TestProcess
import Testing
import TuttiAccessSQLite
import TuttiCore

@testable import TuttiAccess

/// A planted value is looked for wherever something of it could be.
struct SecretLeakTests {
    private static let planted = "sk-planted-value-0123456789-zz"

    @Test func nothingOfItIsInTheFiles() async throws {
        let home = try TestFolder()
        let path = home.path + "/secrets.key"
        let table = SQLiteAccessStore(home: home.path)
        let store = SealedSecretStore(table: table, ring: try .file(at: path, making: true))
        for number in 0..<30 { _ = try await store.put(Self.planted + "\(number)", "s\(number)", .person("ann")) }
        _ = try await store.put(Self.planted, "s0", .person("ann"))
        #expect(try await store.read("secret:s0") == Self.planted)
        #expect(try await store.remove(name("s1"), scope: .person("ann"), tenant: "acme"))
        let key = String(decoding: try Data(contentsOf: URL(filePath: path)).prefix(64), as: UTF8.self)
        var seen = 0
        for pass in 0..<2 {
            for file in try FileManager.default.contentsOfDirectory(atPath: home.path) {
                let bytes = try Data(contentsOf: URL(filePath: home.path + "/" + file))
                for text in ["planted", "0123456789-zz"] + encodings(of: Self.planted) {
                    #expect(!has(bytes, text), "\(text) in \(file), pass \(pass)")
                }
                if file != "secrets.key" { #expect(!has(bytes, key), "the key in \(file)") }
                seen += 1
            }
            await table.close()
        }
        #expect(seen >= 4)
    }

    private func encodings(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        return [Hexadecimal.encode(bytes), Data(bytes).base64EncodedString()]
    }

    @Test func nothingOfItIsInWhatIsShown() async throws {
        let table = MemorySecretTable()
        let store = SealedSecretStore(table: table, ring: try .fresh())
        let value = SecretText(Self.planted)
        let summary = try await store.put(
            value, name: name("a"), scope: .person("ann"), tenant: "acme", label: "Mine", provider: "openai",
            by: "usr_a",
            at: noon)
        let row = try #require(table.secret(try name("a"), in: [.person("ann")], tenant: "acme"))
        var shown = ""
        for any in [summary, row, row.sealed, store, table, value, store.keys] as [Any] {
            dump(any, to: &shown)
            shown += "\(any) " + String(reflecting: any)
        }
        let json = String(decoding: try CanonicalJSON.encode(summary), as: UTF8.self)
        shown += json
        #expect(!shown.contains("planted") && !shown.contains("0123456789"))
        #expect(json.contains("\"hint\":\"9-zz\""))
        #expect(try CanonicalJSON.decode(SecretSummary.self, from: Data(json.utf8)) == summary)
    }

    @Test(arguments: [
        ("", nil), ("elevenchars", nil), ("twelve-chars", "hars"), ("a longer one  \n", nil), ("sk-0123456789é", nil),
    ])
    func hintsAreOfLongPlainOnesOnly(value: String, hint: String?) {
        #expect(SecretLimits.hint(of: SecretText(value)) == hint)
    }

    @Test func errorsOfEveryKindAreTextsForPeople() {
        for reason in SecretError.Reason.allCases {
            let error = SecretError(reason, "m")
            #expect(error.code.hasPrefix("secret_") && error.description == "m")
        }
    }
}
