/// What agents may do.
extension ConfigurationKeys {
    package static let sandboxBackend = ConfigurationKey(
        "sandbox.backend", SandboxSetting.choice, fallback: SandboxSetting.auto,
        "What holds programs of agents in: bubblewrap, gvisor, or the first of both that works.")

    package static let egressAllow = ConfigurationKey<[String]>(
        "egress.allow", .list, fallback: nil,
        "Hosts that programs of agents may reach whose definitions ask for the network: HOST, *.DOMAIN or HOST:PORT.")

    package static let toolPermission = KeyFamily(
        "tools", "permission", PermissionSetting.choice,
        "Whether somebody is asked before agents call the tool NAME; a definition can only be stricter.")

    static let agents: [KeyDefinition] = [sandboxBackend.definition, egressAllow.definition]
    static let agentFamilies: [KeyFamily] = [toolPermission]
}

/// What holds programs in.
package enum SandboxSetting: String, CaseIterable, PlainValueConvertible {
    case auto, bubblewrap, gvisor
}

/// Whether a tool may be called without asking.
package enum PermissionSetting: String, CaseIterable, PlainValueConvertible {
    case always, once, ask, never
}
