'use strict';
/* The edge: methods, headers, static files, forms from elsewhere, bad input. */
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http2 = require('node:http2');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, chicken } = require('../lib/site.js');

describe('the edge', () => {
	let site;

	before(async () => { site = await Site.start(); });
	after(() => site.stop());

	const pages = ['/', '/recent', '/wines'];

	it('answers pages with strict headers', async () => {
		for (const where of [...pages, '/nothing-here']) {
			const r = await site.get(where, { headers: { accept: 'text/html' } });

			assert.equal(r.status, where === '/nothing-here' ? 404 : 200, where);
			assert.match(r.headers['content-security-policy'], /default-src 'none'/);
			assert.equal(r.headers['x-content-type-options'], 'nosniff');
			assert.match(r.headers['strict-transport-security'], /63072000/);
			assert.doesNotMatch(r.text, /<script(?![^>]*\ssrc=)/, 'inline script');
			assert.doesNotMatch(r.text, /\sstyle=|\son[a-z]+=/i, 'inline style');
			assert.doesNotMatch(r.headers.server || '', /\d/, 'nginx version');
		}
	});

	it('speaks HTTP/2 and compresses', async () => {
		const client = http2.connect(site.url, { rejectUnauthorized: false });
		const headers = await new Promise((resolve, reject) => {
			client.on('error', reject);
			const req = client.request({ ':path': '/wines', 'accept-encoding': 'gzip' });

			req.on('response', resolve);
			req.resume();
			req.end();
		});

		client.close();
		assert.equal(headers[':status'], 200);
		assert.equal(headers['content-encoding'], 'gzip');
	});

	it('serves static files under the hash of their folder for a year', async () => {
		const home = await site.get('/');
		const css = /href="(\/static\/[0-9a-f]{16}\/css\/main\.css)"/.exec(home.text);

		assert.ok(css, 'the page links its style sheet');
		const r = await site.get(css[1]);
		assert.equal(r.status, 200);
		assert.match(r.headers['content-type'], /^text\/css/);
		assert.match(r.headers['cache-control'], /immutable/);
		assert.ok(Date.parse(r.headers.expires) > Date.now() + 360 * 86400e3);
		assert.ok(r.headers['content-security-policy']);
		assert.equal((await site.get('/static/../../etc/passwd')).status, 404);
	});

	it('refuses a wrong method with 405 and Allow', async () => {
		for (const [method, where, allow] of [
			['POST', '/', /GET/], ['DELETE', '/recent', /GET/],
			['GET', '/pairings', /POST/], ['PUT', '/api/v1/pairings', /POST/],
			['POST', '/healthz', /GET/],
		]) {
			const r = await site.request(method, where,
				{ headers: { 'sec-fetch-site': 'same-origin' } });

			assert.equal(r.status, 405, `${method} ${where}`);
			assert.match(r.headers.allow, allow);
		}
	});

	it('answers HEAD like GET without a body', async () => {
		const r = await site.request('HEAD', '/wines');

		assert.equal(r.status, 200);
		assert.equal(r.text, '');
	});

	it('shows every wine', async () => {
		const list = await site.get('/wines');
		const links = [...new Set(list.text.match(/\/wines\/[a-z0-9-]+/g))];

		assert.ok(links.length >= 110, `${links.length} wines`);
		for (const link of links.slice(0, 10))
			assert.equal((await site.get(link)).status, 200, link);
		assert.equal((await site.get('/wines/no-such-wine')).status, 404);
	});

	it('accepts no form from another site', async () => {
		const fields = { recipe: chicken };

		for (const headers of [
			{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
			{ 'sec-fetch-site': '', origin: 'https://evil.example' },
			{ 'sec-fetch-site': '', origin: 'null' },
		]) {
			if (!headers['sec-fetch-site'])
				delete headers['sec-fetch-site'];
			const r = await site.request('POST', '/pairings', {
				headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
				body: new URLSearchParams(fields).toString(),
			});
			assert.equal(r.status, 403, JSON.stringify(headers));
		}
		const own = await site.request('POST', '/pairings', {
			headers: { 'content-type': 'application/x-www-form-urlencoded', origin: site.url },
			body: new URLSearchParams(fields).toString(),
		});
		assert.equal(own.status, 303);
	});

	it('shows what any page sends to /import, and keeps nothing of it', async () => {
		const had = (await site.get('/api/v1/recent')).json.items.length;
		const page = recipePage('Blocked soup', ['1 kg tomatoes', '1 onion'], ['Simmer.']);
		const form = new FormData();

		form.append('html', page.replace('<h1>', `${'<p>é</p>'.repeat(300000)}<h1>`));
		form.append('url', 'https://www.example.com/soup');
		const body = new Response(form);
		const r = await site.request('POST', '/import', {
			headers: { 'content-type': body.headers.get('content-type'), cookie: 'a=b',
				'sec-fetch-site': 'cross-site', origin: 'https://www.example.com' },
			body: Buffer.from(await body.arrayBuffer()) });

		assert.equal(r.status, 200);
		assert.match(r.text, /<h1 dir="auto">Blocked soup<\/h1>/);
		assert.match(r.text, />example\.com<\/a>/);
		assert.equal(r.headers['set-cookie'], undefined);
		assert.equal(r.headers['cross-origin-resource-policy'], 'same-origin');
		assert.match(r.headers['content-security-policy'], /frame-ancestors 'none'/);
		assert.equal((await site.get('/api/v1/recent')).json.items.length, had);
	});

	const prose = 'Yesterday we went to the market and bought an apple. The ' +
		'weather was fine and everybody was happy to be outside again.';

	for (const [what, body, status, code] of [
		['empty text', { text: '' }, 422, 'empty'],
		['blank text', { text: ' \n\t ' }, 422, 'empty'],
		['text that is no recipe', { text: prose }, 422, 'not-a-recipe'],
		['3 MiB of text', { text: 'flour\n'.repeat(524288) }, 413, 'too-large'],
		['binary garbage', crypto.createHash('sha512').update('x').digest(), 400, 'bad-request'],
		['invalid UTF-8', Buffer.from('{"text":"\xff\xfe"}', 'latin1'), 400, 'bad-request'],
		['broken JSON', '{"text":', 400, 'bad-request'],
		['nothing asked', {}, 422, 'empty'],
		['two inputs', { text: chicken, url: 'https://example.com/' }, 422, 'bad-input'],
		['an unknown member', { text: chicken, colour: 'red' }, 422, 'bad-input'],
		['an unknown preference', { text: chicken, preferences: { sweet: 1 } }, 422, 'bad-input'],
		['a count of 11', { text: chicken, preferences: { count: 11 } }, 422, 'bad-input'],
		['a file: link', { url: 'file:///etc/passwd' }, 422, 'bad-url'],
		['a link to ssh', { url: 'http://example.com:22/' }, 422, 'bad-url'],
		['no link at all', { url: 'not a link' }, 422, 'bad-url'],
		['a private address', { url: 'http://192.168.1.1/' }, 422, 'private-address'],
		['localhost', { url: 'http://localhost/' }, 422, 'private-address'],
		['loopback in decimal', { url: 'http://2130706433/' }, 422, 'private-address'],
		['loopback in IPv6', { url: 'http://[::ffff:7f00:1]/' }, 422, 'private-address'],
		['a page without a recipe', { html: '<html><p>Trains.</p></html>' }, 422, 'not-a-recipe'],
		['a page too large', { html: `<html>${'x'.repeat(3.5 * 1024 * 1024)}` }, 413, 'too-large'],
	]) {
		it(`answers ${what} with ${status} ${code}`, async () => {
			const r = await site.json('/api/v1/pairings', body);

			assert.equal(r.status, status, r.text);
			assert.match(r.headers['content-type'], /^application\/problem\+json/);
			assert.equal(r.json.code, code);
			assert.equal(r.json.status, status);
			assert.ok(r.json.title && r.json.detail);
		});
	}

	it('names the limit it holds to', async () => {
		const r = await site.json('/api/v1/pairings', { text: 'x'.repeat(300 * 1024) });

		assert.equal(r.status, 413);
		assert.match(r.json.detail, /256 KiB/);
	});

	it('refuses what it cannot read', async () => {
		const r = await site.request('POST', '/api/v1/pairings',
			{ headers: { 'content-type': 'text/csv' }, body: 'a,b' });

		assert.equal(r.status, 415);
	});

	it('gives back what was typed when the form has a mistake', async () => {
		const r = await site.form('/pairings', { recipe: prose });

		assert.equal(r.status, 422);
		assert.match(r.headers['content-type'], /^text\/html/);
		assert.ok(r.text.includes('Yesterday we went to the market'));
	});

	it('escapes what recipes say', async () => {
		const evil = chicken.replace('Lemon roast chicken',
			'Lemon <img src=x onerror=alert(1)> "roast" chicken');
		const r = await site.form('/pairings', { recipe: evil });
		const page = await site.get(r.headers.location);

		assert.equal(page.status, 200);
		assert.ok(page.text.includes('&lt;img src=x'));
		assert.ok(!page.text.includes('<img'));
	});

	it('does not know ids that nobody was given', async () => {
		for (const id of ['a'.repeat(26), 'x', '../../x', 'a%00b', `${'a'.repeat(25)}!`]) {
			const r = await site.get(`/api/v1/pairings/${id}`);

			assert.ok([400, 404].includes(r.status), `${id}: ${r.status}`);
		}
	});
});

describe('many at once', () => {
	it('clients that wait leave workers for the others', async () => {
		const fake = await FakeSite.start();
		const site = await Site.start({ env: { fetch_allow: fake.allow } });

		try {
			const held = fake.hold('/soup', recipePage('Slow soup',
				['1 kg tomatoes', '1 onion'], ['Simmer.']));
			const asked = Array.from({ length: 10 }, (_, i) =>
				site.json('/api/v1/pairings', { url: `${fake.url}/soup?n=${i}` },
					{ prefer: 'wait=10' }));

			await held.asked;
			/* eight are told at once that it takes a while */
			let told = 0;
			await new Promise((resolve) => asked.forEach((answer) =>
				answer.then(() => ++told === 8 && resolve())));
			const start = Date.now();
			assert.equal((await site.get('/wines')).status, 200);
			assert.ok(Date.now() - start < 2000, 'others are not kept waiting');
			held.release();
			const all = await Promise.all(asked);
			assert.equal(all.filter((r) => r.headers['preference-applied']).length, 2);
		} finally {
			await site.stop();
			await fake.stop();
		}
	});

	it('a slow site does not hold up the links to others', async () => {
		const slow = await FakeSite.start(), quick = await FakeSite.start();
		const site = await Site.start({ env: {
			fetch_allow: `${slow.allow},${quick.allow}` } });

		try {
			const soup = recipePage('Soup', ['1 kg tomatoes', '1 onion'], ['Simmer.']);
			const held = slow.hold('/soup', soup);

			quick.pages['/soup'] = soup;
			for (let i = 0; i < 40; i++)
				await site.json('/api/v1/pairings', { url: `${slow.url}/soup?n=${i}` });
			await held.asked;
			const start = Date.now();
			const { json } = await site.json('/api/v1/pairings', { url: `${quick.url}/soup` });
			assert.equal((await site.settled(json.id)).status, 'done');
			assert.ok(Date.now() - start < 5000, 'it did not wait in line');
		} finally {
			await site.stop();
			await slow.stop();
			await quick.stop();
		}
	});
});
