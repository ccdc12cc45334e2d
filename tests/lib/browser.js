'use strict';
/* Debian's Chromium through playwright-core, and axe-core inside a page. */
const crypto = require('node:crypto');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const need = createRequire(path.join(process.env.WINEPAIR_NODE_MODULES || '.', '/'));

/* certificate: a file to trust as if somebody had signed it; without, pages are
 * opened with ignoreHTTPSErrors, and the browser caches nothing. */
function launch({ certificate } = {}) {
	const trust = certificate && crypto.createHash('sha256').update(
		new crypto.X509Certificate(fs.readFileSync(certificate)).publicKey
			.export({ type: 'spki', format: 'der' })).digest('base64');

	return need('playwright-core').chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--headless', '--no-sandbox', '--disable-gpu',
			'--disable-background-networking', '--disable-component-update',
			'--disable-sync', '--no-first-run', '--disable-quic',
			...(trust ? [`--ignore-certificate-errors-spki-list=${trust}`] : [])],
	});
}

/* What axe finds against WCAG 2.2 AA: ["rule: selector", …]. */
async function axe(page) {
	await page.addScriptTag({ path: need.resolve('axe-core/axe.min.js') });
	const { violations } = await page.evaluate(() => window.axe.run(document,
		{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));

	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target}`));
}

module.exports = { launch, axe };
