import TuttiReadings

/// Where the server of a home is, for people who look at its runs.
enum ServerHint {
    /// One line while a server serves the home, else none.
    static func lines(in home: String) -> [StyledLine] {
        guard let note = ServerNote.find(in: home) else { return [] }
        return [StyledLine("the server of this home is at ", .muted) + StyledLine(note.address)]
    }
}
