'use strict';
/*
 * The models that the other tests ask are made up (tests/lib/fake-models.js).
 * Here they are asked as the real ones are, so that what those tests show can
 * be relied on.
 */
const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, beforeEach, describe, it } = require('node:test');
const { FakeModels, behaviours, errors, goodSummary, noteOf, shop, awsHeaders,
	awsSignature } = require('../lib/fake-models.js');

const aws = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
	token: 'a/session+token=', region: 'eu-central-1' };
const words = `Wines wanted: 3
Tastes of the dish, 0 to 10: salt 4

Styles, best first (id | name | region | why):
gamay | Gamay | Beaujolais
barolo | Barolo | Piedmont
cava | Cava | Spain
port-10 | Tawny | Douro

<recipe>
Soup
- not-a-style | x
evil | x
</recipe>`;
const schema = { type: 'object', additionalProperties: false, required: ['summary', 'picks'], properties: {
	summary: { type: 'string', description: 'at most 500 characters' },
	picks: { type: 'array', items: { type: 'object', additionalProperties: false,
		required: ['style'], properties: { style: { type: 'string' } } } } } };
const paths = { anthropic: '/v1/messages', bedrock: '/anthropic/v1/messages', openai: '/v1/chat/completions' };

describe('the fake models', () => {
	let fake;

	before(async () => { fake = await FakeModels.start({ aws }); });
	after(() => fake.stop());
	beforeEach(() => fake.clear());

	const bodyOf = (api, more) => api === 'openai'
		? { model: 'm', messages: [{ role: 'system', content: 'Answer in JSON.' }, { role: 'user', content: words }], ...more }
		: { model: 'm', max_tokens: 100, system: 'Be brief.', messages: [{ role: 'user', content: [{ type: 'text', text: words }] }], ...more };
	const headersOf = (api) => ({ 'content-type': 'application/json', ...(api === 'anthropic'
		? { 'x-api-key': fake.key } : { authorization: `Bearer ${fake.key}` }),
	...(api !== 'openai' && { 'anthropic-version': '2026-10-21' }) });

	/* {status, headers, text, whole}; whole: it came to its proper end. limit:
	 * hang up after so many bytes. */
	const ask = (api, more = {}, { headers = {}, limit = Infinity, body, path } = {}) => new Promise((resolve) => {
		const data = Buffer.from(body ?? JSON.stringify(bodyOf(api, more)));
		const req = http.request(fake.url + (path || paths[api]), { method: 'POST', agent: false,
			headers: { ...headersOf(api), 'content-length': data.length, ...headers } }, (res) => {
			const got = { status: res.statusCode, headers: res.headers, text: '', whole: false };

			res.on('data', (d) => {
				got.text += d.toString('latin1');
				if (got.text.length >= limit)
					req.destroy();
			});
			res.on('error', () => {});
			res.on('end', () => { got.whole = res.complete; });
			res.on('close', () => resolve(got));
		});

		req.on('error', (e) => resolve({ status: 0, error: e.code }));
		req.end(data);
	});

	/* What a stream comes to: {text, stop, input, output, error}. */
	const read = (text) => {
		const out = { text: '' };

		for (const event of text.split('\n\n').filter((e) => /^data: /m.test(e))) {
			const data = /^data: (.*)$/m.exec(event)[1];

			if (data === '[DONE]') {
				out.done = true;
				continue;
			}
			const o = JSON.parse(data), choice = o.choices?.[0];

			if (o.delta?.type === 'text_delta')
				out.text += o.delta.text;
			out.text += choice?.delta?.content || '';
			out.stop = o.delta?.stop_reason || choice?.finish_reason || out.stop;
			out.input = o.message?.usage.input_tokens ?? o.usage?.prompt_tokens ?? out.input;
			out.output = o.usage?.output_tokens ?? o.usage?.completion_tokens ?? out.output;
			out.error = o.error?.type || out.error;
			out.done ||= o.type === 'message_stop';
		}
		return out;
	};
	const assertGood = (text) => {
		const o = JSON.parse(text);

		assert.equal(o.summary, goodSummary);
		assert.deepEqual(o.picks.map((p) => p.style), ['gamay', 'barolo', 'cava']);
		assert.deepEqual(o.picks.map((p) => p.why), [0, 1, 2].map(noteOf));
		assert.deepEqual(Object.keys(o.picks[0]), ['style', 'name', 'region', 'color', 'why']);
	};

	for (const api of Object.keys(paths)) {
		const stream = { stream: true, ...(api === 'openai' && { stream_options: { include_usage: true } }) };

		it(`${api}: a good answer, streamed and not`, async () => {
			const whole = await ask(api), o = JSON.parse(whole.text);

			assert.equal(whole.status, 200);
			assert.equal(whole.headers['content-type'], 'application/json');
			assertGood(api === 'openai' ? o.choices[0].message.content : o.content[0].text);
			for (const how of ['good', 'thoughtful', { pieces: [1] }, { words: 1, pieces: [7, 1, 50] }]) {
				fake.next(how);
				const r = await ask(api, stream), got = read(r.text);

				assert.equal(r.headers['content-type'], 'text/event-stream');
				assertGood(got.text);
				assert.equal(got.stop, api === 'openai' ? 'stop' : 'end_turn');
				assert.deepEqual([got.input, got.output, got.done, r.whole], [1200, 300, true, true]);
			}
			fake.next('document');
			assert.equal((await ask(api, stream)).headers['content-type'], 'application/json');
			assert.equal(fake.asked.length, 6);
			assert.equal(fake.asked[1].api, api);
			assert.ok(fake.asked.every((c) => !c.gone && !c.wrong && c.user.includes('port-10')));
			assert.equal(fake.asked[1].system, api === 'openai' ? 'Answer in JSON.' : 'Be brief.');
		});

		it(`${api}: no usage in a stream that did not ask`, async () => {
			const r = await ask(api, { stream: true });

			assert.equal(read(r.text).output, api === 'openai' ? undefined : 300);
		});

		it(`${api}: is strict`, async () => {
			const deep = { ...schema, properties: { ...schema.properties, summary: { type: 'string', maxLength: 5 } } };
			const format = (s) => api === 'openai'
				? { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: s } } }
				: { output_config: { format: { type: 'json_schema', schema: s } } };
			const wrong = [[{ temperature: 0.5 }, 400], [{ top_p: 1 }, 400], [{ top_k: 1 }, 400],
				[{ mystery: 1 }, 400], [{ messages: [] }, 400], [{ model: '' }, 400], [format(deep), 400],
				[format({ ...schema, additionalProperties: true }), 400],
				[{}, 400, { headers: { 'content-type': 'text/plain' } }], [{}, 400, { body: '{' }],
				[{}, 404, { path: '/v1/other' }],
				...(api === 'anthropic' ? [[{}, 401, { headers: { 'x-api-key': 'sk-wrong' } }]]
					: [[{}, api === 'bedrock' ? 403 : 401, { headers: { authorization: 'Bearer sk-wrong' } }]]),
				...(api === 'openai' ? [[{ stream_options: {} }, 400]]
					: [[{ max_tokens: 0 }, 400], [{ messages: [{ role: 'assistant', content: 'x' }] }, 400]])];

			for (const [more, status, options] of wrong) {
				const r = await ask(api, more, options);

				assert.equal(r.status, status, `${JSON.stringify(more)} ${r.text}`);
			}
			assert.equal((await ask(api, format(schema))).status, 200);
			assert.equal(fake.asked.at(-1).mode, 'schema');
		});

		it(`${api}: modes it does not know`, async () => {
			fake.always('no schema');
			const more = api === 'openai' ? { response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } }
				: { output_config: { format: { type: 'json_schema', schema } } };
			const r = await ask(api, more);

			assert.equal(r.status, 400);
			assert.match(JSON.parse(r.text).error.message, api === 'openai' ? /^response_format: json_schema/ : /^output_config/);
			assert.equal((await ask(api, api === 'openai' ? { response_format: { type: 'json_object' } } : {})).status, 200);
		});

		it(`${api}: every error`, async () => {
			for (const name of Object.keys(errors)) {
				if (name === 'clock' && api !== 'bedrock')
					continue;
				fake.next({ error: name, headers: { 'retry-after': '0' } });
				const r = await ask(api, stream);

				assert.ok(r.status >= 400, name);
				assert.equal(r.headers['retry-after'], '0');
				if (r.headers['content-type'] === 'application/json')
					assert.ok(JSON.parse(r.text).error?.message || JSON.parse(r.text).message, name);
			}
		});

		it(`${api}: every odd answer comes to an end, or does not`, async () => {
			const never = ['stalls before the head', 'stalls after the head', 'stalls in the middle'];

			for (const name of Object.keys(behaviours).filter((n) => !never.includes(n))) {
				fake.next(name);
				const r = await ask(api, stream, { limit: 1 << 20 });

				if (name === 'reset')
					assert.equal(r.error, 'ECONNRESET');
				else if (/^cut|^endless/.test(name))
					assert.equal(r.whole, false, name);
				else
					assert.equal(r.whole, true, name);
				if (name === 'cut in the middle')
					assert.equal(r.text.length, 400);
				if (name.startsWith('endless'))
					assert.equal((await fake.asked.at(-1).over).gone, true, name);
				if (name === 'refusal')
					assert.equal(read(r.text).stop, api === 'openai' ? 'content_filter' : 'refusal');
				if (name === 'max tokens')
					assert.equal(read(r.text).stop, api === 'openai' ? 'length' : 'max_tokens');
				if (name === 'obedient')
					assert.ok(JSON.parse(read(r.text).text).picks[0].region === shop.url);
			}
		});

		it(`${api}: a stall is seen to be left`, async () => {
			for (const [i, name] of ['stalls before the head', 'stalls after the head',
				'stalls in the middle'].entries()) {
				fake.next(name);
				const data = JSON.stringify(bodyOf(api, stream));
				const req = http.request(fake.url + paths[api], { method: 'POST', agent: false,
					headers: headersOf(api) });

				req.on('error', () => {});
				req.end(data);
				const call = await fake.asks(i);

				assert.equal(fake.now, 1);
				assert.equal(call.gone, false);
				req.destroy();
				assert.equal((await call.over).gone, true);
				assert.equal(fake.now, 0);
			}
		});

		it(`${api}: an error in the middle`, async () => {
			fake.next({ late: ['overloaded', 2] });
			const got = read((await ask(api, stream)).text);

			assert.ok(got.error && got.text.length === 48 && !got.done, JSON.stringify(got));
		});

		it(`${api}: cut at any byte, that many arrive`, async () => {
			const { length } = (await ask(api, stream)).text;

			for (let n = 0; n <= length; n += 37) {
				fake.next({ cut: n, pieces: [n || 1] });
				const r = await ask(api, stream);

				assert.deepEqual([r.text.length, r.whole], [n, false]);
			}
			assert.equal(fake.asked[0].length, length);
		});
	}

	it('counts who is there at once, behind gates', async () => {
		fake.always({ hold: true });
		const all = [1, 2, 3].map(() => ask('openai'));

		await fake.asks(2);
		assert.equal(fake.most, 3);
		fake.release();
		assert.deepEqual((await Promise.all(all)).map((r) => r.status), [200, 200, 200]);
		assert.equal(fake.now, 0);
	});

	it('takes functions, in turn', async () => {
		fake.next('key', (call) => ({ answer: call.styles })).always('server');
		const got = [await ask('openai'), await ask('openai'), await ask('openai')];

		assert.deepEqual(got.map((r) => r.status), [401, 200, 500]);
		assert.match(got[1].text, /port-10/);
		assert.ok(!got[1].text.includes('evil'));
	});

	it('signs as Amazon does', () => {
		/* "get-vanilla" of Amazon's test suite */
		const signature = awsSignature({ method: 'GET', path: '/', body: '',
			headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
			names: ['host', 'x-amz-date'], date: '20150830T123600Z', region: 'us-east-1',
			service: 'service', secret: aws.secret });

		assert.equal(signature, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
	});

	it('verifies signatures', async () => {
		const path = paths.bedrock, body = JSON.stringify(bodyOf('bedrock'));
		const date = (ms = 0) => new Date(Date.now() + ms).toISOString().replace(/[-:]|\.\d+/g, '');
		const sign = (who, what) => awsHeaders({ ...aws, ...who }, { method: 'POST', path,
			host: new URL(fake.url).host, body, date: date(), ...what });
		const tries = [
			[sign(), 200],
			[sign({}, { service: 'bedrock-mantle' }), 200],
			[sign({}, { body: `${body} ` }), 403],
			[sign({}, { path: '/v1/messages' }), 403],
			[sign({}, { service: 's3' }), 403],
			[sign({}, { date: date(-20 * 60e3) }), 403],
			[sign({ secret: 'other' }), 403],
			[sign({ region: 'us-east-1' }), 403],
			[sign({ token: undefined }), 403],
			[{ ...sign(), 'x-amz-security-token': 'another' }, 403],
			[{ ...sign(), 'x-amz-unsigned': '1' }, 403],
			[{ authorization: 'AWS4-HMAC-SHA256 nonsense' }, 403],
		];

		for (const [headers, status] of tries) {
			const r = await ask('bedrock', {}, { headers, body });

			assert.equal(r.status, status, `${JSON.stringify(headers)} ${r.headers?.['x-fake-says']}`);
		}
	});
});
