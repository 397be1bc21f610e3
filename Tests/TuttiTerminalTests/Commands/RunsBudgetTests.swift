import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("Budgets of runs")
struct RunsBudgetTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func json(_ answer: Desk.Answer) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
    }

    /// The caps of a run as `runs show` has them.
    private func caps(of run: RunID) async throws -> [JSONValue?] {
        guard case .array(let budget) = try json(await desk.run("runs", "show", run.text, "--json"))["budget"] else {
            return []
        }
        return budget.map { $0["cap"] }
    }

    // MARK: Bad input

    @Test func anAmountThatIsNoneIsAUsageError() async throws {
        let run = try await Spending.spend(Budget(usd: .dollars(1)), in: desk)
        for (typed, word) in [
            ("+", "takes dollars such as 2 or 0.25, above 0"), ("+0", "above 0 and at most 1000000000"),
            ("-2", "takes dollars"), ("+-2", "takes dollars"), ("++2", "takes dollars"), ("two", "takes dollars"),
            ("1000000001", "at most 1000000000"), ("+99999999999999999999", "takes dollars"),
            ("usd=+0.0000001", "takes dollars"), ("+1,usd=+2", "has 'usd' twice"), ("euros=+1", "no limit 'euros'"),
            ("tokens=+0", "from 1 to 1000000000000000"), ("tokens=+1000000000000001", "from 1 to 1000000000000000"),
            ("tokens=-5", "a whole number of tokens"), ("steps=+1.5", "a whole number of steps"),
            ("time=+0s", "a time such as 10m, above 0"), ("time=+367d", "at most 366d"), ("time=+10", "a time such as"),
        ] {
            let answer = await desk.run("runs", "resume", run.text, "--budget=" + typed, knowing: Spending.known)
            #expect(answer.code == .usage && answer.output == "", "\(typed)")
            #expect(answer.progress.contains(word), "\(typed): \(answer.progress)")
        }
        #expect(try await caps(of: run) == [1_000_000])
    }

    @Test func aNewRunHasNoLimitToAddTo() async throws {
        let file = try desk.write("name: w\nsteps:\n  - {name: a, command: [\"true\"]}\n", to: "w.yaml")
        let answer = await desk.run("run", file, "--budget", "steps=+2")
        #expect(answer.code == .usage)
        #expect(answer.progress.contains("adds to a limit, and a new run has none; leave out the +"))
        #expect(await desk.run("run", file, "--budget", "0").code == .usage)
        #expect(!FileManager.default.fileExists(atPath: desk.home + "/tutti.db"))
    }

    @Test func aRaiseTakesOneRun() async throws {
        let runs = [try await Spending.spend(.usd(1), in: desk), try await Spending.spend(.usd(1), in: desk)]
        let answer = await desk.run(
            "runs", "resume", runs[0].text, runs[1].text, "--budget", "+1", knowing: Spending.known)
        #expect(answer.code == .usage && answer.progress.contains("name one run at a time"))
        for run in runs { #expect(try await caps(of: run) == [1_000_000]) }
    }

    @Test func aLimitThatIsNotThereOrWouldFallIsSaid() async throws {
        let run = try await Spending.spend(Budget(tokens: 250_000), in: desk)
        for (typed, word) in [
            ("+1", "was started without a budget of usd"),
            ("tokens=+9,steps=2", "was started without a budget of steps"),
            ("tokens=200000", "is 250000 tokens, and can only be raised"),
            ("tokens=+1000000000000000", "to at most 1000000000000000 tokens"),
        ] {
            let answer = await desk.run("runs", "resume", run.text, "--budget", typed, knowing: Spending.known)
            #expect(answer.code == .failed && answer.output == "", "\(typed)")
            #expect(answer.progress.hasPrefix("tutti: ") && answer.progress.contains(word), "\(answer.progress)")
        }
        #expect(try await caps(of: run) == [250_000])
        let free = try await Spending.spend(nil, in: desk)
        let ended = await desk.run("runs", "resume", free.text, "--budget", "+1", knowing: Spending.known)
        #expect(ended.code == .failed && ended.progress.contains("\(free) has ended (completed)"))
    }

    @Test func aChildNamesTheRunWhoseBudgetItSpends() async throws {
        let run = try await Spending.spend(.usd(2), in: desk)
        guard let child = try await Spending.child(of: run, in: desk) else {
            Issue.record("there is no child")
            return
        }
        let answer = await desk.run("runs", "resume", child.text, "--budget", "+1", knowing: Spending.known)
        #expect(answer.code == .failed)
        #expect(answer.progress.contains("`tutti runs resume \(run) --budget +AMOUNT`"))
        #expect(try await caps(of: run) == [2_000_000])
        let shown = await desk.run("runs", "show", child.text).output
        #expect(shown.contains("Budget:   $2.00 of $2.00 used (of \(run))\n"))
        #expect(shown.hasSuffix("Next:     tutti runs resume \(run) --budget +2.00\n"))
    }

    @Test func aRunOfAnotherProgramKeepsItsBudget() async throws {
        let run = try await Spending.spend(.usd(1), in: desk)
        let answer = await desk.run("runs", "resume", run.text, "--budget", "+1")
        #expect(answer.code == .failed && answer.progress.contains("no workflow 'spending'"))
        #expect(try await caps(of: run) == [1_000_000])
    }

    // MARK: Going on

    @Test func goesOnWhenItsBudgetIsRaised() async throws {
        let run = try await Spending.spend(Budget(usd: .dollars(1), steps: 9), in: desk)
        let answer = await desk.run("runs", "resume", run.text, "--budget", "usd=+2,steps=9", knowing: Spending.known)
        #expect(answer.code == .reached, "\(answer.progress)")
        #expect(answer.output == "● done  \(run)  result: 3\n")
        #expect(
            answer.progress == """
                \(run): the budget is raised; used is 1 of 9 steps, $1.00 of $3.00
                \(run): 1 recorded step is not done again

                """)
    }

    @Test func stopsAtTheBudgetAgainAndNamesTheCommandThatGoesOn() async throws {
        let run = try await Spending.spend(.usd(1), in: desk)
        let answer = await desk.run("runs", "resume", run.text, "--budget", "2.50", knowing: Spending.known)
        #expect(answer.code == .overBudget && answer.output == "")
        #expect(
            answer.progress.hasSuffix(
                """
                tutti: the run \(run) is at its budget: $2.00 of $2.50 used, and the next step may cost more than \
                the rest. It is parked and nothing is lost. \
                Raise the budget and go on with:
                  tutti runs resume \(run) --budget +2.50

                """))
        let again = await desk.run("runs", "resume", run.text, knowing: Spending.known)
        #expect(again.code == .overBudget)
        let words = again.progress.split(separator: "\n").last?.split(separator: " ").dropFirst() ?? []
        #expect(words.count == 5)
        let typed = words.map(String.init)
        guard typed.count == 5 else { return }
        let last = await desk.run(typed[0], typed[1], typed[2], typed[3], typed[4], knowing: Spending.known)
        #expect(last.code == .reached && last.output.hasSuffix("result: 3\n"))
    }

    @Test func aWorkflowFileGoesOnWithMoreSteps() async throws {
        let file = try desk.write(
            "name: w\nsteps:\n  - {name: a, command: [\"true\"]}\n  - {name: b, command: [\"true\"], needs: [a]}\n",
            to: "w.yaml")
        let stopped = await desk.run("run", file, "--budget", "steps=1")
        #expect(stopped.code == .overBudget)
        let lines = stopped.progress.split(separator: "\n")
        #expect(lines.suffix(2).first?.contains("is at its budget: 1 of 1 step used") == true, "\(stopped.progress)")
        let command = lines.last?.split(separator: " ").map(String.init) ?? []
        #expect(command.suffix(2) == ["--budget", "steps=+1"] && command.count == 6, "\(command)")
        guard command.count == 6 else { return }
        let answer = await desk.run(command[1], command[2], command[3], command[4], command[5])
        #expect(answer.code == .reached, "\(answer.progress)")
    }

    @Test func aRoundtableStopsAtItsBudgetToo() async throws {
        let tutti = try await Tutti.open(home: desk.home)
        let handle = try await tutti.engine.start(
            Roundtable(delivery: RunFiles(home: desk.home)), Sample.input, budget: Budget(steps: 2))
        _ = try? await handle.output
        await tutti.close()
        let answer = await desk.run("runs", "resume", handle.id.text, "--budget", "steps=+1")
        #expect(answer.code == .overBudget, "\(answer.progress)")
        #expect(answer.progress.hasSuffix("  tutti runs resume \(handle.id) --budget steps=+3\n"))
        #expect(await desk.run("runs", "resume", handle.id.text, "--budget", "steps=+99").code == .notReached)
    }

    // MARK: What is told

    @Test func theTreeTellsCostsOfStepsScopesAndChildren() async throws {
        let run = try await Spending.spend(Budget(usd: .dollars(5), steps: 9), in: desk)
        let lines = await desk.run("runs", "show", run.text).output.split(separator: "\n").map(String.init)
        #expect(lines.contains("Cost:     $3.00, 300000 tokens"))
        #expect(lines.contains("Budget:   4 of 9 steps used"))
        #expect(lines.contains("          $3.00 of $5.00 used"))
        guard let head = lines.firstIndex(where: { $0.hasPrefix("STEP") }) else {
            Issue.record("there is no tree")
            return
        }
        let tree = lines[head...].map { line in
            var words = line.split(separator: " ").map(String.init)
            if let unit = words.firstIndex(of: "s") { words.removeSubrange((unit - 1)...unit) }  // the time it took
            return words
        }
        #expect(tree[0] == ["STEP", "TOOK", "COST", "TOKENS"])
        #expect(tree[1] == ["●", "round#1", "$2.00", "200000"])
        #expect(tree[2] == ["●", "call#1", "$1.00", "100000"])
        #expect(tree[3] == ["●", "call#2", "$1.00", "100000"])
        #expect(tree[4] == ["●", "sum#1"])
        #expect(tree[5].prefix(4) == ["●", "spending-child#1", "$1.00", "100000"])
    }

    @Test func jsonHasCostsAndBudget() async throws {
        let run = try await Spending.spend(Budget(usd: .dollars(5)), in: desk)
        let page = try json(await desk.run("runs", "show", run.text, "--json"))
        #expect(page["cost"] == ["microdollars": 3_000_000, "tokens": 300_000])
        #expect(page["budget"] == [["unit": "usd", "cap": 5_000_000, "used": 3_000_000, "held": 0]])
        guard case .array(let steps) = page["steps"] else {
            Issue.record("there are no steps")
            return
        }
        let costs = steps.map { [$0["key"], $0["cost"], $0["child"]?["cost"]] }
        let call: JSONValue = ["microdollars": 1_000_000, "tokens": 100_000]
        #expect(
            costs == [
                ["round#1/call#1", call, nil], ["round#1/call#2", call, nil], ["round#1", .null, nil],
                ["sum#1", .null, nil], ["spending-child#1", .null, call],
            ])
        let free = try json(await desk.run("runs", "show", try await Oven.bake(180, in: desk).text, "--json"))
        #expect(free["cost"] == .null && free["budget"] == [])
    }

    @Test func whatIsHeldIsTold() async throws {
        let states = [BudgetState(unit: .usd, cap: 2_000_000, used: 1_950_000, held: 100_000, wanted: nil)]
        #expect(states.map(\.line) == ["$1.95 of $2.00 used, $0.10 of that held"])
        #expect(states[0].json == ["unit": "usd", "cap": 2_000_000, "used": 1_950_000, "held": 100_000])
    }

    @Test func theListHasAColumnOfCostsWhereThereAreAny() async throws {
        let baked = try await Oven.bake(180, in: desk)
        #expect(await !desk.run("runs", "ls").output.contains("COST"))
        let parked = try await Spending.spend(.usd(1), in: desk)
        let run = try await Spending.spend(nil, in: desk)
        let answer = await desk.run("runs", "ls")
        let lines = answer.output.split(separator: "\n")
        #expect(lines.first?.hasSuffix("  TOOK   COST") == true, "\(answer.output)")
        #expect(lines.dropFirst().prefix(2).map { $0.suffix(7) } == ["  $3.00", "  $1.00"])
        #expect(lines.dropFirst(3).first?.contains("$") == false)
        #expect(
            answer.progress == "1 of these has used up the budget; see how it goes on with: "
                + "tutti runs show \(parked.text.prefix(16))\n")
        let all = try json(await desk.run("runs", "ls", "--json", "--children"))
        guard case .array(let runs) = all, let child = try await Spending.child(of: run, in: desk) else {
            Issue.record("there is no list")
            return
        }
        let costs = Dictionary(uniqueKeysWithValues: runs.map { ($0["id"], $0["cost"]) })
        #expect(costs[.string(run.text)] == ["microdollars": 3_000_000, "tokens": 300_000])
        #expect(costs[.string(child.text)] == ["microdollars": 1_000_000, "tokens": 100_000])
        #expect(costs[.string(baked.text)] == .some(.null))
    }

    @Test func theListFiltersByCost() async throws {
        let wrong = await desk.run("runs", "ls", "--cost-above", "much")
        #expect(wrong.code == .usage && wrong.progress.contains("it takes dollars such as 2 or 0.25"))
        _ = try await Oven.bake(180, in: desk)
        let cheap = try await Spending.spend(.usd(1), in: desk)
        let dear = try await Spending.spend(nil, in: desk)
        for (above, state, expected) in [
            ("0", nil, [dear, cheap]), ("1", nil, [dear]), ("0.999999", "waiting", [cheap]), ("3", nil, []),
            ("2.999999", "completed", [dear]),
        ] {
            let states = state.map { ["--state", $0] } ?? ["--limit", "9"]
            let answer = await desk.run("runs", "ls", "--json", "--cost-above", above, states[0], states[1])
            guard case .array(let runs) = try json(answer) else { continue }
            #expect(runs.map { $0["id"] } == expected.map { .string($0.text) }, "\(above)")
        }
        let cut = await desk.run("runs", "ls", "--cost-above", "0", "--limit", "1").output
        #expect(cut.contains("… and 1 more; --limit 2 lists all\n"))
        #expect(cut.hasSuffix("1 child is not shown; --children lists them\n"))
    }
}
