import Synchronization
import TuttiAccess

/// The approvals that one request is at work with. They are used up when it has done its work, and come back when it
/// fails.
final class ApprovalsInHand: Sendable {
    /// One approval, with what was told when it was taken.
    struct Entry: Sendable {
        let held: ApprovalBox.Held
        let draft: AuditDraft
    }

    private let entries = Mutex<[Entry]>([])

    func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }

    /// All of them, which are then in hand no more.
    func takeAll() -> [Entry] {
        entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
    }
}

extension ServerAccess {
    /// Uses up the approvals of a request that has done its work, and gives back those of one that has not; either is
    /// told. That it cannot be told changes nothing about it any more.
    func settle(_ approvals: ApprovalsInHand, isDone: Bool) async {
        for entry in approvals.takeAll() {
            if !isDone { self.approvals.giveBack(entry.held) }
            var draft = entry.draft
            draft.time = accounts.now
            draft.outcome = isDone ? .done : .failed
            _ = try? await log.append([draft])
        }
    }
}
