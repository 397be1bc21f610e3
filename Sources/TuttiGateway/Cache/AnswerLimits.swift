/// How much of answers is kept.
package enum AnswerLimits {
    /// Bytes of one answer.
    package static let answerBytesMax = 1 << 20
    /// Bytes of a request whose answer is kept: what is larger holds pictures or files, and hardly comes twice.
    package static let requestBytesMax = 4 << 20
    /// Bytes of a question that is compared with others. Many models make a vector of the first 256 tokens, and say
    /// nothing of the rest: two long questions that differ at their ends would be one.
    package static let questionBytesMax = 1 << 10
    /// Questions of one kind that one is compared with, the newest of them.
    package static let questionsMax = 1000
    /// The most numbers of a vector.
    package static let dimensionsMax = 16_384
}
