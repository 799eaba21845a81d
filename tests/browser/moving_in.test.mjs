// From an empty machine to a practice that counts and shares, an LMC that sees it and an ICB that reads: by browser alone.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DESK, PHONE, axe, counted, launch, open, shape, startEmpty, until } from './support.mjs';

let service;
let browser;
before(async () => {
  service = await startEmpty();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

// Invented practices in the columns of NHS England's mapping file; the LMC's files are our own.
const HEADER =
  'PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME,SUPPLIER_NAME';
const practice = (n, name) =>
  `GP_PRAC_PAT_LIST,01Nov2026,Z9100${n},${name},ZZ9 9Z${n},U90001,WYREVALE PCN,E38999001,90A,NHS Wyrevale ICB - 90A,E54999001,QZZ,NHS Wyrevale Integrated Care Board,E40999001,Y99,Wyrevale,TPP`;
const file = (name, lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\r\n')}\r\n`) });
const FILES = [
  file('members.csv', ['ods_code,lmc_id,assigned_by', 'Z91001,wyrevale,lmc', 'Z91002,wyrevale,lmc']),
  file('lmcs.csv', ['lmc_id,name,icb_codes,source_seen', 'wyrevale,Wyrevale LMC,QZZ,']),
  file('mapping.csv', [HEADER, practice(1, 'HARLOW LANE SURGERY'), practice(2, 'THE MILL PRACTICE')]),
];
const PASSWORD = 'seven slow blue trains';

/** What an authenticator app shows for a key (RFC 6238). */
function code(key, at = Date.now()) {
  const bits = [...key.replace(/ /g, '')].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const digest = createHmac('sha1', secret).update(step).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/** Looks at a page at both widths. */
async function looked(page) {
  for (const size of [PHONE, DESK]) {
    await page.setViewportSize(size);
    assert.deepEqual(await axe(page), [], `${page.url()} at ${size.width}`);
    assert.deepEqual((await shape(page)).filter((wrong) => wrong !== 'no DEMO'), [], `${page.url()} at ${size.width}`);
  }
}

/** Sets up an authenticator app where somebody is led to it. */
async function app(page) {
  await page.getByText('I cannot scan it').click();
  const key = await page.locator('#authenticator-key').innerText();
  await looked(page);
  await page.getByLabel('Code the app shows now').fill(code(key));
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('I have kept them').click();
}

/** Adds somebody on the administrator's page; answers the path of the link that is shown. */
async function invited(page, { email, name, role, organisation }) {
  await page.goto('/admin/people');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel(role, { exact: true }).check();
  await page.getByLabel('Organisation code').fill(organisation);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  return new URL((await page.locator('#password-link').textContent()).trim()).pathname;
}

/** Opens a link to set a password in a browser of its own. */
async function joined(link) {
  const own = await open(browser, service.url);
  await own.page.goto(link);
  await looked(own.page);
  await own.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await own.page.locator('main button[type=submit]').click();
  await own.page.waitForURL((address) => !address.pathname.startsWith('/password/'));
  return own;
}

test('an empty machine becomes a practice that counts and shares, an LMC that sees it and an ICB that reads', async () => {
  const began = Date.now();
  const administrator = await open(browser, service.url);
  const { page } = administrator;
  await page.goto(service.setup);
  await looked(page);
  await page.getByLabel('Your name').fill('Root');
  await page.getByLabel('Email address').fill('root@example.org');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up' }).click();
  await app(page);

  // The files first: roles are held in organisations.
  await page.goto('/admin/people');
  await looked(page);
  await page.getByRole('link', { name: 'Take in the organisations' }).click();
  await looked(page);
  await page.locator('input[type=file]').setInputFiles(FILES);
  await page.getByRole('button', { name: 'Take in' }).click();
  await page.locator('.nhsuk-error-summary', { hasText: 'has no date' }).waitFor();
  await page.locator('input[type=file]').setInputFiles(FILES);
  await page.getByLabel('The day that files without a date speak of').fill('2026-11-01');
  await page.getByRole('button', { name: 'Take in' }).click();
  await page.getByText('mapping.csv').waitFor();
  await looked(page);
  await page.getByLabel('Code or words of a name').fill('mill');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('Z91002').waitFor();

  const links = {
    manager: await invited(page, { email: 'pam@example.org', name: 'Pam', role: 'Practice manager', organisation: 'Harlow Lane Surgery' }),
    officer: await invited(page, { email: 'olu@example.org', name: 'Olu', role: 'LMC officer', organisation: 'wyrevale' }),
    analyst: await invited(page, { email: 'ann@example.org', name: 'Ann', role: 'ICB analyst', organisation: 'QZZ' }),
  };
  await looked(page);

  const manager = await joined(links.manager);
  await looked(manager.page);
  const home = new URL(manager.page.url()).pathname.match(/^\/practices\/[^/]+/)[0];
  /** What the page of the week says is yet to be done. */
  const left = async () => {
    await manager.page.goto(home);
    return manager.page.locator('section', { hasText: 'First steps' }).locator('ol a').allInnerTexts();
  };
  assert.equal((await left()).length, 5);
  assert.doesNotMatch(await manager.page.locator('main').innerText(), /Due on|Nothing changed|100%/);
  await manager.page.getByRole('link', { name: 'Add the people who consult' }).click();
  await looked(manager.page);
  await manager.page.getByLabel('Label', { exact: true }).fill('Dr Ade');
  await manager.page.getByLabel('Staff group', { exact: true }).selectOption({ label: 'GP partner' });
  await manager.page.getByRole('button', { name: 'Add', exact: true }).click();
  await manager.page.getByRole('link', { name: 'Dr Ade', exact: true }).click();
  await manager.page.getByRole('button', { name: 'Make an enrolment link' }).click();
  const enrolment = new URL((await manager.page.locator('#enrolment-link').textContent()).trim()).pathname;
  const phone = await open(browser, service.url, { viewport: PHONE, hasTouch: true, isMobile: true });
  await phone.page.goto(enrolment);
  await phone.page.getByRole('button', { name: 'Enrol this device' }).click();
  await phone.page.waitForURL(/\/clinicians\//);
  await phone.page.locator('.hr-plus').first().click();
  await counted(phone.page, 1);
  await manager.page.goto(`${home}/sharing`);
  await looked(manager.page);
  await manager.page.getByRole('button', { name: /^Share with/ }).click();
  await manager.page.getByText('Shared').first().waitFor();

  assert.deepEqual(await left(), ['Record what is paused']);
  await looked(manager.page);
  await manager.page.getByRole('button', { name: 'Nothing is paused here' }).click();
  await manager.page.getByText(/^Sent on/).waitFor();
  assert.deepEqual(await left(), []);

  const officer = await joined(links.officer);
  if (!/second-factor/.test(officer.page.url())) await officer.page.goto('/account/second-factor');
  await app(officer.page);
  await officer.page.goto('/lmc/wyrevale');
  await looked(officer.page);
  await until('the practice', () => officer.page.locator('main').innerText(), (text) => /Harlow Lane Surgery|1 of 2|1 practice/i.test(text));

  // The second practice asks; its LMC sends the link to an address that it holds. Without a mail server it is shown.
  const asking = await open(browser, service.url);
  await asking.page.goto('/sign-in');
  await asking.page.getByRole('link', { name: /Ask to join/ }).click();
  await looked(asking.page);
  await asking.page.getByLabel('Your practice').fill('the mill practice');
  await asking.page.getByRole('button', { name: 'Ask to join' }).click();
  await asking.page.locator('.nhsuk-error-summary', { hasText: 'Enter a name' }).waitFor();
  await looked(asking.page);
  await asking.page.getByLabel('Your name').fill('Mo');
  await asking.page.getByLabel('Your own address at work').fill('mo@example.org');
  await asking.page.getByRole('button', { name: 'Ask to join' }).click();
  await asking.page.getByText('mo@example.org').waitFor();
  await looked(asking.page);
  await officer.page.goto('/lmc/wyrevale/practices');
  await officer.page.getByRole('link', { name: 'Bring in a practice' }).click();
  await looked(officer.page);
  await officer.page.getByLabel('An address that you hold for the practice').first().fill('reception@example.org');
  await officer.page.getByRole('button', { name: 'Make the link' }).first().click();
  const toPractice = new URL((await officer.page.locator('#joining-link').textContent()).trim()).pathname;
  await looked(officer.page);
  await asking.page.goto(toPractice);
  await looked(asking.page);
  await asking.page.getByRole('button', { name: /^Yes, they look after it/ }).click();
  await asking.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await asking.page.locator('main button[type=submit]').click();
  await asking.page.waitForURL(/\/practices\/Z91002/);
  await asking.page.getByText('First steps').waitFor();
  await asking.page.goto('/practices/Z91002/managers');
  await looked(asking.page);

  const analyst = await joined(links.analyst);
  if (!/second-factor/.test(analyst.page.url())) await analyst.page.goto('/account/second-factor');
  await app(analyst.page);
  await analyst.page.goto('/releases');
  await looked(analyst.page);
  await analyst.page.getByRole('link', { name: 'How a release is made and read' }).first().click();
  await looked(analyst.page);

  const seconds = (Date.now() - began) / 1000;
  assert.ok(seconds < 120, `${seconds} s`);
  for (const one of [administrator, manager, phone, officer, asking, analyst]) {
    // This is no demo, and the files without a day were refused once.
    assert.deepEqual(one.clean().filter((wrong) => !/^no DEMO|status of 422/.test(wrong)), []);
    await one.context.close();
  }
});
