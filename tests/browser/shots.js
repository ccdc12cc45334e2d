'use strict';
/* Screenshots of every page, narrow and wide, light and dark, into the folder
 * given: for ./dev shots. */
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
	const held = fake.hold('/soup', '');
	const site = await Site.start({ env: { fetch_allow: fake.allow } });
	const browser = await launch();

	try {
		await site.json('/api/v1/pairings', { text: chicken });
		const result = await site.json('/api/v1/pairings', { text: curry });
		const job = await site.json('/api/v1/pairings', { url: `${fake.url}/soup` });

		await held.asked;
		const gone = await site.json('/api/v1/pairings', { url: `${fake.url}/gone` });
		const pages = { home: '/', result: `/pairings/${result.json.id}`,
			progress: `/pairings/${job.json.id}`, failed: `/pairings/${gone.json.id}`,
			recent: '/recent', wines: '/wines', wine: '/wines/chablis', missing: '/nothing-here' };

		for (const [name, where] of Object.entries(pages)) {
			for (const [size, width] of [['narrow', 390], ['wide', 1280]]) {
				for (const colorScheme of ['light', 'dark']) {
					const page = await browser.newPage({ ignoreHTTPSErrors: true,
						colorScheme, viewport: { width, height: 900 } });

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
	}
}

main(process.argv[2]);
