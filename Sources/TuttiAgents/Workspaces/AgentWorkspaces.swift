public import TuttiCore
public import TuttiTools

/// Keeps the files that agents work on, a folder for each run, and the versions that their calls leave behind.
///
/// A version is the name of what a folder held, down to the byte, so that a run that is taken up, retried or forked
/// goes on with exactly the files that its journal tells of.
public protocol AgentWorkspaces: Sendable {
    /// The folder of a run, holding exactly a version of the files; what else is there goes.
    ///
    /// - Parameters:
    ///   - version: `nil` for no files at all.
    ///   - mayChange: whether they are changed now, by one caller alone. Others that ask for the same version may work
    ///     beside each other.
    func folder(of run: RunID, holding version: String?, mayChange: Bool) async throws -> WorkspaceFolder

    /// Keeps what the folder of a run holds now.
    ///
    /// - Returns: the version, which a loss of power does not take away.
    func record(_ run: RunID) async throws -> String

    /// The run's folder is not needed any more; its versions are.
    func release(_ run: RunID) async
}
