'use strict';
/*
 * Every way in which a site can fail, by local sites that fail so, through the
 * whole road: the job's reason as JSON and as a page, with the ways round it.
 */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const { after, before, describe, it } = require('node:test');
const { Site, FakeSite, recipePage, run, until } = require('../lib/site.js');

const soup = recipePage('Onion soup', ['4 onions', '1 l beef stock', '50 g butter'],
	['Fry the onions in the butter, add the stock and simmer for an hour.']);
const html = (status, body, headers = {}) => (req, res) => {
	res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
	res.end(body);
};
const bare = (what) => `<html><head><title>${what}</title></head><body><h1>${what}</h1></body></html>`;
const bytes = (type, body) => (req, res) => {
	res.writeHead(200, { 'content-type': type });
	res.end(body);
};
const words = 'We went to the sea and the sand was warm and the sun was high. '.repeat(40);

/* Walls as their makers put them up. */
const walls = {
	'fetch-challenge': [
		[403, '<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>' +
			'<script>window._cf_chl_opt={};</script>'],
		[503, '<title>Just a moment...</title><p>Checking your browser before accessing the site.'],
		[200, '<title>Attention Required!</title><h1>Sorry, you have been blocked</h1><p>Ray ID: 8a</p>'],
		[403, '<p>Please enable JS and disable any ad blocker</p><script src="https://ct.captcha-delivery.com/c.js"></script>'],
		[403, '<title>Access to this page has been denied</title><div id="px-captcha"></div>'],
		[200, '<title>Pardon Our Interruption</title><p>As you were browsing something about your browser made us think you were a bot.'],
		[403, '<title>Access Denied</title><h1>Access Denied</h1>You don\'t have permission to access it on this server.<p>Reference #18.2d'],
		[200, '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/x.js"></script>'],
		[200, '<iframe src="/_Incapsula_Resource?SWUDNSAI=9"></iframe>'],
		[202, '<script>window.gokuProps = {}; AwsWafIntegration.saveReferrer();</script><noscript>JavaScript is disabled</noscript>'],
		[405, '<title>Human Verification</title><div class="g-recaptcha"></div>'],
		[429, '<script src="/149e9513/ips.js?KPSDK=1"></script><script>window.KPSDK={};</script>'],
		[200, '<title>Robot check</title><p>Type the characters you see in this image.'],
		[200, '<p>Our systems have detected unusual traffic from your computer network.'],
		[200, '<div class="cf-turnstile"></div><p>Verify you are human'],
		[200, '<div class="h-captcha"></div>'],
		[200, '<meta charset=utf-8><p>Bitte bestätigen Sie, dass Sie ein Mensch sind.'],
		[200, '<p>Vérifiez que vous êtes humain'],
		[200, '<p>Verifica que eres humano'],
		[200, '<title>Making sure you&#39;re not a bot!</title><script id="anubis_challenge" type="application/json">{}</script>'],
		[200, '<title>DDoS protection by X</title><p>Please wait'],
		[200, '<title>Client Challenge</title><p>A required part of this site could not load.'],
		[200, '<p>Press &amp; hold to confirm you are a human'],
		[200, '<p>Подтвердите, что вы не робот'],
		[200, '<p>私はロボットではありません'],
		[200, '<p>请完成安全验证'],
	],
	'fetch-login': [
		[200, '<title>Log in</title><form><input name="user"><input type="password" name="p"></form>'],
		[403, '<h1>Members</h1><p>Please log in to see this page.'],
		[200, '<p>You must be logged in to view this recipe.'],
		[200, '<p>Sign in to continue'],
		[200, '<p>Melde dich an, um das Rezept zu sehen'],
		[200, '<p>Connectez-vous pour voir la recette'],
		[200, '<p>ログインしてください'],
	],
	'fetch-consent': [
		[200, `<title>Before you continue</title><p>${words}`],
		[200, '<p>We value your privacy. We and our partners store information on a device. Accept all cookies'],
		[200, '<p>Wir und unsere Partner brauchen Ihre Zustimmung.'],
		[200, '<p>Nous et nos partenaires utilisons des cookies. Tout accepter'],
		[403, '<p>Accept all cookies to go on'],
		[200, '<div id="consent-wall"><button>OK</button></div>'],
	],
	'fetch-paywall': [
		[200, `<h1>The soup of the year</h1><p>${words}<p>Subscribe to continue reading.`],
		[200, `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script><p>${words}`],
		[200, `<p>${words}<p>Jetzt abonnieren und weiterlesen`],
		[200, `<p>${words}<p>Cet article est réservé aux abonnés`],
		[403, '<p>This content is for subscribers only.'],
		[200, `<p>${words}<div class="paywall-box">Already a subscriber?</div>`],
	],
	'fetch-script': [
		[200, '<div id="root"></div><script src="/main.js"></script>'],
		[200, '<noscript>You need to enable JavaScript to run this app.</noscript><div id="app"></div>'],
		[200, '<div id="__next"><p>Loading</div><script src="/n.js"></script>'],
		[200, '<app-root></app-root><script src="/polyfills.js" type="module"></script>'],
		[200, '<title>Recipes</title><script defer src="/bundle.js"></script>'],
	],
};

