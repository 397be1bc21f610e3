/// Words whose full stop does not end a sentence.
enum Abbreviations {
    /// A name or number follows, so the sentence goes on whatever comes.
    static let neverEnd: Set<String> = [
        "e.g", "i.e", "eg", "ie", "vs", "cf", "dr", "mr", "mrs", "ms", "prof", "st", "fig", "figs", "sec", "ch",
        "eq", "approx", "ca", "viz", "resp", "esp", "incl", "dept",
    ]
    /// Goes on unless a capital follows.
    static let mayEnd: Set<String> = [
        "etc", "al", "no", "nos", "inc", "ltd", "co", "corp", "vol", "pp", "ed", "jr", "sr", "max", "min", "a.m",
        "p.m", "u.s", "u.k",
    ]
}
