// The document of the API: a validator takes it, and a client that is made from it does the main job.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { server } from './support.mjs';

/** A UUIDv7: its time, and the rest by chance. */
const uuid = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};

let demo;
let document;
before(async () => {
  demo = await server();
  document = await (await fetch(`${demo.url}/api/openapi.json`)).json();
});
after(() => demo?.stop());

test('a validator takes the document', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors)?.slice(0, 2000));
});

test('a client made from the document signs in, adds a clinician and counts a contact once', async () => {
  const api = new OpenAPIClientAxios({ definition: document, withServer: { url: demo.url } });
  const client = await api.init();
  const { data: session } = await client.post_session(null, { email: 'manager@demo.invalid', password: 'demo-demo-demo' });
  client.defaults.headers.common.authorization = `Bearer ${session.access_token}`;
  const ods = 'Z90001';
  const { data: capacity } = await client.get_practices_ods_capacity({ ods });
  assert.equal(capacity.practice ?? ods, ods);
  const { data: before } = await client.get_practices_ods_clinicians({ ods });
  const label = `Dr Client ${process.pid} ${Date.now() % 100000}`;
  const { data: added } = await client.post_practices_ods_clinicians({ ods }, { id: uuid(), label, staff_group: 'gp-partner' });
  const { data: after } = await client.get_practices_ods_clinicians({ ods });
  const many = (list) => list.items.length;
  assert.equal(many(after), many(before) + 1);
  const where = { ods, clinician: added.id ?? added.clinician };
  const id = uuid();
  const contact = { id, kind: 'in-person', occurred_at: new Date().toISOString() };
  const first = await client.post_practices_ods_clinicians_clinician_contacts(where, contact);
  const again = await client.post_practices_ods_clinicians_clinician_contacts(where, contact);
  assert.deepEqual([first.status, again.status], [201, 200]);
  await assert.rejects(client.get_practices_ods_capacity({ ods: 'Z99999' }), (refusal) => refusal.response.data.type === '/problems/not-found');
});

test('each sample of the page for people runs as it stands there', async () => {
  const signedIn = await fetch(`${demo.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'manager@demo.invalid', password: 'demo-demo-demo' }),
  });
  const { access_token: key } = await signedIn.json();
  const page = await (await fetch(`${demo.url}/api`)).text();
  const named = { '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' };
  const runs = { 'by-curl': ['sh', '-c'], 'by-python': ['python3', '-c'], 'by-javascript': ['node', '--input-type=module', '-e'] };
  for (const [id, [program, ...words]] of Object.entries(runs)) {
    const [, shown] = page.match(new RegExp(`<pre[^>]* id="${id}"[^>]*>([^<]*)</pre>`));
    const sample = shown.replace(/&(quot|lt|gt|amp);/g, (sign) => named[sign]);
    assert.ok(sample.includes(`${demo.url}/api/v1/practices/Z90001/capacity`), sample);
    const done = spawnSync(program, [...words, sample], { env: { ...process.env, HEADROOM_KEY: key }, encoding: 'utf8' });
    assert.equal(done.status, 0, `${id}: ${done.error ?? done.stderr}`);
    assert.match(done.stdout, /limit/, id);
  }
});

test('each sample that checks a webhook takes what was signed, and nothing else', async () => {
  const page = await (await fetch(`${demo.url}/api`)).text();
  const named = { quot: '"', lt: '<', gt: '>', amp: '&' };
  const key = randomBytes(32);
  const secret = `whsec_${key.toString('base64')}`;
  const body = '{"type":"webhook.test","practice":"Z90001"}';
  const message = (seconds, signs = key) => {
    const headers = { 'webhook-id': randomUUID(), 'webhook-timestamp': String(seconds) };
    const signed = `${headers['webhook-id']}.${seconds}.${body}`;
    headers['webhook-signature'] = `v1,AAAA v1,${createHmac('sha256', signs).update(signed).digest('base64')}`;
    return { headers, body };
  };
  const now = Math.floor(Date.now() / 1000);
  const good = message(now);
  const cases = [
    [good, true],
    [message(now - 400), false],
    [message(now, randomBytes(32)), false],
    [{ ...good, body: body.replace('1', '2') }, false],
    [{ ...good, headers: { ...good.headers, 'webhook-id': randomUUID() } }, false],
  ];
  const runs = { 'check-by-python': ['python3', '-c'], 'check-by-javascript': ['node', '--input-type=module', '-e'] };
  for (const [id, [program, ...words]] of Object.entries(runs)) {
    const [, shown] = page.match(new RegExp(`<pre[^>]* id="${id}"[^>]*>([^<]*)</pre>`));
    const sample = shown.replace(/&(quot|lt|gt|amp);/g, (_, sign) => named[sign]);
    for (const [input, isTaken] of cases) {
      const env = { ...process.env, HEADROOM_SECRET: secret };
      const done = spawnSync(program, [...words, sample], { env, input: JSON.stringify(input), encoding: 'utf8' });
      assert.equal(done.status === 0, isTaken, `${id}: ${done.stdout} ${done.stderr}`);
      if (isTaken) assert.match(done.stdout, /webhook.test/);
    }
  }
});
