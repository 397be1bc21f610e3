import Glibc
import Testing
import TuttiRuntime

@testable import TuttiServer

/// What takes long is done beside the loop.
struct AsideWorkTests {
    private struct Failed: Error {}

    @Test func workIsDoneBesideTheLoop() async {
        let loop = QuietExecutor(name: "loop") {}
        let threads = await Task(executorPreference: loop) {
            let before = pthread_self()
            let aside = await AsideWork.run { pthread_self() }
            return [before, aside, pthread_self()]
        }.value
        #expect(threads[0] == threads[2] && threads[0] != threads[1])
        loop.close()
    }

    @Test func failuresComeBack() async {
        await #expect(throws: Failed.self) { try await AsideWork.run { () throws(Failed) in throw Failed() } }
    }
}