const kinds = [
	['/401', 'fetch-unauthorized', html(401, bare('Unauthorized'), { 'www-authenticate': 'Basic realm="x"' })],
	['/402', 'fetch-payment', html(402, bare('Payment required'))],
	['/403', 'fetch-forbidden', html(403, bare('Forbidden'))],
	['/404', 'fetch-missing', html(404, bare('Not found'))],
	['/410', 'fetch-missing', html(410, bare('Gone'))],
	['/418', 'fetch-status', html(418, bare('A teapot'))],
	['/429', 'fetch-busy', html(429, bare('Too many requests'))],
	['/451', 'fetch-legal', html(451, bare('Not for you'))],
	['/500', 'fetch-server', html(500, bare('Oops'))],
	['/502', 'fetch-server', html(502, bare('Bad gateway'))],
	['/503', 'fetch-server', html(503, bare('Service unavailable'))],
	['/header', 'fetch-challenge', html(403, bare('No'), { 'cf-mitigated': 'challenge' })],
	['/pdf', 'fetch-pdf', bytes('application/pdf', '%PDF-1.7\n')],
	['/pdf-in-disguise', 'fetch-pdf', bytes('text/html', '%PDF-1.7\n')],
	['/picture', 'fetch-image', bytes('image/webp', 'RIFF')],
	['/picture-in-disguise', 'fetch-image', bytes('text/html', Buffer.from('89504e470d0a1a0a', 'hex'))],
	['/zip', 'fetch-type', bytes('application/zip', 'PK')],
	['/film', 'fetch-type', bytes('video/mp4', 'x')],
	['/empty', 'fetch-empty', html(200, '')],
	['/blank', 'fetch-empty', html(200, ' \n')],
	['/endless', 'fetch-too-large', (req, res) => {
		const chunk = Buffer.alloc(65536, 'x');
		const more = () => {
			while (!res.destroyed && res.write(chunk));
		};

		res.writeHead(200, { 'content-type': 'text/html' });
		res.on('drain', more);
		more();
	}],
	['/hops', 'fetch-redirects', (req, res) => {
		res.writeHead(302, { location: `/hops?${Number(req.url.split('?')[1] || 0) + 1}` });
		res.end();
	}],
	['/loop', 'fetch-loop', (req, res) => {
		res.writeHead(302, { location: '/loop' });
		res.end();
	}],
	['/truncated', 'fetch-truncated', (req, res) => {
		res.writeHead(200, { 'content-type': 'text/html', 'content-length': 1000 });
		res.write('<html>', () => res.socket.end());
	}],
	['/hangs-up', 'fetch-reset', (req) => req.socket.end()],
	['/resets', 'fetch-reset', (req) => req.socket.resetAndDestroy()],
	['/brotli', 'unreachable', html(200, 'x', { 'content-encoding': 'br' })],
	['/no-recipe', 'not-a-recipe', html(200, `<p>${words}`)],
];

