extension Document {
    /// What the first heading says; `nil` when there is none.
    public var title: String? { sections.first { $0.level > 0 && !$0.title.isEmpty }?.title }
}
