'use strict';
/* Screenshots of every page in every state, narrow and wide, light and dark,
 * into the folder given: for ./dev shots. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Site, FakeSite, chicken } = require('../lib/site.js');
const { launch } = require('../lib/browser.js');

const curry = `Thai green curry with prawns

Serves 4

Ingredients
- 400 g prawns
- 400 ml coconut milk
- 3 tbsp green curry paste
- 1 tbsp fish sauce
- 1 tsp palm sugar
- 1 aubergine
- 1 handful Thai basil
- 1 lime

Method
Fry the paste in a little coconut cream.
Add the rest of the coconut milk and the aubergine and simmer for ten minutes.
Poach the prawns in it; season with fish sauce, sugar and lime.
`;

async function main(to) {
	const fake = await FakeSite.start();
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-shots-'));
	const token = path.join(dir, 'token');

	fs.writeFileSync(token, 'a token for the shots', { mode: 0o600 });
	const site = await Site.start({ env: { fetch_allow: fake.allow, admin_token_file: token } });
	const browser = await launch();

	/* Each brings about what the shot shows; then where to go for it. */
	async function pairing(input) {
		const { json } = await site.json('/api/v1/pairings', input);

		return `/pairings/${json.id}`;
	}

	/* A site is asked one page at a time, so the one that is held comes first
	 * to its end. */
	let held = { release() {} };
	async function failed() {
		held.release();
		const where = await pairing({ url: `${fake.url}/gone` });

		assert.equal((await site.settled(path.basename(where))).status, 'failed');
		return where;
	}

	async function underWay() {
		const name = `/soup${Object.keys(fake.pages).length}`;

		held.release();
		held = fake.hold(name, '');
		const where = await pairing({ url: fake.url + name });
		await held.asked;
		return where;
	}

	async function mistake(page) {
		await page.goto(site.url);
		await page.locator('textarea').fill('A walk by the sea.');
		await page.locator('form .primary').click();
		await page.waitForURL(/\/pairings$/);
	}

	/* A link where a dish was asked for: nothing typed is lost. */
	async function linked(page) {
		await page.goto(site.url + await pairing({ text: curry }));
		await page.locator('textarea').fill('https://www.example.com/stew');
		await page.locator('.also button').click();
		await page.waitForURL(/\/pairings$/);
	}

	async function admin(page) {
		await page.goto(`${site.url}/admin`);
		await page.getByLabel('token').fill(fs.readFileSync(token, 'utf8'));
		await page.getByRole('button', { name: 'Open' }).click();
		await page.getByRole('heading', { name: 'What the models cost' }).waitFor();
	}

	/* Stopped before anything came. */
	async function cancelled() {
		const where = await underWay();

		await site.form(`${where}/cancel`, {});
		return where;
	}

	const pages = { home: () => '/', mistake, result: () => pairing({ text: curry }),
		menu: () => pairing({ menu: [{ text: 'Oysters' }, { text: 'Coq au vin' }] }),
		apart: () => pairing({ menu: [{ text: curry }, { text: 'Steak frites' },
			{ text: 'Tiramisu' }] }), linked,
		progress: underWay, cancelled, failed, login: () => '/admin', admin, recent: () => '/recent', wines: () => '/wines',
		wine: () => '/wines/chablis', missing: () => '/nothing-here',
		nginx: () => '/static/none', import: () => '/import',
		preview: () => '/import?text=' +
			encodeURIComponent(curry.replace('1 lime', '2 tbsp xyzzy')),
		shared: () => '/import?url=https%3A%2F%2Fwww.example.com%2Fcurry' };

	try {
		await pairing({ text: chicken });
		for (const [name, prepare] of Object.entries(pages)) {
			for (const [size, width] of [['narrow', 390], ['wide', 1280]]) {
				for (const colorScheme of ['light', 'dark']) {
					const page = await browser.newPage({ ignoreHTTPSErrors: true,
						colorScheme, viewport: { width, height: 900 } });
					const where = await prepare(page);

					if (where)
						await page.goto(site.url + where);
					await page.screenshot({ fullPage: true,
						path: path.join(to, `${name}-${size}-${colorScheme}.png`) });
					await page.close();
				}
			}
		}
	} finally {
		held.release();
		await browser.close();
		await site.stop();
		await fake.stop();
		fs.rmSync(dir, { recursive: true });
	}
}

main(process.argv[2]);