/* A private authority, and what it signs and does not. */
function certificates(dir) {
	const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	const at = (days) => `${new Date(Date.now() + days * 86400e3).toISOString()
		.replace(/[-:T]|\.\d+/g, '')}`;
	const sign = (name, from, to, alt) => {
		openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
		fs.writeFileSync(path.join(dir, 'ext'), `subjectAltName=${alt}\n`);
		openssl('ca', '-batch', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.crt`,
			'-startdate', at(from), '-enddate', at(to), '-extfile', 'ext', '-notext');
	};

	openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test authority', '-days', '2');
	fs.writeFileSync(path.join(dir, 'index'), '');
	fs.writeFileSync(path.join(dir, 'ca.cnf'), '[ca]\ndefault_ca=it\n[it]\ndatabase=index\n' +
		'new_certs_dir=.\nrand_serial=yes\ncertificate=ca.crt\nprivate_key=ca.key\n' +
		'default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n');
	sign('good', -1, 1, 'IP:127.0.0.1');
	sign('expired', -9, -2, 'IP:127.0.0.1');
	sign('early', 3, 5, 'IP:127.0.0.1');
	sign('other', -1, 1, 'DNS:elsewhere.example');
	openssl('req', '-x509', ...key, '-keyout', 'self.key', '-out', 'self.crt', '-subj', '/CN=self',
		'-days', '2', '-addext', 'subjectAltName=IP:127.0.0.1');
	return (name) => ({ key: fs.readFileSync(path.join(dir, `${name}.key`)),
		cert: fs.readFileSync(path.join(dir, `${name}.crt`)) });
}

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1',
	() => resolve(server.address().port)));
const closedPort = async () => {
	const server = net.createServer();
	const port = await listen(server);

	await new Promise((resolve) => server.close(resolve));
	return port;
};

describe('fetching', () => {
	let site, fake, busy, dir, closed, h2;
	const port = {}, servers = [];

	before(async () => {
		dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-fetching-'));
		const cert = certificates(dir);

		fake = await FakeSite.start(Object.fromEntries(kinds.map(([where, , page]) => [where, page])));
		for (const [code, list] of Object.entries(walls))
			list.forEach(([status, body], i) => {
				fake.pages[`/${code}/${i}`] = html(status, body);
			});
		busy = await FakeSite.start();
		for (const name of ['good', 'expired', 'early', 'other', 'self']) {
			const server = https.createServer(cert(name), (req, res) => res.end(soup));

			port[name] = await listen(server);
			servers.push(server);
		}
		h2 = http2.createSecureServer({ ...cert('good'), allowHTTP1: true }, (req, res) => {
			h2.seen = req.httpVersion;
			res.writeHead(200, { 'content-type': 'text/html' });
			res.end(soup);
		});
		h2.on('session', (session) => { h2.last = session; });
		port.h2 = await listen(h2);
		closed = await closedPort();
		site = await Site.start({ env: {
			fetch_allow: [fake.allow, busy.allow, ...[closed, ...Object.values(port)]
				.map((p) => `127.0.0.1:${p}`)].join(','),
			ca_file: path.join(dir, 'ca.crt'), contact: 'cook@example.com' } });
	});
	after(async () => {
		if (site)
			await site.stop();
		await Promise.all([fake, busy].filter(Boolean).map((f) => f.stop()));
		for (const server of servers) {
			server.close();
			server.closeAllConnections();
		}
		if (h2) {
			h2.close();
			if (h2.last)
				h2.last.destroy();
		}
		fs.rmSync(dir, { recursive: true });
	});

	const ask = async (url) => {
		const r = await site.json('/api/v1/pairings', { url });

		assert.equal(r.status, 202, r.text);
		return site.settled(r.json.id);
	};

	/* The reason wherever it shows. */
	const assertFails = async (url, code) => {
		const job = await ask(url);

		assert.equal(job.status, 'failed', `${url}: ${job.recipe && job.recipe.name} read as a recipe`);
		assert.equal(job.error.code, code, url);
		const page = await site.get(`/pairings/${job.id}`, { headers: { accept: 'text/html' } });
		assert.ok(page.text.replaceAll('&#39;', '\'').includes(`<h1>${job.error.title}</h1>`), 'the title');
		assert.ok(page.text.includes(`<code>${code}</code>`), 'the code');
		assert.match(page.text, /<textarea/, 'a place to paste');
		assert.match(page.text, /type="file"/, 'a place to upload');
		assert.match(page.text, /href="\/import"/, 'the bookmarklet');
		return job;
	};
	const assertWays = ({ error }) => {
		assert.ok(error.detail.length > 40);
		assert.equal(error.ways.length, 3);
		assert.match(error.ways.join(' '), /paste.*upload.*\/import/);
	};

	for (const [where, code] of kinds) {
		it(`${where} is ${code}`, async () => {
			const job = await assertFails(fake.url + where, code);

			if (code !== 'not-a-recipe')
				assertWays(job);
		});
	}

	it('a problem document says the same', async () => {
		const r = await site.json('/api/v1/pairings', { url: `${fake.url}/403` }, { prefer: 'wait=10' });

		assert.equal(r.status, 502);
		assert.equal(r.headers['content-type'], 'application/problem+json');
		assert.equal(r.json.code, 'fetch-forbidden');
		assertWays({ error: r.json });
	});

	it('50 block pages are told, and none is taken for a recipe', async () => {
		const all = Object.entries(walls).flatMap(([code, list]) => list.map((_, i) => [code, i]));
		const wrong = [];

		assert.ok(all.length >= 50, `${all.length}`);
		for (const [code, i] of all) {
			const job = await ask(`${fake.url}/${code}/${i}`);

			if (job.status !== 'failed' || job.error.code !== code)
				wrong.push(`${code} ${i}: ${job.error ? job.error.code : job.recipe.name}`);
		}
		assert.deepEqual(wrong, []);
	});

	it('a recipe wins over status and banner', async () => {
		for (const status of [200, 403, 404, 429, 500, 503]) {
			fake.pages[`/won${status}`] = html(status, soup.replace('<body>',
				'<body><div class="banner">We value your privacy. Accept all cookies? Log in to continue.</div>' +
				'<script src="/cdn-cgi/challenge-platform/h/x.js"></script>'));
			const done = await ask(`${fake.url}/won${status}`);
			assert.equal(done.status, 'done', `${status}: ${JSON.stringify(done.error)}`);
			assert.equal(done.recipe.name, 'Onion soup');
		}
	});

	for (const [name, code] of [['expired', 'fetch-expired'], ['early', 'fetch-expired'],
		['other', 'fetch-wrong-name'], ['self', 'fetch-untrusted']]) {
		it(`a certificate: ${name} is ${code}`, async () => {
			assertWays(await assertFails(`https://127.0.0.1:${port[name]}/`, code));
		});
	}

	it('no TLS is fetch-tls, a closed port fetch-refused, an unknown name fetch-dns', async () => {
		assertWays(await assertFails(`https://127.0.0.1:${fake.port}/`, 'fetch-tls'));
		assertWays(await assertFails(`http://127.0.0.1:${closed}/`, 'fetch-refused'));
		assertWays(await assertFails('http://no-such-site.invalid/', 'fetch-dns'));
	});

	it('speaks HTTP/2 where the site does', async () => {
		const done = await ask(`https://127.0.0.1:${port.h2}/`);

		assert.equal(done.status, 'done', JSON.stringify(done.error));
		assert.equal(h2.seen, '2.0');
		assert.equal((await ask(`https://127.0.0.1:${port.good}/`)).status, 'done');
	});

	it('says who asks and in which language, and takes gzip only', async () => {
		let seen;

		fake.pages['/who'] = (req, res) => {
			seen = req.headers;
			res.end(soup);
		};
		await ask(`${fake.url}/who`);
		assert.match(seen['user-agent'], /Winepair\/.*\+cook@example\.com/);
		assert.equal(seen['accept-language'], 'en, *;q=0.5');
		assert.equal(seen['accept-encoding'], 'gzip');
		assert.ok(!('cookie' in seen) && !('referer' in seen));
	});

	it('finds a recipe again by where a redirect led', async () => {
		fake.pages['/short'] = (req, res) => {
			res.writeHead(301, { location: '/long' });
			res.end();
		};
		fake.pages['/long'] = soup.replaceAll('Onion soup', 'Long soup');
		assert.equal((await ask(`${fake.url}/short`)).status, 'done');
		for (const where of ['/short', '/long']) {
			const r = await site.json('/api/v1/pairings', { url: fake.url + where });
			assert.equal(r.status, 201, where);
		}
		assert.equal(fake.hits['/long'], 1);
	});

	it('what the command line fetches fails in the same words', async () => {
		const env = { WINEPAIR_FETCH_ALLOW: fake.allow };
		const lost = await run(['recipe', `${fake.url}/403`, '--json'], { env });

		assert.equal(lost.code, 1);
		assert.equal(JSON.parse(lost.out).error.code, 'fetch-forbidden');
		const won = await run(['recipe', `${fake.url}/won403`, '--json'], { env });
		assert.equal(JSON.parse(won.out).name, 'Onion soup');
	});

	it('waits for a site that asks for a short pause, and shows it', async () => {
		let asked = 0;

		busy.pages['/paused'] = (req, res) => {
			if (asked++)
				return res.end(soup.replaceAll('Onion soup', 'Patient soup'));
			res.writeHead(429, { 'retry-after': '3' });
			res.end();
		};
		const { json } = await site.json('/api/v1/pairings', { url: `${busy.url}/paused` });
		const waiting = await until(async () => {
			const r = await site.get(`/api/v1/pairings/${json.id}`);
			return r.json.retry_at && r.json;
		}, 'the job to rest');
		assert.equal(waiting.status, 'queued');
		const page = await site.get(`/pairings/${json.id}`);
		assert.match(page.text, /asks for a pause; it is asked again in \d seconds/);
		const done = await site.settled(json.id);
		assert.equal(done.status, 'done');
		assert.equal(done.recipe.name, 'Patient soup');
		assert.equal(asked, 2);
	});

	it('says when a site wants to be asked again much later', async () => {
		busy.pages['/later'] = html(503, bare('Later'), { 'retry-after': '1800' });
		busy.pages['/other'] = soup;
		const job = await assertFails(`${busy.url}/later`, 'fetch-busy');
		const left = Date.parse(job.retry_at) - Date.now();

		assert.ok(left > 1700e3 && left <= 1800e3, `${left}`);
		const page = await site.get(`/pairings/${job.id}`, { headers: { accept: 'text/html' } });
		assert.match(page.text, /may be asked again in (29|30) minutes/);
		/* and until then it is not asked */
		assert.equal((await ask(`${busy.url}/other`)).error.code, 'fetch-busy');
		assert.equal(busy.hits['/other'], undefined);
	});
});

