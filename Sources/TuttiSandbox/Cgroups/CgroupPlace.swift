import TuttiRuntime

/// Where on this machine a group of processes can be made whose memory is counted together (cgroups(7)): below our own
/// group, so that what limits us limits it too.
struct CgroupPlace: Sendable, Hashable {
    /// Which of the two kinds of groups.
    enum Version: Int, Sendable {
        case one = 1, two
    }

    let version: Version
    /// Folders in which one is made each.
    let parents: [String]

    /// The place of this machine, after a trial; `nil` where there is none.
    static func find() async -> CgroupPlace? {
        guard let mounts = KernelFile.text("/proc/self/mountinfo"), let own = KernelFile.text("/proc/self/cgroup")
        else { return nil }
        for place in candidates(CgroupMounts(mounts), CgroupMembership(own)) where await place.canBeUsed() {
            return place
        }
        return nil
    }

    /// Where it may be possible, the most useful first.
    static func candidates(_ mounts: CgroupMounts, _ own: CgroupMembership) -> [CgroupPlace] {
        var places: [CgroupPlace] = []
        if let memory = mounts.folder(of: "memory", own) {
            // One of processes would cost each start another wait of the kernel, and they are limited without it.
            places.append(CgroupPlace(version: .one, parents: [memory]))
        }
        if let mount = mounts.two, let path = own.two {
            // A service that systemd has put into a group below the one that is handed to it has its parent's.
            let above = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
            for path in [path, above.isEmpty ? "/" : above] {
                if let folder = mount.folder(of: path) { places.append(CgroupPlace(version: .two, parents: [folder])) }
            }
        }
        return places
    }

    /// Whether a group can be made here, takes a limit of memory, and lets a program in.
    private func canBeUsed() async -> Bool {
        if version == .two, !hasControllers {
            // Groups with processes of their own hand nothing on; then this fails, and so does the trial.
            _ = KernelFile.write("+memory +pids", to: parents[0] + "/cgroup.subtree_control")
        }
        guard let group = RunCgroup(in: self, memory: 64 << 20, processes: 16) else { return false }
        let words = group.words + ["/bin/true"]
        let result = try? await Subprocess(words[0], Array(words.dropFirst())).run()
        return group.remove() && result?.end == .exited(0)
    }

    private var hasControllers: Bool {
        let text = KernelFile.text(parents[0] + "/cgroup.subtree_control") ?? ""
        let handed = text.split(whereSeparator: \.isWhitespace)
        return handed.contains("memory") && handed.contains("pids")
    }

    var told: String { "cgroup v\(version.rawValue)" }
}

/// Which groups we are in, as `/proc/self/cgroup` tells it.
struct CgroupMembership {
    /// By controller.
    private(set) var one: [String: String] = [:]
    private(set) var two: String?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { continue }
            if parts[1].isEmpty { two = parts[2] }
            for controller in parts[1].split(separator: ",") { one[String(controller)] = parts[2] }
        }
    }
}

/// Where groups are mounted, as `/proc/self/mountinfo` tells it.
struct CgroupMounts {
    struct Mount: Hashable {
        /// Which group stands at the mount.
        let root: String
        let point: String

        /// The folder of a group; `nil` when it is not below what is mounted.
        func folder(of group: String) -> String? {
            if root == "/" { return group == "/" ? point : point + group }
            guard group == root || group.hasPrefix(root + "/") else { return nil }
            return point + group.dropFirst(root.count)
        }
    }

    /// By controller.
    private(set) var one: [String: Mount] = [:]
    private(set) var two: Mount?

    /// The folder of our group for a controller of the first version.
    func folder(of controller: String, _ own: CgroupMembership) -> String? {
        guard let mount = one[controller], let path = own.one[controller] else { return nil }
        return mount.folder(of: path)
    }

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let middle = line.firstRange(of: " - ") else { continue }
            let before = line[..<middle.lowerBound].split(separator: " ")
            let after = line[middle.upperBound...].split(separator: " ")
            guard before.count >= 5, after.count >= 3 else { continue }
            let mount = Mount(root: String(before[3]), point: String(before[4]))
            if after[0] == "cgroup2" { two = two ?? mount }
            guard after[0] == "cgroup" else { continue }
            for word in after[2].split(separator: ",") where one[String(word)] == nil { one[String(word)] = mount }
        }
    }
}
