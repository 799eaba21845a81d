// Publishers that must not hold, each of one method. They serve invented behaviour in the product's shape.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { cut } from '../frame.mjs';
import { margin } from '../method.mjs';

const ALPHA = Math.exp(-0.5);
const CLIP = 24;
const FIRST = Date.UTC(2026, 3, 9);
const day = (release, minus = 0) => new Date(FIRST + (28 * (release - 1) - minus) * 86_400_000).toISOString().slice(0, 10);

/** Two-sided geometric noise from a text: the difference of two geometric ones, each by its inverse distribution. */
function draw(key, text) {
  const digest = createHmac('sha256', key).update(text).digest();
  const geometric = (at) => Math.floor(Math.log((digest.readUIntBE(at, 6) + 1) / 2 ** 48) / Math.log(ALPHA));
  return Math.max(-CLIP, Math.min(CLIP, geometric(0) - geometric(8)));
}

function display(y, n, b) {
  const threshold = Math.max(0, n - b - 5);
  if (y < 10) return { shown: 'fewer-than-ten', practices: null };
  if (y > threshold) return { shown: 'or-more', practices: Math.floor(threshold / 5) * 5 };
  return { shown: 'about', practices: Math.floor((y + 2) / 5) * 5 };
}

function nhs(count) {
  if (count === 0) return { shown: 'none', practices: 0 };
  if (count <= 7) return { shown: 'one-to-seven', practices: null };
  return { shown: 'about', practices: Math.floor((count + 2) / 5) * 5 };
}

/** One publisher of one method. `rows` is the frame, `acting` by series and practice one digit a period. */
export class Publisher {
  constructor({ method, rows, acting, periods, seed }) {
    Object.assign(this, { method, rows, acting, periods });
    this.key = `seed ${seed}`;
    this.asked = 0;
    const least = { nhs: 1, 'set-keyed': 1, 'atoms-of-1': 1 }[method] ?? 10;
    this.frame = cut(rows, least);
    this.published = new Map();
    this.gated = method === 'gate' ? this.gates() : null;
  }

  contributors(codes, series, period) {
    return codes.filter((code) => this.acting[series][code]?.[period] === '1');
  }

  members(area) {
    return area.atoms.flatMap((at) => this.frame.atoms[at].members);
  }

  /** The protected value of an atom. `nonce` tells draws apart. */
  atom(at, series, period, nonce) {
    const { n, b, members } = this.frame.atoms[at];
    const count = this.contributors(members, series, period).length;
    const coded = this.method === 'no-top-code' ? count : Math.min(count, Math.max(0, n - b));
    return Math.max(0, Math.min(n, coded + draw(this.key, `${series} ${at} ${nonce}`)));
  }

  sum(area, series, period, nonce = period) {
    const y = area.atoms.reduce((total, at) => total + this.atom(at, series, period, nonce), 0);
    return area.n < 20 ? { shown: 'hidden', practices: null } : display(y, area.n, area.b);
  }

  /** Published anew only when five practices of the area have changed since the last time. */
  gates() {
    const gated = new Map();
    for (const area of this.frame.areas) {
      for (const series of Object.keys(this.acting)) {
        let last = 0;
        for (let period = 0; period < this.periods; period += 1) {
          const changes = this.members(area).map((code) => this.acting[series][code] ?? '')
            .reduce((total, life) => total + Array.from({ length: period - last }, (_, at) => last + 1 + at)
              .filter((at) => life[at] !== life[at - 1]).length, 0);
          if (changes >= 5) last = period;
          gated.set(`${area.key}|${series}|${period}`, last);
        }
      }
    }
    return gated;
  }

  figure(area, series, period) {
    if (this.method === 'nhs') return nhs(this.contributors(this.members(area), series, period).length);
    if (this.method === 'per-request') return this.sum(area, series, period, `${period} ${this.asked}`);
    if (this.method === 'gate') {
      const last = this.gated.get(`${area.key}|${series}|${period}`);
      return { ...this.sum(area, series, last), as_of: day(last + 1, 1) };
    }
    if (this.method === 'set-keyed') {
      const inside = this.contributors(this.members(area), series, period);
      const coded = Math.min(inside.length, area.n - margin(area.n));
      const y = Math.max(0, Math.min(area.n, coded + draw(this.key, `${series} ${inside.sort().join()}`)));
      return area.n < 20 ? { shown: 'hidden', practices: null } : display(y, area.n, margin(area.n));
    }
    return this.sum(area, series, period);
  }

  release(number) {
    const areas = this.frame.areas.map((area) => ({ kind: area.kind, code: area.code, name: area.code, practices: area.n,
      figures: Object.keys(this.acting).map((series) => ({ series, title: series,
        ...this.figure(area, series, number - 1) })) }));
    return { number, published_on: day(number), as_of: day(number, 1), live: false, areas };
  }

  answer(path) {
    this.asked += 1;
    const cached = this.published.get(path);
    if (cached) return cached;
    const number = Number(path.match(/^\/api\/v1\/releases\/(\d+)$/)?.[1]);
    let body = null;
    if (path === '/api/v1/releases') {
      body = Array.from({ length: this.periods }, (_, at) => ({ number: at + 1, published_on: day(at + 1) }));
    } else if (number) body = this.release(number);
    else if (path === '/api/v1/areas/england/status') {
      body = this.frame.areas.filter(({ kind }) => kind === 'england').map((area) => ({ figures: Object.keys(this.acting)
        .map((series) => ({ series, ...this.figure(area, series, this.periods - 1) })) }))[0];
    }
    const text = JSON.stringify(body);
    if (this.method !== 'per-request') this.published.set(path, text);
    return text;
  }

  /** Listens on a port of its own; answers the address and how to stop. */
  async listen() {
    const server = createServer((request, response) => {
      const body = this.answer(new URL(request.url, 'http://localhost').pathname);
      response.writeHead(body === 'null' ? 404 : 200, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    return { base: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
  }
}
