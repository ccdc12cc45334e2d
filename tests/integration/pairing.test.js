'use strict';
/* The main job through the real nginx: text, page or link in, wines out. */
const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, chicken } = require('../lib/site.js');

const structure = ['body', 'acidity', 'tannin', 'sweetness', 'alcohol'];
const tastes = ['weight', 'fat', 'acid', 'sweet', 'salt', 'bitter', 'umami',
	'heat', 'smoke', 'earth', 'herb', 'intensity'];

/* The shape of DESIGN section 5, member by member. */
function assertPairing(p) {
	for (const key of ['id', 'url', 'status', 'stage', 'created', 'recipe',
		'summary', 'profile', 'suggestions', 'avoid', 'engine', 'usage',
		'unrecognised'])
		assert.ok(key in p, `member ${key}`);
	assert.match(p.id, /^[a-z2-7]{26}$/);
	assert.equal(p.status, 'done');
	assert.equal(p.stage, 'done');
	assert.match(p.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
	for (const key of ['name', 'url', 'ingredients', 'instructions',
		'total_minutes', 'yield', 'author', 'image', 'language', 'source'])
		assert.ok(key in p.recipe, `recipe.${key}`);
	assert.ok(p.summary.length > 20);
	for (const key of tastes)
		assert.ok(p.profile[key] >= 0 && p.profile[key] <= 10, `profile.${key}`);
	assert.equal(typeof p.profile.protein, 'string');
	assert.ok(Array.isArray(p.profile.technique));
	assert.ok('cuisine' in p.profile);
	assert.equal(p.suggestions.length, 5);
	let last = 100;
	for (const s of p.suggestions) {
		for (const key of ['style_id', 'style', 'region', 'color',
			'description', 'pairing_note', 'glass'])
			assert.ok(s[key].length > 0, `suggestion.${key}`);
		assert.ok(s.score >= 0 && s.score <= last, 'best first');
		last = s.score;
		assert.ok(s.reasons.length > 0);
		for (const reason of s.reasons) {
			assert.ok(reason.rule && reason.text);
			assert.equal(typeof reason.effect, 'number');
		}
		for (const key of structure)
			assert.equal(typeof s.structure[key], 'number', key);
		assert.equal(s.serve_celsius.length, 2);
		assert.ok(s.price >= 1 && s.price <= 4);
		assert.ok('role' in s);
		assert.ok(Array.isArray(s.alternatives));
	}
	for (const a of p.avoid)
		assert.ok(a.style && a.why);
	assert.equal(p.engine.provider, 'built-in');
	assert.ok(p.engine.version);
	assert.equal(p.usage, null);
}

describe('a pairing', () => {
	let site, fake;

	before(async () => {
		fake = await FakeSite.start({
			'/stew': recipePage('Beef stew', ['1 kg beef chuck', '2 onions',
				'500 ml red wine', '3 carrots'], ['Brown the beef.',
				'Braise it in the wine for three hours.']),
			'/about': '<html><title>About us</title><p>We like trains.</p></html>',
			'/gone': (req, res) => { res.writeHead(410); res.end('gone'); },
			'/loop': (req, res) => { res.writeHead(302, { location: '/loop' }); res.end(); },
			'/inside': (req, res) => {
				res.writeHead(302, { location: 'http://169.254.169.254/' });
				res.end();
			},
			'/picture': (req, res) => {
				res.writeHead(200, { 'content-type': 'image/png' });
				res.end('PNG');
			},
		});
		site = await Site.start({ env: { fetch_allow: fake.allow } });
	});
	after(async () => {
		await site.stop();
		await fake.stop();
	});

	it('is made from text and answered with 201', async () => {
		const r = await site.json('/api/v1/pairings', { text: chicken });

		assert.equal(r.status, 201);
		assertPairing(r.json);
		assert.equal(r.json.recipe.name, 'Lemon roast chicken');
		assert.equal(r.json.recipe.source, 'text');
		assert.equal(r.headers.location, `/api/v1/pairings/${r.json.id}`);
		assert.match(r.headers['content-type'], /^application\/json/);
	});

	it('is the same one when asked again, by curl\'s form too', async () => {
		const first = await site.json('/api/v1/pairings', { text: chicken });
		const again = await site.request('POST', '/api/v1/pairings', {
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({ text: chicken }).toString(),
		});
		const read = await site.get(`/api/v1/pairings/${first.json.id}`);

		assert.equal(again.status, 201);
		assert.equal(again.text, first.text);
		assert.equal(read.status, 200);
		assert.equal(read.text, first.text);
	});

	it('is made for a menu, of texts and what is there already', async () => {
		const first = await site.json('/api/v1/pairings', { text: chicken });
		const r = await site.json('/api/v1/pairings',
			{ menu: [{ text: 'Oysters' }, { id: first.json.id }] });

		assert.equal(r.status, 201);
		assertPairing(r.json);
		assert.equal(r.json.recipe.name, 'Oysters, then Lemon roast chicken');
		assert.deepEqual(r.json.menu.map((d) => d.recipe.name),
			['Oysters', 'Lemon roast chicken']);
		assert.deepEqual(r.json.menu[1].profile, first.json.profile);
		for (const s of r.json.suggestions)
			for (const [i, d] of s.dishes.entries()) {
				assert.equal(d.name, r.json.menu[i].recipe.name);
				assert.ok(d.score >= 0 && d.score <= 100 && d.text);
			}
		/* curl's form: a text for each dish */
		const form = new URLSearchParams([['text', 'Oysters'], ['text', chicken]]);
		const again = await site.request('POST', '/api/v1/pairings', {
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: form.toString(),
		});
		assert.equal(again.text, r.text);
		const link = await site.json('/api/v1/pairings',
			{ menu: [{ text: 'Oysters' }, { url: `${fake.url}/stew` }] });
		assert.equal(link.status, 422);
		assert.equal(link.json.code, 'link-in-menu');
		assert.equal(fake.hits['/stew'], undefined);
	});

	it('can be asked for with an ETag', async () => {
		const { json } = await site.json('/api/v1/pairings', { text: chicken });
		const first = await site.get(`/api/v1/pairings/${json.id}`);
		const again = await site.get(`/api/v1/pairings/${json.id}`,
			{ headers: { 'if-none-match': first.headers.etag } });

		assert.ok(first.headers.etag);
		assert.equal(again.status, 304);
		assert.equal(again.text, '');
	});

	it('keeps to preferences', async () => {
		const r = await site.json('/api/v1/pairings', { text: chicken,
			preferences: { count: 3, colors: ['red', 'rose'], max_price: 2 } });

		assert.equal(r.status, 201);
		assert.equal(r.json.suggestions.length, 3);
		for (const s of r.json.suggestions) {
			assert.ok(['red', 'rose'].includes(s.color));
			assert.ok(s.price <= 2);
		}
	});

	it('is made from pasted page source', async () => {
		const html = recipePage('Mushroom risotto', ['300 g risotto rice',
			'400 g mushrooms', '50 g parmesan'], ['Stir for 20 minutes.']);
		const r = await site.json('/api/v1/pairings', { html });

		assert.equal(r.status, 201);
		assert.equal(r.json.recipe.name, 'Mushroom risotto');
		assert.equal(r.json.recipe.source, 'json-ld');
	});

	it('is made from a link by way of a job', async () => {
		const r = await site.json('/api/v1/pairings', { url: `${fake.url}/stew` });

		assert.equal(r.status, 202);
		assert.ok(r.headers['retry-after']);
		assert.equal(r.headers.location, `/api/v1/pairings/${r.json.id}`);
		const done = await site.settled(r.json.id);
		assertPairing(done);
		assert.equal(done.id, r.json.id);
		assert.equal(done.recipe.name, 'Beef stew');
		assert.equal(fake.hits['/stew'], 1);
		/* the same link again is answered from the store */
		const again = await site.json('/api/v1/pairings',
			{ url: `${fake.url}/stew?utm_source=mail#comments` });
		assert.equal(again.status, 201);
		assert.equal(again.json.id, r.json.id);
		assert.equal(fake.hits['/stew'], 1);
	});

	it('waits for a job when asked to', async () => {
		const r = await site.json('/api/v1/pairings',
			{ url: `${fake.url}/stew?wait=1` }, { prefer: 'wait=10' });

		assert.equal(r.status, 201);
		assertPairing(r.json);
	});

	for (const [what, where, code] of [
		['a page without a recipe', '/about', 'not-a-recipe'],
		['a page that is gone', '/gone', 'fetch-missing'],
		['a link in circles', '/loop', 'fetch-loop'],
		['a redirect to the inside', '/inside', 'private-address'],
		['a picture', '/picture', 'fetch-image'],
	]) {
		it(`says so for ${what}`, async () => {
			const r = await site.json('/api/v1/pairings', { url: fake.url + where });

			assert.equal(r.status, 202);
			const end = await site.settled(r.json.id);
			assert.equal(end.status, 'failed');
			assert.equal(end.error.code, code);
			const page = await site.get(`/pairings/${r.json.id}`,
				{ headers: { accept: 'text/html' } });
			assert.match(page.text, /<textarea/, 'offers to paste instead');
		});
	}

	it('says so for a site that does not answer', async () => {
		const nobody = await FakeSite.start();
		const quiet = nobody.url;

		await nobody.stop();
		/* the port was allowed to nobody: an honest refusal, at once */
		const r = await site.json('/api/v1/pairings', { url: quiet });
		assert.equal(r.status, 422);
		assert.match(r.json.code, /bad-url|private-address/);
	});

	it('works as a form without JavaScript', async () => {
		const home = await site.get('/');
		assert.equal(home.status, 200);
		assert.match(home.text, /<form[^>]*action="\/pairings"/);
		const r = await site.form('/pairings', { recipe: chicken });
		assert.equal(r.status, 303);
		assert.match(r.headers.location, /^\/pairings\/[a-z2-7]{26}$/);
		const page = await site.get(r.headers.location);
		assert.equal(page.status, 200);
		assert.match(page.headers['content-type'], /^text\/html/);
		assert.match(page.text, /Lemon roast chicken/);
		assert.match(page.text, /<meter/);
	});

	it('shows a job\'s progress without JavaScript', async () => {
		const held = fake.hold('/slow', recipePage('Slow soup',
			['1 kg tomatoes', '1 onion'], ['Simmer.']));
		const r = await site.form('/pairings', { recipe: `${fake.url}/slow` });

		assert.equal(r.status, 303);
		await held.asked;
		const page = await site.get(r.headers.location);
		assert.ok(page.headers.refresh || /http-equiv="refresh"/i.test(page.text));
		held.release();
		await site.settled(r.headers.location.split('/').pop());
		assert.match((await site.get(r.headers.location)).text, /Slow soup/);
	});

	it('is listed under recent', async () => {
		await site.json('/api/v1/pairings', { text: chicken });
		assert.match((await site.get('/recent')).text, /Lemon roast chicken/);
	});

	it('honours Idempotency-Key', async () => {
		const headers = { 'idempotency-key': 'test-1' };
		const first = await site.json('/api/v1/pairings', { text: chicken }, headers);
		const again = await site.json('/api/v1/pairings', { text: chicken }, headers);
		const other = await site.json('/api/v1/pairings',
			{ text: chicken.replace('Lemon', 'Lime') }, headers);

		assert.equal(first.json.id, again.json.id);
		assert.equal(other.status, 422);
		assert.equal(other.json.code, 'idempotency-key-reused');
	});
});