/* What a site may send without end, and what it costs us: each is over within
 * its limit and a second (20 s for a whole page), the runner hardly grows, and
 * other jobs go on meanwhile. */
describe('sites without measure', () => {
	const bomb = zlib.gzipSync(Buffer.alloc(64 << 20));
	const every = (ms, res, fn) => {
		const timer = setInterval(fn, ms);

		res.on('close', () => clearInterval(timer));
	};
	const sites = [
		['fetch-too-large', html(200, bomb, { 'content-encoding': 'gzip' })],
		['unreachable', html(200, bomb, { 'content-encoding': 'gzip, gzip' })],
		['fetch-too-large', kinds.find(([where]) => where === '/endless')[2]],
		['fetch-timeout', (req, res) => {
			res.writeHead(200);
			every(1000, res, () => res.write('x'));
		}],
		['unreachable', (req, res) => {
			req.socket.write('HTTP/1.1 200 OK\r\n');
			every(5, res, () => req.socket.write(`X: ${'a'.repeat(8000)}\r\n`));
		}],
		['fetch-timeout', () => {}],
	];

	it('end in time and hold nothing up', async (t) => {
		const bad = await Promise.all(sites.map(([, page]) => FakeSite.start({ '/': page })));
		const good = await FakeSite.start();
		const site = await Site.start({ env: {
			fetch_allow: [...bad, good].map((f) => f.allow).join(',') } });
		const grown = () => site.children('runner').map((pid) =>
			Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]))[0];
		const start = Date.now();
		let over = 0;

		t.after(async () => {
			await site.stop();
			await Promise.all([...bad, good].map((f) => f.stop()));
		});
		await until(() => site.children('runner').length, 'the runner');
		const before = grown();
		const jobs = bad.map(async (f) => {
			const { json } = await site.json('/api/v1/pairings', { url: f.url });
			const end = await site.settled(json.id);

			over++;
			return [end.error.code, Date.now() - start];
		});
		for (let i = 0; i < 10; i++) {
			good.pages[`/${i}`] = soup.replaceAll('Onion soup', `Soup ${i}`);
			const { json } = await site.json('/api/v1/pairings',
				{ url: `${good.url}/${i}` }, { prefer: 'wait=10' });
			assert.equal(json.status, 'done');
		}
		assert.ok(over < sites.length, 'the good ones came first');
		const ends = await Promise.all(jobs);
		assert.deepEqual(ends.map(([code]) => code), sites.map(([code]) => code));
		for (const [code, ms] of ends)
			assert.ok(ms < 21000, `${code} after ${ms} ms`);
		assert.ok(grown() - before < 32 << 10, `${grown() - before} KiB more`);
	});
});

