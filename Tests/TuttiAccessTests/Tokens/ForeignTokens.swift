/// Keys and tokens that another implementation (PyJWT 2.15 with cryptography 50) has made: what it writes is read here.
///
/// All tokens but `bare` say: issuer https://other.example, subject ann, audience tutti and x, expiry 2100, issued and
/// valid from 2023-11-14T22:13:20Z, id j-1, session s-1, role admin.
enum ForeignTokens {
    static let rs256 = """
        eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJz\
        dWIiOiJhbm4iLCJhdWQiOlsidHV0dGkiLCJ4Il0sImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAw\
        MDAwMDAsImp0aSI6ImotMSIsInNpZCI6InMtMSIsInJvbGUiOiJhZG1pbiJ9.pAkh89SEgpSh7CPldvoi6zaEKbIEqAkqhQ_hTeA\
        u2nhhWWGmcFSYPrWhUaGYCuznrYjOuFYseXA4amEGS0FTyC1EYg92QWtwdCMvoW_u6aCXdOmbwuUxCV_T5pwv97LQ8ToP3z-pmAS\
        TyyoxmzU6EZs6q2TkYXqpSj_9sghk9j80yaq9uZwaB0ORiWffZuP1QiFi5Mgaapz9x5aOp2km_OlXEMQwbgFq26jzN6VmI_76_1w\
        Fv4xPrs0QpsSL2RyBPFE0f7kfNW-PjN_7SBvPctCC5uMNeOl-vMpcYteAP_8qcENIIno19KaBypWMmc3wVBfa9mn1VoFyLJxqUX3\
        v1Q
        """
    static let es256 = """
        eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJz\
        dWIiOiJhbm4iLCJhdWQiOlsidHV0dGkiLCJ4Il0sImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAw\
        MDAwMDAsImp0aSI6ImotMSIsInNpZCI6InMtMSIsInJvbGUiOiJhZG1pbiJ9.UuRETrzqCUWTy79tKmFApHUpby96ip1KOGlzuyk\
        wE_6QhnxqLaEvCwaDaxeHpg8MQhcUYJBRDcfkoBfKqdsbPQ
        """
    static let edDSA = """
        eyJhbGciOiJFZERTQSIsImtpZCI6ImQxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJz\
        dWIiOiJhbm4iLCJhdWQiOlsidHV0dGkiLCJ4Il0sImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAw\
        MDAwMDAsImp0aSI6ImotMSIsInNpZCI6InMtMSIsInJvbGUiOiJhZG1pbiJ9.oYa_7Mi9uS5kYgQVZd1KLBqthj0UxtDWBq8luX6\
        OzCM7rZkBhn4zHj9UK_Ol4T9Tg-BSfKaU_p75heO9vQrCDQ
        """
    static let hs256 = """
        eyJhbGciOiJIUzI1NiIsImtpZCI6ImgxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJz\
        dWIiOiJhbm4iLCJhdWQiOlsidHV0dGkiLCJ4Il0sImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAw\
        MDAwMDAsImp0aSI6ImotMSIsInNpZCI6InMtMSIsInJvbGUiOiJhZG1pbiJ9.bel9vzgwdn7YCBoLc9t6jkSN5-4AVgNGvg8rfvn\
        rysk
        """
    /// A token of subject, expiry and role only, without the name of a key.
    static let bare = """
        eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiZXhwIjo0MTAyNDQ0ODAwLCJyb2xlIjoiZGV2ZWxvcGVyIn0\
        .YPtPZxBAWSyjvO56R0aUt7RnzlI46HoCKeDqUPsy962u6vQN7WIFVAVHCz8h-oABwMjbPvjR3JHgpJ0_fSVP7YP3vzmdKrMspUz\
        PInRpuq3qigDjFgxhB_HVL9yCBAUHHZ5ZG7rBTZOTmfk03jBcRokuewMbmY-ErVZqN7R8mnu2ib6PmNO_LkKKGlySN9nSAb8LcJY\
        KX8TCVz57q7Vq-9KNllrgj--0w4-NuQslWmALrkgaJgxup-n8ryIw0_R3nue0BkLLpDYe5ODbrRyT3dnp0r7_68XoPy0lbs4d-6H\
        TcILHEnDGjZx52wyBM24RUaDUD0yvLDlElZ3N7f7__w
        """
    static let secret = "a secret of more than thirty-two bytes"
}

