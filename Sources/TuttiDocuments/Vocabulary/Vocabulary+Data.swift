extension Vocabulary {
    static let dataLists: [(Topic, String)] = [
        (
            .personalData,
            """
            email address(|es), e-mail address(|es), phone number(|s), full name(|s), first name(|s)
            last name(|s), home address(|es), postal address(|es), shipping address(|es), billing address(|es)
            date(|s) of birth, birthday(|s), birth date(|s), ip address(|es), contact details, contact data
            personal data, personal information, personally identifiable information, pii, customer data
            user data, profile data, profile photo(|s), address book, contacts, browsing history, search history
            purchase histor(y|ies), order histor(y|ies), payment histor(y|ies), viewing histor(y|ies)
            device identifier(|s), customer names, user names and, names and, user profile(|s), chat history
            user behavio(|u)r, message analysis, behavio(|u)r insights, behavio(|u)ral data, was online, last seen
            online status, activity of (members|users|employees|staff), conversations, conversation histor(y|ies)
            (full|whole|entire) (conversation|thread)
            chat messages, previous questions, questions of all users, queries of users, searches of users
            who is absent, absence(|s) of, employee data, staff data, personnel file(|s), customer records
            customer account(|s), login ip, recordings of, browsing behavio(|u)r
            transcript(|s), candidate resumes, cvs, employee records, customer records, voice recording(|s)
            call recording(|s), customer emails, user emails, private messages, usage history
            """
        ),
        (
            .sensitiveData,
            """
            credit card(|s), card number(|s), card data, card details, payment data, payment details
            payment information, bank account(|s), bank details, iban, cvv, cvc, account number(|s)
            salar(y|ies), health data, health record(|s), medical (record|data|history|records), patient data
            patient(|s) record(|s), diagnos(is|es) of, genetic data, biometric(|s), fingerprint(|s) of users
            face recognition, facial recognition, face data, faceprint(|s), location data
            gps (coordinates|location|position|data), precise location, exact location, location history
            social security number(|s), ssn, passport(|s) number(|s), passport scan(|s), id card(|s)
            national id, tax id, religion, ethnicity, sexual orientation, criminal record(|s), children's data
            minors, blood pressure, diagnoses, lab results, test results of patients, heart rate
            prescription(|s), allerg(y|ies), doctor's certificate(|s), medical certificate(|s), sick note(|s)
            sick leave, sickness, disability, degree of disability, illness, pregnan(t|cy), patient id
            patient's (record|chart|file)(|s), patients' records
            """
        ),
        (
            .credential,
            """
            password(|s), api key(|s), api token(|s), access token(|s), refresh token(|s), private key(|s)
            client secret(|s), session token(|s), secret key(|s), credential(|s), ssh key(|s), login data
            pin code(|s), passphrase(|s), bearer token(|s)
            """
        ),
        (
            .handling,
            """
            see, sees, view(|s|ed), stor(e|es|ed|ing), collect(|s|ed|ing), sav(e|es|ed|ing), keep(|s), kept
            record(|s|ed|ing), log(|s|ged|ging), process(|es|ed|ing), send(|s|ing), sent, shar(e|es|ed|ing)
            upload(|s|ed|ing), import(|s|ed|ing), read(|s), index(|es|ed), cach(e|es|ed|ing), transmit(|s|ted)
            transfer(|s|red), forward(|s|ed), ask(|s) for, enter(|s|ed), sync(|s|ed|hronises|hronizes)
            persist(|s|ed), captur(e|es|ed|ing), hold(|s), contain(|s), includ(e|es|ed|ing), gather(|s|ed)
            extract(|s|ed), export(|s|ed), access(|es|ed), archiv(e|es|ed), submit(|s|ted), track(|s|ed|ing)
            analy(s|z)(e|es|ed), shown, show(|s), display(|s|ed), need(|s), use(|s|d), match(|es|ed), written
            write(|s), hand(|s|ed) over, copy, copies, copied
            """
        ),
        (
            .retention,
            """
            retention, retain(|s|ed), eras(e|es|ed|ure), purg(e|es|ed|ing), remov(e|es|ed) after
            (expire|expires|expired) after, anonymi(s|z)(e|es|ed|ation), never stored, not stored, not store
            do not keep
            does not keep, not kept, discard(|s|ed), overwritten after, right to be forgotten
            """
        ),
        (
            .personAttribute,
            """
            name(|s), email, e-mail, mail address, phone number, phone, street, city, postcode, zip code, address
            photo, age, bio, gender, home town, hometown, birthday, date of birth, ip, ip address, ssid, location
            account id, customer id, user id, job title, salary, signal strength, nationality, marital status
            last login, family name, surname, device id
            """
        ),
        (
            .keeping,
            """
            stor(e|es|ed), sav(e|es|ed), kept, keep(|s), archiv(e|es|ed), export(|s|ed), log(|s|ged), record(|s|ed)
            written to, writes, hold(|s), holds, persist(|s|ed), cached, retain(|s|ed), available to, shown to
            visible to, see when, sees when, returns, collected, tracked, uploaded, add, sent in
            """
        ),
        (.deletion, "delet(e|es|ed|ion|ing), remov(e|es|ed|al)"),
        (
            .protection,
            """
            encrypt(|s|ed|ion), access control(|s), permission(|s), only the, only admins, role-based, rbac
            least privilege, consent(|s), opt-in, opt in, pci, pci-dss, tokeni(s|z)ed, tokeni(s|z)ation
            pseudonymi(s|z)ed, masked, masking, redact(|s|ed|ion), hashed, access to the data, data protection
            privacy review, anonymi(s|z)ed, audit log, audited, authori(s|z)ed (staff|people|users)
            restricted to, tls, private by default, at rest, processor agreement, may read, can read
            """
        ),
        (
            .secretProtection,
            """
            hash(|ed|es|ing), encrypt(|s|ed|ion), vault, secret(|s) manager, secrets store, secret store, kms
            hsm, keychain, rotat(e|es|ed|ion|ing), bcrypt, argon2, argon2id, scrypt, salted, masked
            redact(|s|ed), short-lived, expir(e|es|ed|y), revok(e|es|ed), never logged, not logged, never stored
            not stored, tls, sealed, httponly, one-time, single-use, scoped, encrypted at rest, password manager
            1password
            """
        ),
    ]
}
