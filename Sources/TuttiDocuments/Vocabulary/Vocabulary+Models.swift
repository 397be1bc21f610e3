extension Vocabulary {
    static let modelLists: [(Topic, String)] = [
        (
            .modelHint,
            """
            the model, the assistant, the bot, the classifier, the ai, the llm, confidence, confident, the agent
            """
        ),
        (
            .model,
            """
            llm(|s), language model(|s), large language model(|s), gpt, gpt-4, gpt-4o, gpt-5, chatgpt, claude
            gemini, llama, mistral, openai, anthropic, ai model(|s), ml model(|s), machine-learning model(|s)
            generative ai, genai, foundation model(|s), chatbot(|s), chat bot(|s), ai assistant(|s)
            ai agent(|s), embedding(|s) model, vision model, classification model, ai service
            neural network(|s), recommendation model, scoring model, prediction model, speech model, image model
            language-model, trained model, fine-tuned model, hosted model, text model, prompt template(|s)
            system prompt
            """
        ),
        (
            .modelAction,
            """
            generat(e|es|ed|ing), summari(s|z)(e|es|ed|ing), classif(y|ies|ied|ying), answer(|s|ed|ing)
            predict(|s|ed|ing), draft(|s|ed|ing), decid(e|es|ed|ing), recommend(|s|ed|ing), suggest(|s|ed|ing)
            extract(|s|ed|ing), call(|s|ed|ing), send(|s|ing), sent, rank(|s|ed|ing), label(|s|led), tag(|s|ged)
            detect(|s|ed|ing), propos(e|es|ed), writ(e|es|ing), translat(e|es|ed|ing), score(|s|d), pick(|s|ed)
            use(|s|d), read(|s), approv(e|es|ed), repl(y|ies|ied), route(|s|d), moderat(e|es|ed), reject(|s|ed)
            choose(|s), judge(|s), return(|s|ed), produce(|s|d), run(|s)
            """
        ),
        (
            .autonomy,
            """
            automatically, autonomous(|ly), on its own, without human, without review, without approval
            without confirmation, without a person, fully automated, no human, unattended, by itself, directly
            immediately, auto-approv(e|es|ed), without asking, without an agent, without anyone
            """
        ),
        (
            .consequence,
            """
            delet(e|es|ed), refund(|s|ed), pay(|s), payment(|s)
            send(|s) (an email|emails|the email|the reply|replies|it to|messages), post(|s) (the|a|it)
            publish(|es|ed), approv(e|es|ed), reject(|s|ed), den(y|ies|ied), ban(|s|ned), block(|s|ed)
            suspend(|s|ed), hire(|s|d), order(|s), execut(e|es|ed), deploy(|s|ed)
            repl(y|ies|ied) to (the |)(customer|customers|user|users), close(|s|d) (the|a) (ticket|account|case)
            transfer(|s|red), cancel(|s|led), remov(e|es|ed), grant(|s|ed), sent to (the |)customer(|s)
            issu(e|es|ed), book(|s|ed), purchase(|s|d), merge(|s|d), decid(e|es|ed)
            """
        ),
        (
            .evaluation,
            """
            graded, grading, reference answer(|s), must be correct, are correct, scored, rated
            evaluat(e|es|ed|ion|ions|ing), evals, eval set, test set, golden set, benchmark(|s|ed), precision
            recall, accuracy, f1, labelled, labeled, ground truth, false positive(|s), false negative(|s)
            hallucination rate, quality measured, measured on, held-out, a/b test, red team(|ing), offline test
            error rate, word error rate, human-rated, rated by, agreement with
            """
        ),
        (
            .modelFallback,
            """
            do(es|) not answer, not answered, no answer within, has not answered, not reachable
            answers too late, fallback(|s), fall(|s) back, retr(y|ies|ied), time-out, timeout(|s)
            when the model (is|fails|cannot|does not|times), if the model (is|fails|cannot|does not|times)
            model is (down|unavailable|slow|off), unavailable, degrad(e|es|ed), without the model
            circuit breaker, second provider, outage, rule-based, manually instead, provider fails
            provider is down
            """
        ),
        (
            .oversight,
            """
            human review, human-in-the-loop, human in the loop, human approval, human oversight, reviewed by
            review(|s) by, approved by, a person, editor (approves|checks|reads)
            agent (approves|confirms|checks|edits|reads|accepts), moderator(|s), confirm(|s|ed) by
            confirm(|s) the, user confirms, user accepts, approve(|s) or, appeal(|s), override(|s)
            overrid(e|den), opt-out, manual review, spot check(|s), spot-check(|s)
            escalat(e|es|ed) to (a|an|the), accept or (reject|edit), may edit, can edit, can correct, can undo
            sign-off, sign off, reviewer(|s), suggestion(|s) only, never (acts|sends|posts|deletes|publishes)
            before it is (sent|published|shown), drafts only
            """
        ),
        (
            .untrustedInput,
            """
            user(|'s|s) (question|message|document|query|comment|prompt)(|s)
            user(|'s|s) (text|input|content|queries), email(|s), e-mail(|s), ticket(|s), web page(|s)
            customer(|'s) (message|messages|email|emails|question|questions|ticket|tickets|text)
            uploaded (file|files|document|documents|photo|photos), document(|s), customer review(|s)
            product review(|s), comment(|s), chat(|s), transcript(|s), free text, messages, candidate resumes
            attachment(|s)
            """
        ),
        (
            .injection,
            """
            prompt injection, injection(|s), jailbreak(|s), untrusted, adversarial, guardrail(|s)
            sanitis(e|es|ed), sanitiz(e|es|ed), output filter, moderation filter, content filter
            allow-list of tools, instructions in, as data, malicious, hostile, escap(e|ed), schema-checked
            validated against, constrained to
            """
        ),
        (
            .provider,
            """
            openai, anthropic, gpt, gpt-4, gpt-4o, gpt-5, chatgpt, claude, gemini, bedrock, vertex, azure openai
            mistral, hosted model, model provider(|s), llm provider(|s), third-party model, external model
            cohere, openrouter, cloud vision
            """
        ),
        (
            .dataSharing,
            """
            data processing agreement, processor agreement, dpa, zero retention, zero-retention
            not used for training, no training, not train, opt(|ed) out of training, redact(|s|ed|ion)
            anonymi(s|z)(e|es|ed), pseudonymi(s|z)ed, strip(|s|ped), self-hosted, self-host, on-premise, on-prem
            on our own, local model, leaves our, never leaves, region, eu region, residency, masked
            no personal data, does not store, do not send, not sent, never sent, removed before
            """
        ),
        (
            .costLimit,
            """
            cost(|s), budget(|s), token limit(|s), spend(|ing), per request cost, cents, price, pricing, usd
            eur, dollars, quota(|s), max tokens, cap(|s|ped), rate limit(|s)
            """
        ),
    ]
}
