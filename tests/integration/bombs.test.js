'use strict';
/*
 * Pages made to hurt their reader, through the whole program: each ends in
 * time with a recipe or with words that say what to do, and nobody dies of
 * it. tests/unit/bombs makes them.
 */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const zlib = require('node:zlib');
const { Site, FakeSite, run, recipePage, build } = require('../lib/site.js');

/* The reader gives up after 3 s by the clock; a busy machine gets as much
 * again for the rest. tests/unit/bombs measures what is computed. */
const END_MS = 6000;
const CLEAR = ['too-complex', 'not-a-recipe', 'fetch-too-large'];
const MIB = 1024 * 1024;

const soup = recipePage('Tomato soup', ['1 kg tomatoes', '1 onion'], ['Simmer.']);
const gzip = (text) => zlib.gzipSync(text, { level: 9 });

/* What arrives small and gets large: name, body, what must come of it. */
const zipped = {
	'zip-zeros': [gzip(Buffer.alloc(200 * MIB)), 'fetch-too-large'],
	'zip-just-over': [gzip(soup + ' '.repeat(4 * MIB)), 'fetch-too-large'],
	'zip-just-under': [gzip(soup + ' '.repeat(4 * MIB - soup.length - 10)), 'done'],
	'zip-tags': [gzip('<b>'.repeat(1.3 * MIB)), 'not-a-recipe'],
	'zip-twice': [gzip(gzip(Buffer.alloc(200 * MIB))), 'fetch-type'],
	'zip-members': [Buffer.concat(Array(50).fill(gzip(Buffer.alloc(MIB)))), 'unreachable'],
};

describe('bombs', () => {
	let dir, names, others, site, fake;

	before(async () => {
		dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-bombs-'));
		execFileSync(path.join(build, 'tests/unit/bombs'), [dir]);
		names = fs.readdirSync(dir);
		/* each goes one of two ways */
		others = names.filter((name, i) => i % 2);
		fake = await FakeSite.start();
		for (const name of names)
			fake.pages[`/${name}`] = (req, res) => {
				res.writeHead(200, { 'content-type': 'text/html' });
				fs.createReadStream(path.join(dir, name)).pipe(res);
			};
		for (const [name, [body]] of Object.entries(zipped))
			fake.pages[`/${name}`] = (req, res) => {
				res.writeHead(200, { 'content-type': 'text/html',
					'content-encoding': 'gzip' });
				res.end(body);
			};
		site = await Site.start({ env: { fetch_allow: fake.allow } });
	});
	after(async () => {
		await site.stop();
		await fake.stop();
		fs.rmSync(dir, { recursive: true, force: true });
	});

	/* Ask for a page and wait: {answer, ms}. */
	async function ask(name) {
		const start = Date.now();
		const { json } = await site.json('/api/v1/pairings', { url: `${fake.url}/${name}` });
		const answer = await site.settled(json.id);

		return { answer, ms: Date.now() - start };
	}


	it('each ends in time, and the processes live on', async () => {
		const everybody = ['reader', 'worker', 'runner'].flatMap((n) => site.children(n));
		const wrong = [];
		let slowest = { ms: 0 };

		const mine = names.filter((name) => !others.includes(name));
		assert.ok(mine.length >= 60);
		for (const name of mine) {
			const { answer, ms } = await ask(name);

			if (ms > slowest.ms)
				slowest = { ms, name };
			if (ms > END_MS || (answer.status !== 'done' &&
				!(CLEAR.includes(answer.error.code) && answer.error.detail)))
				wrong.push(`${name}: ${ms} ms, ${answer.status} ` +
					JSON.stringify(answer.error));
		}
		console.log(`${mine.length} bombs, the slowest: ${slowest.name}, ${slowest.ms} ms`);
		assert.deepEqual(wrong, []);
		assert.deepEqual(['reader', 'worker', 'runner'].flatMap((n) => site.children(n)),
			everybody);
	});

	for (const [name, [, want]] of Object.entries(zipped))
		it(`${name} is ${want}`, async () => {
			const { answer, ms } = await ask(name);

			assert.equal(answer.error ? answer.error.code : answer.status, want);
			assert.ok(ms <= END_MS, `${ms} ms`);
		});

	it('from the command line too', async () => {
		const left = [...others], wrong = [];

		async function work() {
			for (let name = left.pop(); name; name = left.pop()) {
				const start = Date.now();
				const { code, out } = await run(['recipe', '--json', '--file',
					path.join(dir, name)]);
				const ms = Date.now() - start;
				const answer = out ? JSON.parse(out) : {};

				if (ms > END_MS || (code !== 0 && !(code === 1 && answer.error &&
					CLEAR.includes(answer.error.code) && answer.error.message)))
					wrong.push(`${name}: ${ms} ms, exit ${code}, ${out.slice(0, 200)}`);
			}
		}
		await Promise.all([work(), work()]);
		assert.deepEqual(wrong, []);
	});
});
