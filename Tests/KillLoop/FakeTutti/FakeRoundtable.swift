import FoundationEssentials
import Glibc

/// `roundtable` and `runs`: a run of five steps whose result is the document with one line more.
struct FakeRoundtable {
    let home: String
    let database: FakeDatabase
    let fault: String

    init(home: String, fault: String) {
        self.home = home
        self.fault = fault
        database = FakeDatabase(home: home)
    }

    func start(_ document: String) {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let id = "run_" + String((0..<26).map { _ in alphabet[Int.random(in: 0..<32)] })
        database.execute("insert into run(id, input) values('\(id)', '\(document)')")
        finish(id)
    }

    func list() {
        print(database.text("select json_group_array(id) from run") ?? "[]")
    }

    func finish(_ id: String) {
        guard let document = database.text("select input from run where id = '\(id)'") else {
            exit(1)
        }
        database.execute("update run set fence = fence + 1 where id = '\(id)'")
        for step in 1...5 where !database.isRecorded("review#\(step)", of: id) {
            usleep(10_000)
            database.record("review#\(step)", of: id, cost: fault == "invent" ? 25 : 0)
        }
        let text = FileManager.default.contents(atPath: document).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let refined = text + (fault == "drift" ? "\(getpid())\n" : "Refined.\n")
        let folder = home + "/runs/" + id
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Data("\(id)\n\(refined)".utf8).write(to: URL(filePath: folder + "/document.md"))
        database.execute(
            "update run set status = 'completed', finished = 50, output = '{\"words\":\(refined.utf8.count)}'")
        exit(3)
    }
}
