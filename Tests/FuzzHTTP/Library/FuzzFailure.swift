/// An input by which a rule is broken that holds for all inputs.
package struct FuzzFailure: Error, CustomStringConvertible {
    package let rule: String
    package let input: [UInt8]

    package var description: String {
        "\(rule); the input is \(String(decoding: input, as: UTF8.self).debugDescription)"
    }
}
