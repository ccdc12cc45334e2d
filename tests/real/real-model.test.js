'use strict';
/*
 * A real server of the chat API (llama.cpp's) with a real model, as small as
 * they come: what it says is poor, but how it says it is not ours. Needs the
 * folder that tests/real/real-model.sh makes, which takes ten minutes: without
 * it, or WINEPAIR_REAL_MODEL that names it, this is skipped.
 */
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Site, until, freePort, ended, chicken, build } = require('../lib/site.js');

const home = process.env.WINEPAIR_REAL_MODEL || path.join(build, 'real-model');
const server = path.join(home, 'llama-server');
const key = 'sk-real-model-of-the-tests';

const healthy = (url) => new Promise((resolve) => {
	http.get(`${url}/health`, (res) => {
		res.resume();
		resolve(res.statusCode === 200);
	}).on('error', () => resolve(false));
});

describe('a real model', { skip: fs.existsSync(server) ? false : `no ${server}` }, () => {
	let model, url, dir;

	before(async () => {
		const port = await freePort();

		url = `http://127.0.0.1:${port}`;
		dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-real-'));
		fs.writeFileSync(path.join(dir, 'key'), key, { mode: 0o600 });
		fs.writeFileSync(path.join(dir, 'wrong-key'), `${key}-not`, { mode: 0o600 });
		model = spawn(server, ['-m', path.join(home, 'model.gguf'), '--host', '127.0.0.1',
			'--port', port, '--api-key', key, '-c', '16384', '-np', '2', '--seed', '1',
			'--temp', '0.7', '--repeat-penalty', '1.1'], { stdio: 'ignore' });
		await until(() => healthy(url), 'the model to be loaded', 120000);
	});
	after(async () => {
		model?.kill();
		if (model)
			await ended(model);
		fs.rmSync(dir, { recursive: true, force: true });
	});

	const withSite = async (env, fn) => {
		const site = await Site.start({ env: { provider: 'openai,built-in', openai_url: `${url}/v1`,
			openai_model: 'gemma-3-270m', openai_key_file: path.join(dir, 'key'), openai_price: '0/0',
			model_timeout: 300, model_silence: 120, ...env } });

		try {
			await fn(site);
			assert.ok(!site.log.includes(key));
		} finally {
			await site.stop();
		}
	};
	const pair = async (site, text) => {
		const r = await site.json('/api/v1/pairings', { text, preferences: { count: 3 } });

		assert.equal(r.status, 202, r.text);
		return until(async () => {
			const { json } = await site.get(`/api/v1/pairings/${r.json.id}`);

			return !['queued', 'running'].includes(json.status) && json;
		}, 'the pairing', 600000);
	};

	it('is asked, answers, and the cook gets wines', () => withSite({}, async (site) => {
		const got = [];

		for (const name of ['Lemon roast chicken', 'Roast chicken with thyme', 'Chicken for Sunday'])
			got.push(await pair(site, chicken.replace('Lemon roast chicken', name)));
		for (const p of got) {
			assert.equal(p.status, 'done');
			assert.equal(p.suggestions.length, 3);
			for (const s of p.suggestions.filter((o) => o.style_id !== 'other'))
				assert.equal((await site.get(`/api/v1/wines/${s.style_id}`)).status, 200);
			/* it was understood, and its tokens counted; what it chose may be
			 * of no use, but nothing else is wrong with it */
			assert.ok(p.usage.input_tokens > 300 && p.usage.output_tokens > 10, JSON.stringify(p.usage));
			assert.ok([undefined, 'model-no-pick', 'model-too-long', 'model-wrong-shape']
				.includes(p.engine.fallback?.code), JSON.stringify(p.engine));
		}
		console.log(got.map((p) => `${p.engine.provider} ${p.engine.fallback?.code || ''} ` +
			`${JSON.stringify(p.usage)}`).join('\n'));
		assert.ok(got.some((p) => p.engine.provider === 'openai'), 'it was of use at least once');
	}));

	it('that does not know our key', () => withSite({ openai_key_file: path.join(dir, 'wrong-key') },
		async (site) => {
			const p = await pair(site, chicken);

			assert.equal(p.engine.fallback.code, 'model-key');
			assert.equal(p.engine.provider, 'built-in');
		}));
});
