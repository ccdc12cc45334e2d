'use strict';
/*
 * The commands that ask language models, with models that do what a test wants
 * (tests/lib/fake-models.js): pair --provider, doctor, eval. No server, no
 * database, nothing beyond loopback.
 */
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, afterEach, before, beforeEach, describe, it } = require('node:test');
const { run, freePort, until, chicken, program } = require('../lib/site.js');
const { FakeModels, answerOf, goodSummary, noteOf } = require('../lib/fake-models.js');

let dir, fake, key, env;

const file = (name, text, mode = 0o600) => {
	const where = path.join(dir, name);

	fs.writeFileSync(where, text, { mode });
	fs.chmodSync(where, mode);
	return where;
};
const winepair = (args, more = {}) => run(args, { env: { ...env, ...more } });
const secret = (r) => assert.ok(!`${r.out}${r.err}`.includes(fake.key), 'the key is told');

before(async () => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-cli-models-'));
	fake = await FakeModels.start();
	key = file('key', `${fake.key}\n`);
	env = {
		WINEPAIR_STORE: path.join(dir, 'none.db'),
		WINEPAIR_ANTHROPIC_URL: fake.url, WINEPAIR_ANTHROPIC_MODEL: 'claude-fake',
		WINEPAIR_ANTHROPIC_KEY_FILE: key, WINEPAIR_ANTHROPIC_PRICE: '2/10',
		WINEPAIR_OPENAI_URL: `${fake.url}/v1`, WINEPAIR_OPENAI_MODEL: 'gpt-fake',
		WINEPAIR_OPENAI_KEY_FILE: key, WINEPAIR_OPENAI_PRICE: '1/5',
	};
});
after(async () => {
	fake.release();
	await fake.stop();
	fs.rmSync(dir, { recursive: true });
});
beforeEach(() => fake.clear());
afterEach(() => assert.deepEqual(fake.broken, []));

