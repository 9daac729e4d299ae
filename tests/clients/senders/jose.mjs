// HTTP signatures whose keys are in a set that jose writes. What the fields of
// a sender are stands in senders.mjs.
import crypto from 'node:crypto';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import * as jose from 'jose';

const FIELDS = ['@method', '@target-uri', 'content-digest'];
const PEM = { type: 'pkcs8', format: 'pem' };

// Where a digest is signed, and the body is not what it is of.
const OTHER_BODY = {
	'a bit of the body': 400,
	'a bit at the end of the body': 400,
};

const message = (url, headers) => ({ method: 'POST', url, headers });

function digestOf(body) {
	const hash = crypto.createHash('sha256').update(body);
	return `sha-256=:${hash.digest('base64')}:`;
}

// A key pair, called by its thumbprint.
async function pair(alg) {
	const made = await jose.generateKeyPair(alg, { extractable: true });
	const jwk = await jose.exportJWK(made.publicKey);
	const kid = await jose.calculateJwkThumbprint(jwk);
	const pem = await jose.exportPKCS8(made.privateKey);

	return { kid, jwk: { ...jwk, kid, alg, use: 'sig' },
		key: crypto.createPrivateKey(pem) };
}

// A sender by RFC 9421, where this algorithm of JOSE has that name.
async function keySet(alg, name) {
	const [first, second, stranger] =
		await Promise.all([pair(alg), pair(alg), pair(alg)]);
	const set = [first.jwk, second.jwk];

	const keyLookup = async ({ keyid }) => {
		const jwk = set.find(({ kid }) => kid === keyid);
		const key = jwk &&
			crypto.createPublicKey({ format: 'jwk', key: jwk });

		return key && { id: keyid, algs: [name],
			verify: createVerifier(key, name) };
	};
	const make = async ({ body, secret, time, url }) => {
		const signed = await httpbis.signMessage({
			key: createSigner(secret.key, name, secret.kid),
			fields: FIELDS,
			paramValues: { created: new Date(time * 1000) },
		}, message(url, { 'Content-Digest': digestOf(body) }));

		return signed.headers;
	};
	const judge = async ({ body, headers, url }) =>
		headers['content-digest'] === digestOf(body) &&
		httpbis.verifyMessage({ keyLookup }, message(url, headers));

	return {
		name: `jose-${alg.toLowerCase()}`,
		with: 'http-message-signatures',
		entry: {
			scheme: 'httpsig',
			jwks_file: `${alg}.jwks`,
			required_components: FIELDS.slice(0, 2),
		},
		files: {
			[`${alg}.jwks`]: JSON.stringify({ keys: set }),
			[`${alg}.pem`]: first.key.export(PEM),
		},
		secrets: [first, second],
		stranger,
		sign: ['--rfc9421', '--key', `${alg}.pem`, '--kid', first.kid],
		signature: 'Signature',
		pattern: /(=:)([^:]+)/,
		timestamp: ['Signature-Input', /(created=)(\d+)/],
		window: 300,
		codes: OTHER_BODY,
		event: (n) => ({ n }),
		make,
		judge,
	};
}

// A sender whose token covers what it comes with. Of it, besides the fields in
// senders.mjs: alg, of(what), the claims, and prefix, what precedes the token.
async function token(sender) {
	const { name, alg, of, signature, prefix = '' } = sender;
	const [first, second, stranger] =
		await Promise.all([pair(alg), pair(alg), pair(alg)]);
	const set = { keys: [first.jwk, second.jwk] };
	const keys = jose.createLocalJWKSet(set);

	const make = async (what) => {
		const { key, kid } = what.secret;
		const made = new jose.SignJWT(of(what))
			.setProtectedHeader({ alg, kid })
			.setIssuedAt(what.time);

		return { [signature]: prefix + await made.sign(key) };
	};
	const judge = async (what) => {
		const text = what.headers[signature.toLowerCase()];
		const { payload } = await jose.jwtVerify(
			text.slice(prefix.length), keys,
			{ algorithms: [alg], maxTokenAge: 300 });

		return Object.entries(of(what)).every(([claim, value]) =>
			payload[claim] === value);
	};

	return { ...sender, with: 'jose', secrets: [first, second], stranger,
		make, judge, judges: ['old', 'ahead'], window: 300,
		entry: { ...sender.entry, jwks_file: `${name}.jwks` },
		files: {
			[`${name}.jwks`]: JSON.stringify(set),
			[`${name}.pem`]: first.key.export(PEM),
		},
		sign: sender.sign ??
			['--key', `${name}.pem`, '--kid', first.kid],
		pattern: /(\.)([^.]+)$/, claims: [signature, /(\.)([^.]+)/],
		codes: OTHER_BODY, event: (n) => ({ n }) };
}

const sha256 = (encoding, body) =>
	crypto.createHash('sha256').update(body).digest(encoding);

export default await Promise.all([
	keySet('RS256', 'rsa-v1_5-sha256'),
	keySet('ES256', 'ecdsa-p256-sha256'),
	keySet('ES384', 'ecdsa-p384-sha384'),
	keySet('EdDSA', 'ed25519'),
	token({
		name: 'lifeomic-jwt',
		entry: { preset: 'lifeomic-jwt' },
		alg: 'RS256',
		signature: 'LifeOmic-Signature',
		of: ({ body, url }) => ({ method: 'POST', url,
			body_sha256: sha256('base64', body) }),
	}),
	...['ES256', 'EdDSA', 'PS256'].map((alg) => token({
		name: `token-${alg.toLowerCase()}`,
		entry: { scheme: 'jwt', claims: 'payload_hash={sha256:body}',
			algorithms: alg },
		alg,
		signature: 'Authorization',
		prefix: 'Bearer ',
		of: ({ body }) => ({ payload_hash: sha256('hex', body) }),
	})),
]);
