// What the senders share: MACs, bodies, and one bit of something changed.
import crypto from 'node:crypto';

// In the body of every delivery; no log may say it.
const MARK = 'quiet-body-text';

export const FORM = 'application/x-www-form-urlencoded';

// As its own package says it, with its text in Node's default of UTF-8.
export function hmac(digest, key, encoding, text) {
	return crypto.createHmac(digest, key).update(text).digest(encoding);
}

// What JSON.stringify makes, and what other programs do: white space, numbers
// and names that no parser gives back as they were.
export function bodies(event) {
	const compact = { ...event, text: `${MARK} \u00e9\u20ac\u{1f600} <&>`,
		price: 1.5 };
	const odd = JSON.stringify({ ...event, text: MARK }, null, '\t')
		.slice(0, -'\n}'.length);

	return [JSON.stringify(compact), odd +
		',\n\t"big": 12345678901234567890.10e2,' +
		'\n\t"\\u0061gain": 1, "again": 2, "again": -0.0,' +
		'\n\t"lone": "\\ud83d\\/"\r\n}\r\n'];
}

function escape(unit) {
	return '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0');
}

// JSON in ASCII.
export function escaped(text) {
	return text.replace(/[^\0-~]/g, escape);
}

export function form(fields) {
	return new URLSearchParams([
		...Object.entries(fields),
		['Body', `${MARK} & \u00e9\u20ac+%`],
	]).toString();
}

function flipBytes(bytes) {
	const changed = Buffer.from(bytes);
	changed[changed.length >> 1] ^= 1;
	return changed;
}

function encodingOf(text) {
	if (/^([0-9a-f]{2})+$/.test(text))
		return 'hex';
	return /[-_]/.test(text) || text.length % 4 !== 0 ?
		'base64url' : 'base64';
}

// Of a text: the last run of it that can be a signature, in whichever encoding,
// so that the change is one bit of what it stands for.
export function flipSignature(text) {
	return text.replace(/[\w+/-]{20,}={0,2}(?![^]*[\w+/-]{20})/, (run) => {
		const how = encodingOf(run);
		return flipBytes(Buffer.from(run, how)).toString(how);
	});
}

export function flipToken(text) {
	const how = 'base64url';
	return flipBytes(Buffer.from(text, how)).toString(how);
}

// The lowest bit of the last digit: 4 and 5, 8 and 9.
export function flipDigit(text) {
	const at = text.search(/[0-9][^0-9]*$/);
	return text.slice(0, at) + (Number(text[at]) ^ 1) + text.slice(at + 1);
}

export function flipLast(text) {
	const last = text.charCodeAt(text.length - 1);
	return text.slice(0, -1) + String.fromCharCode(last ^ 1);
}

// A request with another value of a header: of what the pattern matches the
// first group stays, and the second one is changed.
export function withHeader(request, name, pattern, flip) {
	const was = request.headers[name];
	const is = was.replace(pattern, (all, before, it) => before + flip(it) +
		all.slice(before.length + it.length));

	if (is === was)
		throw new Error(`nothing to change: ${pattern} in ${name}`);
	return { ...request, headers: { ...request.headers, [name]: is } };
}

export function withBody(request, at) {
	const body = Buffer.from(request.body);
	body[Math.floor((body.length - 1) * at)] ^= 1;
	return { ...request, body };
}

// What changes a body that the signature is in, as withHeader() does a header.
export function flipWithin(pattern, flip) {
	const change = (all, before, it) => before + flip(it);

	return (request) => {
		const was = request.body.toString();
		const is = was.replace(pattern, change);

		if (is === was)
			throw new Error(`nothing to change: ${pattern}`);
		return { ...request, body: Buffer.from(is) };
	};
}