describe('pair with a model', () => {
	it('lets it choose, and says so', async () => {
		const r = await winepair(['pair', '--text', chicken, '--provider', 'openai']);

		assert.equal(r.code, 0, r.err);
		assert.equal(r.err, '');
		assert.ok(r.out.replace(/\s+/g, ' ').includes(goodSummary));
		assert.ok(r.out.replace(/\s+/g, ' ').includes(noteOf(0)));
		assert.match(r.out, /^Chosen by gpt-fake \(openai\)\. It took 1200 tokens in, 300 out, \$0\.0027\.$/m);
		assert.equal(fake.asked.length, 1);
		for (const line of r.out.split('\n'))
			assert.ok([...line].length <= 80, `too wide: ${line}`);
		secret(r);
	});

	it('tells what it cost to the last millionth', async () => {
		fake.next({ usage: { input: 9, output: 3 } });
		const r = await winepair(['pair', '--text', chicken, '--provider', 'openai']);

		assert.match(r.out, /It took 9 tokens in, 3 out, \$0\.000024\.$/m);
	});

	it('does what the settings say, and --provider built-in in spite of them', async () => {
		const settings = { WINEPAIR_PROVIDER: 'anthropic, built-in' };
		const model = await winepair(['pair', '--text', chicken, '--json'], settings);
		const { engine, usage } = JSON.parse(model.out);

		assert.equal(engine.provider, 'anthropic');
		assert.equal(engine.model, 'claude-fake');
		assert.equal(usage.cost_usd, 0.0054);
		const plain = await winepair(['pair', '--text', chicken, '--json', '--provider', 'built-in'], settings);
		assert.equal(JSON.parse(plain.out).engine.provider, 'built-in');
		assert.equal(fake.asked.length, 1);
		const none = await winepair(['pair', '--text', chicken, '--json']);
		assert.equal(none.out, plain.out, 'nobody asked for a model');
	});

	it('answers by the engine when the model fails, and says why', async () => {
		fake.always('key');
		const r = await winepair(['pair', '--text', chicken, '--provider', 'openai, built-in']);

		assert.equal(r.code, 0, r.err);
		assert.match(r.out, /did not accept the key of this site, so/);
		assert.ok(!r.out.includes('Chosen by'));
		secret(r);
		const json = JSON.parse((await winepair(['pair', '--text', chicken, '--json', '--provider', 'openai'])).out);
		assert.equal(json.engine.provider, 'built-in');
		assert.equal(json.engine.fallback.code, 'model-key');
	});

	it('asks the next provider of the list', async () => {
		fake.next('key');
		const r = await winepair(['pair', '--text', chicken, '--provider', 'openai,anthropic']);

		assert.match(r.out, /Chosen by claude-fake \(anthropic\)/);
		assert.deepEqual(fake.asked.map((c) => c.api), ['openai', 'anthropic']);
	});

	it('reads the settings it is given', async () => {
		const conf = file('pair.conf', 'provider = openai\nopenai_model = gpt-other\n');
		const r = await winepair(['pair', '--text', chicken, '--config', conf],
			{ WINEPAIR_PROVIDER: undefined, WINEPAIR_OPENAI_MODEL: undefined });

		assert.match(r.out, /Chosen by gpt-other \(openai\)/);
		assert.equal((await winepair(['pair', '--text', chicken, '--config', path.join(dir, 'none.conf')])).code, 1);
	});

	it('shows a wine of no table without points', async () => {
		fake.always({ answer: (call) => answerOf([{ style: 'other', name: 'Zelen',
			region: 'Vipava, Slovenia', color: 'white' }, call.styles[0]]) });
		const r = await winepair(['pair', '--text', chicken, '--count', '2', '--provider', 'openai']);

		assert.match(r.out, /^ 1\. Zelen\n {4}Vipava, Slovenia, white\n/m);
		assert.match(r.out, /^ 2\. .* \d+\/100$/m);
		assert.ok(!/price 0|-1\/100|0\/100 *\n {4}Vipava/.test(r.out));
	});

	it('ranks a list beside it', async () => {
		const list = file('list.txt', 'Chablis 2022\nBarolo 2016\n');
		const r = await winepair(['pair', '--text', chicken, '--list', list, '--provider', 'openai', '--json']);
		const doc = JSON.parse(r.out);

		assert.equal(doc.engine.model, 'gpt-fake');
		assert.equal(doc.list.bottles.length, 2);
	});

	it('refuses what makes no sense', async () => {
		for (const [provider, words] of [['foo', /'foo'/], ['bedrock', /bedrock/], ['', /provider/]]) {
			const r = await winepair(['pair', '--text', chicken, '--provider', provider]);

			assert.equal(r.code, 2, provider);
			assert.match(r.err, words);
		}
		const menu = await winepair(['pair', '--text', chicken, '--text', 'oysters', '--provider', 'openai']);
		assert.equal(menu.code, 2);
		assert.match(menu.err, /menus are paired by the built-in engine/);
		const settings = await winepair(['pair', '--text', chicken, '--text', 'oysters'],
			{ WINEPAIR_PROVIDER: 'openai' });
		assert.equal(settings.code, 0, settings.err);
		const missing = await winepair(['pair', '--text', chicken, '--provider', 'openai', '--json'],
			{ WINEPAIR_OPENAI_KEY_FILE: path.join(dir, 'nothing') });
		assert.equal(missing.code, 1);
		assert.equal(JSON.parse(missing.out).error.code, 'config');
		assert.equal(fake.asked.length, 0);
	});
});

