extension Vocabulary {
    static let doorLists: [(Topic, String)] = [
        (
            .openAccess,
            """
            no login, no log-in, no sign-in, without (a |)login, without logging in, without signing in, login-free
            no authentication, without authentication, no auth, without auth, unauthenticated, not authenticated
            anonymous access, no password, without a password, no access control
            (open|accessible|reachable|available) to (anyone|everyone|everybody|the internet|the public internet)
            default password(|s), default credentials, shared password, shared login, shared account, same password
            (share|shares|sharing) (one|a|the same) (login|account|password|user)
            """
        ),
        (
            .signIn,
            """
            log(|s|ged) in (with|by|using), login (with|by|via|using|is|needs), sign(|s) in (with|by|using)
            opened with, accessed with, authenticat(e|es|ed) (with|by|using), identified by, identify (with|by)
            unlocked with, verified by, log-in with, logon with, logs on with
            """
        ),
        (
            .knownSecret,
            """
            date of birth, birth date, birthday, postcode, postal code, zip code, zip, personnel number
            employee number, staff number, last four digits, last 4 digits, mother's maiden name, licence plate
            license plate, phone number, order number, booking number, customer number, tracking number
            """
        ),
        (
            .outsideAddress,
            """
            (register|registers|enter|enters|provide|provides|supply|supplies|configure) (a|an|the|any|their) url
            (configures|specify|specifies|set|sets|type|paste|choose|submit|submits) (a|an|the|any|their|its) url
            (register|registers|enter|enters|provide|provides|configure|configures) (a|an|their|its|any) endpoint
            (register|registers|configure|configures|provide|provides) (a|an|their|its|any) (webhook|callback)
            (register|registers|provide|provides|enter) (a|their|an|any) (webhook|callback|target|image|feed) url
            their own endpoint, user-supplied url(|s), customer-supplied url(|s), url of their choice
            """
        ),
        (
            .addressGuard,
            """
            ssrf, private address(|es), internal address(|es), private range(|s), private ip(|s), internal network
            link-local, allow-list(|s|ed), allowlist(|s|ed), egress, verified domain(|s), domain verification
            redirects are, public addresses, dns rebinding
            """
        ),
        (
            .remoteControl,
            """
            shell access, pty, remote shell, web terminal, web shell, interactive shell, interactive terminal
            root access, remote desktop, execute arbitrary, run arbitrary, arbitrary code, arbitrary commands
            arbitrary sql
            """
        ),
        (
            .containment,
            """
            sandbox(|es|ed|ing), isolat(e|es|ed|ion), gvisor, firecracker, container per, seccomp, read-only
            only admins, only the, only for, only from, only by, admin role, role-based, rbac, vpn, mtls
            internal network, localhost only, behind the proxy, single sign-on, sso, audit log, approved by
            public data, public information, public pages, sample data, demo data
            """
        ),
        (
            .access,
            """
            authenticat(e|es|ed|ion|ing), authori(s|z)(e|es|ed|ation|ing), oauth, oauth2, oidc, jwt, mtls, rbac
            role-based, sign-in, single sign-on, sso, signature(|s), signed, api key(|s), permission(|s), roles
            least privilege, network policies, networkpolicy, firewall, waf
            """
        ),
        (
            .exposure,
            """
            config map(|s), configmap(|s), logged with, are logged, is logged, in the log(|s), in log file(|s)
            written to the log, debug log(|s), in the url(|s), query string, query parameter(|s), url parameter(|s)
            in the repository, in the repo, in git, in the code, source code, compiled into, built into
            hard-coded, hardcoded, hard coded, baked into, embedded in the, shipped with the, bundled with
            plain text, plain-text, plaintext, clear text, cleartext, unencrypted, unhashed, wiki, spreadsheet
            by email, by e-mail, by mail, in chat, on a sticky note, in the ticket, local storage, localstorage
            in the bundle, in the app, static key, static token, shared key, to any url, does not expire
            never expire(|s), no expiry, environment variables of the build
            """
        ),
        (
            .claim,
            """
            production-ready, production-grade, enterprise-ready, enterprise-grade, battle-tested, proven at scale
            gdpr compliant, gdpr-compliant, hipaa compliant, hipaa-compliant, pci compliant, fully compliant
            is compliant, soc 2 compliant, soc2 compliant, legally compliant, is secure by design
            completely secure, fully secure, 100% secure, unhackable, zero downtime, never fails, no downtime
            very high accuracy, accuracy is (very |)(high|good|excellent), highly accurate, very accurate
            very satisfied, very happy with, (are|is) minimi(s|z)ed by, no further check(|s) (is|are)
            speedup, speed-up, times faster, faster than before, from hours to minutes, from days to hours
            from days to minutes, manual hours to, drastically, dramatically, infinitely scalable
            unlimited scal(e|ability), scales infinitely, scales to millions
            """
        ),
        (.legacy, "legacy, deprecated, obsolete, discontinued, end-of-life, superseded, no longer used"),
        (.current, "production, recommended, preferred, default, primary"),
    ]
}
