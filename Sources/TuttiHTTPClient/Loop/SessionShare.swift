import CCurl
import CTuttiCurl

/// TLS sessions that new connections may resume; used by all transfers of one loop, on its thread only.
@safe
final class SessionShare {
    let handle: UnsafeMutableRawPointer

    /// Nil when there is no memory for it: every connection then shakes hands in full.
    init?() {
        guard let handle = unsafe curl_share_init() else { return nil }
        unsafe self.handle = handle
        guard unsafe CTuttiCurl_shareSessions(handle) == 0 else { return nil }
    }

    deinit { unsafe curl_share_cleanup(handle) }
}
