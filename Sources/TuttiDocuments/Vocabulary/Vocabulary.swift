/// The lists of the lexicon, by topic; they live in the files beside this one, by the rules that need them.
enum Vocabulary {
    static let lists: [(Topic, String)] =
        requirementLists + processLists + releaseLists + dataLists + doorLists + modelLists
        + languageLists
}
