// HTTP signatures whose keys are in a set that jose writes. What the fields of
// a sender are stands in senders.mjs.
import crypto from 'node:crypto';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import * as jose from 'jose';

const FIELDS = ['@method', '@target-uri', 'content-digest'];
const PEM = { type: 'pkcs8', format: 'pem' };

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
			required: FIELDS.slice(0, 2),
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
		// The digest is looked at first.
		codes: {
			'a bit of the body': 400,
			'a bit at the end of the body': 400,
		},
		event: (n) => ({ n }),
		make,
		judge,
	};
}

export default await Promise.all([
	keySet('RS256', 'rsa-v1_5-sha256'),
	keySet('ES256', 'ecdsa-p256-sha256'),
	keySet('ES384', 'ecdsa-p384-sha384'),
	keySet('EdDSA', 'ed25519'),
]);
