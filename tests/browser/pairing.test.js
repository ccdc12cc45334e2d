'use strict';
/* A person with a browser: pastes a recipe, reads the wines, shares nothing
 * with anybody else's server. With and without JavaScript. */
const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, chicken } = require('../lib/site.js');
const { launch, axe } = require('../lib/browser.js');

describe('in a browser', () => {
	let site, fake, browser;

	before(async () => {
		fake = await FakeSite.start();
		site = await Site.start({ env: { fetch_allow: fake.allow } });
		browser = await launch();
	});
	after(async () => {
		await browser.close();
		await site.stop();
		await fake.stop();
	});

	/* A fresh page that fails the test for anything unexpected. */
	async function open(where, options = {}) {
		const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
		const page = await context.newPage();
		const wrong = [];

		page.on('pageerror', (e) => wrong.push(`script: ${e.message}`));
		page.on('console', (m) => m.type() === 'error' && wrong.push(`console: ${m.text()}`));
		page.on('request', (r) => !r.url().startsWith(site.url) &&
			!r.url().startsWith('data:') && wrong.push(`third party: ${r.url()}`));
		await page.goto(site.url + where);
		return { page, wrong, close: () => context.close() };
	}

	for (const javaScriptEnabled of [true, false]) {
		const how = javaScriptEnabled ? 'with' : 'without';

		it(`pastes a recipe and reads the wines, ${how} JavaScript`, async () => {
			const { page, wrong, close } = await open('/', { javaScriptEnabled });

			await page.locator('textarea').first().fill(chicken);
			await page.getByRole('button', { name: /find|pair|wine/i }).first().click();
			await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
			assert.match(await page.locator('h1').innerText(), /Lemon roast chicken/);
			assert.equal(await page.locator('article, .wine, [data-wine]').count() >= 5, true);
			assert.ok(await page.locator('meter').count() >= 20);
			assert.deepEqual(wrong, []);
			await close();
		});

		it(`adds a dish and reads the wines for both, ${how} JavaScript`, async () => {
			const { page, wrong, close } = await open('/', { javaScriptEnabled });

			await page.locator('textarea').fill(chicken);
			await page.getByText('Preferences').click();
			await page.getByLabel('White').check();
			await page.getByRole('button', { name: 'Find wines' }).click();
			await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
			const first = page.url();
			/* a link is no dish; it stays in the box beside what is there */
			await page.getByLabel('Another dish').fill('https://www.example.com/stew');
			await page.getByRole('button', { name: 'Add the dish' }).click();
			await page.waitForURL(/\/pairings$/);
			assert.match(await page.getByRole('alert').innerText(), /A menu takes no links/);
			assert.equal(await page.locator('textarea').inputValue(),
				'https://www.example.com/stew');
			assert.ok(await page.getByLabel('Together with Lemon roast chicken').isChecked());
			/* a name is one */
			await page.locator('textarea').fill('Oysters');
			await page.getByRole('button', { name: 'Find wines' }).click();
			await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
			assert.notEqual(page.url(), first);
			assert.equal(await page.locator('h1').innerText(),
				'Lemon roast chicken, then Oysters');
			assert.equal(await page.locator('article.wine').count(), 5);
			assert.equal(await page.locator('article.wine .beside li').count(), 10);
			assert.equal(await page.locator('.course').count(), 2);
			assert.equal(await page.locator('.picks li').count(), 6);
			/* the wishes went along */
			for (const origin of await page.locator('article.wine .origin').allInnerTexts())
				assert.match(origin, /White/);
			assert.deepEqual(wrong.filter((w) => !/status of 422/.test(w)), []);
			await close();
		});

		it(`follows a link's job to its end, ${how} JavaScript`, async () => {
			const where = `/soup-${how}`;
			const held = fake.hold(where, recipePage('Slow soup',
				['1 kg tomatoes', '1 onion', '50 ml cream'], ['Simmer.']));
			const { page, wrong, close } = await open('/', { javaScriptEnabled });

			await page.locator('textarea').first().fill(fake.url + where);
			await page.getByRole('button', { name: /find|pair|wine/i }).first().click();
			await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
			await held.asked;
			held.release();
			await page.getByRole('heading', { name: 'Slow soup' }).waitFor({ timeout: 20000 });
			assert.deepEqual(wrong, []);
			await close();
		});
	}

	it('has no accessibility violations on any page, light or dark', async () => {
		const made = await site.json('/api/v1/pairings', { text: chicken });
		const menu = await site.json('/api/v1/pairings',
			{ menu: [{ text: 'Oysters' }, { text: 'Tiramisu' }] });

		for (const colorScheme of ['light', 'dark']) {
			for (const where of ['/', '/import', '/recent', '/wines', '/wines/chablis',
				`/pairings/${made.json.id}`, `/pairings/${menu.json.id}`,
				'/nothing-here']) {
				const { page, close } = await open(where, { colorScheme, bypassCSP: true });
				const found = await axe(page);

				assert.deepEqual(found, [], `${where} ${colorScheme}`);
				await close();
			}
		}
	});

	it('fits a telephone', async () => {
		const made = await site.json('/api/v1/pairings', { text: chicken });

		const menu = await site.json('/api/v1/pairings',
			{ menu: [{ text: 'Oysters' }, { text: chicken }] });

		for (const where of ['/', '/wines', `/pairings/${made.json.id}`,
			`/pairings/${menu.json.id}`]) {
			const { page, close } = await open(where, { viewport: { width: 320, height: 700 } });
			const wide = await page.evaluate('document.documentElement.scrollWidth');

			assert.ok(wide <= 320, `${where} is ${wide} px wide`);
			await close();
		}
	});
});
