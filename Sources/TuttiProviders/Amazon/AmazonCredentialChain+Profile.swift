import TuttiCore
import TuttiHTTP
import TuttiModels
import TuttiRuntime

// MARK: Profiles

extension AmazonCredentialChain {
    /// Profiles that take their credential from each other.
    private static let depthMax = 8

    /// The credential of a profile; `nil` when it has none of its own.
    ///
    /// - Parameter path: the profiles that led here, whose roles are assumed by what this one has.
    func fromProfile(
        _ name: String, of profiles: AmazonProfiles, path: [String] = []
    ) async throws -> IssuedCredential<AmazonCredential>? {
        guard let profile = profiles.profile(name) else { return nil }
        // A profile whose role is assumed by its own key names itself.
        let isAssumed = !path.contains(name)
        if isAssumed, let role = profile["role_arn"] {
            return try await assume(role, of: name, profile, profiles, path)
        }
        if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
            return try await AmazonSingleSignOn(profile, named: name, profiles, cloud).fetch(calls, now: clock.now())
        }
        if let known = try keys(of: profiles.credentials[name], name) { return known }
        if let command = profile["credential_process"] {
            return try await AmazonCredentialProcess(command: command, profile: name, environment: cloud.all).fetch()
        }
        if let known = try keys(of: profiles.settings[name], name) { return known }
        if profile["login_session"] != nil {
            throw ModelError.noCredential(
                "the profile '\(name.prefix(80))' is of 'aws login', which is not understood here; use "
                    + "credential_process = aws configure export-credentials --profile \(name.prefix(80))")
        }
        return nil
    }

    private func keys(
        of settings: AmazonProfiles.Settings?, _ name: String
    ) throws(ModelError) -> IssuedCredential<AmazonCredential>? {
        guard let settings, let id = settings["aws_access_key_id"] else { return nil }
        guard let secret = settings["aws_secret_access_key"] else {
            throw .noCredential(
                "the profile '\(name.prefix(80))' has aws_access_key_id but no aws_secret_access_key; add it")
        }
        let token = settings["aws_session_token"].map { SecretText($0) }
        return try IssuedCredential(
            checking: AmazonCredential(keyID: id, secret: SecretText(secret), token: token),
            from: "the profile '\(name.prefix(80))'")
    }

    private func assume(
        _ role: String, of name: String, _ profile: AmazonProfiles.Settings, _ profiles: AmazonProfiles,
        _ path: [String]
    ) async throws -> IssuedCredential<AmazonCredential> {
        let shown = "the profile '\(name.prefix(80))'"
        let session = profile["role_session_name"]
        if let file = profile["web_identity_token_file"] {
            return try await tokenService.assume(role, webIdentityFile: file, session: session)
        }
        guard profile["mfa_serial"] == nil else {
            throw ModelError.noCredential(
                "\(shown) asks for a code of a second factor, which nobody types here; use credential_process, or a "
                    + "session of 'aws sts get-session-token'")
        }
        guard path.count < Self.depthMax else {
            throw ModelError.noCredential("\(shown) takes its credential from too many others; shorten source_profile")
        }
        let source = try await source(of: profile, shown, name, profiles, path)
        return try await tokenService.assume(
            role, by: source.value, session: session, externalID: profile["external_id"],
            seconds: profile["duration_seconds"])
    }

    private func source(
        of profile: AmazonProfiles.Settings, _ shown: String, _ name: String, _ profiles: AmazonProfiles,
        _ path: [String]
    ) async throws -> IssuedCredential<AmazonCredential> {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let other?, nil):
            guard !path.contains(other) else {
                throw ModelError.noCredential(
                    "\(shown) takes its credential from itself by way of others; correct source_profile")
            }
            guard let found = try await fromProfile(other, of: profiles, path: path + [name]) else {
                throw ModelError.noCredential(
                    "\(shown) names the source_profile '\(other.prefix(80))', which is not there or holds no "
                        + "credential; correct it")
            }
            return found
        case (nil, "Environment"?):
            guard let found = try fromVariables() else {
                throw ModelError.noCredential("\(shown) takes its credential from variables; set AWS_ACCESS_KEY_ID")
            }
            return found
        case (nil, "Ec2InstanceMetadata"?): return try await fromInstance()
        case (nil, "EcsContainer"?):
            guard let container = try AmazonContainer(cloud) else { throw Self.nothing }
            return try await container.fetch(calls)
        default:
            throw ModelError.noCredential(
                "\(shown) has a role_arn and needs one of source_profile and credential_source (Environment, "
                    + "Ec2InstanceMetadata or EcsContainer); correct it")
        }
    }
}
