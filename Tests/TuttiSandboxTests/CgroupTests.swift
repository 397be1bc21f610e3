import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// Where groups can be made, as the kernel tells it.
@Suite struct CgroupPlaceTests {
    @Test func inTheFirstVersion() {
        let places = CgroupPlace.candidates(
            CgroupMounts(
                """
                31 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
                32 31 0:27 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
                33 31 0:28 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids

                """),
            CgroupMembership("8:pids:/\n4:memory:/jobs/a\n0::/\n"))
        #expect(
            places == [
                CgroupPlace(version: .one, parents: ["/sys/fs/cgroup/memory/jobs/a"])
            ])
    }

    @Test func inTheSecondVersionAlsoAsASubgroup() {
        let places = CgroupPlace.candidates(
            CgroupMounts("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"),
            CgroupMembership("0::/system.slice/tutti.service/main\n"))
        #expect(
            places.map(\.parents) == [
                ["/sys/fs/cgroup/system.slice/tutti.service/main"], ["/sys/fs/cgroup/system.slice/tutti.service"],
            ])
        #expect(places.allSatisfy { $0.version == .two })
    }

    @Test func ofAContainerThatSeesOnlyItsOwn() {
        let mounts = CgroupMounts("30 23 0:26 /docker/0a /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
        #expect(
            CgroupPlace.candidates(mounts, CgroupMembership("4:memory:/docker/0a/b\n")).map(\.parents)
                == [["/sys/fs/cgroup/memory/b"]])
        #expect(CgroupPlace.candidates(mounts, CgroupMembership("4:memory:/docker/0ab\n")).isEmpty)
    }

    @Test func nonsenseIsNone() {
        for text in ["", "\n", "a", " - ", "1 2 3 4 5 - cgroup", "::", "0:", "4:memory", "30 23 0:26 / - cgroup2 a b"] {
            #expect(CgroupPlace.candidates(CgroupMounts(text), CgroupMembership(text)).isEmpty)
        }
    }

    @Test func namesTellWhoseTheyAre() throws {
        #expect(CgroupName(CgroupName.own.text(number: 7)) == CgroupName.own)
        for name in ["tutti-run", "tutti-run-1-x-3-4", "tutti-run-1-2-3", "tutti-runs-1-2-3-4", "cgroup.procs"] {
            #expect(CgroupName(name) == nil)
        }
    }
}

/// Groups of this machine, where it lets us make some.
@Suite(.enabled("this machine lets no cgroup be made") { await CgroupPlace.find() != nil })
struct RunCgroupTests {
    /// A place of a test's own, so that nobody else tidies it up.
    private func withPlace(_ body: (CgroupPlace) async throws -> Void) async throws {
        let outer = try #require(await CgroupPlace.find())
        let parents = outer.parents.map { "\($0)/tutti-test-\(getpid())" }
        for parent in parents { try #require(unsafe mkdir(parent, 0o755) == 0) }
        defer { for parent in parents { _ = RunCgroup.remove(parent) } }
        if outer.version == .two {
            _ = KernelFile.write("+memory +pids", to: parents[0] + "/cgroup.subtree_control")
        }
        try await body(CgroupPlace(version: outer.version, parents: parents))
    }

    @Test func whatADeadProcessHasLeftIsRemovedWithAllThatIsInIt() async throws {
        try await withPlace { place in
            let own = CgroupName.own
            let dead = CgroupName(namespace: own.namespace, process: own.process, started: "1")
            let left = place.parents.map { "\($0)/\(dead.text(number: 1))" }
            let others = place.parents.flatMap { ["\($0)/\(own.text(number: 1))", "\($0)/another"] }
            for folder in left + others { #expect(unsafe mkdir(folder, 0o755) == 0) }
            let script = "for f; do echo 0 > $f/cgroup.procs || exit 1; done; echo in; exec sleep 600"
            async let result = Subprocess("/bin/sh", ["-c", script, "sh"] + left).run()
            while !left.allSatisfy({ KernelFile.text($0 + "/cgroup.procs")?.isEmpty == false }) { await Task.yield() }
            place.sweep()
            let end = try await result.end
            #expect(end == .signalled(SIGKILL))
            for folder in left { #expect(unsafe access(folder, F_OK) != 0) }
            // What belongs to one that lives stays, and so does what is not ours.
            for folder in others { #expect(unsafe rmdir(folder) == 0) }
        }
    }

    @Test func removingEndsWhatIsInIt() async throws {
        let place = try #require(await CgroupPlace.find())
        let group = try #require(RunCgroup(in: place, memory: 64 << 20, processes: 16))
        let words = group.words + ["/bin/sh", "-c", "sleep 600 & sleep 600 & echo; wait"]
        async let result = Subprocess(words[0], Array(words.dropFirst())).run()
        while !group.hasProcesses { await Task.yield() }
        #expect(group.remove())
        let end = try await result.end
        #expect(end == .signalled(SIGKILL))
    }
}