/// Keys as others write them.
enum ForeignKeys {
    static let rsa = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApSs5z2+0ryOTRY9RTiWk
        S/XltiwyzN0PcnWLyQzVjJmkhQDb3ZpiK7RWCi1l9ro/a/mJeZvRttBnVeA8xpI4
        Xvzz0dEM3STEGYkI9YMxUiRBUNNKgD96Qi+jplMcXscKTBRsptHl0eMUtICu4V3I
        gksSb+SjsHpsQ49d0p4CJGbZAJ23PP9iwwUQ45qfMGzUuD+oaAzOtY/qvLNaN7BP
        TUdvikI0XNlwq1sYJ5Uwnvq4fLDMORG6i9dXa1vJhwueRPB+XoFHMWLmWDP3PQj7
        VE5fzN8pnwOhaRcjJiNvrfn71OffBVuiQjPsd/4iLnLVaiiVYyAF0+qtT/wq8pkV
        xwIDAQAB
        -----END PUBLIC KEY-----
        """
    static let rsaOldForm = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEApSs5z2+0ryOTRY9RTiWkS/XltiwyzN0PcnWLyQzVjJmkhQDb3Zpi
        K7RWCi1l9ro/a/mJeZvRttBnVeA8xpI4Xvzz0dEM3STEGYkI9YMxUiRBUNNKgD96
        Qi+jplMcXscKTBRsptHl0eMUtICu4V3IgksSb+SjsHpsQ49d0p4CJGbZAJ23PP9i
        wwUQ45qfMGzUuD+oaAzOtY/qvLNaN7BPTUdvikI0XNlwq1sYJ5Uwnvq4fLDMORG6
        i9dXa1vJhwueRPB+XoFHMWLmWDP3PQj7VE5fzN8pnwOhaRcjJiNvrfn71OffBVui
        QjPsd/4iLnLVaiiVYyAF0+qtT/wq8pkVxwIDAQAB
        -----END RSA PUBLIC KEY-----
        """
    static let p256 = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbbL+mCg9crwPh7U5MJgt86BbIQm+
        XQIkgvcNomd41wZc2kRK/pIRehVOLjh5HuiMu86g0aITuBbtesesl/UcbA==
        -----END PUBLIC KEY-----
        """
    static let ed25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEACDDEhvcIvIbH2hEO0U6d+yfA9tB7OLdPAqVK4DpFOe0=
        -----END PUBLIC KEY-----
        """
    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeqlZpNCXbXlQ50Nchrnjl5vpM
        Bfdy2DnnwPoBBEpqaRjO4WRMNVhF75lEiHGzJ7Xr5S9lwosXhgy6cl0uXWZQoWyA
        CVEbjagf9XcDwU36H7p9597F51jH/x8DfWG3XvzOCH8X5MyU6IhpuVHc3m81/Jye
        DoS5YvCNHk7ldmbP3QIDAQAB
        -----END PUBLIC KEY-----
        """
    static let p384 = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEPwCTh5mfyM6vO0IapMFW8LzI5OCgqOAM
        1iTxpZeQeWFtLCrK4pTzXPOUMwcsTCkC7yi4I3KgNj/WFrg7FX0/FhS4unRJjMuk
        ah1rB9U1Pn6CgZNzNMFNs/gXLeKmM3NM
        -----END PUBLIC KEY-----
        """
    static let p256Private = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1N6JOdzNvyp8fJdC
        0/1/5m1wBnoaGoNePFEwC/odj+KhRANCAARtsv6YKD1yvA+HtTkwmC3zoFshCb5d
        AiSC9w2iZ3jXBlzaREr+khF6FU4uOHke6Iy7zqDRohO4Fu16x6yX9Rxs
        -----END PRIVATE KEY-----
        """
    static let rsaModulus = """
        pSs5z2-0ryOTRY9RTiWkS_XltiwyzN0PcnWLyQzVjJmkhQDb3ZpiK7RWCi1l9ro_a_mJeZvRttBnVeA8xpI4Xvzz0dEM3STEGYkI\
        9YMxUiRBUNNKgD96Qi-jplMcXscKTBRsptHl0eMUtICu4V3IgksSb-SjsHpsQ49d0p4CJGbZAJ23PP9iwwUQ45qfMGzUuD-oaAzO\
        tY_qvLNaN7BPTUdvikI0XNlwq1sYJ5Uwnvq4fLDMORG6i9dXa1vJhwueRPB-XoFHMWLmWDP3PQj7VE5fzN8pnwOhaRcjJiNvrfn7\
        1OffBVuiQjPsd_4iLnLVaiiVYyAF0-qtT_wq8pkVxw
        """
    static let p256PKCS8 = """
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1N6JOdzNvyp8fJdC0/1/5m1wBnoaGoNePFEwC/odj+KhRANCAARt\
        sv6YKD1yvA+HtTkwmC3zoFshCb5dAiSC9w2iZ3jXBlzaREr+khF6FU4uOHke6Iy7zqDRohO4Fu16x6yX9Rxs
        """
    static let ed25519PKCS8 = """
        MC4CAQAwBQYDK2VwBCIEIHiJGzac0eUTgR3cr++jy+ji+jgbtaVjEihX+YHn4gLj
        """
}
