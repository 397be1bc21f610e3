/// Abbreviations that every reader of a technical document knows, and capitals that are no abbreviations at all.
enum Acronyms {
    static let known: Set<String> = Set(
        list.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let list = """
        ai api apis app aws azure gcp ibm sap sql nosql http https html css js ts json xml yaml toml csv tsv pdf png
        jpg jpeg gif svg mp3 mp4 zip tar url urls uri uris uuid uuids id ids ip tcp udp dns dhcp ssh ssl tls vpn lan
        wan wifi ftp sftp smtp imap pop cpu cpus gpu gpus ram rom ssd hdd usb os ios ui ux gui cli tui ide sdk jvm
        jdk jre php get put post head patch delete options connect trace select insert update create drop alter
        table from where crud rest soap rpc grpc orm mvc spa pwa cdn crm erp cms ci cd qa pr prs mr rfc rfcs prd
        prds adr faq todo tbd tbc fixme xxx tba eta eod asap fyi aka etc rip ok pm am utc gmt cet cest est pst edt
        pdt bst usa us uk eu un uae usd eur gbp chf jpy gdpr ccpa hipaa pci dss iso ieee ietf nasa nist owasp llm
        llms gpt ml nlp rag gb mb kb tb pb gib mib kib hz khz mhz ghz ms kw kwh mw vm vms lts ga mvp poc sla slas
        slo slos sli slis kpi kpis okr okrs roi ceo cto cfo coo ciso hr it pin sms mms gps nfc qr rss bbc cnn dvd tv
        pc pcs mac iban bic swift vat b2b b2c saas paas iaas ec2 s3 iam kms sqs sns eks ecs rds vpc k8s oauth oidc
        saml sso mfa totp jwt jwts rbac acl acls csrf xss cors ddos dos waf hsm pki ca rsa aes sha md5 hmac pgp gpg
        ascii utf bom eof stdin stdout stderr posix bsd mit apache gnu gpl lgpl nginx db dbs dba dbas etl elt olap
        oltp acid cap fifo lifo lru ttl gc io nat cidr ipv4 ipv6 must shall should may not required recommended
        optional never always only and or all any no yes if then else do don't note warning important caution danger
        tip info debug error warn fatal critical high medium low true false null none nan on off new old beta alpha
        rc v1 v2 readme license changelog contributing makefile dockerfile lgtm iot ar vr xr 2fa sre sres devops
        api's cv cvs dpa dpia pii id's ids' nda nfr nfrs ocr exif heic webp raid nas sku skus rgb cmyk dpi fps wip
        diy hq ngo mri ecg covid who atm ssn nhs fbi vip rsvp ps gmail aol msn png's pdfs urls' isbn ean upc cto's
        bi rpo rto smb cifs ldap ad mdm byod voip sip http2 http3 websocket ub tty pty kv abc sse ajax dom wasm
        cobol json5 bson avro orc asan tsan fips soc sox coppa dsgvo nvme arm x86 amd wal mvcc dag dags rtt mtu qos
        tdd bdd ddd e2e repl lsp ast abi ffi cow raii oop fp io's url's rhel rvm cva ok'd begin full match prod commit
        rollback start stop end group order by limit offset join left right inner outer index key primary foreign
        grant revoke lock wait skip locked returning values set into view check default unique exists case when
        union count sum avg max min between like in is as with for each path home user host port name type data file
        line list item notes todo's draft final done open closed other total up down out at to of csp jwk jwks es ws
        ag gmbh llc inc ltd plc sa nv bv cx hmr hpa ota ble mqtt mcu rtos lte ssid wpa vin ecu cad cam roi eu oem
        erp mes
        mps plm pim dam ats kyc aml pep atm pos cdc oltp gxp gmp hl7 fhir icd edi edifact ncts awb sku mqtts coap snmp
        mtls asgi wsgi dsn cdn sast dast sbom cve cves cvss iops fsync lsm rum apm npm xls xlsx docx pptx odt epub
        pg eol dir env tmp log logs cmd ctrl alt esc del ins pgup shift enter tab faq's hw sw fs vfs ntfs apfs lvm
        pid pids uid gid tid fd fds irc nntp sctp bgp ospf icmp arp ntp snmp dnssec x509 der pem csr ocsp pkcs tpm
        bios uefi mbr qemu kvm lxc oci cri cni csi hpa crd yml toc wcag aria rtl ltr w3c ecma whatwg ansi nodejs npm
        pypi rpm deb msi exe dll gcc llvm clang cmake jit aot vm's simd avx sse2 neon riscv mips ppc etag spf dkim
        dmarc mx cname txt ns soa ssr seo cta sla's ux's pos crm's hris b2b's fte fy q1 q2 q3 q4 h1 h2 mon tue wed
        thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec
        """
}
