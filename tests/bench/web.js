'use strict';
/*
 * Requests a second through nginx, as a share of what a bare libfcgi program
 * that sends as many bytes reaches through the same nginx: median of nine
 * interleaved pairs. `json`: a stored pairing; `page`: the same as HTML.
 */
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Site, until, freePort, chicken, top, build } = require('../lib/site.js');

const PAIRS = 9, SECONDS = 2, CONNECTIONS = 16;

function rate(url, headers) {
	const out = execFileSync('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`,
		...headers.flatMap((h) => ['-H', h]), url], { encoding: 'utf8' });

	if (/Non-2xx|Socket errors/.test(out))
		throw new Error(out);
	return Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]);
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/* The bare program behind an nginx of its own; {url, stop}. */
async function startBare(site, body, type) {
	const dir = path.join(site.dir, 'bare'), socket = path.join(dir, 's');
	const port = await freePort();

	fs.mkdirSync(dir);
	fs.writeFileSync(path.join(dir, 'body'), body);
	execFileSync(path.join(top, 'tools/nginx-conf'), [dir, port, socket,
		path.join(build, 'share/winepair')]);
	const bare = spawn(path.join(build, 'tests/bench/bare'),
		[socket, '4', path.join(dir, 'body'), type], { stdio: 'inherit' });
	const nginx = spawn('nginx', ['-p', dir, '-e', path.join(dir, 'error.log'),
		'-c', path.join(dir, 'nginx.conf')], { stdio: 'ignore' });
	await until(() => fs.existsSync(socket) && fs.existsSync(path.join(dir, 'nginx.pid')),
		'the bare program');
	return { url: `https://localhost:${port}/`,
		stop() { nginx.kill(); bare.kill(); } };
}

async function main(name) {
	const [type, where, bar] = name === 'json'
		? ['application/json', '/api/v1/pairings/', 0.8] : ['text/html; charset=utf-8', '/pairings/', 0.6];
	const site = await Site.start();
	let bare;

	try {
		const { json } = await site.json('/api/v1/pairings', { text: chicken });
		const url = site.url + where + json.id;
		const answer = await site.get(where + json.id);

		bare = await startBare(site, answer.raw, type);
		const ours = [], theirs = [];
		for (let i = 0; i < PAIRS; i++) {
			theirs.push(rate(bare.url, []));
			ours.push(rate(url, []));
		}
		const value = median(ours.map((r, i) => r / theirs[i]));
		const print = (metric, v, unit, more) => console.log(JSON.stringify(
			{ bench: name, metric, value: v, unit, ...more }));
		print('share of a bare FastCGI program', Number(value.toFixed(3)), 'x',
			{ bar, ok: value >= bar });
		print('requests', Math.round(median(ours)), '/s', { bar: null, ok: null });
		print('bytes', answer.raw.length, 'bytes', { bar: null, ok: null });
	} finally {
		if (bare)
			bare.stop();
		await site.stop();
	}
}

main(process.argv[2]);
