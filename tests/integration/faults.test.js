'use strict';
/* What may be killed, filled up or broken without losing what was asked. */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { Site, FakeSite, withSite, until, run, ended, recipePage, chicken, build } =
	require('../lib/site.js');

const soup = recipePage('Slow soup', ['1 kg tomatoes', '1 onion', '50 ml cream'], ['Simmer.']);

/* A copy of the data folder that a test may break. */
function copyData() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-data-'));

	/* -L: the build tree holds links into the sources */
	execFileSync('cp', ['-rL', `${path.join(build, 'share/winepair')}/.`, dir]);
	return dir;
}

const dataEnv = (dir) => ({ knowledge_dir: `${dir}/knowledge`,
	templates_dir: `${dir}/templates`, static_dir: `${dir}/static`,
	sql_dir: `${dir}/sql/sqlite` });

/* All children, once all have their names: reader, workers, runner. */
const everybody = (site) => until(() => {
	const all = ['reader', 'worker', 'runner'].flatMap((name) => site.children(name));
	return all.length === 6 && all;
}, 'everybody to be there');

describe('faults', () => {
	it('a runner killed in the middle of a job loses nothing', () => withSite({}, async (site, fake) => {
		const held = fake.hold('/soup', soup);
		const { json } = await site.json('/api/v1/pairings', { url: `${fake.url}/soup` });

		await held.asked;
		const [runner] = site.children('runner');
		process.kill(runner, 'SIGKILL');
		await until(() => held.times() === 2, 'another runner to take the job up');
		held.release();
		const done = await site.settled(json.id);
		assert.equal(done.status, 'done');
		assert.equal(done.recipe.name, 'Slow soup');
		assert.notEqual(site.children('runner')[0], runner);
	}));

	it('a worker killed in the middle of a request harms no other', () => withSite({}, async (site, fake) => {
		const held = fake.hold('/soup', soup);
		const waiting = site.json('/api/v1/pairings',
			{ url: `${fake.url}/soup` }, { prefer: 'wait=10' });

		await held.asked;
		const workers = site.children('worker');
		assert.equal(workers.length, 4);
		/* whichever of them waits: one after the other dies, and others answer */
		for (const worker of workers) {
			process.kill(worker, 'SIGKILL');
			const r = await site.get('/wines');
			assert.equal(r.status, 200);
		}
		assert.equal((await waiting).status, 502);
		await until(() => site.children('worker').length === 4, 'new workers');
		held.release();
		const recent = await until(async () => {
			const r = await site.get('/recent');
			return r.text.includes('Slow soup') && r;
		}, 'the job to be finished all the same');
		assert.equal(recent.status, 200);
	}));

	it('everything is there after the master was killed', () => withSite({}, async (site) => {
		const { json } = await site.json('/api/v1/pairings', { text: chicken });
		const children = ['worker', 'runner', 'reader'].flatMap((n) => site.children(n));

		site.app.kill('SIGKILL');
		await ended(site.app);
		await until(() => children.every((pid) => !fs.existsSync(`/proc/${pid}`)),
			'the children to notice', 5000);
		site.serve();
		await site.ready();
		assert.equal((await site.get(`/api/v1/pairings/${json.id}`)).status, 200);
	}));

	it('a second serve on the same socket says so and does no harm', () => withSite({}, async (site) => {
		const second = await run(['serve'], { env: site.env });

		assert.equal(second.code, 1);
		assert.match(second.err, /already/);
		assert.equal((await site.get('/')).status, 200);
	}));

	it('a full disk is a clear 503, and work goes on afterwards', async (t) => {
		if (process.getuid() !== 0)
			return t.skip('needs root to mount a small file system');
		const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-disk-'));

		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
		try {
			await withSite({ store: path.join(disk, 'winepair.db') }, async (site) => {
				const kept = await site.json('/api/v1/pairings', { text: chicken });
				assert.equal(kept.status, 201);
				const filler = path.join(disk, 'filler');
				try {
					fs.writeFileSync(filler, Buffer.alloc(8 << 20));
				} catch (e) {
					assert.equal(e.code, 'ENOSPC');
				}
				const refused = await site.json('/api/v1/pairings',
					{ text: chicken.replace('Lemon', 'Lime') });
				assert.equal(refused.status, 503);
				assert.equal(refused.json.code, 'store');
				assert.ok(refused.headers['retry-after']);
				assert.equal((await site.get('/readyz')).status, 503);
				assert.equal((await site.get(`/api/v1/pairings/${kept.json.id}`)).status, 200);
				const form = await site.form('/pairings',
					{ recipe: chicken.replace('Lemon', 'Lime') });
				assert.equal(form.status, 503);
				assert.match(form.text, /Lime roast chicken/, 'the text is still there');
				fs.rmSync(filler);
				const later = await site.json('/api/v1/pairings',
					{ text: chicken.replace('Lemon', 'Lime') });
				assert.equal(later.status, 201);
				assert.equal((await site.get('/readyz')).status, 200);
			});
		} finally {
			execFileSync('umount', ['-l', disk]);
			fs.rmdirSync(disk);
		}
	});

	/* Where a mistake may be, how it comes there, and what is said about it. */
	const replaced = (from, to) => (name) =>
		fs.writeFileSync(name, fs.readFileSync(name, 'utf8').replace(from, to));
	const css = `static/${fs.readFileSync(path.join(build, 'share/winepair/static/version'),
		'utf8').trim()}/css/main.css`;

	for (const [what, file, spoil, said] of [
		['a broken template', 'templates/home.mustache', replaced(/$/, '{{#never}}\n'),
			/home\.mustache:\d+: /],
		['a missing template', 'templates/home.mustache', fs.rmSync, /home/],
		['a broken knowledge row', 'knowledge/wines.tsv', replaced(/\n([^\t]+)\t/, '\n$1\t\t'),
			/wines\.tsv:\d+[:,]/],
		['a missing table', 'knowledge/wines.tsv', fs.rmSync, /wines\.tsv: /],
		['a missing style sheet', css, fs.rmSync, /css\/main\.css: No such file/],
		['no version of the static files', 'static/version', fs.rmSync, /static\/version: /],
		['a bad setting', 'winepair.conf', replaced('= 4', '= many'), /winepair\.conf:2: /],
	]) {
		const prepare = () => {
			const data = copyData();

			fs.writeFileSync(`${data}/winepair.conf`, '# test\nworkers = 4\n');
			return [data, path.join(data, file), ['--config', `${data}/winepair.conf`]];
		};

		it(`${what} stops the start, and the reason is said`, async () => {
			const [data, name, args] = prepare();
			const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-broken-'));

			spoil(name);
			const env = { WINEPAIR_SOCKET: `${dir}/s`, WINEPAIR_STORE: `${dir}/db` };
			for (const [key, value] of Object.entries(dataEnv(data)))
				env[`WINEPAIR_${key.toUpperCase()}`] = value;
			const r = await run(['serve', ...args], { env });
			assert.equal(r.code, 1);
			assert.match(r.err, said);
			fs.rmSync(data, { recursive: true });
			fs.rmSync(dir, { recursive: true });
		});

		it(`${what} at SIGHUP leaves the old working`, async () => {
			const [data, name, args] = prepare();
			const good = fs.readFileSync(name);

			await withSite({ args, env: dataEnv(data) }, async (site) => {
				const before = await everybody(site);

				spoil(name);
				site.app.kill('SIGHUP');
				await until(() => site.log.includes('stays as it was'), 'the refusal in the log');
				const lines = site.log.split('\n').filter((line) => said.test(line));
				assert.equal(lines.length, 1, site.log);
				assert.match(lines[0], /^\S+ warn master - /);
				assert.equal((await site.get('/')).status, 200);
				assert.equal((await site.json('/api/v1/pairings', { text: chicken })).status, 201);
				assert.deepEqual(await everybody(site), before);
				/* mended, it is taken */
				fs.writeFileSync(name, good);
				site.app.kill('SIGHUP');
				await until(() => !site.children('worker').some((pid) => before.includes(pid)) &&
					site.children('worker').length === 4, 'new workers');
				assert.equal((await site.get('/')).status, 200);
			});
			fs.rmSync(data, { recursive: true });
		});
	}

	for (const what of ['file', 'folder']) {
		it(`a deleted ${what} of the socket is made again`, async () => {
			const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-socket-'));
			const folder = path.join(dir, 'run');

			fs.mkdirSync(folder, { mode: 0o750 });
			await withSite({ env: { socket: `${folder}/s` } }, async (site, fake) => {
				const before = await everybody(site);

				fake.pages['/soup'] = soup;
				fs.rmSync(what === 'file' ? `${folder}/s` : folder, { recursive: true });
				const lost = await site.get('/wines');
				assert.equal(lost.status, 502);
				await until(async () => (await site.get('/wines')).status === 200, 'the socket');
				assert.equal(fs.statSync(folder).mode & 0o777, 0o750);
				assert.equal(fs.statSync(`${folder}/s`).mode & 0o777, 0o660);
				const { json } = await site.json('/api/v1/pairings', { url: `${fake.url}/soup` });
				assert.equal((await site.settled(json.id)).status, 'done');
				await until(async () => !(await everybody(site)).some((pid) => before.includes(pid)),
					'everybody to be exchanged');
				assert.equal(site.log.split('made again').length, 2, 'said once');
				assert.equal((await run(['serve'], { env: site.env })).code, 1);
			});
			fs.rmSync(dir, { recursive: true });
		});
	}

	it('a reload drops no request', () => withSite({}, async (site) => {
		let stop = false;
		const statuses = {};
		const clients = Array.from({ length: 4 }, async () => {
			while (!stop) {
				const { status } = await site.get('/wines');
				statuses[status] = (statuses[status] || 0) + 1;
			}
		});

		for (let i = 0; i < 3; i++) {
			const before = site.children('worker');
			site.app.kill('SIGHUP');
			await until(() => !site.children('worker').some((pid) => before.includes(pid)) &&
				site.children('worker').length === 4, 'new workers');
		}
		stop = true;
		await Promise.all(clients);
		assert.deepEqual(Object.keys(statuses), ['200']);
	}));

	it('SIGTERM lets a request end and then stops', () => withSite({}, async (site, fake) => {
		const held = fake.hold('/soup', soup);
		const waiting = site.json('/api/v1/pairings',
			{ url: `${fake.url}/soup` }, { prefer: 'wait=3' });

		await held.asked;
		site.app.kill('SIGTERM');
		held.release();
		const r = await waiting;
		assert.ok([201, 202].includes(r.status), `${r.status}`);
		assert.deepEqual(await ended(site.app), { code: 0, signal: null });
		site.serve();
		await site.ready();
		assert.equal((await site.settled(r.json.id)).status, 'done');
	}));

	it('a database deleted underneath is a clear 503, and back once it is back', () => withSite({}, async (site) => {
		const { json } = await site.json('/api/v1/pairings', { text: chicken });
		const lime = { text: chicken.replace('Lemon', 'Lime') };
		const files = ['', '-wal', '-shm'].map((end) => site.env.WINEPAIR_STORE + end);

		for (const file of files)
			fs.renameSync(file, `${file}.away`);
		const refused = await site.json('/api/v1/pairings', lime);
		assert.equal(refused.status, 503);
		assert.equal(refused.json.code, 'store');
		assert.equal((await site.get('/readyz')).status, 503);
		for (const file of files)
			fs.renameSync(`${file}.away`, file);
		await until(async () => (await site.get('/readyz')).status === 200, 'the store to be back');
		assert.equal((await site.json('/api/v1/pairings', lime)).status, 201);
		assert.equal((await site.get(`/api/v1/pairings/${json.id}`)).status, 200);
	}));

	it('workers that are stopped while they wait are replaced', () => withSite(
		{ env: { worker_deadline_s: 5 } }, async (site) => {
			const stopped = site.children('worker');

			assert.equal((await site.get('/wines')).status, 200);
			for (const pid of stopped)
				process.kill(pid, 'SIGSTOP');
			assert.equal((await site.get('/wines')).status, 200);
			await until(() => !site.children('worker').some((pid) => stopped.includes(pid)) &&
				site.children('worker').length === stopped.length, 'every one to be replaced');
		}));

	it('a file that is no database is refused in words', async () => {
		const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-junk-'));

		fs.writeFileSync(path.join(dir, 'db'), 'this is no database, only words. '.repeat(100));
		const r = await run(['serve'], { env: { WINEPAIR_SOCKET: `${dir}/s`, WINEPAIR_STORE: `${dir}/db` } });
		assert.equal(r.code, 1);
		assert.match(r.err, /db/);
		fs.rmSync(dir, { recursive: true });
	});
});
