import Tutti

/// Who sits at the table.
let archivist = Participant(
    name: "archivist", role: "Archivist", expertise: "What was decided before.", perspective: "The files",
    instructions: "Hold the document against the passages.", focus: ["contradictions"])
