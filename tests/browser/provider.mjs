// A real OpenID provider on this machine, for the tests of the organisation's sign-in. It prints one line of JSON with its
// issuer. In a browser it asks for a name; told {"next": {"account": "kim", "acr": "card", "amr": ["pwd"]}} on its input, it
// lets the next ones in so by itself, told {"next": {"error": "access_denied"}} it refuses them, and told {"next": null} it
// asks again. Told {"rotate": true} it signs with a key that it did not have before. It answers each line with the same.
//
//   node provider.mjs REDIRECT_URI [PORT]
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const [redirect, port = '0'] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

/** A private key that signs, as the provider reads it. */
function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() };
}

let next = null;
let provider;

function start(issuer, keys) {
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'headroom',
        client_secret: 'three loud: red & blue chairs',
        redirect_uris: [redirect],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys },
    cookies: { keys: [randomUUID()] },
    acrValues: ['card', 'password'],
    claims: { openid: ['sub', 'acr', 'amr'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: 'everybody@example.invalid' }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Whoever works there agreed when they were taken on.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 300, IdToken: 300, AuthorizationCode: 60 },
  });
  // Its own mistakes are the test's: nothing of them is expected.
  provider.on('server_error', (_, error) => console.error(error));
}

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`;

async function read(request) {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

async function interaction(request, response) {
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  const signIn = ({ account, acr, amr }) => finish({ login: { accountId: account, acr, amr, remember: false } });
  if (request.method === 'POST') {
    const form = await read(request);
    if (form.has('stop')) return finish({ error: 'access_denied' });
    return signIn({ account: form.get('account'), acr: form.has('card') ? 'card' : 'password', amr: ['pwd'] });
  }
  if (next?.error) return finish({ error: next.error, error_description: 'as the test wants it' });
  if (next) return signIn(next);
  response.setHeader('content-type', 'text/html');
  response.end(
    page(
      'Invented Trust: sign in',
      `<form method="post"><label>Name <input name="account"></label>
       <label><input type="checkbox" name="card"> With my card</label>
       <button>Sign in here</button><button name="stop" value="yes">Stop</button></form>`,
    ),
  );
}

const server = createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) {
    interaction(request, response).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end();
    });
  } else {
    provider.callback()(request, response);
  }
});
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
start(issuer, [key()]);
say({ issuer });
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const told = JSON.parse(line);
    if ('next' in told) ({ next } = told);
    if (told.rotate) start(issuer, [key()]);
    say(told);
  })
  // Whoever started it is gone.
  .on('close', () => process.exit(0));
