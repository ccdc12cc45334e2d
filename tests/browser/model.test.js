'use strict';
/* What a model adds to the pages: its wines as they come, cancelling, a
 * fallback that says so; and the operator's page. With and without JavaScript. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const os = require('node:os');
const { after, before, describe, it } = require('node:test');
const { Site, until, chicken } = require('../lib/site.js');
const { FakeModels, answerOf, noteOf } = require('../lib/fake-models.js');
const { launch, axe } = require('../lib/browser.js');

const token = 'a token of the tests';

describe('with a model, in a browser', () => {
	let site, models, browser, dir;

	before(async () => {
		dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-model-'));
		models = await FakeModels.start();
		fs.writeFileSync(path.join(dir, 'key'), `${models.key}\n`, { mode: 0o600 });
		fs.writeFileSync(path.join(dir, 'token'), `${token}\n`, { mode: 0o600 });
		site = await Site.start({ env: { provider: 'anthropic, built-in',
			anthropic_url: models.url, anthropic_model: 'fake-model',
			anthropic_key_file: path.join(dir, 'key'), anthropic_price: '1/5',
			spend_limit_month: '10', admin_token_file: path.join(dir, 'token') } });
		browser = await launch();
	});
	after(async () => {
		await browser.close();
		await site.stop();
		await models.stop();
		fs.rmSync(dir, { recursive: true });
	});

	async function open(where, options = {}) {
		const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
		const page = await context.newPage();
		const wrong = [];

		page.on('pageerror', (e) => wrong.push(`script: ${e.message}`));
		page.on('console', (m) => m.type() === 'error' && wrong.push(`console: ${m.text()}`));
		await page.goto(site.url + where);
		return { page, wrong, close: () => context.close() };
	}

	/* Ask for the dish, another one each time. */
	let asked = 0;
	async function ask(page) {
		await page.locator('textarea').first().fill(chicken.replace('Lemon', `Lemon ${++asked}`));
		await page.getByRole('button', { name: 'Find wines' }).first().click();
		await page.waitForURL(/\/pairings\/[a-z2-7]{26}$/);
	}

	for (const javaScriptEnabled of [true, false]) {
		const how = javaScriptEnabled ? 'with' : 'without';

		it(`shows the wines as they come, ${how} JavaScript`, async () => {
			/* all but the end of the answer, then nothing until it is cancelled */
			models.next({ answer: (call) => answerOf(call.styles.slice(0, 5)), stall: 3000 });
			const { page, wrong, close } = await open('/', { javaScriptEnabled, bypassCSP: true });

			await ask(page);
			await page.locator('.so-far article').first().waitFor({ timeout: 20000 });
			assert.match(await page.locator('.steps .now').innerText(), /Choosing the wines/);
			assert.match(await page.locator('.so-far article').first().innerText(),
				new RegExp(noteOf(0).slice(0, 12)));
			assert.equal(await page.locator('.steps li').count(), 3);
			if (javaScriptEnabled) /* axe is a script */
				assert.deepEqual(await axe(page), []);
			await page.getByRole('button', { name: 'Cancel' }).click();
			await page.getByRole('heading', { name: 'This pairing was cancelled' }).waitFor();
			assert.equal(await page.locator('textarea').count(), 1);
			assert.deepEqual(wrong, []);
			await close();
		});

		it(`says who chose, ${how} JavaScript`, async () => {
			const { page, wrong, close } = await open('/', { javaScriptEnabled });

			models.next('good');
			await ask(page);
			await page.getByText('Chosen by fake-model').waitFor({ timeout: 20000 });
			assert.deepEqual(wrong, []);
			await close();
		});

		it(`says why the engine chose after all, ${how} JavaScript`, async () => {
			const { page, wrong, close } = await open('/', { javaScriptEnabled });

			models.always('refusal');
			await ask(page);
			await page.locator('.fallback').waitFor({ timeout: 20000 });
			assert.match(await page.locator('.fallback').innerText(), /own engine chose/);
			assert.ok(await page.locator('article.wine').count() >= 5);
			models.always('good');
			assert.deepEqual(wrong, []);
			await close();
		});

		it(`lets the operator in, ${how} JavaScript`, async () => {
			const { page, close } = await open('/admin', { javaScriptEnabled });

			await page.getByLabel('token').fill('not the token at all');
			await page.getByRole('button', { name: 'Open' }).click();
			await page.getByRole('alert').waitFor();
			await page.getByLabel('token').fill(token);
			await page.getByRole('button', { name: 'Open' }).click();
			await page.getByRole('heading', { name: 'What the models cost' }).waitFor();
			assert.ok(await page.locator('.chart rect').count() > 0);
			await page.getByRole('button', { name: 'Log out' }).click();
			await page.getByLabel('token').waitFor();
			await close();
		});
	}

	it('has no accessibility violations on the operator\'s pages, light or dark', async () => {
		for (const colorScheme of ['light', 'dark']) {
			const { page, close } = await open('/admin', { colorScheme, bypassCSP: true });

			assert.deepEqual(await axe(page), [], `login ${colorScheme}`);
			await page.getByLabel('token').fill(token);
			await page.getByRole('button', { name: 'Open' }).click();
			await page.getByRole('heading', { name: 'What the models cost' }).waitFor();
			assert.deepEqual(await axe(page), [], `admin ${colorScheme}`);
			await page.setViewportSize({ width: 320, height: 700 });
			assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= 320);
			await close();
		}
	});

	it('asks with the tag it has, and gets no body for what is unchanged', async () => {
		const before = models.asked.length;

		models.next({ stall: 'head' });
		const made = await site.json('/api/v1/pairings', { text: chicken.replace('Lemon', 'Lime') });

		assert.equal(made.status, 202);
		await models.asks(before);
		await until(async () => (await site.get(`/api/v1/pairings/${made.json.id}`)).json.stage
			=== 'choosing', 'the model to be asked');
		const first = await site.get(`/api/v1/pairings/${made.json.id}`);
		const again = await site.get(`/api/v1/pairings/${made.json.id}`,
			{ headers: { 'If-None-Match': first.headers.etag } });

		assert.equal(again.status, 304);
		assert.equal((await site.request('DELETE',
			`/api/v1/pairings/${made.json.id}`)).status, 204);
	});
});