describe('doctor', () => {
	const doctor = async (args, more) => {
		const r = await winepair(['doctor', '--json', ...args], more);

		secret(r);
		return { ...r, list: JSON.parse(r.out) };
	};
	const of = (r, check) => r.list.filter((f) => f.check === check);

	it('asks nobody and changes nothing', async () => {
		const r = await winepair(['doctor']);

		assert.equal(r.code, 0, r.out);
		assert.match(r.out, /^ok {3}config: /m);
		assert.match(r.out, /^ok {3}openai: gpt-fake is set up, with a key in /m);
		assert.match(r.out, /^warn store: .*none\.db: No such file/m);
		for (const name of ['knowledge', 'templates', 'prompts', 'sqlite', 'libcurl', 'libxml2', 'json-c', 'libsodium'])
			assert.match(r.out, new RegExp(`^ok {3}${name}: .+\\.$`, 'm'));
		secret(r);
		assert.equal(fake.asked.length, 0);
		assert.ok(!fs.existsSync(env.WINEPAIR_STORE));
	});

	it('looks into the database', async () => {
		const store = path.join(dir, 'some.db');

		assert.equal((await winepair(['migrate'], { WINEPAIR_STORE: store })).code, 0);
		assert.deepEqual(of(await doctor([], { WINEPAIR_STORE: store }), 'store').map((f) => f.verdict), ['ok']);
		fs.chmodSync(store, 0o644);
		assert.deepEqual(of(await doctor([], { WINEPAIR_STORE: store }), 'store').map((f) => f.verdict), ['ok', 'warn']);
		const other = file('other.db', 'no database at all, by any means. '.repeat(40));
		const r = await doctor([], { WINEPAIR_STORE: other });
		assert.equal(r.code, 1);
		assert.equal(of(r, 'store')[0].verdict, 'fail');
		assert.equal((await doctor([], { WINEPAIR_STORE: dir })).code, 1);
	});

	it('leaves a database of another user alone', { skip: process.getuid() !== 0 && 'needs root' }, async () => {
		const folder = fs.mkdtempSync(path.join(dir, 'theirs-'));
		const store = path.join(folder, 'some.db');

		await winepair(['migrate'], { WINEPAIR_STORE: store });
		for (const name of fs.readdirSync(folder))
			if (name !== 'some.db')
				fs.unlinkSync(path.join(folder, name));
		fs.chownSync(store, 65534, 65534);
		const [store1] = of(await doctor([], { WINEPAIR_STORE: store }), 'store');
		assert.equal(store1.verdict, 'ok');
		assert.match(store1.detail, /another user/);
		assert.deepEqual(fs.readdirSync(folder), ['some.db']);
		fs.writeFileSync(store, 'something else '.repeat(40));
		assert.equal((await doctor([], { WINEPAIR_STORE: store })).code, 1);
	});

	it('tells every mistake of the settings', async () => {
		const conf = file('bad.conf', 'workers = many\nno_such = 1\n');
		const r = await doctor(['--config', conf]);

		assert.equal(r.code, 1);
		assert.deepEqual(of(r, 'config').map((f) => f.verdict), ['fail', 'fail']);
		assert.match(of(r, 'config')[1].detail, /bad\.conf:2: /);
	});

	it('looks at the files with secrets', async () => {
		let n = 0;
		const token = (text, mode) => ({ WINEPAIR_ADMIN_TOKEN_FILE: file(`token${++n}`, text, mode) });
		const openai = (where) => ({ WINEPAIR_OPENAI_KEY_FILE: where });

		for (const [more, check, verdict, words] of [
			[token('0123456789abcdef\n'), 'admin', 'ok', /good/],
			[token('0123456789abcde\n'), 'admin', 'fail', /fewer than 16/],
			[token('\n'), 'admin', 'fail', /is empty/],
			[token('0123456789abcdef', 0o604), 'admin', 'fail', /Everybody/],
			[openai(file('open', fake.key, 0o644)), 'openai', 'fail', /Everybody/],
			[openai(file('empty', '\n')), 'openai', 'fail', /is empty/],
			[openai(path.join(dir, 'nothing')), 'openai', 'fail', /No such file/],
			[openai(dir), 'openai', 'fail', /is not a file/],
			/* and all else that the runner would not take */
			[openai(file('two', 'one\ntwo\n')), 'openai', 'fail', /not one line with a key/],
			[openai(file('bom', `\ufeff${fake.key}\n`)), 'openai', 'fail', /not one line with a key/],
			[openai(file('crlf', `${fake.key}\r\n`)), 'openai', 'ok', /is set up/],
			[{ WINEPAIR_OPENAI_HEADERS: 'Host: x' }, 'openai', 'fail', /Host is not to be set/],
			[openai(''), 'openai', 'ok', /has no key/],
			[{ WINEPAIR_ANTHROPIC_KEY_FILE: '' }, 'anthropic', 'fail', /anthropic_key_file is empty/],
			[{ WINEPAIR_PROVIDER: 'bedrock' }, 'config', 'fail', /bedrock/],
		]) {
			const r = await doctor([], more);
			const [f] = of(r, check);

			assert.equal(f.verdict, verdict, f.detail);
			assert.match(f.detail, words);
			assert.equal(r.code, verdict === 'fail' ? 1 : 0);
		}
	});

	it('says what has no price', async () => {
		const free = { WINEPAIR_OPENAI_PRICE: '' };
		const one = await doctor([], free);

		assert.deepEqual(of(one, 'openai').map((f) => f.verdict), ['ok', 'warn']);
		const two = await doctor([], { ...free, WINEPAIR_SPEND_LIMIT_MONTH: '5' });
		assert.deepEqual(of(two, 'openai').map((f) => f.verdict), ['ok', 'fail']);
		assert.equal(two.code, 1);
	});

	it('says who is never asked', async () => {
		for (const [provider, verdicts, words] of [
			['openai', ['ok'], /in this order: openai\.$/],
			['openai,built-in', ['ok'], /in this order: openai, built-in\.$/],
			['built-in,openai', ['ok', 'warn'], /put built-in at the end/],
			['built-in', ['ok', 'warn'], /names none/],
		]) {
			const r = await doctor([], { WINEPAIR_PROVIDER: provider });
			const said = of(r, 'provider');

			assert.deepEqual(said.map((f) => f.verdict), verdicts, provider);
			assert.match(said.at(-1).detail, words);
			assert.equal(r.code, 0);
		}
	});

	it('asks every model that is set up once', async () => {
		const r = await winepair(['doctor', '--models']);

		assert.equal(r.code, 0, r.out + r.err);
		assert.match(r.out, /^ok {3}anthropic \(claude-fake\): It works\. \[\d+ ms\]\nok {3}openai \(gpt-fake\): It works\. \[\d+ ms\]\n$/);
		assert.equal(fake.asked.length, 2);
		assert.ok(fake.asked.every((c) => !c.user.includes('wine')), 'a small question');
		const none = await winepair(['doctor', '--models'], { WINEPAIR_ANTHROPIC_MODEL: '', WINEPAIR_OPENAI_MODEL: '' });
		assert.equal(none.code, 0);
		assert.match(none.out, /^warn models: None is set up/);
	});

	it('has a plain verdict on each', async () => {
		const closed = `http://127.0.0.1:${await freePort()}/v1`;

		for (const [behaviour, more, verdict, reason, words] of [
			['key', {}, 'fail', 'model-key', /key is wrong.* See openai_key_file\./],
			['unknown model', {}, 'fail', 'model-unknown', /no model of that id/],
			['billing', {}, 'fail', 'model-billing', /paid up/],
			['spend limit', {}, 'fail', 'model-limit', /spending limit/],
			['rate', {}, 'warn', 'model-rate', /the key works/],
			['server', {}, 'fail', 'model-server', /problem of its own/],
			['no schema', {}, 'warn', 'model-schema', /without a schema/],
			['no json', {}, 'warn', 'model-schema', /without a schema/],
			['text', {}, 'fail', 'model-not-json', /not with JSON/],
			['reset', {}, 'fail', 'call-reset', /ended the connection/],
			['good', { WINEPAIR_OPENAI_URL: closed }, 'fail', 'call-refused', /Is it running.* See openai_url\./],
			['good', { WINEPAIR_OPENAI_KEY_FILE: path.join(dir, 'nothing') }, 'fail', undefined, /No such file/],
		]) {
			fake.clear();
			fake.always(behaviour);
			const r = await doctor(['--models'], { WINEPAIR_ANTHROPIC_MODEL: '', ...more });

			assert.equal(r.list.length, 1, behaviour);
			assert.equal(r.list[0].reason, reason, behaviour);
			assert.equal(r.list[0].verdict, verdict, behaviour);
			assert.match(r.list[0].detail, words);
			assert.equal(r.code, verdict === 'fail' ? 1 : 0, behaviour);
		}
	});

	it('takes a list of providers', async () => {
		const r = await doctor(['--models', '--provider', 'openai']);

		assert.deepEqual(r.list.map((f) => f.check), ['openai']);
		assert.equal((await winepair(['doctor', '--models', '--provider', 'bedrock'])).code, 2);
		assert.equal((await winepair(['doctor', '--provider', 'openai'])).code, 2);
	});
});

