/// What the cache of answers had for a call; a call that was not looked up there has none.
package enum CallCacheUse: String, Sendable, Hashable, CaseIterable {
    /// Nothing: a model was asked.
    case miss
    /// The answer to the same request.
    case hit
    /// The answer to a request that means about the same.
    case similar
}
