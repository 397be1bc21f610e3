extension Identifier {
    /// The 128 bits that the text stands for; `nil` for a text that was trusted and is not well formed.
    package var bits: UUIDBits? { Base32.decode(text.dropFirst(Self.prefix.count + 1)) }
}
