extension Vocabulary {
    static let processLists: [(Topic, String)] = [
        (
            .someone,
            """
            someone (must|should|will|has to|needs to|can|from)
            somebody (must|should|will|has to|needs to|from), anyone (must|should|has to|needs to), whoever
            """
        ),
        (
            .nobody,
            """
            nobody has, no one has, nobody owns, no one owns, nobody is responsible, no one is responsible
            nobody looks, no owner, without an owner, unowned, not assigned, unassigned
            has not been assigned, owner unknown, nobody feels responsible
            """
        ),
        (
            .humanProcess,
            """
            (must|should|shall|has to|have to|needs to|need to|will) be (reviewed|approved|signed off|notified|informed)
            (must|should|shall|has to|have to|needs to|need to|will) be (escalated|communicated|announced|coordinated)
            (must|should|shall|has to|have to|needs to|need to|will) be (decided|agreed|assigned)
            (must|should|shall|has to|have to|needs to|need to|will) be (staffed|trained|briefed)
            (must|should|shall|has to|have to|needs to|need to) be (documented|monitored|followed up|checked)
            (must|should|shall|has to|have to|needs to|need to) be (verified|tested|updated|rotated|watched|confirmed)
            (must|should|shall|has to|have to|needs to|need to) be (investigated|evaluated|audited|contacted|raised)
            """
        ),
        (
            .actor,
            """
            by the, by a, by an, by our, by each, automatically, by hand of, engineer(|s), team, manager
            on-call, owner, lead, officer, operator, reviewer(|s), job, script, ci, pipeline, cron, scheduler
            nightly, owned by
            """
        ),
        (
            .externalCall,
            """
            third-party (api|service|provider|system|vendor)(|s)
            external (api|service|provider|system|vendor)(|s), payment (provider|gateway|processor|service)
            stripe, paypal, adyen, braintree, twilio, sendgrid, mailgun, webhook(|s), s3, google maps, maps api
            partner api(|s), identity provider, idp, sso provider, okta, auth0, grpc, rpc
            upstream (service|api|microservice|system)(|s), downstream (service|api|system)(|s)
            remote (service|api|call)(|s)
            salesforce, hubspot, zendesk, slack api, mail provider, email provider, sms gateway, sms provider
            cloud vision, openai, anthropic, push notification service, apns, fcm, geocoding (api|service)
            object storage, (the|an|our) (crm|erp) (api|system), bank api, weather api, translation api
            carrier api, courier api, etcd, consul, zookeeper, ldap, active directory
            """
        ),
        (
            .call,
            """
            call(|s|ing), quer(y|ies), fetch(|es), look(|s) up, ask(|s), poll(|s), post(|s) to, sends to
            sends (it|them|the|each|every|a|an), send (it|them|the|each|every) to, request(|s) to, talk(|s) to
            get(|s) (it|them|the), read(|s) from, reads (the|jobs|messages|events|tasks|all), consume(|s)
            subscrib(e|es) to, route(|s) (requests|to|tasks), routing to, request routing, prox(y|ies) requests
            forward(|s), publish(|es) to, writes (it|them|the|to), load(|s) (it|them|the), import by, sync(|s) with
            connect(|s) to, upload(|s) to, store(|s) (it|them|the|files) (in|on), submit(|s) to, charge(|s)
            """
        ),
        (.retry, "retr(y|ies|ied|ying), tries again, try again, tried again, resend(|s), redeliver(|s|ed|y)"),
        (
            .queue,
            """
            message queue(|s), job queue(|s), work queue, task queue, event queue, queue, queues, kafka
            rabbitmq, sqs, message broker, event bus, pub/sub, pubsub, service bus, event stream, nats
            """
        ),
        (
            .failure,
            """
            do(es|) not answer, not answered, no answer within, has not answered, not reachable
            fail(|s|ed|ing|ure|ures), time-out, timeout(|s), time(|s|d) out, retr(y|ies|ied|ying), fallback(|s)
            fall(|s) back, circuit breaker(|s), back-off, backoff, unavailable, unavailability, outage(|s)
            degrad(e|es|ed|ation), dead-letter, dead letter, offline, error(|s), unreachable, crash(|es|ed)
            (is|are|goes|go) down, replay(|ed|s), at-least-once, idempoten(t|cy|ce)
            disconnect(|s|ed), recover(|s|y|ed), 5xx, 429, 503, exception(|s), abort(|s|ed)
            """
        ),
        (
            .upload,
            """
            upload(|s|ed|ing), attachment(|s), attach(|es) files
            import(|s) (files|a file|csv|photos|documents|data), file import, photo upload, bulk upload
            """
        ),
        (
            .bulk,
            """
            bulk (export|import|edit|delete)(|s), export(|s) (all|data|to csv|csv|reports|a report)
            search results, batch job(|s), csv import, csv export, import jobs, data export
            """
        ),
        (
            .anonymousUse,
            """
            not logged in users, users who are not logged in, not logged in, anonymous users, anonymous visitors
            guests can, guest users, visitors can, without an account, unregistered users, everyone on the internet
            """
        ),
        (
            .wholePayload,
            """
            the full object, the whole object, the entire object, the full document, the whole document
            the entire document, full payload, complete object, the full history, the whole history
            the entire history, full result set, all results at once, all records at once
            """
        ),
        (
            .load,
            """
            per second, per minute, per hour, per day, a day, a second, per month, rps, qps, million, concurrent
            requests per, queries per, messages per, at peak, peak load, concurrently, throughput of
            """
        ),
        (
            .publicInterface,
            "public api, open api for, public endpoint(|s), partner api, developer api, rest api for partners"
        ),
        (
            .verification,
            """
            verify, verifies, verified, confirm(|s), check that, make sure that
            should (see|show|return|be green), expected output, is healthy, health check, returns 200
            back to normal, validate, smoke test(|s)
            """
        ),
        (
            .escalation,
            """
            escalat(e|es|ed|ion), page the, page, call the, contact, on-call, on call, pagerduty, opsgenie
            ask in, ping, phone, slack channel, hotline, duty manager, notify the, helps call, help call
            ask (ops|sre|support|devops|the dba)
            """
        ),
        (
            .symptom,
            """
            alert, alert(|s) fires, when the, if the, use this, symptom(|s), triggered by, run this, every week
            every month, use it when, pager, happens (when|if|about|once|every|after)
            this runbook (is|covers|applies), applies when, paged
            """
        ),
        (
            .prerequisite,
            "access to, you need, need access, credentials, permission(|s), prerequisite(|s), vpn, logged in, log in to"
        ),
    ]
}
