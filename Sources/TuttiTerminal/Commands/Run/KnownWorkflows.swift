package import Tutti
package import TuttiAgents
package import TuttiEngine
import TuttiReadings
import TuttiTeams

/// The workflows that this program can take up again.
package enum KnownWorkflows {
    /// - Parameters:
    ///   - environment: where commands get their variables from.
    ///   - models: where the models of runs are found.
    ///   - agents: the agents of the home, where somebody has them already.
    package static func all(
        home: String, environment: [String: String], models: any ModelSource, agents: HomeAgents? = nil
    ) -> [any Workflow] {
        teams(home: home, environment: environment, models: models, agents: agents)
            + [DurableWork(latencies: LatencyLog())]
    }

    /// The same without those that only measure.
    package static func teams(
        home: String, environment: [String: String], models: any ModelSource, agents: HomeAgents? = nil
    ) -> [any Workflow] {
        let agents = agents ?? HomeAgents(home: home, models: models)
        let roundtable = Roundtable(
            models: models, retrievers: FolderRetrievers(), memory: HomeMemory(home), delivery: RunFiles(home: home))
        let definition = DefinedWorkflow(
            roundtable: roundtable, commands: ProgramRunner(environment: { environment }))
        let chat = Chat(models: models, cuts: ChatCommand.cuts)
        return [roundtable, definition, PanelMaker(models: models), chat, agents.workflow]
    }
}
