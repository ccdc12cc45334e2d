'use strict';
/*
 * Kills workers, the runner and the reader at random, ten a second, while
 * clients ask for pairings with Idempotency-Keys; then looks whether every
 * promise was kept:
 *
 *	node tests/stress/kills.js [SECONDS [SEED]]
 *
 * Every 201 and 202 exists and ends done or failed, no read fails at all, no
 * request hangs, a write that met a dying worker succeeds with the same key,
 * nothing fails once the killing is over, and the queue is empty.
 */
const assert = require('node:assert/strict');
const { DatabaseSync } = require('node:sqlite');
const { Site, FakeSite, until, ended, recipePage, chicken } = require('../lib/site.js');

const seconds = Number(process.argv[2] || 60);
const seed = Number(process.argv[3] || Date.now() % 1e6);
const HANG_MS = 45000;

/* A small generator, so that a seed gives the same order of kills. */
let state = seed >>> 0;
function random(n) {
	state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
	return Math.floor(state / 2 ** 32 * n);
}

const said = { gets: 0, posts: 0, kills: 0, slowest_ms: 0 };
const wrong = [];
const promised = new Map();
let killing = true, working = true;

function count(what) {
	said[what] = (said[what] || 0) + 1;
}

/* An answer, {status: 0} for none; what takes too long is a hang. */
function attempt(site, method, where, options) {
	const start = Date.now();
	let timer;
	const late = new Promise((resolve) => {
		timer = setTimeout(() => resolve({ status: -1, headers: {} }), HANG_MS);
	});

	return Promise.race([late, site.request(method, where, options)
		.catch(() => ({ status: 0, headers: {} }))]).finally(() => {
		clearTimeout(timer);
		said.slowest_ms = Math.max(said.slowest_ms, Date.now() - start);
	});
}

async function read(site, where) {
	const r = await attempt(site, 'GET', where);

	said.gets++;
	if (r.status !== 200)
		wrong.push(`GET ${where}: ${r.status} ${r.text || ''}`);
	return r;
}

/* Ask with one key until it is answered, as a program should. */
async function ask(site, key, value) {
	for (let times = 1; ; times++) {
		const calm = !killing;
		const r = await attempt(site, 'POST', '/api/v1/pairings', {
			headers: { 'content-type': 'application/json', 'idempotency-key': key },
			body: JSON.stringify(value) });

		said.posts++;
		if ([201, 202].includes(r.status)) {
			const before = promised.get(key);

			if (before && before !== r.json.id)
				wrong.push(`${key}: ${before}, then ${r.json.id}`);
			promised.set(key, r.json.id);
			return r.json.id;
		}
		count(`${r.status} ${r.json ? r.json.code : ''}`);
		if (calm || ![0, 502, 503].includes(r.status) || times > 50) {
			wrong.push(`POST ${key}: ${r.status} ${r.text || ''}, attempt ${times}`);
			return null;
		}
	}
}

/* A page that takes a moment, so that there is a job to be killed. */
function slowly(page) {
	return (req, res) => setTimeout(() => {
		res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
		res.end(page);
	}, random(60));
}

async function client(site, fake, n) {
	for (let i = 0; working; i++) {
		const name = `Dish ${n} ${i}`;
		const page = recipePage(name, ['1 kg tomatoes', '1 onion'], ['Simmer.']);
		const key = `${seed}-${n}-${i}`;
		let id;

		if (i % 3 === 0) {
			id = await ask(site, key, { text: chicken.replace('Lemon', name) });
		} else if (i % 3 === 1) {
			id = await ask(site, key, { html: page });
		} else {
			fake.pages[`/${n}/${i}`] = slowly(page);
			id = await ask(site, key, { url: `${fake.url}/${n}/${i}` });
		}
		if (id)
			await read(site, `/api/v1/pairings/${id}`);
		await read(site, i % 2 ? '/wines' : '/recent');
	}
}

async function killer(site) {
	const end = Date.now() + seconds * 1000;

	while (Date.now() < end) {
		const all = ['worker', 'worker', 'runner', 'reader'].flatMap((name) => site.children(name));

		await new Promise((resolve) => setTimeout(resolve, random(200)));
		try {
			process.kill(all[random(all.length)], 'SIGKILL');
			said.kills++;
		} catch {
			/* it was dead already */
		}
	}
}

async function audit(site, fake) {
	for (const [key, id] of promised) {
		const r = await until(async () => {
			const got = await read(site, `/api/v1/pairings/${id}`);
			return !['queued', 'running'].includes(got.json && got.json.status) && got;
		}, `${key} to end`, 60000);

		/* a job whose runner was killed three times is given up */
		if (r.json.status !== 'done' && r.json.error.code !== 'gave-up')
			wrong.push(`${key}: ${r.json.status} ${JSON.stringify(r.json.error)}`);
		count(r.json.status);
	}
	await site.stop();
	await fake.stop();
	const db = new DatabaseSync(site.env.WINEPAIR_STORE);
	const open = db.prepare("SELECT count(*) AS n FROM job WHERE status NOT IN ('done', 'failed', 'cancelled')").get().n;
	const sound = db.prepare('PRAGMA integrity_check').get().integrity_check;

	db.close();
	if (open || sound !== 'ok')
		wrong.push(`${open} jobs in the queue; the database is ${sound}`);
}

async function main() {
	const fs = require('node:fs');
	const dir = fs.mkdtempSync(`${require('node:os').tmpdir()}/winepair-kills-`);
	const fake = await FakeSite.start();
	const site = await Site.start({ dir, env: { fetch_allow: fake.allow } });
	const clients = Array.from({ length: 6 }, (_, n) => client(site, fake, n));

	try {
		await killer(site);
		killing = false;
		/* what was under way when the last kill came may still show it */
		await new Promise((resolve) => setTimeout(resolve, 5000));
		working = false;
		await Promise.all(clients);
		assert.equal(site.app.exitCode, null, 'the master is alive');
		await audit(site, fake);
	} finally {
		working = false;
		await site.stop();
		await ended(site.app);
	}
	console.log(`seed ${seed}, ${promised.size} promises, ${JSON.stringify(said)}`);
	if (wrong.length) {
		console.log(wrong.slice(0, 20).join('\n'));
		fs.writeFileSync(`${dir}/log`, site.log);
		console.log(`${wrong.length} wrong; everything is kept in ${dir}`);
		process.exit(1);
	}
	fs.rmSync(dir, { recursive: true });
}

main();
