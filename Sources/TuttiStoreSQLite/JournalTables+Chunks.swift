import TuttiCore
import TuttiStore

/// What steps stream, until they have their result or the run has its end.
extension JournalTables {
    func keep(_ command: ChunkCommand) throws(StoreError) -> JournalOutcome {
        let run = command.owner.run
        guard try isOwner(command.owner) else { return .leaseLost }
        for chunk in command.chunks {
            let (fence, attempt) = (SQLValue.int(chunk.stamp.fence), SQLValue.int(Int64(chunk.stamp.attempt)))
            try connection.run(
                "delete from chunk where run = ?1 and key = ?2 and (fence, attempt) < (?3, ?4)",
                [.text(run.text), .text(chunk.key), fence, attempt])
            // A part that was on its way while its step was recorded would stay behind.
            try connection.run(
                """
                insert into chunk(run, key, fence, attempt, off, data) select ?1, ?2, ?3, ?4, ?5, ?6
                where not exists(select 1 from step where run = ?1 and key = ?2 and ended is not null)
                on conflict do nothing
                """,
                [.text(run.text), .text(chunk.key), fence, attempt, .int(Int64(chunk.offset)), .text(chunk.text)])
        }
        return .done
    }

    func dropChunks(of key: String, in run: RunID) throws(StoreError) {
        try connection.run("delete from chunk where run = ?1 and key = ?2", [.text(run.text), .text(key)])
    }

    func dropChunks(of run: RunID) throws(StoreError) {
        try connection.run("delete from chunk where run = ?1", [.text(run.text)])
    }
}
