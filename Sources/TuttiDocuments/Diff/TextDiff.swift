/// How much of a text has changed.
package enum TextDiff {
    /// The words deleted and inserted, over the words of both texts together: 0 for equal texts, 1 when no word
    /// of one is left in the other. Two texts without words are equal.
    package static func changeRatio(from old: String, to new: String) -> Double {
        var table = TokenTable()
        let oldWords = table.words(of: old)
        let newWords = table.words(of: new)
        let total = oldWords.count + newWords.count
        guard total > 0 else { return 0 }
        let changed = SequenceDiff.replacements(from: oldWords, to: newWords)
            .reduce(0) { $0 + $1.old.count + $1.new.count }
        return Double(changed) / Double(total)
    }
}