/* A port behind our wall must look the same, whatever is there. */
describe('inner ports', () => {
	it('open, closed and silent ones are answered alike', async (t) => {
		const open = http.createServer((req, res) => res.end(soup));
		const silent = net.createServer(() => {});
		const outer = await FakeSite.start();
		const inner = [await listen(open), await closedPort(), await listen(silent)];
		const site = await Site.start({ env: {
			fetch_allow: [outer.allow, ...inner.map((p) => `*:${p}`)].join(',') } });
		const seen = [];
		let calls = 0;

		t.after(async () => {
			await site.stop();
			await outer.stop();
			open.close();
			silent.close();
		});
		open.on('connection', () => { calls++; });
		silent.on('connection', () => { calls++; });
		/* as the link itself, and as where a public page sends us */
		for (const [i, port] of inner.entries()) {
			const inside = `http://127.0.0.1:${port}/x`;

			outer.pages[`/to${i}`] = (req, res) => {
				res.writeHead(302, { location: inside });
				res.end();
			};
			const direct = await site.json('/api/v1/pairings', { url: inside });
			const { json } = await site.json('/api/v1/pairings', { url: `${outer.url}/to${i}` });
			const job = await site.settled(json.id);
			const answer = await site.get(`/api/v1/pairings/${json.id}`);
			const page = await site.get(`/pairings/${json.id}`, { headers: { accept: 'text/html' } });
			const same = (text) => text.replaceAll(json.id, 'ID').replaceAll(`/to${i}`, '/to')
				.replaceAll(job.created, 'TIME');

			seen.push([direct.status, direct.text, same(answer.text), same(page.text)].join('\n'));
		}
		assert.equal(calls, 0);
		assert.match(seen[0], /private-address/);
		assert.equal(seen[1], seen[0]);
		assert.equal(seen[2], seen[0]);
	});
});
