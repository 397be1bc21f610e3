import TuttiReadings
import TuttiStore
import TuttiStoreSQLite

/// Whether the database is whole, and who works with it.
struct DatabaseChecks {
    let home: HomeFolder

    /// A log that is larger has not been checkpointed for long.
    private static let logSizeMax = 256 << 20
    /// Lines of damage that are read.
    private static let damageMax = 3
    /// Waiting runs that are looked at.
    private static let runsMax = 10_000

    func all() async -> [DoctorCheck] {
        guard home.hasDatabase else { return [.ok("database", "there is none yet; the first run makes it")] }
        let inspector = DatabaseInspector(home)
        do {
            let status = try await inspector.status()
            var checks = [schema(status)]
            checks.append(integrity(try await inspector.problems(atMost: Self.damageMax)))
            checks.append(log(status))
            if status.fit == .current { checks += try await work() }
            return checks
        } catch {
            return [.problem("database", error.message, Self.wayOut)]
        }
    }

    private static let wayOut = "every other command leaves the file as it is until it can be read"

    private func schema(_ status: DatabaseInspector.Status) -> DoctorCheck {
        let text = "schema \(status.version), \(ByteText.text(status.size)), \(CountText.text(status.runs ?? 0, "run"))"
        return switch status.fit {
        case .current, .empty: .ok("database", text)
        case .older: .problem("database", text + "; written by an older release", "run `tutti db upgrade`")
        case .newer:
            .problem(
                "database", text + "; written by a newer release",
                "use that release, or let it run `tutti db downgrade --to \(status.programVersion)`")
        }
    }

    private func integrity(_ damage: [String]) -> DoctorCheck {
        guard !damage.isEmpty else { return .ok("integrity", "pragma quick_check finds nothing") }
        return .problem(
            "integrity", damage.joined(separator: "; "),
            "keep a copy of the home, then save what can be read: sqlite3 tutti.db .recover | sqlite3 recovered.db")
    }

    private func log(_ status: DatabaseInspector.Status) -> DoctorCheck {
        let text = "\(ByteText.text(status.logSize)) in the write-ahead log"
        guard status.logSize > Self.logSizeMax else { return .ok("log", text) }
        return .note("log", text, "a reader that never ends keeps it from being folded in; end old processes")
    }

    // MARK: Processes and runs

    private func work() async throws(StoreError) -> [DoctorCheck] {
        guard let store = try await SQLiteJournalStore.openReadOnly(home) else { return [] }
        let owners = RunOwners(try await store.executors())
        let waiting = try await store.runs(
            RunFilter(statuses: [.waiting], limit: Self.runsMax), tenant: RunReference.tenant)
        await store.close()
        return [processes(owners)] + [interrupted(waiting.filter(\.isInterrupted))]
    }

    private func processes(_ owners: RunOwners) -> DoctorCheck {
        let counts = Dictionary(grouping: owners.all, by: \.health)
        let stopped = counts[.stopped] ?? []
        let parts = [RunOwners.Health.alive, .stopped, .dead].compactMap { health in
            counts[health].map { "\($0.count) \(health.rawValue)" }
        }
        let text = parts.isEmpty ? "none at work" : parts.joined(separator: ", ")
        guard let first = stopped.first else { return .ok("processes", text) }
        return .note(
            "processes", text + " (" + stopped.map { "\($0.process)" }.joined(separator: ", ") + ")",
            "wake it with `kill -CONT \(first.process)`, or take its runs with `tutti runs resume --take-over ID`")
    }

    private func interrupted(_ runs: [RunSummary]) -> DoctorCheck {
        guard let newest = runs.first else { return .ok("runs", "none is interrupted") }
        let count = runs.count == 1 ? "1 was interrupted" : "\(runs.count) were interrupted"
        return .note(
            "runs", count, "go on with `tutti runs resume \(newest.id)`; `tutti runs ls --state waiting` lists all")
    }
}
