import TuttiRuntime

/// What bubblewrap is called with for a command. Pure: the machine is told to it.
struct BubblewrapArguments {
    /// What of the root folder stands in `/usr` on this machine, and under which name.
    let links: [(name: String, target: String)]

    /// Where bubblewrap finds its filter of system calls.
    static let filterDescriptor: Int32 = 4
    /// Where it finds the rest of its arguments: the command line of a process can be read by everybody on a machine,
    /// and the variables of a program by its owner only.
    static let argumentsDescriptor: Int32 = 3

    /// Everything behind `--args`.
    func options(for command: SandboxCommand) -> [String] {
        var words = [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net",
            "--unshare-cgroup-try", "--disable-userns", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox",
            "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--seccomp", "\(Self.filterDescriptor)",
        ]
        for folder in SandboxCommand.systemFolders { words += ["--ro-bind", folder, folder] }
        for link in links { words += ["--symlink", link.target, "/" + link.name] }
        for file in SystemFolders.filesOutside { words += ["--ro-bind-try", file, file] }
        words += ["--proc", "/proc", "--dev", "/dev"]
        for folder in ["/dev/shm", "/tmp"] {
            words += ["--perms", "1777", "--size", "\(command.limits.temporarySize)", "--tmpfs", folder]
        }
        // It lies in memory too, and takes what the kernel gives to anybody.
        words += ["--remount-ro", "/dev"]
        for path in command.readable { words += ["--ro-bind", path, path] }
        for (path, ours) in command.placed.sorted(by: { $0.key < $1.key }) { words += ["--ro-bind", ours, path] }
        words += ["--bind", command.workspace, SandboxCommand.workspacePath]
        words += ["--chdir", SandboxCommand.workspacePath, "--remount-ro", "/", "--clearenv"]
        for (name, value) in command.variables(home: SandboxCommand.workspacePath).sorted(by: { $0.key < $1.key }) {
            words += ["--setenv", name, value]
        }
        return words
    }

    /// The limits that the kernel holds each process to, as prlimit(1) takes them.
    func limits(of command: SandboxCommand) -> [String] {
        let limits = command.limits
        return [
            "--as=\(limits.memory)", "--cpu=\(limits.processorSeconds)", "--nproc=\(limits.processes)",
            "--fsize=\(limits.fileSize)",
            "--nofile=\(limits.openFiles)", "--core=0", "--memlock=0", "--msgqueue=0", "--",
        ]
    }
}
