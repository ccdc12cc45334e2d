'use strict';
/*
 * 200 questions at once to a model that takes ten seconds, by one runner, while
 * somebody reads: how long until all are answered, and how much slower a page
 * gets meanwhile (p99, as a share of the idle one's). Idle and busy rounds take
 * turns; the ratio is the median of the rounds'. The model and the reader are
 * processes of their own, so that neither waits for what is done here, and
 * pages are asked for at an even pace: a machine that has room shows what the
 * questions cost others, one that is flooded only that it is. The questions are
 * put over two connections, in well under a second: over more than there are
 * workers they would make pages wait for a worker (about 1.9 with eight),
 * whatever is asked and of whom.
 */
const { fork } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const { DatabaseSync } = require('node:sqlite');
const { Site, until, chicken } = require('../lib/site.js');
const { FakeModels } = require('../lib/fake-models.js');

const ROUNDS = 3, JOBS = 200, LATENCY_MS = 10000, PAGES_S = 60, IDLE_S = 8;
const DONE_BAR_S = 20, PAGE_BAR = 1.5;

/* ---- the model, in a process of its own ---- */

async function model() {
	const fake = await FakeModels.start();

	fake.always({ latency: LATENCY_MS });
	process.on('message', () => process.send({ most: fake.most, asked: fake.asked.length,
		wrong: fake.asked.map((c) => c.wrong).filter(Boolean) }));
	process.send({ url: fake.url, key: fake.key });
}

/* ---- the reader, too ---- */

const agent = new https.Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
const posts = new https.Agent({ keepAlive: true, maxSockets: 2, rejectUnauthorized: false });

/* Resolves, with the answer, once it is there. */
function request(url, method = 'GET', value = undefined) {
	return new Promise((resolve, reject) => {
		const req = https.request(url, { agent: value ? posts : agent, method, headers: value
			? { 'content-type': 'application/json' } : {} }, (res) => {
			let text = '';

			res.on('data', (d) => { text += d; });
			res.on('end', () => resolve({ status: res.statusCode, text }));
			res.on('error', reject);
		});

		req.on('error', reject);
		req.end(value && JSON.stringify(value));
	});
}

/* Read the page at an even pace from one message on until the next, which is
 * answered with [when, ms] of each. */
async function reader(url) {
	let times = null;
	const one = async (list) => {
		const start = performance.now();
		const { status } = await request(url);

		list.push([Date.now(), performance.now() - start]);
		if (status !== 200)
			throw new Error(`${url}: ${status}`);
	};

	process.on('message', async () => {
		if (times) {
			const { list, under } = times;

			times = null;
			await Promise.all(under);
			process.send(list);
			return;
		}
		const mine = times = { list: [], under: new Set() }, start = performance.now();

		process.send('reading');
		for (let i = 0; times === mine; i++) {
			const wait = start + i * 1000 / PAGES_S - performance.now();

			if (wait > 0)
				await new Promise((resolve) => setTimeout(resolve, wait));
			const page = one(mine.list).finally(() => mine.under.delete(page));

			mine.under.add(page);
		}
	});
	process.send('ready');
}

/* Another process of this file: what it says first, and ask() for more. */
async function helper(...args) {
	const child = fork(__filename, args);
	const heard = () => new Promise((resolve, reject) => {
		child.once('message', resolve);
		child.once('exit', () => reject(new Error(`${args[0]} ended`)));
	});

	return { first: await heard(), stop: () => child.kill(),
		ask() {
			const answer = heard();

			child.send('');
			return answer;
		} };
}

/* ---- the rounds ---- */

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[Math.floor(list.length / 2)];
const p99 = (pages) => sorted(pages.map(([, ms]) => ms))[Math.ceil(pages.length * 0.99) - 1];

async function idle(pages) {
	await pages.ask();
	await new Promise((resolve) => setTimeout(resolve, IDLE_S * 1000));
	return p99(await pages.ask());
}

/* {seconds until all are answered, pages that were read meanwhile, waiting:
 * those of them while all questions were at the model} */
