extension Vocabulary {
    static let modelLists: [(Topic, String)] = [
        (
            .modelHint,
            """
            the model, the assistant, the bot, the classifier, ai, the llm, confidence, confident, the agent
            assistant, hallucination(|s), rag, retrieval augmented generation, prompt(|s), ml-powered, embeddings
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
            by ai, ai-powered, ai-generated, ai-driven, ai-based, use ai, using ai, ai response(|s), ai backend(|s)
            ai critic(|s), ai review, ai reviewer(|s), multi-agent ai, ai agent system, ai agent orchestration
            multi-agent orchestration, llm-powered, llm-based, coder agent, planner agent, openai gpt
            google gemini, anthropic claude, claude 3, claude 3.5, gpt-3.5, gpt-4.1, o1, o3, gemini 1.5
            amazon bedrock, vertex ai, text-embedding-3-large, text-embedding-3-small
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
            choose(|s), judge(|s), return(|s|ed), produce(|s|d), run(|s), review(|s), refine(|s|d), convert(|s|ed)
            orchestrat(e|es|ed|ing), perform(|s), takes the role, plan(|s), build(|s), find(|s), knows, execut(e|es)
            powered by, creat(e|es|ed), recogni(s|z)(e|es), computes, embeds, issued by
            """
        ),
        (
            .autonomy,
            """
            automatic, automatically, autonomous(|ly), on its own, on their own, by themselves, without human
            without review, without approval
            without confirmation, without a person, fully automated, no human, unattended, by itself, directly
            immediately, auto-approv(e|es|ed), without asking, without an agent, without anyone
            """
        ),
        (
            .consequence,
            """
            delet(e|es|ed), refund(|s|ed), pay(|s|ed), kick(|s|ed), assign(|s|ed), ship(|s|ped), updat(e|es|ed)
            send(|s) (an email|emails|the email|the reply|replies|messages), post(|s) (the|a|it), do this, does this
            rewrit(e|es), overwrit(e|es), modif(y|ies), chang(e|es) (the|their|a), lock(|s|ed), charge(|s|d)
            publish(|es|ed), approv(e|es|ed), reject(|s|ed), den(y|ies|ied), ban(|s|ned), block(|s|ed)
            suspend(|s|ed), hire(|s|d), order(|s), execut(e|es|ed), deploy(|s|ed)
            repl(y|ies|ied) to (the |)(customer|customers|user|users), close(|s|d) (the|a) (ticket|account|case)
            transfer(|s|red), cancel(|s|led), remov(e|es|ed), grant(|s|ed), sent to (the |)customer(|s)
            issu(e|es|ed), book(|s|ed), purchase(|s|d), merge(|s|d), decid(e|es|ed)
            (give|gives|offer|offers) (a |)(voucher|vouchers|discount|discounts|refunds|credit|credits)
            """
        ),
        (
            .evaluation,
            """
            graded, grading, reference answer(|s), must be correct, scored on, evaluated (on|against|with|each|by)
            evals, eval set, evaluation set, test set, golden set, benchmark(|s|ed), labelled, labeled
            ground truth, hallucination rate, quality measured, measured on, held-out, holdout, a/b test
            red team(|ing), offline test, human-rated, rated by, agreement with, test questions, test cases for
            """
        ),
        (
            .measured,
            """
            precision, recall, accuracy, f1, false positive(|s), false negative(|s), error rate, word error rate
            absolute error, are correct, is correct, is wrong, are wrong, rated, scored, evaluat(e|es|ed|ion|ing)
            """
        ),
        (
            .modelReach,
            """
            goes to, go to, goes into, sent to, put into, fed (in|)to, passed to, into the prompt, ingest(|s|ed)
            talk to, talks to, chat with, write to, convert(|s|ed), scanned, web search, tools, reads, read
            third-party integrations, integrates with, searches
            """
        ),
        (
            .judging,
            """
            (predict|score|rank|rate|assess|screen|select|profile) (who|which|whether|employees|applicants|candidates)
            (predicts|scores|ranks|rates|assesses|screens|selects) (who|which|whether|employees|applicants|candidates)
            (predict|score|rank|rate|assess|screen|select|profile) (customers|patients|students|tenants|people|users)
            (predicts|scores|ranks|rates|assesses|screens|selects) (customers|patients|students|tenants|people|users)
            """
        ),
        (
            .modelPower,
            """
            code execution, execute(|s) code, file system, shared tools, tool use, terminal, shell, write access
            credentials, infrastructure-as-code, subscription api, calendar
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
            attachment(|s), web search, web pages, websites, user prompts, user input, talk to it, talks to it
            chat with it, talk to the (bot|assistant|model), letters from, external practices, third-party data
            third-party integrations, customer's message, document input, referral letters, calendar, business idea
            """
        ),
        (
            .injection,
            """
            prompt injection, prompt injections, indirect injection, injected instructions, jailbreak(|s), untrusted
            adversarial, guardrail(|s)
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
            not used for training, excludes training, training on our, training is excluded, eu hosting, eu-hosted
            hosted in, no training, not train, opt(|ed) out of training, redact(|s|ed|ion)
            anonymi(s|z)(e|es|ed), pseudonymi(s|z)ed, strip(|s|ped), self-hosted, self-host, on-premise, on-prem
            on our own, local model, leaves our, never leaves, region, eu region, residency, masked
            no personal data, does not store, do not send, not sent, never sent, removed before
            """
        ),
        (
            .costLimit,
            """
            cost(|s), budget(|s|ing), token limit(|s), token tracking, per-agent usage, usage tracking, model calls
            spend(|ing), per request cost, cents, price, pricing, usd
            eur, dollars, quota(|s), max tokens, cap(|s|ped), rate limit(|s)
            """
        ),
    ]
}
