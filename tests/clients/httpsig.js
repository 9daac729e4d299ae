// Sends what it is told on stdin, a JSON list, with the libraries of npm that
// real senders use, and prints a JSON list of the status codes.
//
// Of each: with (library), port, target, body, key (PEM file or secret), kid;
// of http-signature: headers (the list), in (the header's name); of the other:
// alg, salt (its length, where it is not to be the library's choice); and flip,
// what has one bit changed after it was signed.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const { createRequire } = require('module');

// The modules are not beside this file, but where the build is.
const load = createRequire(process.argv[2] + '/');

// In base64 the change must be one of what it stands for.
function flipBase64(text) {
	const bytes = Buffer.from(text, 'base64');
	bytes[bytes.length >> 1] ^= 1;
	return bytes.toString('base64');
}

// The last digit before whatever ends it: 4 and 5, 8 and 9.
function flipDigit(text) {
	const at = text.search(/[0-9][^0-9]*$/);
	return text.slice(0, at) + (Number(text[at]) ^ 1) + text.slice(at + 1);
}

function flipped(text, pattern, flip) {
	const changed = text.replace(pattern, (all, before, it, after) =>
		before + flip(it) + after);
	if (changed === text)
		throw new Error(`nothing to change: ${pattern} in ${text}`);
	return changed;
}

// What there is to change: the header, what of it, how.
const CHANGES = {
	'http-signature': (job) => ({
		signature: [job.in || 'Authorization',
			/(signature=")([^"]+)(")/, flipBase64],
		digest: ['Digest', /(SHA-256=)(.+)()/, flipBase64],
		date: ['Date', /()(.*)( GMT)/, flipDigit],
	}),
	'http-message-signatures': () => ({
		signature: ['Signature', /(=:)([^:]+)(:)/, flipBase64],
		digest: ['Content-Digest', /(=:)([^:]+)(:)/, flipBase64],
		date: ['Signature-Input', /(created=)(\d+)()/, flipDigit],
	}),
};

function open(job) {
	const request = http.request({ host: '127.0.0.1', port: job.port,
		method: 'POST', path: job.target, headers: {
			'Content-Type': 'application/json',
			'Content-Length': Buffer.byteLength(job.body),
		} });
	request.setTimeout(20000, () => request.destroy(new Error('timeout')));
	return request;
}

async function draft(job) {
	const request = open(job);
	const how = { key: fs.readFileSync(job.key), keyId: job.kid,
		authorizationHeaderName: job.in };
	const hash = crypto.createHash('sha256').update(job.body);

	if (job.headers)
		how.headers = job.headers;
	request.setHeader('Digest', 'SHA-256=' + hash.digest('base64'));
	load('http-signature').sign(request, how);
	return request;
}

async function rfc9421(job) {
	const { createSigner, httpbis } = load('http-message-signatures');
	const request = open(job);
	const hash = crypto.createHash('sha256').update(job.body);
	const secret = job.alg === 'hmac-sha256';
	const key = secret ? job.key : fs.readFileSync(job.key);
	const signer = createSigner(key, job.alg, job.kid);

	if (job.salt)
		signer.sign = async (data) => crypto.sign('sha512', data, {
			key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
			saltLength: job.salt });
	const signed = await httpbis.signMessage({
		key: signer,
		fields: ['@method', '@authority', '@path', 'content-digest'],
	}, { method: 'POST', url: `http://127.0.0.1:${job.port}${job.target}`,
		headers: { 'Content-Digest':
			`sha-256=:${hash.digest('base64')}:` } });

	for (const [name, value] of Object.entries(signed.headers))
		request.setHeader(name, value);
	return request;
}

const LIBRARIES = { 'http-signature': draft,
	'http-message-signatures': rfc9421 };

async function send(job) {
	const request = await LIBRARIES[job.with](job);
	const body = Buffer.from(job.body);

	if (job.flip === 'body') {
		body[body.length >> 1] ^= 1;
	} else if (job.flip) {
		const [name, ...how] = CHANGES[job.with](job)[job.flip];
		request.setHeader(name, flipped(request.getHeader(name), ...how));
	}
	return new Promise((resolve, reject) => {
		request.on('error', reject);
		request.on('response', (answer) => {
			answer.resume();
			answer.on('end', () => resolve(answer.statusCode));
		});
		request.end(body);
	});
}

async function main() {
	const codes = [];

	for (const job of JSON.parse(fs.readFileSync(0)))
		codes.push(await send(job));
	console.log(JSON.stringify(codes));
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
