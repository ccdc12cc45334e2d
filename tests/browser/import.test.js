'use strict';
/* A recipe on a site that lets no program in, handed over by the cook's own
 * browser: with the bookmarklet, from a telephone's share menu, by pasting. */
const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, chicken } = require('../lib/site.js');
const { launch, axe } = require('../lib/browser.js');

const stew = recipePage('Blocked beef stew', ['800 g beef', '2 onions', '300 ml red wine'],
	['Braise for two hours.']);

describe('bringing a recipe along', () => {
	let site, fake, browser, bookmark;

	before(async () => {
		fake = await FakeSite.start();
		site = await Site.start({ env: { fetch_allow: fake.allow } });
		browser = await launch({ certificate: `${site.dir}/tls/cert.pem` });
		const page = await open();

		await page.goto(`${site.url}/import`);
		bookmark = await page.locator('[data-bookmarklet]').getAttribute('href');
		await page.context().close();
	});
	after(async () => {
		await browser.close();
		await site.stop();
		await fake.stop();
	});

	async function open(options = {}) {
		const context = await browser.newContext(options);

		return context.newPage();
	}

	function serve(where, html, csp) {
		fake.pages[where] = (req, res) => {
			res.writeHead(200, { 'content-type': 'text/html; charset=utf-8',
				...(csp ? { 'content-security-policy': csp } : {}) });
			res.end(html);
		};
		return fake.url + where;
	}

	/* What choosing a bookmark does: the browser, not the page, goes there. */
	async function press(page) {
		const session = await page.context().newCDPSession(page);

		await session.send('Page.navigate', { url: bookmark });
	}
	const kept = async () => (await site.get('/api/v1/recent')).json.items.length;

	it('is a bookmark that stands on its own', () => {
		assert.match(bookmark, /^javascript:/);
		assert.ok(bookmark.length < 8000, `${bookmark.length} bytes`);
	});

	it('sends a page, shows what was read, and pairs on confirmation', async () => {
		const page = await open(), had = await kept();

		await page.goto(serve('/stew', stew));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		assert.equal(await page.locator('h1').innerText(), 'Blocked beef stew');
		assert.match(await page.locator('textarea').inputValue(), /\n800 g beef\n2 onions\n/);
		assert.equal(await kept(), had);
		await page.getByRole('button', { name: 'Find wines' }).first().click();
		await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
		assert.equal(await page.locator('h1').innerText(), 'Blocked beef stew');
		assert.equal(await kept(), had + 1);
		await page.context().close();
	});

	/* The rules of a careful site: no script, no form to elsewhere. */
	const strict = "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'; " +
		"require-trusted-types-for 'script'";

	it('gets past a page that forbids forms to elsewhere', async () => {
		const page = await open(), had = await kept();
		const from = serve('/strict', stew, strict);

		await page.goto(from);
		await press(page);
		await page.waitForURL(/\/import#/);
		await page.locator('[data-arrived]').waitFor();
		assert.match(await page.locator('textarea').inputValue(), /ld\+json/);
		await page.reload();
		assert.match(await page.locator('textarea').inputValue(), /ld\+json/);
		await page.getByRole('button', { name: 'Show what is read' }).click();
		await page.waitForURL(`${site.url}/import`);
		assert.equal(await page.locator('h1').innerText(), 'Blocked beef stew');
		assert.equal(await page.locator('[name=source]').inputValue(), from);
		assert.equal(await kept(), had);
		await page.context().close();
	});

	it('takes the text of a strict page without recipe data', async () => {
		const page = await open();

		await page.goto(serve('/strict-text', `<pre>${chicken}</pre>`, strict));
		await press(page);
		await page.waitForURL(/\/import#/);
		await page.getByRole('button', { name: 'Show what is read' }).click();
		await page.getByRole('heading', { name: 'Lemon roast chicken' }).waitFor();
		await page.context().close();
	});

	it('sends only what is marked', async () => {
		const page = await open();

		await page.goto(serve('/marked', stew.replace('<body>',
			`<body><pre id="mine">${chicken}</pre>`)));
		await page.evaluate(() => getSelection()
			.selectAllChildren(document.getElementById('mine')));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		assert.equal(await page.locator('h1').innerText(), 'Lemon roast chicken');
		assert.ok(!(await page.locator('textarea').inputValue()).includes('onions'));
		await page.context().close();
	});

	it('sends what scripts have written, and none of their code', async () => {
		const page = await open();

		await page.goto(serve('/written', '<!doctype html><head><base target="_blank">' +
			'<meta charset="iso-8859-1"></head><body><form><input name="submit"></form>' +
			'<script>document.write("<h1>Crème brûlée</h1><h2>Ingredients</h2><ul>' +
			'<li>500 ml cream<li>6 egg yolks<li>100 g sugar</ul><h2>Method</h2>' +
			'<ol><li>Bake gently.</ol>")</script></body>'));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		assert.equal(await page.locator('h1').innerText(), 'Crème brûlée');
		assert.match(await page.locator('textarea').inputValue(),
			/Ingredients\n500 ml cream\n6 egg yolks\n100 g sugar\n/);
		await page.context().close();
	});

	it('sends a page as large as pages get', async () => {
		const page = await open();

		await page.goto(serve('/large', stew.replace('<body>', `<body>${'<p>é. </p>'.repeat(300000)}`)));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		assert.equal(await page.locator('h1').innerText(), 'Blocked beef stew');
		await page.context().close();
	});

	it('says what is wrong with a page that holds no recipe, and keeps its text', async () => {
		const page = await open();

		await page.goto(serve('/trains', '<h1>Trains</h1><p>They run on rails.</p>'));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		assert.match(await page.getByRole('alert').innerText(), /No recipe found here/);
		assert.match(await page.locator('textarea').inputValue(), /They run on rails/);
		await page.context().close();
	});

	it('loses nothing on reload or on the way back', async () => {
		const page = await open();
		const box = page.locator('textarea');

		/* as a bookmarklet sent it */
		await page.goto(serve('/back', stew));
		await press(page);
		await page.waitForURL(`${site.url}/import`);
		await page.reload();
		assert.match(await box.inputValue(), /800 g beef/);
		await box.fill((await box.inputValue()).replace('800 g beef', '900 g lamb'));
		await page.getByRole('button', { name: 'Find wines' }).last().click();
		await page.waitForURL(/\/pairings\//);
		await page.goBack();
		assert.match(await box.inputValue(), /900 g lamb/);
		await page.goBack();
		assert.equal(page.url(), `${fake.url}/back`);
		/* pasted, here and on the first page */
		for (const [where, button] of [['/import', 'Show what is read'], ['/', 'Find wines']]) {
			await page.goto(site.url + where);
			await box.fill(chicken);
			await page.getByRole('button', { name: button }).first().click();
			await page.getByRole('heading', { name: 'Lemon roast chicken' }).waitFor();
			await page.goBack();
			assert.equal(await box.inputValue(), chicken, where);
		}
		await page.context().close();
	});

	it('pastes without JavaScript', async () => {
		const page = await open({ javaScriptEnabled: false });

		await page.goto(`${site.url}/import`);
		await page.locator('textarea').fill(chicken);
		await page.getByRole('button', { name: 'Show what is read' }).click();
		await page.getByRole('heading', { name: 'Lemon roast chicken' }).waitFor();
		await page.getByRole('button', { name: 'Find wines' }).first().click();
		await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
		await page.context().close();
	});

	it('explains the button to those who press it, and can be copied', async () => {
		const page = await open(), wrong = [];

		await page.context().grantPermissions(['clipboard-read', 'clipboard-write'],
			{ origin: site.url });
		page.on('console', (m) => m.type() === 'error' && wrong.push(m.text()));
		await page.goto(`${site.url}/import`);
		await page.locator('[data-bookmarklet]').click();
		assert.match(await page.locator('[data-bookmarklet-said]').innerText(), /drag it/);
		assert.equal(await page.locator('#code').inputValue(), bookmark);
		await page.getByRole('button', { name: 'Copy' }).click();
		await page.getByText('Copied.').waitFor();
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), bookmark);
		assert.equal(page.url(), `${site.url}/import`);
		assert.deepEqual(wrong, []);
		await page.context().close();
	});

	/* A page that sends a form as soon as it is open. */
	const sends = (action, fields) => `<body><form method="post" action="${action}">` +
		Object.entries(fields).map(([name, value]) =>
			`<textarea name="${name}">${value}</textarea>`).join('') +
		'</form><script>document.forms[0].submit()</script></body>';

	it('lets no other page act', async () => {
		const page = await open(), had = await kept();
		const answer = page.waitForResponse((r) => r.url() === `${site.url}/pairings`);

		await page.goto(serve('/evil', sends(`${site.url}/pairings`, { recipe: chicken })));
		assert.equal((await answer).status(), 403);
		await page.goto(serve('/show', sends(`${site.url}/import`, { text: chicken })));
		await page.getByRole('heading', { name: 'Lemon roast chicken' }).waitFor();
		assert.equal(await kept(), had);
		assert.deepEqual(await page.context().cookies(), []);
		/* nor put our page into a frame of its own */
		await page.goto(serve('/frame', `<iframe name="f" srcdoc=""></iframe>` +
			`<form method="post" target="f" action="${site.url}/import">` +
			`<textarea name="text">${chicken}</textarea></form>`));
		const blocked = page.waitForEvent('console', (m) => /frame-ancestors/.test(m.text()));
		await page.evaluate(() => document.forms[0].submit());
		await blocked;
		await page.context().close();
	});

	it('is a share target with proper icons', async () => {
		const page = await open();

		await page.goto(site.url);
		const where = await page.locator('link[rel=manifest]').getAttribute('href');
		const r = await site.get(where);

		assert.equal(r.status, 200);
		assert.match(r.headers['content-type'], /^application\/manifest\+json/);
		assert.ok(r.headers['content-security-policy']);
		const session = await page.context().newCDPSession(page);
		const { errors } = await session.send('Page.getAppManifest');
		const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');

		assert.deepEqual(errors, []);
		assert.deepEqual(installabilityErrors.map((e) => e.errorId)
			.filter((id) => id !== 'in-incognito'), []);
		const manifest = JSON.parse(r.text);
		for (const icon of manifest.icons) {
			const image = await site.get(new URL(icon.src, site.url + where).pathname);

			assert.equal(image.headers['content-type'], icon.type, icon.src);
			if (icon.type === 'image/png')
				assert.equal(`${image.raw.readUInt32BE(16)}x${image.raw.readUInt32BE(20)}`,
					icon.sizes);
		}
		const { action, method, enctype, params } = manifest.share_target;
		for (const fields of [{ [params.text]: 'Stew https://cook.example/stew' },
			{ [params.url]: 'https://cook.example/stew' }]) {
			const form = new FormData();

			form.append(params.title, 'Stew');
			Object.entries(fields).forEach(([k, v]) => form.append(k, v));
			const body = new Response(form);
			const shared = await site.request(method, action, {
				headers: { 'content-type': body.headers.get('content-type'),
					'sec-fetch-site': 'none' },
				body: Buffer.from(await body.arrayBuffer()) });

			assert.match(body.headers.get('content-type'), new RegExp(enctype));
			assert.equal(shared.status, 200);
			assert.match(shared.text, />cook\.example<\/h1>/);
			assert.match(shared.text, /https:\/\/cook\.example\/stew<\/textarea>/);
		}
		await page.context().close();
	});

	it('is accessible and fits a telephone, light and dark', async () => {
		const pages = { how: '/import', text: `/import?text=${encodeURIComponent(chicken)}`,
			gaps: '/import?text=coq+au+vin', link: '/import?url=https://cook.example/stew',
			problem: '/import?text=trains' };

		for (const [name, where] of Object.entries(pages)) {
			for (const colorScheme of ['light', 'dark']) {
				const page = await open({ colorScheme, bypassCSP: true,
					viewport: { width: 320, height: 700 } });

				await page.goto(site.url + where);
				if (name === 'how')
					await page.locator('[data-bookmarklet]').click();
				assert.deepEqual(await axe(page), [], `${name} ${colorScheme}`);
				assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= 320, name);
				await page.context().close();
			}
		}
	});
});
