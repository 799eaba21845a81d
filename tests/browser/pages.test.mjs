// Every page and state by role: accessible, in shape at every width, from its own origin only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, NARROW, PHONE, axe, enrol, enrolmentLink, launch, open, practiceOf, primaryButtons, server, shape, signIn, signInAsAdministrator } from './support.mjs';

let demo;
let browser;
before(async () => {
  demo = await server();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const under = (path) => (page) => page.goto(path);
const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const submit = (name) => (page) => page.getByRole('button', { name, exact: true }).click();

// What each role can open: a path, or steps from where the page before it stands.
const PAGES = {
  stranger: [
    ['front', under('/')],
    ['sign-in', under('/sign-in')],
    ['sign-in, refused', async (page) => { await page.getByLabel('Email address').fill('nobody@demo.invalid'); await page.getByLabel('Password').fill('not the password'); await submit('Sign in')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['who sees what', under('/who-sees-what')],
    ['help', under('/help')],
    ['help for managers', under('/help/manager')],
    ['the API', under('/api')],
    ['the API, all of it open', (page) => page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }))],
    ['a problem of the API', under('/problems/id-reused')],
    ['ask to join', under('/join')],
    ['ask to join, refused', async (page) => { await page.getByLabel('Your practice').fill('no such surgery'); await submit('Ask to join')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['accessibility', under('/accessibility')],
    ['not found', under('/nowhere')],
    ['used link', under('/enrol/used-long-ago')],
  ],
  clinician: [
    ['day, nothing counted', async () => {}],
    ['day, one counted', async (page) => { await page.getByRole('button', { name: '+1' }).click(); await page.locator('button[value=telephone]').waitFor(); }],
    ['set to', (page) => page.getByRole('link', { name: 'Set to…' }).click()],
    ['set to, refused', async (page) => { await page.getByLabel('Contacts today').fill('-1'); await submit('Save')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['day, over the limit', async (page) => { await page.getByLabel('Contacts today').fill('27'); await submit('Save')(page); await page.getByText('over 25').waitFor(); }],
    ['practice today', (page) => page.getByRole('link', { name: 'Practice', exact: true }).click()],
    ['log transferred work', (page) => page.getByRole('link', { name: 'Transfers' }).click()],
    ['log transferred work, refused', async (page) => { await submit('Save')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['this device', under('/device')],
    ['sign out, asked', (page) => page.getByRole('link', { name: 'Sign out this device' }).click()],
    ['not found', under('/nowhere')],
  ],
  manager: [
    ['week', async () => {}],
    ['capacity', (page, home) => page.goto(`${home}/capacity`)],
    ['capacity, day before', (page) => page.getByRole('link', { name: 'Day before' }).click()],
    ['divert', (page, home) => page.goto(`${home}/divert`)],
    ['divert, message', (page) => page.getByRole('link', { name: 'Message to the ICB' }).click()],
    ['divert, message refused', async (page) => { await submit('Record it as sent')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['divert, settings', (page, home) => page.goto(`${home}/divert/settings`)],
    ['divert, settings refused', async (page) => { await submit('Add the place')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['divert, history', (page, home) => page.goto(`${home}/divert/history`)],
    ['desk', (page, home) => page.goto(`${home}/desk`)],
    ['wall', (page, home) => page.goto(`${home}/display`)],
    ['screens', (page, home) => page.goto(`${home}/displays`)],
    ['screens, fresh link', async (page) => { await page.getByLabel('Where it stands').fill('Staff room'); await submit('Make a display link')(page); await page.locator('#display-link').waitFor(); }],
    ['screen to open', async (page) => { await page.goto(new URL((await page.locator('#display-link').textContent()).trim()).pathname); }],
    ['actions', (page, home) => page.goto(`${home}/actions`)],
    ['item', (page) => page.getByRole('link', { name: 'Limit of 25 contacts a day' }).click()],
    ['item that names subjects', async (page, home) => { await page.goto(`${home}/actions`); await page.getByRole('link', { name: 'Advice & Guidance', exact: true }).click(); }],
    ['item, refused', async (page) => { await submit('Save')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['notices', (page, home) => page.goto(`${home}/notices`)],
    ['notice, new', (page, home) => page.goto(`${home}/notices/new`)],
    ['notice, refused', async (page) => { await submit('Save the notice')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['notice, recorded', async (page) => { await page.getByLabel('Service', { exact: true }).fill('Spirometry'); await page.getByLabel('No contract').check(); await submit('Save the notice')(page); await page.getByRole('heading', { name: 'Notice on Spirometry' }).waitFor(); }],
    ['diary', async (page, home) => { await page.goto(`${home}/diary`); await submit('Make an address')(page); await page.locator('#feed').waitFor(); }],
    ['letters', (page, home) => page.goto(`${home}/letters`)],
    ['letter, new', (page) => page.getByRole('link', { name: 'Notice on a service', exact: true }).click()],
    ['letter, refused', async (page) => { await submit('See the letter')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['template of the LMC', async (page, home) => { await page.goto(`${home}/notices`); await page.locator('a[href*="/notices/templates/"]').first().click(); }],
    ['spreadsheet', (page, home) => page.goto(`${home}/spreadsheet`)],
    ['drafts', (page, home) => page.goto(`${home}/drafts`)],
    ['transferred work', (page, home) => page.goto(`${home}/transfers`)],
    ['transferred work, from a spreadsheet', (page, home) => page.goto(`${home}/transfers/import`)],
    ['transferred work, what a spreadsheet would add', async (page) => {
      const rows = 'Date,Provider,Kind,Outcome,Minutes,Notes\n18/11/2025,R0A,Fit note,Returned,10,\n18/11/2025,R0A,Fit note,Returned,10,\n1/2/2030,Wyrevale Infirmary,Pigeon,Done,10,x\n';
      await page.locator('input[type=file]').setInputFiles({ name: 'ours.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
      await submit('Show what would be added')(page);
      await page.getByRole('heading', { name: 'Check the items' }).waitFor();
    }],
    ['transferred work, log', (page, home) => page.goto(`${home}/transfers/new`)],
    ['transferred work, refused', async (page) => { await submit('Save')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['outcomes', (page, home) => page.goto(`${home}/outcomes`)],
    ['outcome, new', (page, home) => page.goto(`${home}/outcomes/new`)],
    ['outcome, refused', async (page) => { await submit('Save the outcome')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['evidence pack', (page, home) => page.goto(`${home}/evidence`)],
    ['reminders', under('/reminders')],
    ['account', under('/account')],
    ['authenticator app', under('/account/second-factor')],
    ['sharing', (page, home) => page.goto(`${home}/sharing`)],
    ['sharing', (page, home) => page.goto(`${home}/sharing`)],
    ['seen by the LMC', (page, home) => page.goto(`${home}/seen-by/lmc`)],
    ['seen by the LMC, a past day', (page, home) => page.goto(`${home}/seen-by/lmc?on=${daysAgo(40)}`)],
    ['actions, a past day', (page, home) => page.goto(`${home}/actions?on=${daysAgo(40)}`)],
    ['imports', (page, home) => page.goto(`${home}/imports`)],
    ['limits', (page, home) => page.goto(`${home}/limits`)],
    ['who manages it', async (page, home) => { await page.goto(`${home}/people`); await page.getByRole('link', { name: 'Who manages this practice' }).click(); }],
    ['who manages it, refused', async (page) => { await submit('Let them in')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['successor', (page, home) => page.goto(`${home}/successor`)],
    ['people', (page, home) => page.goto(`${home}/people`)],
    ['people, refused', async (page) => { await submit('Add')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['sheet of links', async (page, home) => { await page.goto(`${home}/people`); await page.getByLabel('One clinician a line: label, staff group').fill('Dr Ymir, GP partner\nDr Zosimus, Locum'); await submit('Add all')(page); await submit('A sheet of links to print')(page); await page.getByRole('heading', { name: 'Links to hand round' }).waitFor(); }],
    ['what happened', async (page, home) => { await page.goto(`${home}/people`); await page.getByRole('link', { name: 'What happened here' }).click(); }],
    ['what happened, narrowed down', async (page) => { await page.getByText('Search and narrow down').click(); await page.getByLabel('Words').fill('kept'); await submit('Show')(page); await page.locator('main table').waitFor(); }],
    ['what happened, refused', (page) => page.goto(`${page.url().split('?')[0]}?from=2026-11-20&to=2026-11-19`)],
    ['download everything', (page, home) => page.goto(`${home}/everything`)],
    ['one clinician', async (page, home) => { await page.goto(`${home}/people`); await page.getByRole('link', { name: 'Dr B', exact: true }).click(); }],
    ['one clinician, fresh link', async (page) => { await submit('Make an enrolment link')(page); await page.locator('#enrolment-link').waitFor(); }],
    ['enrolment', async (page) => { await page.goto(new URL((await page.locator('#enrolment-link').textContent()).trim()).pathname); }],
    ['release', under('/releases/latest')],
    ['England', under('/releases/england')],
  ],
  lmc: [
    ['area', async () => {}],
    ['area, a past day', (page) => page.goto(`/lmc/wyrevale?on=${daysAgo(40)}`)],
    ['area, by network', (page) => page.goto('/lmc/wyrevale?by=pcn')],
    ['impact', (page) => page.goto('/lmc/wyrevale/impact')],
    ['impact, refused', (page) => page.goto('/lmc/wyrevale/impact?from=never')],
    ['meeting sheet', (page) => page.goto('/lmc/wyrevale/meeting')],
    ['transferred work', (page) => page.goto('/lmc/wyrevale/transfers')],
    ['transferred work, a year of one kind', (page) => page.goto('/lmc/wyrevale/transfers?weeks=52&category=fit-note')],
    ['a provider', (page) => page.goto('/lmc/wyrevale/transfers/provider?provider=own%3Awyrevale%20infirmary')],
    ['joint letter, new', (page) => page.goto('/lmc/wyrevale/transfers/letters/new?kind=transfer-joint&provider=own%3Abrackenshaw%20community&department=653&category=investigation-request')],
    ['joint letter, refused', async (page) => { await submit('Save as sent')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['rules of transferred work', (page) => page.goto('/lmc/wyrevale/transfers/rules')],
    ['office', (page) => page.goto('/lmc/wyrevale/office')],
    ['office, refused', async (page) => { await page.getByLabel('Telephone').fill('none'); await page.locator('main form button[type=submit]').click(); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['what happened', (page) => page.goto('/organisations/wyrevale/happened')],
    ['area again', (page) => page.goto('/lmc/wyrevale')],
    ['practices', (page) => page.getByRole('link', { name: 'Practices', exact: true }).click()],
    ['bring in', (page) => page.getByRole('link', { name: 'Bring in a practice' }).click()],
    ['bring in, refused', async (page) => { await submit('Make the link')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['practices again', (page) => page.getByRole('link', { name: 'Practices', exact: true }).click()],
    ['one practice', (page) => page.locator('table tbody th a').first().click()],
    ['letters', (page) => page.getByRole('link', { name: 'Letters', exact: true }).click()],
    ['wording', (page) => page.locator('table a').first().click()],
    ['templates', (page) => page.getByRole('link', { name: 'Templates', exact: true }).click()],
    ['template, with what was served', (page) => page.locator('table a').first().click()],
    ['template, new', (page) => page.goto('/lmc/wyrevale/templates/new')],
    ['template, refused', async (page) => { await submit('Publish')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['questions', (page) => page.getByRole('link', { name: 'Questions', exact: true }).click()],
    ['question, with its answers', (page) => page.locator('table a').first().click()],
    ['question, new', (page) => page.goto('/lmc/wyrevale/questions/new')],
    ['question, refused', async (page) => { await page.locator('main form button[type=submit]').click(); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['practices again', (page) => page.getByRole('link', { name: 'Practices', exact: true }).click()],
    ['one practice again', (page) => page.locator('table tbody th a').first().click()],
    ['telephone, which item', (page) => page.getByRole('link', { name: 'Enter what they said by telephone' }).click()],
    ['telephone, what was said', async (page) => { await page.getByLabel('What was it about?').selectOption({ index: 1 }); await submit('Continue')(page); }],
    ['telephone, refused', async (page) => { await submit('Save for the practice to confirm')(page); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['releases', under('/releases')],
  ],
  icb: [
    ['latest release', async () => {}],
    ['another series, with its table', async (page) => { await page.goto('/releases/latest?series=dsa-freeze'); for (const folded of await page.locator('details > summary').all()) await folded.click(); }],
    ['region', (page) => page.locator('.hr-places a').nth(1).click()],
    ['England in full', (page) => page.locator('.hr-places a', { hasText: 'England' }).click()],
    ['England', under('/releases/england')],
    ['an ICB from its shape', async (page) => { await page.locator('.hr-map a').first().click(); await page.locator('.hr-places').waitFor(); }],
    ['England, tiles by share', under('/releases/england?view=tiles&order=share')],
    ['releases', under('/releases')],
    ['how to read', under('/releases/how-to-read')],
    ['not theirs', under('/lmc/wyrevale')],
  ],
  admin: [
    ['people', under('/admin/people')],
    ['people, refused', async (page) => { await page.getByRole('button', { name: /^Add/ }).click(); await page.locator('.nhsuk-error-summary').waitFor(); }],
    ['organisations', under('/admin/organisations')],
    ['what happened', under('/admin/happened')],
  ],
};

async function begin(role) {
  const opened = await open(browser, demo.url);
  opened.expect(/status of (404|410|422)/);
  if (role === 'admin') {
    await signInAsAdministrator(opened.page);
  } else if (role === 'clinician') {
    await signIn(opened.page, 'manager');
    const { link } = await enrolmentLink(opened.page, `Dr Pages ${process.pid}`);
    await opened.context.clearCookies();
    await enrol(opened.page, link);
  } else if (role !== 'stranger') {
    await signIn(opened.page, role);
  }
  return opened;
}

for (const [role, pages] of Object.entries(PAGES)) {
  test(`pages of the ${role}`, async (t) => {
    const { page, context, clean } = await begin(role);
    const home = role === 'manager' ? await practiceOf(page) : undefined;
    for (const [name, go] of pages) {
      await t.test(name, async () => {
        await page.setViewportSize(DESK);
        await go(page, home);
        await page.waitForLoadState('load');
        const wrong = [];
        for (const viewport of [DESK, PHONE, NARROW]) {
          await page.setViewportSize(viewport);
          const at = (list) => list.map((said) => `${viewport.width}: ${said}`);
          if (viewport !== NARROW) wrong.push(...at(await axe(page)));
          wrong.push(...at(await shape(page)));
        }
        if ((await primaryButtons(page)) > 1) wrong.push('more than one primary button');
        assert.deepEqual(wrong, []);
      });
    }
    assert.deepEqual(clean(), [], 'only its own origin, nothing refused, no error, DEMO on every page');
    await context.close();
  });
}

test('an area of a release is printed on one sheet', async () => {
  const { page, context } = await begin('icb');
  for (const path of ['/releases/latest', '/releases/latest?series=dsa-freeze', '/releases/england']) {
    await page.goto(path);
    // England has as many rows as it has ICBs and regions.
    if (path.endsWith('england')) await page.locator('tbody').first().evaluate((rows) => { while (rows.children.length < 44) rows.append(rows.children[2].cloneNode(true)); });
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    assert.equal(pdf.match(/\/Type \/Page\b(?!s)/g).length, 1, path);
  }
  await context.close();
});

test('the checks see planted faults', async () => {
  const { page, context, clean } = await open(browser, demo.url);
  await page.goto('/');
  await page.evaluate(() => {
    const add = (name, text) => document.querySelector('main').appendChild(Object.assign(document.createElement(name), { textContent: text }));
    add('h1', 'a second one');
    add('h5', 'a level left out');
    add('input', '');
    add('button', 'x').className = 'small';
    add('div', 'wide').style.width = '3000px';
    Object.assign(add('div', 'strip'), { className: 'hr-panel' }).style.width = '60px';
    fetch('http://127.0.0.1:9/').catch(() => {});
    const script = add('script', 'window.ran = true');
    return script.isConnected;
  });
  const broken = (await axe(page)).map((said) => said.split(':')[0]);
  assert.ok(broken.includes('label') && broken.includes('heading-order'), broken.join());
  const wrong = (await shape(page)).join('\n');
  for (const part of [/^h1: 2/m, /px wide on/, /a panel of \d+ px: strip/, /<button class="small"/]) assert.match(wrong, part);
  assert.equal(await page.evaluate(() => window.ran), undefined, 'the policy refuses inline scripts');
  assert.match(clean().join('\n'), /CSP: /);
  await context.close();
});
