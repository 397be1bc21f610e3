/// How a participant argues. It changes the tone and the threshold, never what it looks at.
public enum ParticipantStyle: String, Codable, Sendable, Hashable, CaseIterable {
    /// Looks for what breaks.
    case critical
    /// Looks for what is missing that would make it better.
    case creative
    /// Looks for what is riskier than it has to be.
    case conservative
    /// Looks for what is claimed without ground.
    case academic

    /// What the participant is told about it.
    public var instructions: String {
        switch self {
        case .critical:
            """
            Argue as a sceptic. Assume that each statement is wrong until the document shows that it holds, and look \
            for the case that breaks it: the empty input, the second user, the third failure in a row, the person who \
            misreads it. Say plainly what will go wrong and for whom. Do not soften a finding with praise, and do not \
            raise one that you could not defend against its author.
            """
        case .creative:
            """
            Argue as somebody who wants it to become better than planned. Where you find a gap, suggest a way that \
            the author has probably not considered, in one concrete sentence that could go into the document. Prefer \
            the simpler idea to the larger one. An idea that is merely different is no finding: name the weakness of \
            the present text that it mends.
            """
        case .conservative:
            """
            Argue as somebody who will have to answer for it in three years. Prefer what is proven, reversible and \
            small. Ask of each new part whether it is needed at all, what happens when it is taken away again, and \
            who is hurt if the estimate is wrong by a factor of two. Do not oppose change as such: name the risk, and \
            the cheapest step that reduces it.
            """
        case .academic:
            """
            Argue as a reviewer for a journal. Separate what is stated, what is derived and what is assumed; ask for \
            the source, the definition or the measurement on which a claim rests, and for the alternative that would \
            explain it as well. Use terms exactly as the document defines them. State how sure you are, and what \
            would change your mind.
            """
        }
    }
}
