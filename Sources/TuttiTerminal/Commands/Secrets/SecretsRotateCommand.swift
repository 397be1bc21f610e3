import TuttiAccess
import TuttiAccessSQLite
import TuttiConfiguration
import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiStoreSQLite

/// `tutti secrets rotate`
package enum SecretsRotateCommand: CommandHandler {
    package static let command = SecretsCommands.rotate

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        guard configuration.value(of: ConfigurationKeys.vaultAddress) == nil else {
            throw InputError(
                "the secrets are in a Vault (vault.address), which seals by keys of its own; rotate them there")
        }
        let home = configuration.home.value
        let dropsOld = arguments[SecretsFlags.dropOld]
        guard HomeFolder(path: home).hasAccess else {
            throw CommandFailure("nothing is kept in \(home); name the home with --home or TUTTI_HOME")
        }
        let report = try await context.withAccess(arguments) { access in
            let rotation = KeyRotation(access: access, home: home, dropsOld: dropsOld)
            try rotation.check()
            let lock = try rotation.lock()
            defer { lock?.release() }
            return try await SecretChange(.secretKeyRotated, of: nil, access, context).perform {
                let report = try await rotation.carryOut(isAlone: lock != nil)
                return (report, report.details)
            }
        }
        if arguments[Flags.json] {
            try context.show(json: report.json)
        } else {
            try context.show(report.lines, arguments)
        }
        for note in report.notes { try context.tell("note: \(note)") }
        return report.isWhole ? .reached : .failed
    }
}

/// Sealing everything of a home with a new key, and letting the old ones go.
struct KeyRotation {
    let access: HomeAccess
    let home: String
    let dropsOld: Bool

    /// Says what stands in the way, before anything is changed.
    func check() throws {
        if access.keyFile == nil {
            guard !dropsOld else {
                throw InputError(
                    "--drop-old: the keys stand in the environment; seal with the first of them by 'tutti secrets "
                        + "rotate', and then take the others out of TUTTI_SECRET_KEY yourself")
            }
            guard access.ring.ids.count > 1 else {
                throw InputError(
                    "the key stands in the environment, where only you can add one: make one with `openssl rand "
                        + "-hex 32`, put it and a comma before the present one in TUTTI_SECRET_KEY, here and for the "
                        + "server, and run this again")
            }
        }
    }

    /// One look of another command must not pass for a server, which holds its lock for as long as it runs.
    private static let lockTriesMax = 20

    /// Keeps servers from starting with the old keys; `nil` where one runs, or may.
    ///
    /// - Throws: ``CommandFailure`` when one runs and none may.
    func lock() throws -> ServerLock? {
        guard dropsOld || access.keyFile == nil else { return nil }
        for _ in 0..<Self.lockTriesMax {
            if let lock = try ServerLock(home: home) { return lock }
        }
        guard dropsOld else { return nil }
        throw CommandFailure(
            "--drop-old: a server of this home runs with the keys that it read at its start; stop it, run this again, "
                + "and start it")
    }

    /// - Parameter isAlone: whether no server runs, nor starts meanwhile.
    func carryOut(isAlone: Bool) async throws -> KeyRotationReport {
        let ring = try access.keyFile?.addKey() ?? access.ring
        let rotation = try await access.secrets.rotate(to: ring)
        var report = KeyRotationReport(
            key: ring.newestID, rotation: rotation, file: access.keyFile == nil ? nil : home + "/secrets.key")
        if isAlone, rotation.left == 0 {
            try await renewSigningKey(ring)
            if dropsOld, let file = access.keyFile {
                _ = try file.dropOldKeys(newestID: ring.newestID)
                report.dropped = ring.ids.count - 1
            }
        }
        report.hasSigningKeyLeft = try await isSigningKeySealedOtherwise(ring)
        return report
    }

    /// The key that signs tokens is sealed, too. Another one takes its place; whoever is logged in gets a new token.
    private func renewSigningKey(_ ring: SecretKeyRing) async throws {
        guard try await isSigningKeySealedOtherwise(ring) else { return }
        try await SigningKeys(
            store: access.store, ring: ring, tenant: HomeAccess.tenant, name: HomeAccess.tokenIssuer,
            audience: HomeAccess.tokenIssuer, clock: SystemTimekeeper()
        ).rotate()
    }

    private func isSigningKeySealedOtherwise(_ ring: SecretKeyRing) async throws -> Bool {
        let newest = try await access.store.signingKeys().first { $0.retired == nil }
        return newest.map { SealedSecret(bytes: $0.sealed).keyID != ring.newestID } ?? false
    }
}

/// What a rotation has done.
struct KeyRotationReport {
    /// The id of the new key, which is not the key.
    let key: String
    let rotation: SecretRotation
    /// The file of keys; `nil` for keys in the environment.
    let file: String?
    /// Old keys that were dropped.
    var dropped = 0
    /// Whether what signs tokens is still sealed with an older key.
    var hasSigningKeyLeft = false

    /// Whether nothing is left under an older key that should not be.
    var isWhole: Bool { rotation.left == 0 && rotation.unreadable == 0 }

    var details: [String: String] {
        ["key": key, "resealed": "\(rotation.resealed)", "left": "\(rotation.left)", "dropped": "\(dropped)"]
    }

    var json: JSONValue {
        [
            "key": .string(key), "resealed": .number(rotation.resealed), "unreadable": .number(rotation.unreadable),
            "unreadable_names": .array(rotation.unreadableNames.map { .string($0) }),
            "left": .number(rotation.left), "dropped": .number(dropped),
        ]
    }

    var lines: [StyledLine] {
        var lines = [StyledLine("Sealed \(CountText.text(rotation.resealed, "secret")) with the key \(key).")]
        if dropped > 0 { lines.append(StyledLine("Dropped \(CountText.text(dropped, "old key")).")) }
        return lines
    }

    var notes: [String] {
        if !isWhole {
            return [
                "\(CountText.text(rotation.left, "secret")) could not be sealed anew, and no key was dropped: put the "
                    + "key that each was sealed with back, or remove it and store it anew"
            ] + rotation.unreadableNames.map { "not opened: \($0)" }
        }
        if dropped > 0 { return ["backups of the home from before need the old keys"] }
        if file != nil {
            return ["the old keys stay in the file; 'tutti secrets rotate --drop-old' drops them while no server runs"]
        }
        if hasSigningKeyLeft {
            return [
                "what signs tokens is still sealed with an older key; stop the server and run this again before you "
                    + "take that out of TUTTI_SECRET_KEY"
            ]
        }
        return ["the older keys can be taken out of TUTTI_SECRET_KEY now, here and for the server"]
    }
}
