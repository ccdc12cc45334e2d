'use strict';
/* When there is little of something (descriptors, room for temporary files, a
 * client's haste), and what the log says of it all. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const tls = require('node:tls');
const { withSite, until, recipePage, chicken, build } = require('../lib/site.js');

const soup = recipePage('Slow soup', ['1 kg tomatoes', '1 onion', '50 ml cream'], ['Simmer.']);
const pages = { '/soup': soup };

/* Every road once: text, page, link, reading. */
async function everythingWorks(site, fake, what) {
	const text = await site.json('/api/v1/pairings', { text: chicken.replace('Lemon', what) });
	assert.equal(text.status, 201, text.text);
	const page = await site.json('/api/v1/pairings', { html: soup.replaceAll('Slow', what) });
	assert.equal(page.status, 201, page.text);
	const link = await site.json('/api/v1/pairings', { url: `${fake.url}/soup?${what}` });
	assert.equal(link.status, 202, link.text);
	assert.equal((await site.settled(link.json.id)).status, 'done');
	assert.equal((await site.get('/recent')).status, 200);
	assert.equal((await site.get('/readyz')).status, 200);
}

describe('with little of something', () => {
	it('works with 64 descriptors a process', () => withSite(
		{ pages, under: ['prlimit', '--nofile=64:64'] }, async (site, fake) => {
			for (let i = 0; i < 12; i++)
				await everythingWorks(site, fake, `Dish${i}`);
			/* many at once, links among them: all of them end well */
			const all = await Promise.all(Array.from({ length: 16 }, (_, i) =>
				site.json('/api/v1/pairings', { url: `${fake.url}/soup?many=${i}` })));
			for (const { status, json } of all) {
				assert.equal(status, 202);
				assert.equal((await site.settled(json.id)).status, 'done');
			}
			site.app.kill('SIGHUP');
			await until(() => site.log.includes(' reloaded\n'), 'the reload');
			await everythingWorks(site, fake, 'Later');
			assert.doesNotMatch(site.log, /Too many open files|died of/);
		}));

	it('answers when files may not grow any more', () => withSite(
		{ pages, under: ['prlimit', '--fsize=400000'] }, async (site) => {
			const text = (i) => `${chicken.replace('Lemon', `Lemon${i}`)}${'and on. '.repeat(800)}`;
			const seen = {};

			for (let i = 0; i < 60; i++) {
				const r = await site.json('/api/v1/pairings', { text: text(i) });

				seen[r.status] = (seen[r.status] || 0) + 1;
				assert.match(r.headers['content-type'], /json/);
				assert.notEqual(r.status, 502);
			}
			assert.ok(seen[201] > 0);
			assert.equal((await site.get('/healthz')).status, 200);
			assert.doesNotMatch(site.log, /died of/);
		}));

	it('needs no place for temporary files', async (t) => {
		if (process.getuid() !== 0)
			return t.skip('needs root to hide /tmp');
		const dir = fs.mkdtempSync(path.join(build, 'no-tmp-'));

		await withSite({ pages, dir, under: ['unshare', '-m', 'sh', '-c',
			/* what is there stays; this folder may lie in one of them */
			'for d in /tmp /var/tmp /dev/shm; do' +
			' mount --bind $d $d && mount -o remount,bind,ro $d || exit; done;' +
			'mount --bind "$0" "$0" && mount -o remount,bind,rw "$0" &&' +
			' exec "$@"', dir] }, async (site, fake) => {
			await everythingWorks(site, fake, 'Tempting');
			const big = chicken + '- 1 onion\n'.repeat(20000);
			assert.equal((await site.json('/api/v1/pairings', { text: big })).status, 201);
		});
		fs.rmSync(dir, { recursive: true });
	});

	it('lets slow clients harm nobody', () => withSite({ pages }, async (site) => {
		const head = 'POST /api/v1/pairings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
		const pieces = [[100, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
			[15, `${head}Content-Length: 1000\r\n\r\n{"text":"`]];
		let open = 0, ended = 0;
		const sockets = [];
		const start = Date.now();

		for (const [n, piece] of pieces) {
			for (let i = 0; i < n; i++) {
				const socket = tls.connect({ port: site.port, host: 'localhost',
					rejectUnauthorized: false }, () => {
					socket.write(piece);
					open++;
				});

				socket.on('error', () => {});
				socket.on('data', () => {});
				socket.on('close', () => ended++);
				sockets.push(socket);
			}
		}
		await until(() => open === sockets.length, 'all of them to be there');
		while (!ended && Date.now() - start < 30000) {
			const r = await site.get('/wines');

			assert.equal(r.status, 200);
			assert.equal((await site.json('/api/v1/pairings', { text: chicken })).status, 201);
		}
		/* and nginx ends them by itself */
		await until(() => ended === sockets.length, 'the slow ones to be sent away', 30000);
		assert.doesNotMatch(site.log, /took too long/);
	}));
});

describe('the log', () => {
	it('is one line an event, and tells nothing of what people cook', () => withSite(
		{ pages, env: { log_level: 'debug' } }, async (site, fake) => {
			const secret = 'Grandmothers-secret-stew';
			const hostile = '\n2026-01-01T00:00:00.000Z info master - forged\u001b[2J\u0007';
			const text = chicken.replace('Lemon roast chicken', secret);

			await everythingWorks(site, fake, 'Logged');
			assert.equal((await site.json('/api/v1/pairings', { text })).status, 201);
			await site.form('/pairings', { recipe: `${secret}${hostile}` });
			await site.json('/api/v1/pairings', { text, preferences: { [hostile]: 1 } });
			await site.json('/api/v1/pairings', `{"text": "${secret}`);
			await site.json('/api/v1/pairings', { url: `http://${secret}.invalid/${hostile}` });
			await site.json('/api/v1/pairings', { url: `${fake.url}/?key=${secret}#${hostile}` });
			await site.get(`/nothing${encodeURIComponent(hostile)}`);
			await site.get(`/wines?${encodeURIComponent(hostile)}`);
			await site.get('/recent', { headers: { cookie: `session=${secret}`,
				authorization: `Bearer ${secret}`, 'user-agent': `${secret}\u00e9` } });
			await site.json('/api/v1/pairings', { text },
				{ 'idempotency-key': `${secret}`, 'x-request-id': 'a b' });
			fake.pages['/evil'] = recipePage(`${secret}${hostile}`, ['1 onion'], [hostile]);
			const { json } = await site.json('/api/v1/pairings', { url: `${fake.url}/evil` });
			await site.settled(json.id);
			await until(() => site.log.includes('done, attempt'), 'the runner to say so');
			const lines = site.log.trimEnd().split('\n');
			for (const line of lines)
				assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) [a-z]+(\.\d+)? \S+ [^\x00-\x1f\x7f]+$/);
			assert.ok(lines.length > 30);
			assert.ok(!lines.some((line) => line.startsWith('2026-01-01')), 'a forged line');
			assert.doesNotMatch(site.log, new RegExp(secret, 'i'));
		}));
});
