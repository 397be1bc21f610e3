import Glibc
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite

/// Whether accounts, secrets and the audit log can be read, and the key opens what it should.
struct AccessChecks {
    let home: HomeFolder
    let environment: [String: String]

    var all: [DoctorCheck] {
        let keys = keys
        guard home.hasAccess else { return [.ok("accounts", "there are none yet")] + [keys.check].compactMap(\.self) }
        do {
            let status = try AccessInspector(home: home.path).status()
            return [accounts(status), keys.ring.map { fit($0, status) } ?? keys.check].compactMap(\.self)
        } catch {
            return [.problem("accounts", error.message, Self.wayOut), keys.check].compactMap(\.self)
        }
    }

    private static let wayOut = "put access.db back from a backup; no server starts without it"

    private func accounts(_ status: AccessInspector.Status) -> DoctorCheck {
        guard status.damage.isEmpty else {
            return .problem("accounts", status.damage.joined(separator: "; "), Self.wayOut)
        }
        guard status.version <= status.programVersion else {
            return .problem("accounts", "access.db was written by a newer release", "use that release")
        }
        guard status.version == status.programVersion else {
            return .ok("accounts", "access.db is of an older release; the next command takes it up")
        }
        return .ok(
            "accounts",
            "\(CountText.text(status.people, "account")); the audit log reaches to \(status.entries)")
    }

    // MARK: Keys

    /// The keys that are there, or what is wrong with them; neither where none is needed yet.
    private var keys: (ring: SecretKeyRing?, check: DoctorCheck?) {
        do throws(SecretError) {
            if let given = try SecretKeyRing.environment({ environment[$0] }) { return (given, nil) }
            let path = home.path + "/secrets.key"
            guard unsafe access(path, F_OK) == 0 else {
                guard home.hasAccess else { return (nil, nil) }
                return (nil, .problem("secrets", "there is no key file \(path)", Self.keyBack))
            }
            return (try SecretKeyRing.file(at: path, making: false), nil)
        } catch {
            return (nil, .problem("secrets", error.message, Self.keyBack))
        }
    }

    private static let keyBack = "put the key back that sealed them, or set TUTTI_SECRET_KEY to it"

    private func fit(_ ring: SecretKeyRing, _ status: AccessInspector.Status) -> DoctorCheck {
        do throws(SecretError) {
            try ring.check(opening: status.sealings)
            let others = ring.ids.count > 1 ? " or an older one" : ""
            return .ok("secrets", "sealed with the key \(ring.newestID)\(others)")
        } catch {
            return .problem("secrets", error.message, Self.keyBack)
        }
    }
}
