import KillLoop
import Testing

struct NormaliserTests {
    @Test(arguments: [
        ("see run_01k9abcdefghjkmnpqrstvwxyz now", "see <run> now"),
        ("run_01k9 is too short", "run_01k9 is too short"),
        ("at 2026-01-02T03:04:05.678Z.", "at <time>."),
        ("at 2026-01-02 03:04:05, then", "at <time>, then"),
        (#"{"started": 1767323045678,"step":3}"#, #"{"started":<number>,"step":3}"#),
        (#"{"wall_s":0.25,"p50_ms":-1}"#, #"{"wall_s":<number>,"p50_ms":<number>}"#),
        (#"{"at":"noon","rounds":3}"#, #"{"at":"noon","rounds":3}"#),
        ("in /a/home/runs", "in <home>/runs"),
        ("Latency is 2026-01", "Latency is 2026-01"),
    ])
    func takesOut(text: String, expected: String) {
        #expect(Normaliser.normalise(text, home: "/a/home") == expected)
    }
}
