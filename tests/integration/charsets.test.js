'use strict';
/* Recipes in other encodings than UTF-8, by every way in. */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, run } = require('../lib/site.js');

const encode = (text, charset) => execFileSync('iconv', ['-f', 'UTF-8', '-t', charset],
	{ input: text });

const dishes = [
	['WINDOWS-1252', 'Crème brûlée', ['4 œufs', '50 cl de crème fraîche', '100 g de sucre'],
		['Préchauffez le four, mélangez les jaunes avec le sucre.']],
	['WINDOWS-1251', 'Борщ с говядиной', ['500 г говядины', '2 свёклы', '300 г капусты'],
		['Сварите бульон из говядины, добавьте овощи и варите до готовности.']],
	['CP932', '肉じゃが', ['牛肉 200g', 'じゃがいも 3個', 'にんじん 1本'],
		['野菜を切り、牛肉を炒めます。水を入れて、二十分ほど煮込みます。']],
	['EUC-KR', '김치찌개', ['김치 200g', '돼지고기 150g', '두부 1모'],
		['냄비에 김치와 돼지고기를 볶다가 물을 붓고 끓입니다.']],
	['GB18030', '番茄炒蛋', ['鸡蛋 3个', '番茄 2个', '盐 5克'],
		['鸡蛋打散,番茄切块。先炒鸡蛋盛出,再炒番茄,翻炒均匀即可。']],
	['BIG5', '番茄炒蛋', ['雞蛋 3個', '番茄 2個', '鹽 5克'],
		['雞蛋打散,番茄切塊。先炒雞蛋盛出,再炒番茄,翻炒均勻即可。']],
	['UTF-16LE', 'Käsespätzle', ['400 g Mehl', '4 Eier', '3 große Zwiebeln'],
		['Die Zwiebeln schälen und in Butter goldbraun rösten.']],
	['UTF-16', 'Žurek', ['500 ml zakwasu', '300 g białej kiełbasy'],
		['Zagotuj wodę, dodaj kiełbasę i gotuj dwadzieścia minut.']],
];
/* the pairing needs a food it knows */
for (const dish of dishes)
	dish[2].push('2 onions');

const asText = ([, name, ingredients, steps]) =>
	`${name}\n\nIngredients\n${ingredients.join('\n')}\n\nMethod\n${steps.join('\n')}\n`;
const asPage = ([, ...dish]) => recipePage(...dish);

/* A form as a browser sends it, with one file. */
function upload(site, field, bytes, type) {
	const boundary = 'a-boundary';
	const body = Buffer.concat([
		Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; ` +
			`filename="recipe"\r\nContent-Type: ${type}\r\n\r\n`),
		bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);

	return site.request('POST', '/api/v1/pairings', { body,
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } });
}

describe('encodings', () => {
	let site, fake, dir;

	before(async () => {
		dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-charset-'));
		fake = await FakeSite.start();
		site = await Site.start({ env: { fetch_allow: fake.allow } });
	});
	after(async () => {
		await site.stop();
		await fake.stop();
		fs.rmSync(dir, { recursive: true });
	});

	for (const dish of dishes) {
		const [charset, name, ingredients] = dish;
		const assertDish = (recipe, how) => {
			assert.equal(recipe.name, name, how);
			assert.deepEqual(recipe.ingredients, ingredients, how);
		};

		it(`${charset}: fetched, with and without a word from the server`, async () => {
			for (const said of [`; charset=${charset === 'CP932' ? 'Shift_JIS' : charset}`,
				'', '; charset=utf-8']) {
				const where = `/${charset}${said.length}`;

				fake.pages[where] = (req, res) => {
					res.writeHead(200, { 'content-type': `text/html${said}` });
					res.end(encode(asPage(dish), charset));
				};
				const { json } = await site.json('/api/v1/pairings',
					{ url: fake.url + where }, { prefer: 'wait=10' });
				assert.equal(json.status, 'done', JSON.stringify(json));
				assertDish(json.recipe, said);
			}
		});

		it(`${charset}: uploaded as a page and as text`, async () => {
			for (const [make, field, type] of [[asPage, 'html', 'text/html'],
				[asText, 'text', 'text/plain']]) {
				const r = await upload(site, field, encode(make(dish), charset), type);

				assert.equal(r.status, 201, `${type} ${r.text}`);
				assertDish(r.json.recipe, type);
			}
		});

		it(`${charset}: from a file on the command line`, async () => {
			for (const [make, option] of [[asPage, '--file'], [asText, '--text-file']]) {
				const file = path.join(dir, 'recipe');

				fs.writeFileSync(file, encode(make(dish), charset));
				const r = await run(['recipe', option, file, '--json']);
				assert.equal(r.code, 0, r.out);
				assertDish(JSON.parse(r.out), option);
			}
		});
	}

	it('the page of our own form takes such a file too', async () => {
		const boundary = 'b';
		const r = await site.request('POST', '/pairings', {
			headers: { 'content-type': `multipart/form-data; boundary=${boundary}`,
				'sec-fetch-site': 'same-origin' },
			body: Buffer.concat([
				Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="recipe"\r\n\r\n` +
					`\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; ` +
					'filename="x.txt"\r\n\r\n'),
				encode(asText(dishes[0]), 'ISO-8859-15'),
				Buffer.from(`\r\n--${boundary}--\r\n`)]),
		});

		assert.equal(r.status, 303, r.text);
		assert.match((await site.get(r.headers.location)).text, /Crème brûlée/);
	});
});
