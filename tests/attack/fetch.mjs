// Everything a reader can fetch: the list, each release as JSON, CSV and page, the areas of the latest. No figure may
// stand in one form that does not stand in another.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const text = (html) => html.replace(/<[^>]*>/g, ' ').replace(/&([a-z0-9#]+);/g, (all, name) => ENTITIES[name] ?? all);

export class Reader {
  constructor(base, token) {
    this.base = base;
    this.token = token;
    this.requests = 0;
  }

  async get(path) {
    this.requests += 1;
    const answer = await fetch(this.base + path, {
      headers: this.token ? { authorization: `Bearer ${this.token}`, connection: 'keep-alive' } : {},
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  }

  async json(path) {
    return JSON.parse(await this.get(path));
  }
}

function rows(csv) {
  const lines = [[]];
  let cell = '';
  let quoted = false;
  const end = () => { lines.at(-1).push(cell); cell = ''; };
  for (let at = 0; at < csv.length; at += 1) {
    const letter = csv[at];
    if (quoted && letter === '"' && csv[at + 1] === '"') { cell += '"'; at += 1; }
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === ',') end();
    else if (!quoted && letter === '\n') { end(); lines.push([]); }
    else if (quoted || letter !== '\r') cell += letter;
  }
  return lines.filter((line) => line.length > 1);
}

const said = (figure, n) => ({
  about: `about ${figure.practices} of ${n}`, 'or-more': `${figure.practices} or more of ${n}`,
  'fewer-than-ten': 'fewer than 10', hidden: 'hidden', 'one-to-seven': '1 to 7', none: 'none',
}[figure.shown]);

/** What the CSV says beyond the JSON, or otherwise than it. */
function compareCsv(release, csv) {
  const [head, ...lines] = rows(csv);
  const at = (name) => head.indexOf(name);
  const figures = new Map();
  for (const area of release.areas) {
    for (const figure of area.figures) figures.set(`${area.kind}/${area.code}/${figure.series}`, figure);
  }
  const wrong = [];
  for (const line of lines) {
    const key = `${line[at('area_kind')]}/${line[at('area_code')]}/${line[at('series')]}`;
    const figure = figures.get(key);
    const expected = figure && [
      { 'fewer-than-ten': 'fewer than', 'or-more': 'or more' }[figure.shown] ?? figure.shown,
      figure.shown === 'fewer-than-ten' ? 10 : figure.practices, figure.percent, figure.likely?.[0], figure.likely?.[1],
      figure.bounds_percent?.[0], figure.bounds_percent?.[1],
    ].map((value) => String(value ?? '')).join();
    const found = ['shown', 'value', 'percent', 'likely_low', 'likely_high', 'bound_low_percent', 'bound_high_percent']
      .map((name) => line[at(name)] ?? '').join();
    if (expected !== found) wrong.push(`${key}: ${found} in CSV, ${expected} in JSON`);
  }
  return wrong;
}

/** Figures a page shows that the JSON does not hold. */
function comparePage(release, html) {
  const known = new Set(release.areas.flatMap((area) => area.figures.map((figure) => said(figure, area.practices))));
  const shown = text(html).match(/(about \d+ of \d+|\d+ or more of \d+)/g) ?? [];
  return shown.filter((phrase) => !known.has(phrase));
}

/** Reads all of it. */
export async function readAll(reader, { pages = true } = {}) {
  const list = (await reader.json('/api/v1/releases')).sort((one, two) => one.number - two.number);
  const releases = [];
  const beyond = [];
  for (const { number, published_on: day } of list) {
    const path = `/api/v1/releases/${number}`;
    const body = await reader.get(path);
    const release = JSON.parse(body);
    release.repeats = body === await reader.get(path);
    if (release.published_on !== day) beyond.push(`release ${number}: two days of publication`);
    if (pages) {
      beyond.push(...compareCsv(release, await reader.get(`/releases/${number}.csv`)));
      beyond.push(...comparePage(release, await reader.get(`/releases/${number}`)));
      if (await reader.get(`/releases/${number}.json`) !== body) beyond.push(`release ${number}: two JSON forms`);
    }
    releases.push(release);
  }
  const latest = releases.at(-1);
  if (pages) {
    for (const area of latest.areas.filter(({ kind }) => kind === 'icb').slice(0, 80)) {
      beyond.push(...comparePage(latest, await reader.get(`/releases/${latest.number}?icb=${area.code}`)));
      const { figures } = await reader.json(`/api/v1/areas/icb/${area.code}/status`);
      if (JSON.stringify(figures) !== JSON.stringify(area.figures)) beyond.push(`${area.code}: the status differs`);
    }
  }
  return { releases, beyond };
}

/** Figures by area and series, and the frame year: releases from April on are of the new one. */
export function table(release) {
  const figures = new Map();
  for (const area of release.areas) {
    for (const figure of area.figures) figures.set(`${area.kind}/${area.code}|${figure.series}`, figure);
  }
  const day = new Date(release.published_on);
  return { number: release.number, published: release.published_on, asOf: release.as_of,
    year: day.getUTCFullYear() - (day.getUTCMonth() < 3 ? 1 : 0), figures, repeats: release.repeats,
    practices: new Map(release.areas.map((area) => [`${area.kind}/${area.code}`, area.practices])),
    series: [...new Set(release.areas.flatMap((area) => area.figures.map((figure) => figure.series)))] };
}

const KNOWN = new Set(['series', 'title', 'shown', 'practices', 'percent', 'likely', 'bounds_percent', 'as_of']);

/** Whether everything beside a displayed figure follows from displayed figures and public facts. */
export function follows(tables, frames) {
  const seen = new Map();
  const against = [];
  const fields = new Set();
  for (const table of tables) {
    const frame = frames.get(table.year);
    for (const [key, figure] of table.figures) {
      Object.keys(figure).filter((name) => !KNOWN.has(name)).forEach((name) => fields.add(name));
      const area = frame.byKey.get(key.split('|')[0]);
      if (!area) continue;
      const recorded = table.figures.get(`${area.key}|has-recorded`);
      const own = `${figure.shown},${figure.practices},${area.n},${area.b},${area.atoms.length}`;
      const other = `${own},${figure.series},${recorded?.shown},${recorded?.practices}`;
      for (const [name, from] of [['percent', own], ['likely', own], ['bounds_percent', other]]) {
        const value = JSON.stringify(figure[name] ?? null);
        const before = seen.get(`${name}:${from}`) ?? value;
        seen.set(`${name}:${from}`, before);
        if (before !== value) against.push(`${table.number} ${key}: ${name} ${value} and ${before}`);
      }
    }
  }
  return { against, fields: [...fields] };
}
