// Sends what providers send, made by their own packages from npm or, where a
// package only verifies, by Node's crypto; and asks both, the package and
// hookdir, whether it is genuine.
//
// Prints a line of JSON, the settings; reads one, {port, program, config}:
// where hookdir listens, its command line and the settings file. Then it prints
// a line for each delivery, {name, wrong: [TEXT]}, and at last {filed: [EVENT]}.
// HOOKDIR_CLIENTS_ONLY is a regular expression of the senders that are tried.
//
// Of a sender, besides name, with (the package) and entry (its settings):
//	secrets		the lines of its secret file, or what else it signs by
//	files		others that its settings name: {NAME: TEXT}
//	several		it signs by all of them at once, while they change
//	event(n, time)	an object that its bodies have; or
//	bodies(n, time)	the bodies themselves, as texts
//	contentType	where it is not JSON
//	query		of the URL that it was given
//	address(url, body)  the URL that it posts to, where that is another
//	make(what)	the headers, of {n, body, secret, secrets, time, url}
//	within(what)	the body, where the signature is a part of it
//	stored(body)	what of it is filed, where that is not all
//	judge(request)	what the package says, if it can verify: true, or
//			anything else; of {body, headers, url, secret}, with
//			names of headers in lower case
//	signature	the header that it is in; pattern: where in it
//	timestamp	[header, pattern] where it is signed; claims: of a token
//	signedId	the header of an id that is signed
//	window		seconds that a time may be off, either way; margin: how
//			far from it the tests stay
//	judges		what of "old" and "ahead" the package refuses too;
//			strict: and what is late, but in time
//	stranger	a secret that is not its own, where not any text is one
//	uncovered	nothing covers the body
//	changes		more that may be done to a request: [name, function]
//	accepted	the code, where it is not 200; refused: where it is not
//			401; codes: of single ones that are refused
//	id(n), type	what hookdir has to make of it
//	sign		what `hookdir sign` is told beside the provider; false
//			where the package would not take what comes of it
import './senders/webcrypto.mjs';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import readline from 'node:readline';
import body from './senders/body.mjs';
import cert from './senders/cert.mjs';
import deliveries, { withoutSignature } from './senders/deliveries.mjs';
import documented from './senders/documented.mjs';
import jose from './senders/jose.mjs';
import key from './senders/key.mjs';
import standard from './senders/standard.mjs';
import time from './senders/time.mjs';
import { bodies } from './senders/tools.mjs';
import uncovered from './senders/uncovered.mjs';
import words from './senders/words.mjs';

const ONLY = new RegExp(process.env.HOOKDIR_CLIENTS_ONLY ?? '');
const SENDERS = [body, time, standard, key, jose, cert, words, documented,
	uncovered]
	.flat()
	.filter(({ name }) => ONLY.test(name));
const HOST = 'https://hooks.example.com';

const filed = [];
let count = 0;

const print = (value) => console.log(JSON.stringify(value));
const given = ({ name, query = '' }) => `${HOST}/hooks/${name}${query}`;

function settings() {
	const said = { providers: {}, secrets: {}, files: {} };

	for (const sender of SENDERS) {
		const { name, entry, secrets, files } = sender;
		const here = { public_url: given(sender), ...entry };

		if (typeof secrets[0] === 'string') {
			here.secret_file = `${name}.secret`;
			said.secrets[name] = secrets;
		}
		said.providers[name] = here;
		Object.assign(said.files, files);
	}
	return said;
}

// A request: with which of its bodies, signed when, and by what.
async function made(sender, { which = 0, ago = 0, secrets } = {}) {
	const n = `${sender.name}-${++count}`;
	const at = Math.floor(Date.now() / 1000) - ago;
	const all = sender.bodies?.(n, at) ?? bodies(sender.event(n, at));
	const by = secrets ?? sender.secrets.slice(0, 1);
	const url = given(sender);
	const what = { n, body: all[which], time: at, secret: by[0],
		secrets: by, url: sender.address?.(url, all[which]) ?? url };
	const body = sender.within?.(what) ?? what.body;
	const type = sender.contentType ?? 'application/json';

	return { n, url: what.url, body: Buffer.from(body), headers: {
		'Content-Type': type, ...(await sender.make?.(what)) } };
}

function send(port, { url, headers, body }) {
	const { pathname, search } = new URL(url);
	const options = { host: '127.0.0.1', port, method: 'POST',
		path: pathname + search,
		headers: { ...headers, 'Content-Length': body.length } };

	return new Promise((resolve, reject) => {
		const out = http.request(options);

		out.setTimeout(20000, () => out.destroy(new Error('timeout')));
		out.on('error', reject);
		out.on('response', (answer) => {
			answer.resume();
			answer.on('end', () => resolve(answer.statusCode));
		});
		out.end(body);
	});
}

// What the package says: true, or not that, or in its own words why not.
async function judged(sender, { body, headers, url }, secret) {
	const lower = Object.entries(headers)
		.map(([name, value]) => [name.toLowerCase(), value]);

	try {
		return await sender.judge({ body: body.toString(), url, secret,
			headers: Object.fromEntries(lower) });
	} catch (error) {
		return error.message;
	}
}

// What is wrong with the answers to one delivery of deliveries.mjs.
async function tried(port, sender, { name, how, taken, asked, change }) {
	const { secrets, codes, accepted, refused, id, type, stored } = sender;
	const request = change(await made(sender, how));
	const want = taken ? accepted ?? 200 : codes?.[name] ?? refused ?? 401;
	const wrong = [];

	if (sender.judge && asked) {
		const known = how.known ?? secrets[0];
		const says = await judged(sender, request, known);
		if ((says === true) !== taken)
			wrong.push(`${sender.with} says ${says}`);
	}
	const code = await send(port, request);
	if (code !== want)
		wrong.push(`hookdir says ${code}`);
	if (taken) {
		const event = stored?.(request.body) ?? request.body;
		filed.push({ to: sender.name, id: id?.(request.n), type,
			body: Buffer.from(event).toString('base64') });
	}
	return wrong;
}

// The other way round: whether the package takes what hookdir signs, by one of
// the secrets. What is in no signature stays the sender's.
async function signed({ program, config }, sender) {
	const request = withoutSignature(sender, await made(sender));
	const out = execFileSync(program, ['-c', config, 'sign',
		...sender.sign ?? [], sender.name],
	{ input: request.body, cwd: path.dirname(config), encoding: 'utf8' });

	for (const [, name, value] of out.matchAll(/^(.*?): (.*)$/gm)) {
		for (const same of Object.keys(request.headers)) {
			if (same.toLowerCase() === name.toLowerCase())
				delete request.headers[same];
		}
		request.headers[name] = value;
	}
	const says = await Promise.all(sender.secrets.map(
		(secret) => judged(sender, request, secret)));
	return says.includes(true) ? [] : [`${sender.with} says ${says}`];
}

async function main() {
	const input = readline.createInterface({ input: process.stdin });
	const line = new Promise((resolve) => input.once('line', resolve));

	print(settings());
	const hookdir = JSON.parse(await line);
	for (const sender of SENDERS) {
		const of = `${sender.name} (${sender.with})`;
		const say = async (name, asked) => {
			const wrong = await asked.catch((e) => [e.stack]);
			print({ name: `${of}: ${name}`, wrong });
		};

		for (const delivery of deliveries(sender))
			await say(delivery.name,
				tried(hookdir.port, sender, delivery));
		if (sender.judge && sender.sign !== false)
			await say('signed by hookdir', signed(hookdir, sender));
	}
	print({ filed });
	// Some packages have timers that would go on.
	process.exit(0);
}

main();
