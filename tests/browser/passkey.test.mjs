// A passkey in a real browser, with an authenticator that Chromium plays: an LMC officer sets one up where an app was asked for, signs
// out and in with it, gives it again, and removes it once there is another; without JavaScript the page says why there is none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, axe, launch, open, shape, startService } from './support.mjs';

const PASSWORD = 'seven slow blue trains';
let service;
let browser;

before(async () => {
  service = await startService({});
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Adds a person; the path of the link that the command prints. */
function invite(email, role, organisation) {
  const said = service.run('user', 'add', '--email', email, '--role', role, '--organisation', organisation);
  return said.match(/\/password\/[\w-]+/)[0];
}

/** A browser that was never here. Outside the demo no page says DEMO. */
const fresh = (options = {}) => open(browser, service.url, { elsewhere: 'http://127.0.0.1:9', ...options });

/** Gives a page an authenticator whose person always agrees. */
async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  return {
    agrees: (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    passkeys: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    taken: () => devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}

/** Looks at a page at both widths. */
async function looked(page, name) {
  for (const [word, size] of [['390', PHONE], ['1280', DESK]]) {
    await page.setViewportSize(size);
    assert.deepEqual(await axe(page), [], `${page.url()} at ${word}`);
    assert.deepEqual((await shape(page)).filter((wrong) => wrong !== 'no DEMO'), [], `${page.url()} at ${word}`);
    if (process.env.HEADROOM_PICTURES && name) await page.screenshot({ path: `${process.env.HEADROOM_PICTURES}/${name}-${word}.png`, fullPage: true });
  }
}

/** Both steps of adding one. */
async function add(page, name) {
  await page.goto('/account/passkeys/new');
  await page.getByLabel('What you call it').fill(name);
  await page.getByLabel('Your password').fill(PASSWORD);
  await looked(page, 'add');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Make the passkey' }).waitFor();
  await looked(page, 'make');
  await page.getByRole('button', { name: 'Make the passkey' }).click();
}

test('an officer sets up a passkey, signs out and in with it, and removes it', async () => {
  const { page, context, clean } = await fresh();
  const mine = await authenticator(page);
  await page.goto(invite('pat@example.invalid', 'lmc-officer', 'wyrevale'));
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.locator('main button[type=submit]').click();
  await page.goto('/account/second-factor');
  await looked(page, 'nothing');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.waitForURL(/\/account\/passkeys\/new$/);
  await add(page, 'Work laptop');
  await page.getByText('Your passkey is added').waitFor();
  assert.equal(await mine.passkeys(), 1);
  await looked(page, 'added');
  await page.goto('/lmc/wyrevale');
  assert.match(page.url(), /\/lmc\/wyrevale$/);

  await page.goto('/sign-out');
  await page.locator('main').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${service.url}/`);
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill('pat@example.invalid');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const use = page.getByRole('button', { name: 'Use a passkey' });
  await use.waitFor();
  await looked(page, 'second-step');
  // A finger that is not known: nothing is sent, and the page says so.
  await mine.agrees(false);
  await use.click();
  await page.getByText('Nothing was sent').waitFor();
  await looked(page, 'cancelled');
  await mine.agrees(true);
  await use.click();
  await page.waitForURL(/\/lmc\/wyrevale$/);

  // The only one is needed; with another it goes.
  await page.goto('/account/second-factor');
  await page.getByRole('link', { name: 'Remove Work laptop' }).click();
  await page.getByLabel('Your password').fill(PASSWORD);
  await looked(page, 'remove');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.locator('.nhsuk-error-summary', { hasText: 'only second factor' }).waitFor();
  await looked(page, 'last');
  // The same authenticator makes no second one for the account.
  await add(page, 'The same');
  await page.getByText('has a passkey for your account already').waitFor();
  await mine.taken();
  await authenticator(page);
  await add(page, 'Blue security key');
  await page.getByText('Your passkey is added').waitFor();
  await looked(page, 'two');
  await page.getByRole('link', { name: 'Remove Work laptop' }).click();
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('The passkey is removed').waitFor();
  assert.equal(await page.getByText('Work laptop').count(), 0);
  assert.deepEqual(clean().filter((what) => !/status of 422/.test(what)), []);
  await context.close();
});

test('without JavaScript the second step says what a passkey needs', async () => {
  const { page, context } = await fresh({ javaScriptEnabled: false });
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill('pat@example.invalid');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  // Words in it are looked for by no name: Playwright passes over what stands in noscript.
  await page.locator('form[data-passkey] noscript p').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Use a passkey' }).isVisible(), false);
  await context.close();
});
