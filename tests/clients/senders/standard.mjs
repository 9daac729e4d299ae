// Standard Webhooks, and Svix, which it comes from. What the fields of a sender
// are stands in senders.mjs.
import crypto from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';

// Both are one scheme, with other names and the key in one more spelling.
function standard(name, pkg, Webhook, prefix, entry, secrets, key) {
	return {
		name,
		with: pkg,
		entry,
		secrets,
		several: true,
		signature: `${prefix}-signature`,
		timestamp: [`${prefix}-timestamp`, /()(\d+)/],
		signedId: `${prefix}-id`,
		window: 300,
		judges: ['old', 'ahead'],
		stranger: 'whsec_c3RyYW5nZXIgc2VjcmV0IG9mIG5vbmU=',
		event: (n) => ({ type: 'user.created', data: { id: n } }),
		id: (n) => n,
		type: 'user.created',
		make: ({ n, body, secrets, time }) => ({
			[`${prefix}-id`]: n,
			[`${prefix}-timestamp`]: `${time}`,
			[`${prefix}-signature`]: [
				'v1a,bm90LWVk',
				...secrets.map((secret) =>
					new Webhook(...key(secret)).sign(
						n,
						new Date(time * 1000),
						body,
					),
				),
			].join(' '),
		}),
		judge: ({ body, headers, secret }) =>
			!!new Webhook(...key(secret)).verify(body, headers),
	};
}

// Its form with private keys, of which no package knows.
function privateKeys(name) {
	const [first, second, stranger] = [1, 2, 3].map(() =>
		crypto.generateKeyPairSync('ed25519'),
	);
	const spelled = ({ publicKey }) =>
		'whpk_' +
		publicKey
			.export({ type: 'spki', format: 'der' })
			.subarray(-32)
			.toString('base64');

	const sign =
		(text) =>
		({ privateKey }) =>
			'v1a,' +
			crypto
				.sign(null, Buffer.from(text), privateKey)
				.toString('base64');

	return {
		name,
		with: 'as documented',
		several: true,
		entry: {
			scheme: 'standard',
			public_key: [first, second].map(spelled),
			type: 'json:type',
		},
		secrets: [first, second],
		stranger,
		signature: 'webhook-signature',
		timestamp: ['webhook-timestamp', /()(\d+)/],
		signedId: 'webhook-id',
		window: 300,
		event: (n) => ({ type: 'user.created', data: { id: n } }),
		id: (n) => n,
		type: 'user.created',
		make: ({ n, body, secrets, time }) => ({
			'webhook-id': n,
			'webhook-timestamp': `${time}`,
			'webhook-signature': secrets
				.map(sign(`${n}.${time}.${body}`))
				.join(' '),
		}),
	};
}

export default [
	privateKeys('standard-keys'),
	standard(
		'standard-webhooks',
		'standardwebhooks',
		StandardWebhook,
		'webhook',
		{ preset: 'standard-webhooks' },
		[
			'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
			'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
		],
		(secret) => [secret],
	),
	// Polar's way of it: the text of the secret is the key.
	standard(
		'polar',
		'standardwebhooks',
		StandardWebhook,
		'webhook',
		{ preset: 'standard-webhooks', secret_encoding: 'raw' },
		['polar_whs_0123456789abcdef', 'polar_whs_rolled'],
		(secret) => [secret, { format: 'raw' }],
	),
	standard(
		'svix',
		'svix',
		SvixWebhook,
		'svix',
		{ preset: 'svix' },
		[
			'whsec_plJ3nmyCDGBKInavdOK15jsl',
			'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
		],
		(secret) => [secret],
	),
];
