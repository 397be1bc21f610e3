// One streamed answer of a model, by the gateway's own address.
import { Problem, get, query, send } from '../lib/api.js';
import { may } from '../lib/me.js';
import { Parser } from '../live/sse.js';

const refused = (error, status, request) => new Problem({ title: 'The model did not answer', detail: error?.message,
  code: error?.code ?? error?.type }, status, request);

// `OPENAI` and `AZURE` know the newer name only, and servers of other makers often the older one only.
const limitName = model => /^(openai|azure)\//.test(model) ? 'max_completion_tokens' : 'max_tokens';

export function bodyOf(model, { system, text, temperature, tokens }) {
  const messages = [...system ? [{ role: 'system', content: system }] : [], { role: 'user', content: text }];
  return { model, messages, stream: true, stream_options: { include_usage: true },
    ...temperature === '' ? {} : { temperature: Number(temperature) },
    ...tokens === '' ? {} : { [limitName(model)]: Number(tokens) } };
}

// Tells each piece of text; gives who has answered, the tokens, and why it ended. A failure is thrown, also one behind
// a part of the answer.
export async function talk(body, tell, signal) {
  const response = await send('!/v1/chat/completions', { method: 'POST', signal, body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' } });
  const request = response.headers.get('X-Request-Id');
  if (!response.ok) throw refused((await response.json().catch(() => null))?.error, response.status, request);
  const end = { request, by: response.headers.get('X-Tutti-Model') ?? body.model, usage: null, finish: '' };
  const parser = new Parser(), decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const { data } of parser.take(decoder.decode(value, { stream: true }))) {
      if (data === '[DONE]') return end;
      const chunk = JSON.parse(data);
      if (chunk.error) throw refused(chunk.error, 0, request);
      const choice = chunk.choices?.[0], delta = choice?.delta ?? {};
      if (delta.content) tell('text', delta.content);
      else if (delta.reasoning_content ?? delta.reasoning) tell('thought', delta.reasoning_content ?? delta.reasoning);
      if (choice?.finish_reason) end.finish = choice.finish_reason;
      if (chunk.usage) end.usage = chunk.usage;
    }
  }
  throw refused({ message: 'The answer broke off before its end.', code: 'cut_off' }, 0, request);
}

// What the ledger has of a request; null where it is not known. The line may come a moment after the answer.
export async function lineOf(request, model, begun) {
  if (!may('calls.read') || !request) return null;
  const from = new Date(begun - 300000).toISOString();
  for (const wait of [0, 200, 800]) {
    await new Promise(done => setTimeout(done, wait));
    const { calls } = await get(`/calls${query({ model, from, limit: 50 })}`).catch(() => ({ calls: [] }));
    const found = calls.find(c => c.request === request);
    if (found) return found;
  }
  return null;
}