async function busy(site, fake, reading, round) {
	const db = new DatabaseSync(site.env.WINEPAIR_STORE, { readOnly: true });
	const count = (where) => db.prepare(`SELECT count(*) AS n FROM ${where}`).get().n;
	const open = 'job WHERE status IN (\'queued\', \'running\')';
	const before = (await fake.ask()).asked;

	try {
		await reading.ask();
		const start = Date.now();
		const replies = await Promise.all(Array.from({ length: JOBS }, (_, i) => request(
			`${site.url}/api/v1/pairings`, 'POST',
			{ text: chicken.replace('Lemon', `Lemon ${round} ${i}`) })));

		for (const r of replies)
			if (r.status !== 202)
				throw new Error(`${r.status} ${r.text}`);
		await until(async () => (await fake.ask()).asked - before >= JOBS || count(open) === 0,
			'all to be asked', 60000);
		const asked = Date.now(), ended = count(open) < JOBS;

		await until(() => count(open) === 0, 'all to be answered', 120000);
		const end = Date.now(), pages = await reading.ask();
		const calls = await fake.ask();
		const bodies = await Promise.all(replies.map((r) => request(
			`${site.url}/api/v1/pairings/${JSON.parse(r.text).id}`)));
		const chosen = bodies.filter((r) => JSON.parse(r.text).engine?.provider === 'openai').length;

		if (calls.asked - before !== JOBS || chosen !== JOBS)
			throw new Error(`${calls.asked - before} calls, ${chosen} chosen of ${JOBS} ${calls.wrong[0] || ''}`);
		return { seconds: (end - start) / 1000, pages, waiting: ended ? []
			: pages.filter(([at, ms]) => at - ms > asked && at < start + LATENCY_MS) };
	} finally {
		db.close();
	}
}

async function main() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-bench-'));
	const fake = await helper('model'), key = path.join(dir, 'key');
	let site, reading;

	fs.writeFileSync(key, fake.first.key, { mode: 0o600 });
	try {
		site = await Site.start({ env: { provider: 'openai,built-in', openai_url: `${fake.first.url}/v1`,
			openai_model: 'fake', openai_key_file: key, openai_price: '1/5', runners: 1,
			model_concurrency: 256 } });
		const { json } = await site.json('/api/v1/pairings', { text: chicken }, { prefer: 'wait=10' });

		await site.settled(json.id);
		reading = await helper('reader', `${site.url}/pairings/${json.id}`);
		const ratios = [], waiting = [], seconds = [], quiet = [];

		await idle(reading); /* warm */
		for (let i = 0; i < ROUNDS; i++) {
			const before = await idle(reading), round = await busy(site, fake, reading, i);

			quiet.push(before);
			ratios.push(p99(round.pages) / before);
			if (round.waiting.length)
				waiting.push(p99(round.waiting) / before);
			seconds.push(round.seconds);
		}
		const print = (metric, value, unit, bar = null, ok = null) => console.log(JSON.stringify(
			{ bench: 'models', metric, value: Number(value.toFixed(2)), unit, bar, ok }));
		const slowest = Math.max(...seconds), ratio = median(ratios);

		print(`${JOBS} answers of ${LATENCY_MS / 1000} s, one runner`, slowest, 's', DONE_BAR_S,
			slowest < DONE_BAR_S);
		print('p99 of a page meanwhile', ratio, 'x idle', PAGE_BAR, ratio <= PAGE_BAR);
		if (waiting.length)
			print('p99 of a page, all at the model', median(waiting), 'x idle');
		print('p99 of a page, idle', median(quiet), 'ms');
		print('calls at once', (await fake.ask()).most, '');
	} finally {
		reading?.stop();
		fake.stop();
		agent.destroy();
		posts.destroy();
		await site?.stop();
		fs.rmSync(dir, { recursive: true });
	}
}

const [, , what, ...rest] = process.argv;
({ model, reader })[what]?.(...rest) ?? main();
