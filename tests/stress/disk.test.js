'use strict';
/* A file system that turns read-only under the store. Needs root and a loop
 * device, which not every container has; so it is one of the slow tests. */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { withSite, run, chicken } = require('../lib/site.js');

describe('a failing disk', () => {
	it('a disk that turns read-only is a clear 503, and is told at start', async () => {
		const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-disk-'));
		const disk = path.join(dir, 'disk'), mount = (...args) => execFileSync('mount', args, { stdio: 'pipe' });
		const image = path.join(dir, 'image');
		const store = path.join(disk, 'winepair.db');

		fs.mkdirSync(disk);
		fs.writeFileSync(image, '');
		fs.truncateSync(image, 16 << 20);
		execFileSync('/sbin/mkfs.ext4', ['-q', image]);
		mount('-o', 'loop,errors=remount-ro', image, disk);
		try {
			await withSite({ store }, async (site, fake) => {
				const kept = await site.json('/api/v1/pairings', { text: chicken });
				const lime = { text: chicken.replace('Lemon', 'Lime') };

				assert.equal(kept.status, 201);
				/* what the kernel does when the disk fails */
				mount('-o', 'remount,abort', disk);
				for (const asked of [lime, { url: `${fake.url}/soup` }]) {
					const r = await site.json('/api/v1/pairings', asked);

					assert.equal(r.status, 503);
					assert.equal(r.json.code, 'store');
					assert.ok(r.headers['retry-after']);
				}
				assert.equal((await site.json('/api/v1/pairings', { text: chicken })).status, 201,
					'what is stored needs no writing');
				assert.equal((await site.get('/readyz')).status, 503);
				assert.equal((await site.get('/healthz')).status, 200);
				assert.equal((await site.get(`/api/v1/pairings/${kept.json.id}`)).status, 200);
				assert.equal((await site.get('/recent')).status, 200);
				assert.match(site.log, /warn worker\.\d \S+ store: /);
			});
			execFileSync('umount', ['-l', disk]);
			/* once to make good what was broken off */
			mount('-o', 'loop', image, disk);
			mount('-o', 'remount,ro', disk);
			const r = await run(['serve'], { env: { WINEPAIR_SOCKET: `${dir}/s`, WINEPAIR_STORE: store } });
			assert.equal(r.code, 1);
			assert.match(r.err, /winepair\.db.*: Read-only file system/);
		} finally {
			execFileSync('umount', ['-l', disk]);
			fs.rmSync(dir, { recursive: true });
		}
	});
});
