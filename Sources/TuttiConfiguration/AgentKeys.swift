/// What agents may do.
extension ConfigurationKeys {
    package static let egressAllow = ConfigurationKey<[String]>(
        "egress.allow", .list, fallback: nil,
        "Hosts that programs of agents may reach whose definitions ask for the network: HOST, *.DOMAIN or HOST:PORT.")

    package static let toolPermission = KeyFamily(
        "tools", "permission", PermissionSetting.choice,
        "Whether somebody is asked before agents call the tool NAME; a definition can only be stricter.")

    static let agents: [KeyDefinition] = [egressAllow.definition]
    static let agentFamilies: [KeyFamily] = [toolPermission]
}

/// Whether a tool may be called without asking.
package enum PermissionSetting: String, CaseIterable, PlainValueConvertible {
    case always, once, ask, never
}
