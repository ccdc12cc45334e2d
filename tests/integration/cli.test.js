'use strict';
/* The command line: no server, no database, no network needed. */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { run, recipePage, chicken, program } = require('../lib/site.js');

describe('the command line', () => {
	let dir;
	const file = (name, text) => {
		const where = path.join(dir, name);

		fs.writeFileSync(where, text);
		return where;
	};

	before(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-cli-')); });
	after(() => fs.rmSync(dir, { recursive: true }));

	it('pairs a recipe file for a terminal', async () => {
		const r = await run(['pair', '--text-file', file('chicken.txt', chicken)]);

		assert.equal(r.code, 0, r.err);
		assert.match(r.out, /Lemon roast chicken/);
		assert.ok(!r.out.includes('\x1b'), 'no colours into a pipe');
		for (const line of r.out.split('\n'))
			assert.ok([...line].length <= 80, `too wide: ${line}`);
	});

	it('pairs in JSON, the same every time', async () => {
		const args = ['pair', '--text-file', '-', '--json'];
		const one = await run(args, { input: chicken });
		const two = await run(args, { input: chicken });

		assert.equal(one.code, 0, one.err);
		assert.equal(one.out, two.out);
		assert.equal(JSON.parse(one.out).suggestions.length, 5);
	});

	it('needs no network for text and files', { skip: process.getuid() !== 0 && 'needs root for a network namespace' }, () => {
		const page = file('page.html', recipePage('Omelette', ['3 eggs', '20 g butter'], ['Fry.']));
		const out = execFileSync('unshare', ['-n', program, 'pair', '--file', page,
			'--url', 'https://example.com/omelette', '--json'], { encoding: 'utf8' });
		const p = JSON.parse(out);

		assert.equal(p.recipe.name, 'Omelette');
		assert.equal(p.recipe.url, 'https://example.com/omelette');
	});

	it('needs libcurl for links alone, and says so', async () => {
		const lib = path.join(dir, 'lib');

		fs.mkdirSync(lib);
		for (const name of ['libcurl.so.4', 'libcurl-gnutls.so.4'])
			fs.writeFileSync(path.join(lib, name), 'no library');
		const env = { LD_LIBRARY_PATH: lib };
		const page = file('toast.html', recipePage('Toast', ['2 slices bread', '20 g butter'], ['Toast.']));

		for (const source of [['--text', 'coq au vin'], ['--file', page]]) {
			const r = await run(['pair', ...source], { env });
			assert.equal(r.code, 0, r.err);
		}
		const r = await run(['pair', 'https://example.com/'], { env });
		assert.equal(r.code, 1);
		assert.match(r.err, /^winepair: .*libcurl, which cannot be loaded: .*\n$/);
		const json = await run(['recipe', 'https://example.com/', '--json'], { env });
		assert.equal(JSON.parse(json.out).error.code, 'system');
		const serve = await run(['serve'], { env: { ...env,
			WINEPAIR_SOCKET: path.join(dir, 's'), WINEPAIR_STORE: path.join(dir, 'db') } });
		assert.equal(serve.code, 1);
		assert.match(serve.err, /cannot start:\n.*libcurl/);
		assert.ok(!fs.existsSync(path.join(dir, 's')), 'nothing was begun');
	});

	it('keeps to preferences', async () => {
		const r = await run(['pair', '--text', chicken, '--json', '--count', '2',
			'--color', 'white,rose', '--max-price', '2', '--alcohol', 'any']);
		const { suggestions } = JSON.parse(r.out);

		assert.equal(suggestions.length, 2);
		assert.ok(suggestions.every((s) => ['white', 'rose'].includes(s.color) && s.price <= 2));
		const none = await run(['pair', '--text', chicken, '--json', '--alcohol', 'none']);
		assert.ok(JSON.parse(none.out).suggestions.every((s) => s.color === 'none'));
	});

	it('pairs a menu for a terminal', async () => {
		const r = await run(['pair', '--text', 'Oysters', '--text-file',
			file('chicken.txt', chicken), '--count', '2']);

		assert.equal(r.code, 0, r.err);
		assert.match(r.out, /^Oysters, then Lemon roast chicken\n/);
		const [all, apart] = r.out.split('\nOr one each\n');
		assert.match(all, /\nOne bottle for all\n/);
		assert.match(all, /\n {4,6}\d+ {2}Oysters: /);
		assert.match(all, /\n {4,6}\d+ {2}Lemon roast chicken: /);
		assert.match(apart, /\nOysters\n\n 1\. .*\n[^]*\nLemon roast chicken\n\n 1\. /);
		for (const line of r.out.split('\n'))
			assert.ok([...line].length <= 80, `too wide: ${line}`);
	});

	it('pairs a menu of all kinds of input in JSON', async () => {
		const page = file('soup.html', recipePage('Soup', ['1 onion', '2 carrots'], ['Boil.']));
		const r = await run(['pair', '--text-file', '-', '--file', page,
			'--url', 'https://example.com/soup', '--text', 'Tiramisu', '--json'],
		{ input: chicken });
		const p = JSON.parse(r.out);

		assert.equal(p.recipe.name, 'Lemon roast chicken, then Soup, then Tiramisu');
		assert.deepEqual(p.menu.map((d) => d.recipe.url),
			[null, 'https://example.com/soup', null]);
		assert.equal(p.suggestions.length, 5);
		for (const s of p.suggestions)
			assert.deepEqual(s.dishes.map((d) => d.name), p.menu.map((d) => d.recipe.name));
		assert.ok(p.menu.every((d) => d.suggestions.length === 3));
		assert.equal('menu' in JSON.parse((await run(['pair', '--text', chicken, '--json'])).out),
			false);
	});

	it('names the dish of a menu that is wrong', async () => {
		const args = ['pair', '--text', chicken, '--text', 'A walk by the sea.'];
		const plain = await run(args);
		const json = await run([...args, '--json']);

		assert.equal(plain.code, 1);
		assert.equal(plain.out, '');
		assert.match(plain.err, /Dish 2: No recipe found here/);
		assert.equal(json.code, 1);
		assert.equal(JSON.parse(json.out).error.code, 'not-a-recipe');
		assert.match(JSON.parse(json.out).error.message, /^Dish 2: /);
		const many = await run(['pair', ...Array(7).fill(['--text', chicken]).flat()]);
		assert.equal(many.code, 2);
		assert.match(many.err, /at most 6/);
	});

	it('reads a recipe from a page', async () => {
		const page = file('soup.html', recipePage('Soup', ['1 onion', '2 carrots'], ['Boil.', 'Eat.']));
		const r = await run(['recipe', '--file', page, '--json']);

		assert.equal(r.code, 0, r.err);
		const recipe = JSON.parse(r.out);
		assert.deepEqual(recipe.ingredients, ['1 onion', '2 carrots']);
		assert.deepEqual(recipe.instructions, ['Boil.', 'Eat.']);
		assert.equal(recipe.yield, '4 servings');
		assert.equal(recipe.source, 'json-ld');
	});

	for (const [what, text, code] of [
		['empty text', '', 'empty'],
		['prose', 'We bought an apple and went home. It was fine.', 'not-a-recipe'],
		['binary garbage', crypto.createHash('sha512').update('y').digest(), 'not-a-recipe'],
		['3 MiB of text', 'flour\n'.repeat(524288), 'too-large'],
	]) {
		it(`exits 1 with ${code} for ${what}`, async () => {
			const where = file('bad', text);
			const plain = await run(['pair', '--text-file', where]);
			const json = await run(['pair', '--text-file', where, '--json']);

			assert.equal(plain.code, 1);
			assert.equal(plain.out, '');
			assert.ok(plain.err.trim().split('\n').length <= 2, plain.err);
			assert.equal(json.code, 1);
			const { error } = JSON.parse(json.out || json.err);
			assert.equal(error.code, code);
			assert.ok(error.message);
		});
	}

	it('refuses a private address without touching a network', async () => {
		const r = await run(['pair', 'http://10.1.2.3/', '--json']);

		assert.equal(r.code, 1);
		assert.equal(JSON.parse(r.out || r.err).error.code, 'private-address');
	});

	it('exits 2 for wrong usage and says what is right', async () => {
		for (const args of [[], ['pear'], ['pair'], ['pair', '--text'],
			['pair', '--colour', 'red', '--text', 'x'], ['pair', '--count', '11', '--text', chicken],
			['pair', '--color', 'blue', '--text', chicken], ['recipe', 'a', 'b'],
			['recipe', '--text', chicken, '--text', chicken]]) {
			const r = await run(args);

			assert.equal(r.code, 2, args.join(' '));
			assert.ok(r.err.length > 0);
		}
	});

	it('has help everywhere', async () => {
		for (const args of [['--help'], ['pair', '--help'], ['recipe', '--help'],
			['serve', '--help'], ['wines', '--help'], ['migrate', '--help'],
			['check-config', '--help']]) {
			const r = await run(args);

			assert.equal(r.code, 0, args.join(' '));
			assert.match(r.out, /usage:/);
		}
		assert.match((await run(['--version'])).out, /^winepair \d+\.\d+\.\d+/);
	});

	describe('with a list of wines', () => {
		const lists = path.join(__dirname, '../fixtures/lists');
		const menu = 'Red wines\n12 Volnay, Angerville 2017   160\nOpus One 2015   450\n'
			+ 'Whites:\nChablis, Raveneau 2019   90\n';

		it('puts the bottles first, then the styles', async () => {
			const plain = await run(['pair', '--text', 'coq au vin']);
			const r = await run(['pair', '--text', 'coq au vin', '--list', file('menu.txt', menu)]);
			const at = (text) => {
				assert.ok(r.out.includes(text), `no ${text}`);
				return r.out.indexOf(text);
			};

			assert.equal(r.code, 0, r.err);
			assert.ok(at('From your list') < at(" 1. 12 Volnay, Angerville 2017   160"));
			assert.ok(at('line 2: Red Burgundy (Gevrey, Volnay), sure (95 %)') < at('Chablis, Raveneau'));
			assert.ok(at('Not understood: line 3: "Opus One 2015 450"') < at('What one would buy'));
			/* behind it all is as without a list */
			const styles = (out) => out.slice(out.indexOf(' 1. Pinot Noir'));
			assert.equal(styles(r.out), styles(plain.out));
			for (const line of r.out.split('\n'))
				assert.ok([...line].length <= 80, `too wide: ${line}`);
		});

		it('adds to the JSON and changes nothing in it', async () => {
			const args = ['pair', '--text', 'coq au vin', '--count', '10', '--json'];
			const plain = JSON.parse((await run(args)).out);
			const { list, ...rest } = JSON.parse((await run([...args, '--list', file('menu.txt', menu)])).out);

			assert.deepEqual(rest, plain);
			assert.deepEqual(list.bottles.map((b) => [b.line, b.text, b.style_id, b.vintage, b.count]), [
				[2, '12 Volnay, Angerville 2017   160', 'red-burgundy', 2017, 1],
				[5, 'Chablis, Raveneau 2019   90', 'chablis', 2019, 1],
			]);
			const [style] = plain.suggestions.filter((s) => s.style_id === 'pinot-noir-oregon');
			assert.ok(style.score >= list.bottles[0].score);
			assert.deepEqual(list.bottles[0].window, { from: null, to: null, state: 'unknown' });
			assert.deepEqual(list.unknown, [{ line: 3, text: 'Opus One 2015   450' }]);
			assert.deepEqual(list.left_out, []);
		});

		it('reads exports, and standard input', async () => {
			for (const [name, n] of [['cellartracker.tsv', 5], ['vivino.csv', 4], ['weinkeller.csv', 2]]) {
				const text = fs.readFileSync(path.join(lists, name));
				const a = await run(['pair', '--text', 'coq au vin', '--json', '--cellar', path.join(lists, name)]);
				const b = await run(['pair', '--text', 'coq au vin', '--json', '--list', '-'], { input: text });

				assert.equal(a.code, 0, a.err);
				assert.equal(a.out, b.out);
				assert.equal(JSON.parse(a.out).list.bottles.length, n);
			}
		});

		it('reads what spreadsheets write', async () => {
			const table = 'Wein;Jahrgang\r\nCôtes du Rhône;2019\r\n';

			for (const bytes of [Buffer.from(table), Buffer.from(`\ufeff${table}`), Buffer.from(table, 'latin1'),
				Buffer.from(`\ufeff${table}`, 'utf16le'), Buffer.from(`\ufeff${table}`, 'utf16le').swap16()]) {
				const r = await run(['pair', '--text', 'coq au vin', '--json', '--list', file('t.csv', bytes)]);
				const [b] = JSON.parse(r.out).list.bottles;

				assert.equal(b.text, 'Côtes du Rhône;2019');
				assert.equal(b.style_id, 'cotes-du-rhone');
				assert.equal(b.vintage, 2019);
			}
		});

		it('keeps to preferences and to the count', async () => {
			const where = file('menu.txt', menu);
			const white = JSON.parse((await run(['pair', '--text', 'coq au vin', '--json', '--color', 'white',
				'--list', where])).out).list;
			const one = JSON.parse((await run(['pair', '--text', 'coq au vin', '--json', '--count', '1',
				'--list', where])).out).list;

			assert.deepEqual(white.bottles.map((b) => b.line), [5]);
			assert.deepEqual(white.left_out.map((b) => [b.line, b.why]), [[2, 'preferences']]);
			assert.equal(one.bottles.length, 1);
			assert.equal(one.more, 1);
		});

		for (const [what, text, code] of [
			['an empty list', '\n \n', 'list-empty'],
			['too many lines', 'Barolo 2015\n'.repeat(20001), 'list-too-large'],
			['too many bytes', 'Barolo 2015 '.repeat(250000), 'list-too-large'],
		]) {
			it(`says in a sentence what is wrong with ${what}`, async () => {
				const where = file('bad', text);
				const plain = await run(['pair', '--text', 'coq au vin', '--list', where]);
				const json = await run(['pair', '--text', 'coq au vin', '--list', where, '--json']);

				assert.equal(plain.code, 1);
				assert.equal(plain.out, '');
				assert.equal(plain.err.trim().split('\n').length, 1);
				assert.equal(json.code, 1);
				assert.equal(JSON.parse(json.out).error.code, code);
			});
		}

		it('takes one standard input and one list', async () => {
			const missing = await run(['pair', '--text', 'coq au vin', '--list', path.join(dir, 'none')]);

			assert.equal(missing.code, 1);
			for (const args of [['--text-file', '-', '--list', '-'], ['--file', '-', '--cellar', '-'],
				['--text', 'coq au vin', '--list', 'a', '--cellar', 'b'],
				['--text', 'coq au vin', '--text', 'oysters', '--list', 'a']])
				assert.equal((await run(['pair', ...args], { input: '' })).code, 2, args.join(' '));
		});
	});

	it('says every mistake of a config file', async () => {
		const conf = file('bad.conf', 'workers = 0\nsokcet = /x\n');
		const r = await run(['check-config', '--config', conf]);

		assert.equal(r.code, 1);
		assert.match(r.err, /bad\.conf:1: workers/);
		assert.match(r.err, /bad\.conf:2: sokcet/);
	});

	it('shows the wines', async () => {
		const list = await run(['wines']);
		const all = JSON.parse((await run(['wines', '--json'])).out);

		assert.equal(list.code, 0);
		const wines = Array.isArray(all) ? all : all.wines;
		assert.ok(wines.length >= 110);
		const one = await run(['wines', wines[0].id || wines[0].style_id]);
		assert.equal(one.code, 0);
		assert.equal((await run(['wines', 'no-such-wine'])).code, 1);
	});

	it('shows what a wine goes with', async () => {
		const shown = await run(['wines', 'Muscadet Sèvre et Maine sur Lie']);
		const { dishes, kinds, avoid } = JSON.parse(
			(await run(['wines', 'muscadet', '--json'])).out);

		assert.equal(shown.code, 0);
		assert.match(shown.out, /^Goes with {2}.*shellfish/m);
		assert.match(shown.out, /^ {2}oysters \(French\) +\d+\/100$/m);
		assert.match(shown.out, /^Better not$/m);
		assert.ok(dishes.length >= 3);
		for (const d of dishes) {
			assert.ok(shown.out.includes(`  ${d.name}`), d.name);
			const { suggestions } = JSON.parse((await run(['pair', '--text', d.name,
				'--count', '10', '--color', 'white', '--json'])).out);
			const same = suggestions.find((s) => s.style_id === 'muscadet');

			if (same)
				assert.equal(same.score, d.score, d.name);
		}
		assert.ok(kinds.every((k) => shown.out.includes(k.name) && k.score > 0));
		assert.ok(avoid.length && avoid.every((a) => a.name && a.why.startsWith('Such a wine')));
	});

	it('takes a bottle for its style', async () => {
		const r = await run(['wines', '2019 Gigondas, Domaine X']);
		const plain = await run(['wines', 'Gigondas']);
		const { style_id: id, matched } = JSON.parse((await run(['wines',
			'2019 Gigondas, Domaine X', '--json'])).out);

		assert.equal(r.code, 0, r.err);
		assert.match(r.out, /^Gigondas\n/);
		assert.match(r.out, /Taken for this style by "Gigondas": sure \(95 %\); vintage 2019/);
		assert.ok(!plain.out.includes('Taken for'));
		assert.equal(id, 'gigondas');
		assert.deepEqual(matched, { confidence: 0.95, vintage: 2019, words: ['Gigondas'] });
		assert.equal(JSON.parse((await run(['wines', 'Gigondas', '--json'])).out).matched.confidence, 1);
		const near = await run(['wines', 'Beerenauslese trocken']);
		assert.equal(near.code, 1);
		assert.match(near.err, /^winepair: there is no wine style 'Beerenauslese trocken' .*; near it: riesling-dry\n$/);
	});
});
