import TuttiAccess

/// The one list of who may use which operation, and whose things it reaches.
///
/// Every route of the API is in it: one that is not stops the server at its start. `Tests/TuttiServerTests/Access`
/// walks it with the identifiers of another person and of another organisation.
package enum RouteAccessTable {
    /// Permissions that an API key has no use for, whatever its owner may: all that they are asked for takes a login,
    /// roles and limits beside what a route itself asks for.
    static let onlyByLogin: Set<Permission> = {
        let asked = Dictionary(grouping: rules.values.filter { $0.permission != nil }) { $0.permission }
        let beside: Set<Permission> = ["roles.manage", "limits.manage"]
        return beside.union(asked.filter { $0.value.allSatisfy(\.needsLogin) }.keys.compactMap { $0 })
    }()

    package static let rules: [String: RouteAccess] = runs.merging(roundtables) { one, _ in one }
        .merging(agents) { one, _ in one }.merging(refinement) { one, _ in one }.merging(resources) { one, _ in one }
        .merging(operations) { one, _ in one }.merging(identity) { one, _ in one }
        .merging(administration) { one, _ in one }

    private static let runs: [String: RouteAccess] = [
        "listRuns": .permitted("runs.read", .listing),
        "getRun": .permitted("runs.read", .run),
        "listSteps": .permitted("runs.read", .run),
        "getStep": .permitted("runs.read", .run),
        "exportRun": .permitted("runs.export", .run),
        "planFork": .permitted("runs.read", .run),
        "startRun": .permitted("runs.start", .maker, telling: .runStarted).making(.run),
        "cancelRun": .permitted("runs.control", .run, telling: .runCancelled),
        "retryRun": .permitted("runs.control", .run, telling: .runChanged),
        "resolveRun": .permitted("runs.control", .run, telling: .runChanged),
        "resumeRun": .permitted("runs.control", .run, telling: .runChanged),
        "forkRun": .permitted("runs.control", .run, telling: .runChanged).making(.run),
        "continueRun": .permitted("runs.control", .run, telling: .runChanged).making(.run),
        "finishRun": .permitted("runs.control", .run, telling: .runChanged),
        "signalRun": .permitted("runs.control", .run, telling: .runSignalled),
        "commentRun": .permitted("runs.control", .run, telling: .runSignalled),
        "deleteRun": .permitted("runs.delete", .run, telling: .runDeleted),
        "listApprovals": .permitted("runs.read", .listing),
        "answerApproval": .permitted("approvals.answer", .run, telling: .approvalGiven),
        "approveRun": .permitted("approvals.answer", .run, telling: .approvalGiven),
        "rejectRun": .permitted("approvals.answer", .run, telling: .approvalRefused),
        "listEvents": .permitted("runs.read", .listing),
        "listRunEvents": .permitted("runs.read", .run),
        "watchFrames": .permitted("runs.read", .run),
        "watchLive": .permitted("runs.read", .listing),
    ]

    private static let roundtables: [String: RouteAccess] = [
        "startRoundtable": .permitted("roundtables.start", .maker, telling: .runStarted).making(.run),
        "estimateRoundtable": .permitted("roundtables.start", .none),
        "makeParticipants": .permitted("roundtables.start", .maker, telling: .runStarted).making(.run),
        "listRounds": .permitted("runs.read", .run),
        "listVersions": .permitted("runs.read", .run),
        "getVersion": .permitted("runs.read", .run),
        "diffVersions": .permitted("runs.read", .run),
        "getReportMD": .permitted("runs.read", .run),
        "getReportHTML": .permitted("runs.read", .run),
        "getReportJSON": .permitted("runs.read", .run),
    ]

    private static let agents: [String: RouteAccess] = [
        "listAgents": .permitted("agents.execute", .none),
        "getAgent": .permitted("agents.execute", .none),
        "startAgent": .permitted("agents.execute", .maker, telling: .runStarted).making(.run),
        "executeAgent": .permitted("agents.execute", .maker, telling: .runStarted).making(.execution),
        "getAgentHealth": .permitted("agents.execute", .none),
        "getAgentService": .permitted("agents.execute", .none),
        "getAgentMetrics": .permitted("agents.execute", .none),
        "listFiles": .permitted("runs.read", .run),
        "getFile": .permitted("runs.read", .run),
        "diffFile": .permitted("runs.read", .run),
        "archiveFiles": .permitted("runs.read", .run),
    ]

    private static let refinement: [String: RouteAccess] = [
        "startRefinement": .permitted("roundtables.start", .maker, telling: .runStarted).making(.session),
        "getRefinementStatus": .permitted("runs.read", .session),
        "continueRefinement": .permitted("runs.control", .session, telling: .runChanged).making(.session),
        "startExecution": .permitted("roundtables.start", .maker, telling: .runStarted).making(.execution),
        "getExecutionStatus": .permitted("runs.read", .session),
        "detectDocumentType": .permitted("roundtables.start", .none),
        "watchRefinement": .permitted("runs.read", .session),
        "listSessions": .permitted("runs.read", .listing),
        "getSession": .permitted("runs.read", .session),
        "deleteSession": .permitted("runs.delete", .session, telling: .runDeleted),
        "getSessionVersion": .permitted("runs.read", .session),
        "getSessionReviews": .permitted("runs.read", .session),
        "getSessionReport": .permitted("runs.read", .session),
        "getSessionState": .permitted("runs.read", .session),
        "listExecutions": .permitted("runs.read", .listing),
        "getTrace": .permitted("runs.read", .session),
        "uploadFile": .permitted("uploads.create", .none),
    ]

    private static let resources: [String: RouteAccess] = [
        "listWorkflows": .permitted("workflows.read", .none),
        "listRules": .permitted("rules.read", .none),
        "getRule": .permitted("rules.read", .none),
        "listCritics": .permitted("rules.read", .none),
        "listPresets": .permitted("rules.read", .none),
        "listKinds": .permitted("rules.read", .none),
        "listModels": .permitted("models.read", .none),
        "listCalls": .permitted("calls.read", .listing),
        "sumCalls": .permitted("calls.read", .listing),
        "exportCalls": .permitted("calls.read", .listing),
        "listDeployments": .permitted("models.read", .none),
        "chooseExpert": .permitted("models.read", .none),
        "chooseExperts": .permitted("models.read", .none),
        "orderRoute": .permitted("settings.manage", .organisation).byLogin,
        "dropRouteOrder": .permitted("settings.manage", .organisation).byLogin,
        "getCache": .permitted("models.read", .none),
        "emptyCache": .permitted("settings.manage", .organisation, telling: .cacheEmptied).byLogin,
        "listProviders": .permitted("models.read", .none),
        "createChatCompletion": .permitted("models.call", .none),
        "createResponse": .permitted("models.call", .none),
        "createMessage": .permitted("models.call", .none),
        "countTokens": .permitted("models.call", .none),
        "createEmbedding": .permitted("models.call", .none),
        "listGatewayModels": .permitted("models.call", .none),
        "getGatewayModel": .permitted("models.call", .none),
        "createProject": .permitted("projects.write", .maker, telling: .projectCreated).making(.project),
        "listProjects": .permitted("projects.read", .listing),
        "getProject": .permitted("projects.read", .project),
        "changeProject": .permitted("projects.write", .project, telling: .projectChanged),
        "deleteProject": .permitted("projects.write", .project, telling: .projectDeleted),
        "upload": .permitted("uploads.create", .none),
        "publishEvent": .permitted("topics.publish", .organisation, telling: .topicPublished),
        "listTopicEvents": .permitted("topics.read", .organisation),
        "listTopics": .permitted("topics.read", .organisation),
    ]

    private static let operations: [String: RouteAccess] = [
        "getHealth": RouteAccess(.anybody),
        "getReadiness": RouteAccess(.anybody),
        "getServiceHealth": RouteAccess(.anybody),
        "ping": RouteAccess(.anybody),
        "getMetrics": RouteAccess(.machine("metrics.read")),
        "getSystem": .permitted("operations.read", .none),
    ]

    private static let identity: [String: RouteAccess] = [
        "register": RouteAccess(.anybody, holdsSecret: true),
        "logIn": RouteAccess(.anybody, holdsSecret: true),
        "refreshTokens": RouteAccess(.anybody, holdsSecret: true),
        "refreshTokensByPut": RouteAccess(.anybody, holdsSecret: true),
        "logOutByDelete": RouteAccess(.known, .person).byLogin,
        "logOutEverywhereByDelete": RouteAccess(.known, .person).byLogin,
        "beginGoogleLogin": RouteAccess(.anybody),
        "finishGoogleLogin": RouteAccess(.anybody),
        "logOut": RouteAccess(.known, .person).byLogin,
        "logOutEverywhere": RouteAccess(.known, .person).byLogin,
        "getMe": RouteAccess(.known, .person),
        "changeMe": RouteAccess(.known, .person).byLogin,
        "listSessionsOfMine": .permitted("sessions.manage", .person),
        "endSession": .permitted("sessions.manage", .account).byLogin,
        "changePassword": RouteAccess(.known, .person, holdsSecret: true).byLogin,
        "resetPassword": RouteAccess(.anybody, holdsSecret: true),
        "issueTicket": RouteAccess(.known, .person, holdsSecret: true),
        "issueTicketByGet": RouteAccess(.known, .person, holdsSecret: true),
        "listLoginProviders": RouteAccess(.anybody),
        "beginLogin": RouteAccess(.anybody),
        "finishLogin": RouteAccess(.anybody),
        "getSigningKeys": RouteAccess(.anybody),
        "listKeys": .permitted("keys.manage", .account),
        "createKey": .permitted("keys.manage", .person, holdsSecret: true).byLogin,
        "limitKey": .permitted("keys.manage", .account).byLogin,
        "revokeKey": .permitted("keys.manage", .account),
    ]

    private static let administration: [String: RouteAccess] = [
        "listUsers": .permitted("users.read", .organisation),
        "getUser": .permitted("users.read", .account),
        "changeUser": .permitted("users.manage", .account).byLogin,
        "deleteUser": .permitted("users.manage", .account).byLogin,
        "makeResetCode": .permitted("users.manage", .account, holdsSecret: true).byLogin,
        "approvePolicy": .permitted("policy.approve", .account, holdsSecret: true).byLogin,
        "listInvitations": .permitted("users.read", .organisation),
        "invite": .permitted("users.manage", .organisation, holdsSecret: true).byLogin,
        "withdrawInvitation": .permitted("users.manage", .organisation).byLogin,
        "listRoles": RouteAccess(.known, .none),
        "testPolicy": .permitted("policy.test", .none),
        "listSecrets": .permitted("secrets.read", .secret),
        "putSecret": .permitted("secrets.write", .secret, telling: .secretWritten, holdsSecret: true),
        "deleteSecret": .permitted("secrets.write", .secret, telling: .secretDeleted),
        "listProviderKeys": .permitted("secrets.read", .person),
        "putProviderKey": .permitted("secrets.write", .person, telling: .secretWritten, holdsSecret: true)
            .making(.secret),
        "deleteProviderKey": .permitted("secrets.write", .person, telling: .secretDeleted),
        "listAgentPreferences": .permitted("secrets.read", .person),
        "putAgentPreference": .permitted("secrets.write", .person, telling: .settingsChanged),
        "deleteAgentPreference": .permitted("secrets.write", .person, telling: .settingsChanged),
        "listAudit": .permitted("audit.read", .organisation),
        "exportAudit": .permitted("audit.read", .organisation, telling: .auditExported),
        "verifyAudit": .permitted("audit.read", .organisation),
        "getLimits": .permitted("limits.read", .person),
        "getSettings": .permitted("settings.read", .organisation),
    ]
}

extension Principal {
    /// Whether a permission of its roles is one that it can use, by what it has shown.
    func hasUse(for permission: Permission) -> Bool {
        if case .key = credential, RouteAccessTable.onlyByLogin.contains(permission) { return false }
        return reaches(permission)
    }
}