describe('eval', () => {
	let cases, out;
	const all = ['coq au vin', 'oysters', chicken, 'beef bourguignon'];
	const evaluate = async (args, more) => {
		const r = await winepair(['eval', cases, '--out', out, '--json', ...args], more);

		secret(r);
		return { ...r, doc: JSON.parse(r.out) };
	};
	const lines = () => fs.readFileSync(out, 'utf8').trimEnd().split('\n');

	beforeEach(async () => {
		const lists = await Promise.all(all.map((text) => winepair(['pair', '--text', text, '--json'])));
		/* the first: the engine's best; the second: its third; the others: none */
		const styles = lists.map((r) => JSON.parse(r.out).suggestions.map((s) => s.style_id));
		const accept = [styles[0][0], styles[1][2], 'nothing', 'nothing'];

		cases = file('cases.jsonl', all.map((text, i) => `${JSON.stringify({ id: `c${i}`, text, accept: [accept[i]] })}\n`).join(''));
		out = path.join(dir, 'out.jsonl');
		fs.rmSync(out, { force: true });
	});

	it('counts the wines a rule forbids, though nobody sees them', async () => {
		fake.always({ answer: (call) => answerOf(['barolo', ...call.styles.slice(0, 4)]) });
		const r = await evaluate(['--provider', 'openai', '--max-usd', '5']);

		fake.always('good');
		assert.equal(r.code, 0, r.err);
		assert.ok(r.doc.rows[0].clashes > 0, JSON.stringify(r.doc.rows));
		assert.ok(!lines().some((l) => JSON.parse(l).id === 'c1' && /barolo/.test(l)));
	});

	it('compares two providers, and does not ask twice', async () => {
		const args = ['--provider', 'built-in', '--provider', 'openai', '--repeat', '2'];
		const first = await evaluate(args);

		assert.equal(first.code, 0, first.err);
		const [engine, model] = first.doc.rows;
		assert.equal(engine.provider, 'built-in');
		assert.deepEqual([engine.n, engine.hit_1, engine.hit_5, engine.consistency, engine.cost_usd, engine.valid_json],
			[8, 0.25, 0.5, 1, 0, null]);
		assert.deepEqual([model.model, model.n, model.valid_json, model.fallback, model.clashes],
			['gpt-fake', 8, 1, 0, 0]);
		assert.deepEqual([model.hit_1, model.consistency], [0.25, 1]);
		assert.deepEqual([model.input_tokens, model.output_tokens, model.cost_usd, model.cost_usd_each],
			[9600, 2400, 0.0216, 0.0027]);
		assert.ok(model.p95_ms >= model.p50_ms && model.p50_ms > 0);
		assert.equal(fake.asked.length, 8);
		assert.equal(lines().length, 16);

		const again = await evaluate(args);
		assert.equal(again.doc.fresh, 0);
		assert.deepEqual(again.doc.rows, first.doc.rows);
		assert.equal(fake.asked.length, 8);
		/* a torn line is asked for again, and so is a case that changed */
		fs.truncateSync(out, fs.statSync(out).size - 20);
		const some = fs.readFileSync(cases, 'utf8').replace('oysters', 'grilled oysters');
		fs.writeFileSync(cases, some);
		const third = await evaluate(args);
		assert.equal(third.doc.fresh, 5);
		assert.ok(third.doc.rows.every((r) => r.n === 8));
	});

	it('is a table for people, and lines of progress', async () => {
		const r = await winepair(['eval', cases, '--out', out, '--provider', 'openai', '--provider', 'built-in']);

		assert.equal(r.code, 0, r.err);
		assert.match(r.out, /^ +n +hit@1 +hit@5 +clash +json +engine +same +p50 ms +p95 ms +tokens +\$ each +\$$/m);
		assert.match(r.out, /^openai gpt-fake +4 +25\.0 .* 1200\/300 +0\.0027 +0\.0108$/m);
		assert.match(r.out, /^built-in +4 +25\.0 +50\.0 +0\.0 +- /m);
		assert.match(r.err, /^winepair: 8 of 8, \$0\.0108$/m);
		assert.ok(!r.err.includes('\x1b'));
	});

	it('counts what models do wrong', async () => {
		fake.always((call) => call.user.includes('oyster') ? 'text' : 'good');
		const { doc } = await evaluate(['--provider', 'openai', '--jobs', '1']);
		const [row] = doc.rows;

		/* it was asked to mend the answer that made no sense */
		assert.equal(row.fallback, 0.25);
		assert.equal(row.valid_json, 0.6);
		assert.equal(row.n, 4);
		assert.equal(fake.asked.length, 5);
	});

	it('gives up on a model that cannot answer, and goes on when it can', async () => {
		fake.always((call) => call.api === 'openai' ? 'key' : 'good');
		const args = ['--provider', 'openai', '--provider', 'anthropic', '--jobs', '1'];
		const r = await evaluate(args);

		assert.equal(r.code, 1);
		assert.match(r.err, /openai is not asked any more: .*\(model-key\)/);
		assert.deepEqual(r.doc.rows.map((row) => [row.n, row.given_up]), [[0, 'model-key'], [4, null]]);
		assert.equal(fake.asked.filter((c) => c.api === 'openai').length, 1);
		fake.always('good');
		const again = await evaluate(args);
		assert.equal(again.code, 0);
		assert.deepEqual(again.doc.rows.map((row) => row.n), [4, 4]);
		assert.equal(again.doc.fresh, 4);
	});

	it('says why it left a model alone', async () => {
		const closed = `http://127.0.0.1:${await freePort()}/v1`;
		const r = await evaluate(['--provider', 'openai', '--jobs', '4'], { WINEPAIR_OPENAI_URL: closed });

		assert.equal(r.code, 1);
		assert.match(r.err, /openai is not asked any more: .*\(model-unreachable\)/);
		assert.equal(r.doc.rows[0].given_up, 'model-unreachable');
	});

	it('reads the settings it is given', async () => {
		const conf = file('eval.conf', 'anthropic_model = claude-other\n');
		const r = await evaluate(['--provider', 'anthropic', '--limit', '1', '--config', conf],
			{ WINEPAIR_ANTHROPIC_MODEL: undefined });

		assert.equal(r.code, 0, r.err);
		assert.equal(fake.asked[0].body.model, 'claude-other');
	});

	it('stops before it costs too much', async () => {
		const one = await evaluate(['--provider', 'openai', '--max-usd', '0.00001']);

		assert.equal(one.code, 1);
		assert.equal(fake.asked.length, 0);
		assert.match(one.doc.stopped, /--max-usd/);
		const two = await evaluate(['--provider', 'openai', '--repeat', '20', '--max-usd', '0.05']);
		assert.equal(two.code, 1);
		assert.ok(two.doc.spent_usd <= 0.05 && two.doc.spent_usd > 0.02, `${two.doc.spent_usd}`);
		assert.equal(two.doc.rows[0].n, fake.asked.length);
		const three = await evaluate(['--provider', 'openai', '--repeat', '20']);
		assert.equal(three.code, 0, three.err);
		assert.equal(fake.asked.length, 80);
		assert.equal(three.doc.rows[0].n, 80);
	});

	it('ends at Ctrl-C with what is there', async () => {
		fake.next('good', 'good').always({ hold: true });
		const child = spawn(program, ['eval', cases, '--out', out, '--provider', 'openai', '--jobs', '2'],
			{ env: { ...process.env, ...env } });
		let text = '', err = '';

		child.stdout.on('data', (d) => { text += d; });
		child.stderr.on('data', (d) => { err += d; });
		const ended = new Promise((resolve) => child.on('close', resolve));
		await fake.asks(3);
		await until(() => fs.existsSync(out) && lines().length === 2, 'two results');
		child.kill('SIGINT');
		assert.equal(await ended, 1);
		assert.match(text, /^openai gpt-fake +2 /m);
		assert.match(err, /interrupted; this run has cost/);
		assert.equal(lines().length, 2);
		fake.clear();
		const r = await evaluate(['--provider', 'openai']);
		assert.equal(r.doc.fresh, 2);
	});

	it('compares prompts', async () => {
		const prompts = path.join(dir, 'prompts');

		fs.cpSync(path.join(path.dirname(program), 'share/winepair/templates/prompts'), prompts, { recursive: true, dereference: true });
		const [name] = fs.readdirSync(prompts).filter((n) => n.includes('system'));
		fs.appendFileSync(path.join(prompts, name), '\nBe merry.\n');
		const { doc } = await evaluate(['--provider', 'built-in', '--provider', 'openai', '--prompts',
			path.join(path.dirname(program), 'share/winepair/templates/prompts'), '--prompts', prompts]);

		assert.equal(doc.rows.length, 3, 'the engine needs no prompts');
		assert.notEqual(doc.rows[1].prompts, doc.rows[2].prompts);
		assert.equal(fake.asked.filter((c) => JSON.stringify(c.body).includes('Be merry.')).length, 4);
		const bad = await winepair(['eval', cases, '--out', out, '--provider', 'openai', '--prompts', path.join(dir, 'nothing')]);
		assert.equal(bad.code, 1);
		assert.match(bad.err, /prompts have mistakes/);
	});

	it('maps names to the styles of another table', async () => {
		const styles = file('styles.tsv', 'id\tname\tfamily\taliases\nours\tOurs\tred\tpinot noir|red burgundy\n');
		const text = file('other.jsonl', `${JSON.stringify({ text: 'coq au vin', accept: ['ours'] })}\n`);
		const without = await winepair(['eval', text, '--out', out, '--provider', 'built-in', '--json']);

		assert.match(without.err, /is --styles missing\?/);
		assert.equal(JSON.parse(without.out).rows[0].hit_5, 0);
		const r = await winepair(['eval', text, '--out', out, '--provider', 'built-in', '--json', '--styles', styles]);
		assert.equal(JSON.parse(r.out).rows[0].hit_5, 1);
		assert.equal(JSON.parse(r.out).fresh, 0, 'judged anew without asking');
		assert.equal(r.err, '');
	});

	it('tells mistakes', async () => {
		const bad = file('bad.jsonl', '{"text":"soup","accept":["a"]}\n{"text":"soup"}\n');
		const one = await winepair(['eval', bad, '--provider', 'built-in']);

		assert.equal(one.code, 1);
		assert.match(one.err, /bad\.jsonl:2: "accept" is not a list/);
		for (const args of [[], [cases, '--jobs', '0'], [cases, '--repeat', 'x'], [cases, '--max-usd', '-1'],
			[cases, '--provider', 'foo'], [cases, '--provider', 'bedrock'],
			[cases, '--provider', 'openai', '--provider', 'openai']]) {
			const r = await winepair(['eval', ...args]);

			assert.equal(r.code, 2, args.join(' '));
		}
		assert.equal((await winepair(['eval', path.join(dir, 'nothing')])).code, 1);
		const mine = file('mine.txt', 'my notes');
		const two = await winepair(['eval', cases, '--provider', 'built-in', '--out', mine]);
		assert.equal(two.code, 1);
		assert.equal(fs.readFileSync(mine, 'utf8'), 'my notes');
		const unpriced = await winepair(['eval', cases, '--provider', 'openai', '--out', out], { WINEPAIR_OPENAI_PRICE: '' });
		assert.match(unpriced.err, /--max-usd does not hold/);
		assert.match(unpriced.out, / \? +\?$/m);
	});
});
