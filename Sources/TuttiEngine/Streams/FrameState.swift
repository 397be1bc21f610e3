import TuttiCore
import TuttiStore

/// What the steps of one run have streamed: makes the frames that readers see, and keeps what late ones need. Decides,
/// and does nothing itself.
///
/// Text comes from steps of this process, or from what another process has kept in the database. Both say which attempt
/// it belongs to and where it begins, so that neither a change of the process nor both at once makes a gap or a repeat.
struct FrameState {
    private struct StepText {
        let stamp: AttemptStamp
        /// From its beginning, as far as it is kept.
        var pieces: [String] = []
        /// Bytes streamed so far.
        var end = 0
        var keptSize = 0
        /// Whether all of it is kept.
        var isWhole = true
        /// What is not on its way to the database yet.
        var unsaved = ""
        /// Whether it was read from the database.
        var isStored = false
    }

    let run: RunID
    private var steps: [String: StepText] = [:]
    private var keptSize = 0
    /// Place of the newest frame.
    private(set) var last: Int64 = 0
    /// Place of the last part that was read from the database.
    private(set) var lastChunk: Int64 = 0

    init(run: RunID) { self.run = run }

    // MARK: Steps of this process

    /// Adds text to a step's attempt; nothing when a later attempt has begun.
    ///
    /// - Returns: the frames that readers see, and how many bytes wait to be saved.
    mutating func append(_ text: String, to key: String, _ stamp: AttemptStamp) -> (frames: [PlacedFrame], unsaved: Int)
    {
        guard !text.isEmpty, let begun = begin(key, stamp) else { return ([], 0) }
        let frames = begun + text.pieces(ofAtMost: StreamLimits.frameSizeMax).map { add($0, to: key, isSaved: false) }
        return (frames, steps[key]?.unsaved.utf8.count ?? 0)
    }

    /// Voids what is known of earlier attempts at a step.
    mutating func reset(_ key: String, _ stamp: AttemptStamp) -> [PlacedFrame] { begin(key, stamp) ?? [] }

    /// A step needs no frames any more.
    mutating func finish(_ key: String, _ stamp: AttemptStamp) -> [PlacedFrame] {
        guard let step = steps[key], step.stamp <= stamp else { return [] }
        return [finish(key, step)]
    }

    /// What has come together for the database.
    ///
    /// - Parameter sizeMin: leaves out steps that have less.
    mutating func takeUnsaved(sizeMin: Int) -> [StreamChunk] {
        var chunks: [StreamChunk] = []
        for (key, step) in steps where !step.unsaved.isEmpty && step.unsaved.utf8.count >= sizeMin {
            var offset = step.keptSize - step.unsaved.utf8.count
            for piece in step.unsaved.pieces(ofAtMost: StreamLimits.frameSizeMax) {
                chunks.append(StreamChunk(key: key, stamp: step.stamp, offset: offset, text: piece))
                offset += piece.utf8.count
            }
            steps[key]?.unsaved = ""
        }
        return chunks
    }

    var hasUnsaved: Bool { steps.values.contains { !$0.unsaved.isEmpty } }

    // MARK: Steps of other processes

    /// Takes what the database holds.
    mutating func take(_ page: ChunkPage) -> [PlacedFrame] {
        lastChunk = page.through
        var frames: [PlacedFrame] = []
        for chunk in page.chunks {
            guard let begun = begin(chunk.key, chunk.stamp) else { continue }
            frames += begun
            steps[chunk.key]?.isStored = true
            if let frame = add(stored: chunk) { frames.append(frame) }
        }
        // What was kept goes with the step's result.
        if !page.isFull {
            for (key, step) in steps where step.isStored && !page.keys.contains(key) {
                frames.append(finish(key, step))
            }
        }
        return frames
    }

    private mutating func add(stored chunk: StreamChunk) -> PlacedFrame? {
        let known = (steps[chunk.key]?.end ?? 0) - chunk.offset
        guard known < chunk.text.utf8.count else { return nil }
        if known < 0 {
            steps[chunk.key]?.end = chunk.offset
            steps[chunk.key]?.isWhole = false
        }
        let fresh = known > 0 ? String(decoding: chunk.text.utf8.dropFirst(known), as: UTF8.self) : chunk.text
        return add(fresh, to: chunk.key, isSaved: true)
    }

    // MARK: Readers

    /// What was streamed so far, for a reader that begins now.
    func earlier() -> [StepFrame] {
        steps.sorted { $0.key < $1.key }.flatMap { key, step in
            var offset = 0
            return step.pieces.map { piece in
                defer { offset += piece.utf8.count }
                return StepFrame(
                    run: run, key: key, attempt: step.stamp.attempt, offset: offset, content: .text(piece))
            }
        }
    }

    // MARK: Pieces

    /// Makes an attempt the one that is shown; `nil` when a later one is.
    private mutating func begin(_ key: String, _ stamp: AttemptStamp) -> [PlacedFrame]? {
        guard let step = steps[key] else {
            steps[key] = StepText(stamp: stamp)
            return []
        }
        guard step.stamp <= stamp else { return nil }
        if step.stamp == stamp { return [] }
        keptSize -= step.keptSize
        steps[key] = StepText(stamp: stamp)
        return [place(key, stamp, 0, .reset)]
    }

    private mutating func add(_ text: String, to key: String, isSaved: Bool) -> PlacedFrame {
        guard var step = steps.removeValue(forKey: key) else { preconditionFailure("text of an attempt not begun") }
        let (size, offset) = (text.utf8.count, step.end)
        step.end += size
        step.isWhole =
            step.isWhole && step.keptSize + size <= StreamLimits.keptPerStepMax
            && keptSize + size <= StreamLimits.keptPerRunMax
        if step.isWhole {
            step.keptSize += size
            keptSize += size
            if let piece = step.pieces.last, piece.utf8.count + size <= StreamLimits.chunkSize {
                step.pieces[step.pieces.count - 1] += text
            } else {
                step.pieces.append(text)
            }
            if !isSaved { step.unsaved += text }
        }
        steps[key] = step
        return place(key, step.stamp, offset, .text(text))
    }

    private mutating func finish(_ key: String, _ step: StepText) -> PlacedFrame {
        keptSize -= step.keptSize
        steps[key] = nil
        return place(key, step.stamp, step.end, .finished)
    }

    private mutating func place(
        _ key: String, _ stamp: AttemptStamp, _ offset: Int, _ content: StepFrame.Content
    ) -> PlacedFrame {
        last += 1
        return PlacedFrame(
            place: last,
            frame: StepFrame(run: run, key: key, attempt: stamp.attempt, offset: offset, content: content))
    }
}

extension String {
    /// The text in pieces of at most so many bytes, at least four, cut between characters of Unicode.
    func pieces(ofAtMost size: Int) -> [String] {
        guard utf8.count > size else { return [self] }
        var pieces: [String] = []
        var start = startIndex
        while start < endIndex {
            var end = utf8.index(start, offsetBy: size, limitedBy: endIndex) ?? endIndex
            while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
            pieces.append(String(self[start..<end]))
            start = end
        }
        return pieces
    }
}
