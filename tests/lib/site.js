'use strict';
/*
 * A whole Winepair in a temporary folder for a test: the real program, the real
 * nginx with the real configuration, a free port. Nothing outside the folder
 * and loopback is touched; stop() leaves nothing behind.
 */
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const top = path.resolve(__dirname, '../..');
const build = process.env.WINEPAIR_BUILD || path.join(top, 'build');
const program = path.join(build, 'winepair');

/* Resolve with what fn gives once that is true; fail with `what` after ms. */
async function until(fn, what, ms = 15000) {
	const end = Date.now() + ms;

	for (;;) {
		const value = await fn();
		if (value)
			return value;
		if (Date.now() > end)
			throw new Error(`waited ${ms} ms for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();

		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/* The end of a child process: {code, signal}. */
function ended(child) {
	if (child.exitCode !== null || child.signalCode !== null)
		return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
	return new Promise((resolve) => child.once('exit',
		(code, signal) => resolve({ code, signal })));
}

/* Run the program to its end: {code, out, err}. */
function run(args, { env = {}, input = '' } = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, { env: { ...process.env, ...env } });
		let out = '', err = '';

		child.stdout.on('data', (d) => { out += d; });
		child.stderr.on('data', (d) => { err += d; });
		child.on('close', (code, signal) => resolve({ code, signal, out, err }));
		child.stdin.on('error', () => {});
		child.stdin.end(input);
	});
}

class Site {
	/*
	 * options: env (more settings, without WINEPAIR_), dir (use this folder),
	 * store (path), args (of serve), post ([rate, burst] of POST; none to speak
	 * of), conf (a function that changes the text of nginx's configuration),
	 * under (a command that starts the server, such as prlimit).
	 */
	static async start(options = {}) {
		const site = new Site();

		site.dir = options.dir || fs.mkdtempSync(path.join(os.tmpdir(), 'winepair-test-'));
		site.ownDir = !options.dir;
		site.port = await freePort();
		site.url = `https://localhost:${site.port}`;
		site.log = '';
		site.env = {
			WINEPAIR_SOCKET: path.join(site.dir, 'winepair.sock'),
			WINEPAIR_STORE: options.store || path.join(site.dir, 'winepair.db'),
			WINEPAIR_PUBLIC_URL: site.url,
			WINEPAIR_FETCH_PAUSE_MS: '0',
		};
		for (const [key, value] of Object.entries(options.env || {}))
			site.env[`WINEPAIR_${key.toUpperCase()}`] = String(value);
		execFileSync(path.join(top, 'tools/nginx-conf'), [site.dir, site.port,
			site.env.WINEPAIR_SOCKET, path.join(build, 'share/winepair'),
			...(options.post || ['10000r/s', '1000'])]);
		if (options.conf) {
			const file = path.join(site.dir, 'winepair.conf');

			fs.writeFileSync(file, options.conf(fs.readFileSync(file, 'utf8')));
		}
		site.under = options.under || [];
		site.serve(options.args);
		site.nginx = spawn('nginx', ['-p', site.dir, '-e', path.join(site.dir, 'error.log'),
			'-c', path.join(site.dir, 'nginx.conf')], { stdio: 'ignore' });
		try {
			await site.ready();
		} catch (e) {
			await site.stop();
			throw e;
		}
		return site;
	}

	/* Start `winepair serve` (again). */
	serve(args = []) {
		const [command, ...rest] = [...this.under, program, 'serve', ...args];

		this.app = spawn(command, rest, {
			env: { ...process.env, ...this.env },
			stdio: ['ignore', 'inherit', 'pipe'],
		});
		this.app.stderr.on('data', (d) => {
			this.log += d;
			if (process.env.VERBOSE)
				process.stderr.write(d);
		});
	}

	ready() {
		return until(async () => {
			if (this.app.exitCode !== null)
				throw new Error(`winepair serve ended:\n${this.log}`);
			try {
				/* the runner is born last */
				return (await this.get('/readyz')).status === 200 &&
					this.children('runner').length > 0;
			} catch {
				return false;
			}
		}, 'the site to be ready');
	}

	async stop() {
		this.nginx.kill('SIGTERM');
		this.app.kill('SIGTERM');
		await Promise.all([ended(this.nginx), ended(this.app)]);
		if (this.ownDir)
			fs.rmSync(this.dir, { recursive: true, force: true });
	}

	request(method, where, { headers = {}, body } = {}) {
		const data = body === undefined ? undefined
			: Buffer.isBuffer(body) ? body : Buffer.from(body);

		return new Promise((resolve, reject) => {
			const req = https.request(new URL(where, this.url), {
				method, rejectUnauthorized: false, agent: false,
				headers: { ...(data ? { 'content-length': data.length } : {}),
					...headers },
			}, (res) => {
				const parts = [];

				res.on('data', (d) => parts.push(d));
				res.on('error', reject);
				res.on('end', () => {
					const raw = Buffer.concat(parts), text = raw.toString();
					let json;

					if (/json/.test(res.headers['content-type'] || '') && text)
						json = JSON.parse(text);
					resolve({ status: res.statusCode, headers: res.headers,
						raw, text, json });
				});
			});

			req.on('error', reject);
			req.end(data);
		});
	}

	get(where, options) {
		return this.request('GET', where, options);
	}

	/* A form as a browser sends it from our own page. */
	form(where, fields, headers = {}) {
		return this.request('POST', where, {
			headers: { 'content-type': 'application/x-www-form-urlencoded',
				'sec-fetch-site': 'same-origin', ...headers },
			body: new URLSearchParams(fields).toString(),
		});
	}

	json(where, value, headers = {}) {
		return this.request('POST', where, {
			headers: { 'content-type': 'application/json', ...headers },
			body: typeof value === 'string' || Buffer.isBuffer(value)
				? value : JSON.stringify(value),
		});
	}

	/* Process ids of the master's children whose name begins so. */
	children(name) {
		const pid = this.app.pid;
		const list = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');

		return list.split(' ').filter(Boolean).map(Number).filter((child) => {
			try {
				return fs.readFileSync(`/proc/${child}/comm`, 'utf8').startsWith(name);
			} catch {
				return false;
			}
		});
	}

	/* The pairing's JSON once its job has come to an end. */
	async settled(id) {
		return until(async () => {
			const { json } = await this.get(`/api/v1/pairings/${id}`);
			return json && !['queued', 'running'].includes(json.status) && json;
		}, `pairing ${id} to end`, 60000);
	}
}

/*
 * A recipe site on loopback. pages: {'/path': html or (req, res) => …}. A page
 * set with hold() is not answered before its release() is called.
 */
class FakeSite {
	static async start(pages = {}) {
		const fake = new FakeSite();

		fake.pages = pages;
		fake.hits = {};
		fake.server = http.createServer((req, res) => {
			const page = fake.pages[req.url.split('?')[0]];

			fake.hits[req.url] = (fake.hits[req.url] || 0) + 1;
			if (typeof page === 'function')
				return page(req, res);
			res.writeHead(page === undefined ? 404 : 200,
				{ 'content-type': 'text/html; charset=utf-8' });
			res.end(page === undefined ? 'not here' : page);
		});
		await new Promise((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
		fake.port = fake.server.address().port;
		fake.url = `http://127.0.0.1:${fake.port}`;
		fake.allow = `127.0.0.1:${fake.port}`;
		return fake;
	}

	/* A page that waits: {asked: promise, release(), times()}. */
	hold(where, html) {
		let asked, times = 0, open = false;
		const waiting = [];
		const page = { asked: new Promise((resolve) => { asked = resolve; }) };

		page.times = () => times;
		page.release = () => {
			open = true;
			waiting.splice(0).forEach((answer) => answer());
		};
		this.pages[where] = (req, res) => {
			const answer = () => {
				res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
				res.end(html);
			};

			times++;
			asked();
			if (open)
				answer();
			else
				waiting.push(answer);
		};
		return page;
	}

	stop() {
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}
}

/* A page as recipe sites write them. */
function recipePage(name, ingredients, steps) {
	const recipe = {
		'@context': 'https://schema.org', '@type': 'Recipe', name,
		recipeIngredient: ingredients, recipeYield: '4 servings',
		recipeInstructions: steps.map((text) => ({ '@type': 'HowToStep', text })),
	};

	return `<!doctype html><html lang="en"><head><title>${name}</title>` +
		`<script type="application/ld+json">${JSON.stringify(recipe)}</script>` +
		`</head><body><h1>${name}</h1></body></html>`;
}

const chicken = `Lemon roast chicken

Ingredients
- 1 whole chicken (1.6 kg)
- 2 lemons
- 50 g butter
- 4 sprigs thyme
- 1 tsp salt

Method
Rub the chicken with butter and thyme. Roast for 80 minutes with the lemons.
`;

/* Run fn with a site and a fake recipe site that holds options.pages; stop both
 * whatever happens. */
async function withSite({ pages, env, ...options }, fn) {
	const fake = await FakeSite.start(pages);
	let site;

	try {
		site = await Site.start({ ...options,
			env: { fetch_allow: fake.allow, ...env } });
		await fn(site, fake);
	} finally {
		await site?.stop();
		await fake.stop();
	}
}

module.exports = { Site, withSite, FakeSite, until, run, ended, freePort, recipePage,
	chicken, top, build, program };
