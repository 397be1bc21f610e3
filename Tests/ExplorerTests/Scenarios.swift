import TuttiStore

/// The small worlds that are explored.
extension Scenario {
    static let small: [Scenario] = [
        Scenario(
            name: "claims, fences and takeovers",
            plans: ["main": Plan(branches: [[.step("a")], [.step("b")]])], crashes: 1, takeovers: 1,
            finds: [.writesWithoutFence]),
        Scenario(
            name: "lost reports", plans: ["main": Plan(branches: [[.step("a"), .step("b")]])], crashes: 1,
            lostReports: 1),
        Scenario(
            name: "a wait and shutdowns", plans: ["main": Plan(branches: [[.signal("s"), .step("x")]])],
            signals: ["s"], crashes: 1, lostReports: 1, shutdowns: 1,
            finds: [.takesTheWakeWithoutALook]),
        Scenario(
            name: "a wait beside work, and a shutdown",
            plans: ["main": Plan(branches: [[.signal("s")], [.step("a"), .signal("t")]])], runs: ["main"],
            signals: ["t", "s"], shutdowns: 1),
        Scenario(
            name: "work that leads to the signal, and a shutdown",
            plans: ["main": Plan(branches: [[.approval("ok")], [.step("a"), .step("b")]])],
            answers: [Answer(approval: "ok", person: "ann", verdict: .approved, after: "all#1/1/b#1")],
            shutdowns: 1,
            finds: [.trustsTheNotedWait]),
        Scenario(
            name: "an approval, two people, its time and a clock that jumps",
            plans: ["main": Plan(branches: [[.approval("ok", within: 1)]])],
            answers: [
                Answer(approval: "ok", person: "ann", verdict: .approved),
                Answer(approval: "ok", person: "bob", verdict: .rejected),
            ], ticks: 1, crashes: 1, lostReports: 1, clockJumps: 1,
            finds: [.closesWithoutTaking]),
        Scenario(
            name: "two waits for one signal name",
            plans: ["main": Plan(branches: [[.signal("s")], [.signal("s")]])], signals: ["s", "s"], crashes: 1),
        Scenario(
            name: "a race of paid steps, then a paid step",
            plans: [
                "main": Plan(
                    shape: .race, branches: [[.step("a", tokens: 4)], [.step("b", tokens: 4)]],
                    then: [.step("c", tokens: 4)])
            ], budget: 10,
            finds: [.keepsWhatWasHeldForNothing, .paysWithoutHold]),
        Scenario(
            name: "a budget and its raise",
            plans: [
                "main": Plan(
                    branches: [[.step("a", tokens: 3)], [.step("b", tokens: 3)]], then: [.step("c", tokens: 3)])
            ],
            budget: 7, raise: 5, crashes: 1, lostReports: 1,
            finds: [.parksWithoutALook, .releaseWithoutWakeSequence]),
        Scenario(
            name: "a child in the queue, cancelled by itself",
            plans: ["main": Plan(branches: [[.child("kid")]]), "kid": Plan(branches: [[.step("k")]])],
            crashes: 1, cancels: ["kid"],
            finds: [.tellsNoParentOfWhatNeverBegan]),
        Scenario(
            name: "a child, lost reports and shutdowns",
            plans: ["main": Plan(branches: [[.child("kid")]]), "kid": Plan(branches: [[.step("k")]])],
            lostReports: 1, shutdowns: 1, startsChildrenHere: true,
            finds: [.childEndsSilently]),
        Scenario(
            name: "a child whose start is reported as failed, and a cancel",
            plans: ["main": Plan(branches: [[.child("kid")]]), "kid": Plan(branches: [[.step("k")]])], lostReports: 1,
            cancels: ["kid"], startsChildrenHere: true),
        Scenario(
            name: "a step at most once, its crash and retries",
            plans: ["main": Plan(branches: [[.step("mail", isAtMostOnce: true)]])], crashes: 1, lostReports: 1,
            takeovers: 1, retries: 1,
            finds: [.beginsWithoutIntent]),
        Scenario(
            name: "a child with a step at most once, and retries of its parent",
            plans: [
                "main": Plan(branches: [[.child("kid")]]),
                "kid": Plan(branches: [[.step("mail", isAtMostOnce: true)]]),
            ], crashes: 1, retries: 1, startsChildrenHere: true),
        Scenario(
            name: "two retries", plans: ["main": Plan(branches: [[.step("a"), .step("b", failsIn: 0)]])], crashes: 1,
            lostReports: 1, retries: 2,
            finds: [.retriesWithoutAPlace]),
        Scenario(
            name: "two runs", plans: ["main": Plan(branches: [[.step("a")]])], runs: ["main", "main"], crashes: 1,
            lostReports: 1),
        Scenario(
            name: "what fails is undone, and a crash",
            plans: ["main": Plan(branches: [[.undoable("a"), .undoable("b")]], fails: true)], crashes: 1,
            lostReports: 1,
            finds: [.undoesInTheOrderOfBeginning]),
        Scenario(
            name: "a cancel between what can be undone, and shutdowns",
            plans: ["main": Plan(branches: [[.undoable("a"), .undoable("b")]])], crashes: 1, shutdowns: 1,
            cancels: ["main"],
            finds: [.undoesOnlyWhatIsClosed, .claimsWhatIsAtWorkHere]),
        Scenario(
            name: "a cancel while what failed is undone",
            plans: ["main": Plan(branches: [[.undoable("a")]], fails: true)], lostReports: 1, takeovers: 1,
            cancels: ["main"],
            finds: [.heedsItsCancelWhileItUndoes]),
        Scenario(
            name: "an undo that fails, then a retry, a resume or a cancel",
            plans: ["main": Plan(branches: [[.undoable("a"), .undoable("b", undoFailsIn: 0)]], fails: true)],
            crashes: 1, cancels: ["main"], retries: 1, resumes: 1),
        Scenario(
            name: "what was undone, and a retry",
            plans: ["main": Plan(branches: [[.undoable("a"), .step("b", failsIn: 0)]])], crashes: 1, retries: 1),
        Scenario(
            name: "a blocked run with something to undo, resumed or cancelled",
            plans: ["main": Plan(branches: [[.undoable("a"), .step("b")]])], crashes: 2, cancels: ["main"],
            resumes: 1, recoveriesMax: 0),
        Scenario(
            name: "a blocked child, and the cancel of its parent",
            plans: ["main": Plan(branches: [[.child("kid")]]), "kid": Plan(branches: [[.undoable("k")]])],
            crashes: 1, cancels: ["main"], resumes: 2, recoveriesMax: 0),
        Scenario(
            name: "a child that cannot be undone, and the cancel of its parent",
            plans: [
                "main": Plan(branches: [[.child("kid")]]),
                "kid": Plan(branches: [[.undoable("k", undoFailsIn: 0)]], fails: true),
            ], crashes: 1, cancels: ["main"], retries: 1),
        Scenario(
            name: "a wait that leaves memory, its time, a cancel and a shutdown",
            plans: ["main": Plan(branches: [[.signal("s", within: 1), .step("x")]])], signals: ["s"], ticks: 1,
            shutdowns: 1, cancels: ["main"], evictions: 2),
        Scenario(
            name: "a parent and a child that leave memory, and a takeover",
            plans: ["main": Plan(branches: [[.child("kid")]]), "kid": Plan(branches: [[.approval("ok")]])],
            answers: [Answer(approval: "ok", person: "ann", verdict: .approved)], takeovers: 1, evictions: 3,
            startsChildrenHere: true,
            finds: [.forgetsCallsOfResting, .trustsWhatSeemsToBeAtWork]),
        Scenario(
            name: "an undo, a hold, a cancel and a takeover at once",
            plans: ["main": Plan(branches: [[.undoable("a", tokens: 3)], [.step("b", tokens: 3)]])], budget: 7,
            takeovers: 1, cancels: ["main"]),
        Scenario(
            name: "a wait and something to undo, cancelled and shut down",
            plans: ["main": Plan(branches: [[.undoable("a"), .signal("s")]])], signals: ["s"], crashes: 1,
            shutdowns: 1, cancels: ["main"]),
        Scenario(
            name: "a step at most once that can be undone",
            plans: ["main": Plan(branches: [[.undoable("mail", isAtMostOnce: true), .step("b", failsIn: 0)]])],
            crashes: 1),
    ]
    /// Those that take longer.
    static let large: [Scenario] = [
        Scenario(
            name: "an undo, a hold, a cancel, a takeover, a crash and lost reports",
            plans: ["main": Plan(branches: [[.undoable("a", tokens: 3)], [.step("b", tokens: 3)]])], budget: 7,
            crashes: 1, lostReports: 1, takeovers: 1, cancels: ["main"]),
        Scenario(
            name: "a child in the queue whose budget does not suffice, and its raise",
            plans: [
                "main": Plan(branches: [[.child("kid")]]),
                "kid": Plan(branches: [[.step("k", tokens: 3), .step("l", tokens: 3)]]),
            ], budget: 4, raise: 5, crashes: 1),
        Scenario(
            name: "a child with something to undo, and a cancelled family",
            plans: [
                "main": Plan(branches: [[.child("kid")], [.undoable("a")]]),
                "kid": Plan(branches: [[.undoable("k")]]),
            ], crashes: 1, cancels: ["main"]),
        Scenario(
            name: "a race whose loser can be undone",
            plans: ["main": Plan(shape: .race, branches: [[.undoable("a")], [.undoable("b")]], fails: true)],
            crashes: 1, lostReports: 1),
        Scenario(
            name: "a race of a wait, a child and a step",
            plans: [
                "main": Plan(shape: .race, branches: [[.signal("s")], [.child("kid")]], then: [.step("z")]),
                "kid": Plan(branches: [[.step("k")]]),
            ], signals: ["s"], crashes: 1),
        Scenario(
            name: "a cancelled family",
            plans: ["main": Plan(branches: [[.child("kid")], [.step("a")]]), "kid": Plan(branches: [[.step("k")]])],
            crashes: 1, cancels: ["main"]),
        Scenario(
            name: "a race of waits, then a wait for the same signal",
            plans: [
                "main": Plan(
                    branches: [[.first(signals: ["s"], approvals: ["ok"], within: 1), .signal("s", within: 1)]])
            ], signals: ["s"], answers: [Answer(approval: "ok", person: "ann", verdict: .approved)], ticks: 2,
            crashes: 1),
    ]
}
