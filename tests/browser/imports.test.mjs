// An extract of TPP SystmOne in Windows-1252, on a phone and at a desk: read, matched, looked at, let count; seen beside the
// taps; read again without a change.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, axe, counted, freshClinician, launch, open, practiceOf, server, shape, signIn, until } from './support.mjs';

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

const HEADER =
  'RowIdentifier,IDOrganisationVisibleTo,DateStart,DateEnd,AppointmentStatus,DateAppointmentBooked,DatePatientArrival,DatePatientSeen,FollowUpAppointment,TelephoneAppointment,IDClinician,IDProfileClinician,RotaName,RotaType,RotaLocation,RotaCode,IDRotaOwner,IDProfileRotaOwner,AllowsOverbooking,BookingContactNumber,DateAppointmentCancelled,IDRota,IDReferralIn,IDPatient,IDOrganisation,IDOrganisationRegisteredAt,RemovedData';

/** Five were seen, one did not attend; line 8 has no status that is known, line 9 no day. */
function extract(holder) {
  const day = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London', day: '2-digit', month: 'short', year: 'numeric' }).replace('Sept', 'Sep');
  const row = (n, status, when = `${day} 08:${10 + n}:00`) =>
    `${holder}${n},Z90001,${when},${when},${status},,,,false,false,${holder},9,Clinic,Café clinic,Main,C,1,1,false,07700 900123,,5,,7770000${n},Z90001,Z90002,0`;
  const rows = [1, 2, 3, 4, 5].map((n) => row(n, 'Finished'));
  rows.push(row(6, 'Did Not Attend'), row(7, 'Marvellous'), row(8, 'Finished', 'one fine day'));
  return { name: 'SRAppointment.csv', mimeType: 'text/csv', buffer: Buffer.from(`${[HEADER, ...rows].join('\r\n')}\r\n`, 'latin1') };
}

for (const [name, viewport, holder] of [['a phone', PHONE, '88001'], ['a desk', DESK, '88002']]) {
  test(`an extract is matched, checked and counts, on ${name}`, async () => {
    const device = await freshClinician(browser, demo.url);
    for (let n = 1; n <= 2; n++) {
      await device.page.getByRole('button', { name: '+1' }).click();
      await counted(device.page, n);
    }
    const manager = await open(browser, demo.url, { viewport });
    const { page } = manager;
    const fine = async (what) => {
      assert.deepEqual(await axe(page), [], what);
      assert.deepEqual(await shape(page), [], what);
      assert.ok(!(await page.content()).includes('7770000'), `${what}: nothing of a patient`);
    };
    const main = () => page.locator('main').innerText();
    const press = (button) => page.getByRole('button', { name: button, exact: true }).click();
    const choose = async () => {
      await page.getByLabel('Files of one extract or report').setInputFiles(extract(holder));
      await press('Read the files');
    };
    await signIn(page, 'manager');
    const home = await practiceOf(page);
    const row = async () => (await page.locator('#capacity tr', { hasText: device.label }).innerText()).replace(/\s+/g, ' ');

    await page.goto(`${home}/imports`);
    await fine('imports');
    await choose();
    await page.getByRole('heading', { name: 'Match the file' }).waitFor();
    assert.match(await main(), /They are dropped before anything is read: .*IDPatient/);
    assert.ok((await main()).includes('Café clinic'), 'Windows-1252 is read');
    await page.getByLabel(holder, { exact: true }).selectOption({ label: device.label });
    await fine('matching');
    await press('Save and remember');
    await page.getByText('Remembered. Choose the file again').waitFor();
    await fine('matched');

    await choose();
    await page.getByRole('heading', { name: 'Check the import' }).waitFor();
    const found = await main();
    for (const words of [/Attended: these count\s+5/, /Did not attend: shown apart\s+1/, /IDPatient: 8 cells/]) assert.match(found, words);
    const refused = page.locator('table', { hasText: 'Refused rows by their line' }).locator('tbody tr');
    const lines = (await refused.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    assert.equal(lines.length, 2);
    assert.match(lines[0], /8 The status is missing or not known/);
    assert.match(lines[1], /9 The date is missing or cannot be read/);
    await fine('check');
    await press('Count this import');
    await page.getByRole('heading', { name: 'This import counts' }).waitFor();
    await fine('counts');

    // Taps count until the practice chooses; both stand side by side, and the capacity page follows the choice.
    await page.goto(`${home}/capacity`);
    assert.match(await row(), / 2 /);
    await page.goto(`${home}/sources`);
    const beside = (await page.locator('tbody tr', { hasText: device.label }).innerText()).replace(/\s+/g, ' ');
    assert.match(beside, /2 none 5 −3 \(1 day\) 2/);
    await fine('sources');
    await page.getByLabel(device.label, { exact: true }).selectOption({ label: 'Appointments' });
    await press('Save');
    await until('the choice counts', async () => (await page.locator('tbody tr', { hasText: device.label }).innerText()).replace(/\s+/g, ' '), (now) => /2 none 5 −3 \(1 day\) 5/.test(now));
    await page.goto(`${home}/capacity`);
    assert.match(await row(), / 5 /);
    await fine('capacity');

    await page.goto(`${home}/imports`);
    await choose();
    await page.getByRole('heading', { name: 'No change' }).waitFor();
    assert.match(await main(), /nothing was written/);
    await fine('no change');

    for (const { context, clean } of [device, manager]) {
      assert.deepEqual(clean(), []);
      await context.close();
    }
  });
}
