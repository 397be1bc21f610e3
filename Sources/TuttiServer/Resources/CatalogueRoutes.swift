import FoundationEssentials
import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiTeams

/// What there is to choose from: workflows, rules, critics, panels, kinds of documents, models.
struct CatalogueRoutes: Sendable {
    let engine: Engine
    let roundtables: RoundtableRoutes
    let models: ModelCatalogue

    var all: [Route] { [workflows, rules, rule, critics, presets, kinds, modelList] }

    // MARK: Workflows

    struct WorkflowView: Codable, Sendable {
        var name: String
        var title: String
        var description: String
        /// What a run of it is started with (JSON Schema, 2020-12).
        var inputSchema: JSONValue
    }

    struct WorkflowsView: Codable, Sendable {
        var workflows: [WorkflowView]
    }

    private static let words: [String: (title: String, description: String)] = [
        Roundtable.name: ("Roundtable", "Critics read a document, a moderator mends it, until nothing severe is open."),
        DefinedWorkflow.name: ("Workflow file", "The steps of a workflow file, in the order that their needs allow."),
        PanelMaker.name: ("Participants", "A model makes up who is to read a document."),
        Agent.name: ("Agent", "A model does a task with tools, in a sandbox. It is started by its name."),
        Chat.name: ("Conversation", "One model answers one message after the other."),
    ]

    private var workflows: Route {
        Route(
            .get, "/api/v1/workflows", "listWorkflows", .workflows,
            "Lists the workflows that runs can be started with, and what each is started with.",
            answers: [.json(200, WorkflowsView.self, "The workflows.")]
        ) { request in
            let views = try engine.workflowNamesKnown.map { name in
                let words = Self.words[name]
                return WorkflowView(
                    name: name, title: words?.title ?? name, description: words?.description ?? "",
                    inputSchema: try engine.inputSchema(of: name).document)
            }
            return try request.answer(WorkflowsView(workflows: views))
        }
    }

    // MARK: The rulebook

    struct RuleView: Codable, Sendable {
        var code: String
        var title: String
        var severity: Severity
        var critic: String
        var kinds: [String]
        var reason: String
        var bad: String
        var good: String

        init(_ rule: Rule) {
            code = rule.code
            title = rule.title
            severity = rule.severity
            critic = rule.critic
            kinds = rule.kinds.map(\.rawValue)
            reason = rule.reason
            bad = rule.bad
            good = rule.good
        }
    }

    struct RulesView: Codable, Sendable {
        var rules: [RuleView]
    }

    private var rules: Route {
        Route(
            .get, "/api/v1/rules", "listRules", .roundtables, "Lists the rules of the offline critics.",
            answers: [.json(200, RulesView.self, "The rules.")]
        ) { request in
            try request.answer(RulesView(rules: Rulebook.standard.rules.map(RuleView.init)))
        }
    }

    private static let code = Parameter<String>.path("code", "The code of a rule.") { $0 }

    private var rule: Route {
        Route(
            .get, "/api/v1/rules/{code}", "getRule", .roundtables, "Explains one rule.",
            parameters: [Self.code.description],
            answers: [.json(200, RuleView.self, "The rule."), .problem(404, "There is no such rule.")]
        ) { request in
            let code = try request[Self.code]
            let rules = Rulebook.standard.rules
            guard let rule = rules.first(where: { $0.code == code }) else {
                let hint = NearestName.find(code, among: rules.map(\.code)).map { "; did you mean '\($0)'?" } ?? ""
                throw Problem.notFound("there is no rule '\(CleanText.line(code, bytesMax: 60))'\(hint)")
            }
            return try request.answer(RuleView(rule))
        }
    }

    struct CriticProfileView: Codable, Sendable {
        var id: String
        var title: String
        var description: String
    }

    struct CriticsView: Codable, Sendable {
        var critics: [CriticProfileView]
    }

    private var critics: Route {
        Route(
            .get, "/api/v1/critics", "listCritics", .roundtables, "Lists the critics of the offline rulebook.",
            answers: [.json(200, CriticsView.self, "The critics.")]
        ) { request in
            let critics = CriticProfile.all.map {
                CriticProfileView(id: $0.id, title: $0.title, description: $0.looksAt)
            }
            return try request.answer(CriticsView(critics: critics))
        }
    }

    // MARK: Panels and kinds

    struct PresetView: Codable, Sendable {
        var name: String
        var description: String?
        var kind: String?
        var builtIn: Bool
        var participants: [ParticipantView]
        /// What is wrong with its file; it cannot be used until that is mended.
        var problem: String?
    }

    struct PresetsView: Codable, Sendable {
        var presets: [PresetView]
    }

    private var presets: Route {
        Route(
            .get, "/api/v1/presets", "listPresets", .roundtables, "Lists the panels that are there by name.",
            runsElsewhere: true, answers: [.json(200, PresetsView.self, "The panels.")]
        ) { request in
            let presets = try roundtables.presets()
            let views = presets.names.map { name in
                let isBuiltIn = presets.origin(of: name) == .builtIn
                do throws(PresetError) {
                    let panel = try presets.named(name)
                    return PresetView(
                        name: name, description: panel.description, kind: panel.kind?.rawValue, builtIn: isBuiltIn,
                        participants: panel.participants.map { ParticipantView($0) })
                } catch {
                    return PresetView(name: name, builtIn: isBuiltIn, participants: [], problem: error.message)
                }
            }
            return try request.answer(PresetsView(presets: views))
        }
    }

    struct KindView: Codable, Sendable {
        var name: String
        var preset: String
    }

    struct KindsView: Codable, Sendable {
        var kinds: [KindView]
    }

    private var kinds: Route {
        Route(
            .get, "/api/v1/kinds", "listKinds", .roundtables, "Lists the kinds of documents.",
            answers: [.json(200, KindsView.self, "The kinds, each with the panel that it suggests.")]
        ) { request in
            let kinds = DocumentKind.allCases.map { KindView(name: $0.rawValue, preset: Presets.name(for: $0)) }
            return try request.answer(KindsView(kinds: kinds))
        }
    }

    // MARK: Models

    private var modelList: Route {
        Route(
            .get, "/api/v1/models", "listModels", .roundtables,
            "Lists the models that can be asked: of providers whose keys are there, and of servers of this machine.",
            answers: [.json(200, ModelsView.self, "The models.")]
        ) { request in
            try request.answer(await models.view())
        }
    }
}

/// The models that can be asked, as a list.
struct ModelsView: Codable, Sendable {
    struct ModelView: Codable, Sendable {
        var name: String
        var provider: String
        var contextTokens: Int64?
    }

    /// A provider that could not be asked for its models.
    struct Note: Codable, Sendable {
        var provider: String
        var message: String
    }

    var models: [ModelView]
    var notes: [Note]
    /// The one that is asked when none is named.
    var `default`: String?
    /// Whether roundtables can be held without any.
    var offline: Bool
}
