/// What a store has got rid of.
package struct CollectionReport: Sendable, Hashable {
    /// Objects that no snapshot needs that is kept, and their bytes.
    package internal(set) var removedObjects = 0
    package internal(set) var removedBytes = 0
    /// Objects that are kept, because a snapshot needs them or their grace has not ended.
    package internal(set) var keptObjects = 0
}
