// Making an account: the first one, one by an invitation, or one of a server that lets anybody in.
import { h, fill } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { broken, field, loading } from '../ui/parts.js';
import { form, passwordField } from '../ui/forms.js';
import { codeFromAddress, gate, logIn } from './gate.js';

const FIRST = ['All that is here becomes yours: runs, projects, secrets.', 'You are the owner, who may do everything.',
  'From then on everybody logs in, you too. Programs need an API key, which you make in your account.',
  'It cannot be undone here. Make sure that you can keep the password.'];

// What it means, and what has to be given.
function kind(providers, invited) {
  if (providers.local) return { title: 'Hand over to accounts', verb: 'Make the first account', code: null,
    about: [h('p', {}, 'Until now only this machine reaches the server, and nobody logs in. With the first account:'),
      h('ul', {}, FIRST.map(words => h('li', {}, words)))] };
  if (providers.needs_first_account) return { title: 'The first account', verb: 'Make the first account',
    code: providers.needs_setup_code ? ['Setup code', 'It stands in the log of the server, where it was started.']
      : null,
    about: [h('p', {},
      'Nobody has an account here yet. Yours is the first: you are the owner, who may do everything.')] };
  if (providers.open_registration && !invited) return { title: 'Make an account', verb: 'Make the account', code: null,
    about: [h('p', {}, 'Anybody may make an account here.')] };
  return { title: 'Make an account', verb: 'Make the account',
    code: ['Invitation', 'The code that you were given. It is good once.'],
    about: [h('p', {}, 'New accounts here need an invitation, which who looks after accounts can make.')] };
}

export default function page(ctx) {
  ctx.title('Make an account');
  const box = h('div.gate', {}, loading());
  const invitation = codeFromAddress();

  const draw = providers => {
    const { title, verb, code, about } = kind(providers, invitation);
    ctx.title(title);
    const plain = { autocapitalize: 'none', spellcheck: false };
    const username = h('input', { name: 'username', autocomplete: 'username', required: true, minLength: 3,
      maxLength: 50, ...plain });
    const email = h('input', { name: 'email', type: 'email', autocomplete: 'email', required: true, ...plain });
    const name = h('input', { name: 'name', autocomplete: 'name', maxLength: 100 });
    const given = h('input', { name: 'code', autocomplete: 'off', required: true, value: invitation, ...plain });
    const password = passwordField('Password', 'new-password');
    password.input.name = 'password';
    fill(box, gate(title, h('div.note', {}, about), form({ verb, cls: '', signal: ctx.signal, run: async () => {
      await post('/auth/register', { username: username.value.trim(), email: email.value.trim(),
        name: name.value.trim() || undefined, password: password.input.value,
        code: code ? given.value.trim() : undefined });
      await logIn(username.value.trim(), password.input.value);
    } }, code ? field(code[0], given, code[1]) : null,
    field('Username', username), field('Address', email, 'An e-mail address. Nothing is sent to it.'),
    field('Name', name, 'How others see you. May be left out.'), password.el),
    h('p.btns', {}, providers.local ? h('a', { href: '/runs' }, 'Leave it as it is')
      : providers.needs_first_account ? null : h('a', { href: '/login' }, 'I have an account: log in'))));
    (code && !invitation ? given : username).focus();
  };

  const begin = async () => {
    try {
      draw(await get('/auth/providers', ctx.signal));
    } catch (problem) {
      if (!ctx.signal.aborted) fill(box, gate('Make an account', broken(problem, begin)));
    }
  };
  begin();
  return box;
}
