'use strict';
/* Draws static/icons/*.png anew from the SVG files beside them, for those who
 * install Winepair on a telephone: run it by hand after changing one. */
const fs = require('node:fs');
const path = require('node:path');
const { launch } = require('../lib/browser.js');

const folder = path.resolve(__dirname, '../../static/icons');
const icons = [['favicon.svg', 'icon-192.png', 192], ['favicon.svg', 'icon-512.png', 512],
	['maskable.svg', 'maskable-512.png', 512], ['maskable.svg', 'apple-touch-180.png', 180]];

async function main() {
	const browser = await launch();

	for (const [from, to, size] of icons) {
		const page = await browser.newPage({ viewport: { width: size, height: size } });
		const svg = fs.readFileSync(path.join(folder, from)).toString('base64');

		await page.setContent(`<style>body{margin:0}img{display:block;width:100vw}</style>` +
			`<img src="data:image/svg+xml;base64,${svg}">`);
		await page.screenshot({ path: path.join(folder, to), omitBackground: true });
		await page.close();
	}
	await browser.close();
}

main();
