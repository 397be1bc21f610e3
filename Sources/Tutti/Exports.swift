// `import Tutti` is all that an author needs: workflows and runs, teams, documents, models, memories, and the
// words they are told in.
@_exported public import TuttiAgents
@_exported public import TuttiCore
@_exported public import TuttiDocuments
@_exported public import TuttiEngine
@_exported public import TuttiMemorySQLite
@_exported public import TuttiModels
@_exported public import TuttiProviders
@_exported public import TuttiStore
@_exported public import TuttiTeams
@_exported public import TuttiTools
