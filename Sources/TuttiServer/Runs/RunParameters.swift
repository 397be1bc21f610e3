import TuttiCore
import TuttiStore

/// The parameters of routes about runs.
enum RunParameters {
    static let run = Parameter<String>.path(
        "run", "The run: its identifier, or a unique beginning of it with eight digits or more."
    ) { $0 }
    static let key = Parameter<String>.path("key", "The key of the step, percent-encoded, slashes too.") { $0 }
    static let approval = Parameter<String>.path("approval", "The approval: its name or id, percent-encoded.") { $0 }
    static let version = Parameter<Int>.path(
        "version", "Counted from 1, the document as it came.", schema: .integer(minimum: 1)
    ) { text in
        guard let number = Int(strictly: text), number >= 1 else {
            throw Problem.badParameter("version", "integer", "versions are whole numbers from 1")
        }
        return number
    }

    private static let statesPattern: String = {
        let word = "(" + RunStatus.allCases.map(\.rawValue).joined(separator: "|") + ")"
        return "^(\(word)(,\(word))*)?$"
    }()

    static let states = Parameter<Set<RunStatus>>(
        description: ParameterDescription(
            name: "state", place: .query, summary: "Only runs in one of these states; several with commas between.",
            schema: .string().telling(["pattern": .string(statesPattern)]), isRequired: false)
    ) { values in
        var states: Set<RunStatus> = []
        for word in values.flatMap({ $0.split(separator: ",") }) {
            guard let state = RunStatus(rawValue: String(word)) else {
                let known = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.badParameter(
                    "state", "enum", "'\(word.prefix(40))' is no state of a run; there are \(known)")
            }
            states.insert(state)
        }
        return states
    }

    static let kin = Parameter<RunFilter.Kin>(
        description: ParameterDescription(
            name: "kin", place: .query, summary: "Runs that nobody else has started, those that were, or all.",
            schema: .values(["roots", "children", "all"]), isRequired: false)
    ) { values in
        switch values {
        case [], ["roots"]: .roots
        case ["children"]: .children
        case ["all"]: .any
        default: throw Problem.badParameter("kin", "enum", "'kin' is roots, children or all")
        }
    }

    static let costAbove = Parameter<USD?>.query(
        "cost_above", "Only runs that have cost more dollars than this, with all that they have started.",
        schema: .string().telling(["pattern": "^[0-9]{1,9}([.][0-9]{1,6})?$"])
    ) { text in
        guard let amount = USD(text) else {
            throw Problem.badParameter("cost_above", "amount", "'cost_above' takes dollars such as 0.50")
        }
        return amount
    }

    static let cursor = Parameter<RunCursor?>.query(
        "cursor", "Where the page begins: `next` of the page before.",
        schema: .string().telling(["pattern": "^[0-9a-v]{1,13}[.]run_[0-7][0-9a-hjkmnp-tv-z]{25}$"])
    ) { text in
        guard let cursor = RunCursor(text) else {
            throw Problem.badParameter(
                "cursor", "cursor", "this is no cursor of a listing of runs; give 'next' of a page")
        }
        return cursor
    }

    static let counts = Parameter<Bool>.flag("counts", "Whether runs are counted by state, over the other filters.")
    static let workflow = Parameter<String?>.text("workflow", "Only runs of this workflow.")
    static let search = Parameter<String?>.text("q", "Only runs whose title contains this, or whose name begins so.")
    static let from = Parameter<Timestamp?>.time("from", "Only runs that were started then or later.")
    static let before = Parameter<Timestamp?>.time("before", "Only runs that were started before.")
    static let limit = Parameter<Int>.integer("limit", "How many at most.", in: 1...200, default: 20)
    static let eventsLimit = Parameter<Int>.integer("limit", "How many at most.", in: 1...1000, default: 200)
    static let after = Parameter<Int>.integer(
        "after", "Only events with a higher number.", in: 0...Int(Int32.max), default: 0)
    static let at = Parameter<String?>.text("at", "The first key that is not taken over.", lengthMax: 1000)
}
