// Usage: attack.mjs what base-url frame.json insider.json claims.json, with the reader's token in HEADROOM_TOKEN.
import { readFileSync, writeFileSync } from 'node:fs';
import { attack } from './attacker.mjs';
import { print } from './score.mjs';

const [what, base, frame, insider, claims] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
console.log(`attack on ${what}`);
const found = await attack({ base, token: process.env.HEADROOM_TOKEN, rows: read(frame).years, insider: read(insider),
  method: 'headroom', pages: true });
writeFileSync(claims, JSON.stringify({ claims: found.claims, bounds: found.bounds }));
process.exitCode = print(what, found.figures) ? 0 : 1;
