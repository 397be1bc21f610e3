import FoundationEssentials
import Glibc
import TuttiEgress
import TuttiRuntime
import TuttiServer
import TuttiServerSQLite
package import TuttiTerminal

/// The program `tutti`: every command of this release with what it does.
package enum TuttiProgram {
    package static let program = Program(
        table: .release, version: Release.version,
        handlers: [
            ServeCommand.self, RoundtableCommand.self, RunCommand.self, ChatCommand.self, RulesCommand.self,
            RunsListCommand.self,
            RunsShowCommand.self, RunsLogsCommand.self,
            RunsApproveCommand.self, RunsRejectCommand.self, RunsSignalCommand.self, RunsFinishCommand.self,
            RunsResumeCommand.self, RunsRetryCommand.self, RunsResolveCommand.self, RunsForkCommand.self,
            RunsContinueCommand.self, RunsCancelCommand.self, RunsExportCommand.self,
            RunsReplayCommand.self, RunsFilesCommand.self, AgentsListCommand.self, AgentsShowCommand.self,
            AgentsCheckCommand.self,
            ModelsListCommand.self, ModelsTestCommand.self, ModelsPricesCommand.self, MemoryListCommand.self,
            MemoryForgetCommand.self,
            DatabaseStatusCommand.self, DatabaseUpgradeCommand.self, DatabaseDowngradeCommand.self,
            DatabasePruneCommand.self,
            UsersListCommand.self, UsersAddCommand.self, UsersShowCommand.self, UsersChangeCommand.self,
            UsersRemoveCommand.self, UsersResetCommand.self, UsersInviteCommand.self, UsersInvitationsCommand.self,
            UsersWithdrawCommand.self, UsersLogoutCommand.self,
            KeysListCommand.self, KeysCreateCommand.self, KeysLimitCommand.self, KeysRevokeCommand.self,
            SecretsListCommand.self, SecretsSetCommand.self, SecretsRemoveCommand.self, SecretsRotateCommand.self,
            AuditListCommand.self, AuditVerifyCommand.self, AuditExportCommand.self, AuditPruneCommand.self,
            PolicyTestCommand.self, PolicyShowCommand.self,
            ConfigurationCommand.self, DoctorCommand.self, DurableBench.self, CrashBench.self,
            IdleBench.self, StreamsBench.self, WaitsBench.self, ChildrenBench.self,
            ReplayBench.self, FanoutBench.self,
            CompletionsCommand.self, VersionCommand.self,
        ])

    /// Does what the command line of this process says, and ends the process.
    ///
    /// The program is no asynchronous `main`: there the main thread would end in `dispatch_main`, which waits with no
    /// signal blocked, so that Ctrl-C would end the process instead of reaching ``Signals/stream(_:)``.
    package static func runAndExit() -> Never {
        // Before there is a second thread: in a sandbox this program is the bridge to a proxy.
        let words = CommandLine.arguments
        if words.count > 1, words[1] == EgressBridge.verb { _exit(EgressBridge.main(Array(words.dropFirst(2)))) }
        Signals.block(Signals.ending)  // before there is a second thread
        _ = signal(SIGPIPE, SIG_IGN)  // a closed pipe is an error of the write that meets it
        raiseFileLimit()
        // Not `exit`: its last acts free what OpenSSL and libcurl hold, while a thread may still use it, and
        // there is nothing for them to do, since all was written by `write`.
        Task.detached { _exit(await main().rawValue) }
        while true { pause() }
    }

    private static func main() async -> ExitCode {
        var context = CommandContext(
            environment: ProcessInfo.processInfo.environment, output: FileDescriptorSink.standardOutput,
            progress: FileDescriptorSink.standardError, input: .standard)
        context.hasProject = hasProject
        context.routes = routes
        return await program.run(Array(CommandLine.arguments.dropFirst()), in: context)
    }

    /// Adds the routes of a configuration to models.
    package static let routes: CommandContext.ModelRoutes = CommandRoutes.add

    /// Whether the server's file of a home has a project; a home without one has none, and gets none by that.
    package static func hasProject(in home: String, _ id: String) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: home + "/server.db") else { return false }
        let store = SQLiteServerStore(home: home)
        let found = try await store.project(ProjectID(trusted: id), tenant: HomeAccess.tenant)
        await store.close()
        return found != nil
    }

    /// Servers and long reviews hold many files and sockets; the soft limit is only there for `select`.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
