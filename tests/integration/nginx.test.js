'use strict';
/* What nginx answers by itself: in our words and our look, with no worker. */
const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const tls = require('node:tls');
const { Site, ended, chicken } = require('../lib/site.js');

/* The same shape and headers, whatever went wrong. */
function checkHeaders(r) {
	assert.match(r.headers['content-security-policy'], /default-src 'none'/);
	assert.match(r.headers['strict-transport-security'], /63072000/);
	assert.equal(r.headers['x-content-type-options'], 'nosniff');
	assert.equal(r.headers['cache-control'], 'no-store');
	assert.equal(!!r.headers['retry-after'], [429, 503].includes(r.status));
	assert.doesNotMatch(r.headers.server || '', /\d/);
}

function checkProblem(r, status, code, instance) {
	assert.equal(r.status, status, r.text);
	assert.equal(r.headers['content-type'], 'application/problem+json');
	checkHeaders(r);
	assert.deepEqual(Object.keys(r.json),
		['type', 'title', 'status', 'detail', 'instance', 'code']);
	assert.equal(r.json.type, `/api#${code}`);
	assert.equal(r.json.code, code);
	assert.equal(r.json.status, status);
	assert.equal(r.json.instance, instance);
	assert.ok(r.json.title.length > 5 && r.json.detail.length > 20);
}

async function checkPage(site, r, status) {
	assert.equal(r.status, status, r.text);
	assert.equal(r.headers['content-type'], 'text/html; charset=utf-8');
	checkHeaders(r);
	assert.match(r.text, new RegExp(`<p class="kicker">${status}</p>`));
	assert.doesNotMatch(r.text, /<!--#|none\)|nginx/);
	assert.match(r.text, /<h1>[A-Z][^<]{5,}<\/h1>/);
	const css = /href="(\/static\/[0-9a-f]{16}\/css\/main\.css)"/.exec(r.text);
	assert.equal((await site.get(css[1])).status, 200);
}

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/* Send these bytes over TLS; what comes back, parsed. */
function raw(site, bytes) {
	return new Promise((resolve, reject) => {
		const socket = tls.connect({ port: site.port, host: 'localhost',
			rejectUnauthorized: false }, () => socket.write(bytes));
		let text = '';

		socket.on('data', (d) => { text += d; });
		socket.on('error', reject);
		socket.on('close', () => {
			const [head, ...body] = text.split('\r\n\r\n');
			const [first, ...lines] = head.split('\r\n');
			const headers = Object.fromEntries(lines.map((line) => {
				const at = line.indexOf(':');
				return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
			}));

			resolve({ status: Number(first.split(' ')[1]), headers,
				text: body.join('\r\n\r\n') });
		});
	});
}

describe("nginx's own answers", () => {
	let site;

	before(async () => {
		const own = [500, 503, 504].map((n) => `location ~ /test-${n}$ { return ${n}; }\n`);

		site = await Site.start({ conf: (text) => text.replace('location / {', `${own.join('')}$&`) });
	});
	after(() => site.stop());

	it('a body that is too large', async () => {
		const large = { headers: { 'content-type': 'application/json' },
			body: Buffer.alloc(9 << 20, 'a') };
		checkProblem(await site.request('POST', '/api/v1/pairings?a=1', large),
			413, 'too-large', '/api/v1/pairings');
		await checkPage(site, await site.request('POST', '/pairings',
			{ ...large, headers: html }), 413);
		await checkPage(site, await site.request('POST', '/wines',
			{ headers: html, body: 'x'.repeat(70000) }), 413);
	});

	it('a request line, headers and requests beyond sense', async () => {
		const long = 'a'.repeat(9000);
		await checkPage(site, await site.get(`/?q=${long}`), 414);
		checkProblem(await site.get('/api/v1/wines', { headers: { cookie: long } }),
			431, 'headers-too-large', '/api/v1/wines');
		await checkPage(site, await site.get('/', { headers: { ...html, cookie: long } }), 431);
		await checkPage(site, await raw(site, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'), 400);
		await checkPage(site, await raw(site, 'NONSENSE\r\n\r\n'), 400);
		const bad = await raw(site, 'GET /api/v1/wines HTTP/1.1\r\nAccept: */*\r\n\r\n');
		checkProblem({ ...bad, json: JSON.parse(bad.text) }, 400, 'bad-request', '/api/v1/wines');
	});

	it('a static file that is not there, or not for POST', async () => {
		await checkPage(site, await site.get('/static/none/a.css', { headers: html }), 404);
		const [css] = /\/static\/[^"]*\.css/.exec((await site.get('/')).text);
		const r = await site.request('POST', css, { headers: { accept: 'application/json' } });
		checkProblem(r, 405, 'method-not-allowed', css);
		assert.equal(r.headers.allow, 'GET, HEAD');
	});

	it('errors of its own: 500, 503, 504', async () => {
		for (const [status, code] of [[500, 'internal'], [503, 'busy'], [504, 'timeout']]) {
			checkProblem(await site.get(`/api/test-${status}`), status, code, `/api/test-${status}`);
			await checkPage(site, await site.get(`/test-${status}`, { headers: html }), status);
		}
	});

	it('cannot be asked for by name', async () => {
		for (const as of ['html', 'json'])
			assert.equal((await site.get(`/.winepair/error.${as}`)).status, 404);
	});

	it('an address that cannot stand in JSON', async () => {
		const r = await raw(site,
			'GET /api/test-503/"}<b>"/test-503 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		checkProblem({ ...r, json: JSON.parse(r.text) }, 503, 'busy', '/');
	});

	it("a worker's own errors pass untouched", async () => {
		const r = await site.get('/api/v1/nothing');

		assert.equal(r.status, 404);
		assert.equal(r.json.instance, '/api/v1/nothing');
		assert.match((await site.get('/nothing', { headers: html })).text, /<nav/);
	});

	it('nobody there: 502', async () => {
		site.app.kill('SIGTERM');
		await ended(site.app);
		checkProblem(await site.get('/api/v1/wines'), 502, 'unavailable', '/api/v1/wines');
		checkProblem(await site.get('/readyz'), 502, 'unavailable', '/readyz');
		checkProblem(await site.get('/wines', { headers: { accept: 'application/json' } }),
			502, 'unavailable', '/wines');
		await checkPage(site, await site.get('/wines', { headers: html }), 502);
		await checkPage(site, await site.form('/pairings', { recipe: chicken }, html), 502);
		assert.equal((await site.request('HEAD', '/wines', { headers: html })).text, '');
		site.serve();
		await site.ready();
	});
});

describe('too many requests', () => {
	it('at the operator\'s door are refused, by page and by program', async () => {
		const site = await Site.start();

		try {
			for (const ask of [() => site.get('/api/v1/admin'),
				() => site.form('/admin/login', { token: 'a guess and another' })]) {
				const all = [];

				for (let i = 0; i < 40; i += 10)
					all.push(...await Promise.all(Array.from({ length: 10 }, ask)));
				assert.ok(all.filter((r) => r.status === 429).length >= 10,
					all.map((r) => r.status).join(' '));
			}
		} finally {
			await site.stop();
		}
	});

	it('get 429 and when to come again', async () => {
		const site = await Site.start({ post: ['1r/m', '1'] });

		try {
			const ask = (path, headers) => site.request('POST', path, { headers, body: 'x' });

			await ask('/api/v1/pairings');
			await ask('/api/v1/pairings');
			checkProblem(await ask('/api/v1/pairings'), 429, 'too-many-requests', '/api/v1/pairings');
			await checkPage(site, await ask('/pairings', html), 429);
		} finally {
			await site.stop();
		}
	});
});
