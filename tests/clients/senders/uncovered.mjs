// Whose signature covers nothing of the body, and who have no package; hookdir
// alone judges. What the fields of a sender are stands in senders.mjs.
import {
	bodies,
	flipDigit,
	flipSignature,
	flipWithin,
	hmac,
} from './tools.mjs';

// What is sent is the secret, and nothing covers the body.
function token(name, header, more) {
	return {
		name,
		with: 'as documented',
		entry: { preset: name },
		secrets: [`${name}-password-0123456789`],
		signature: header,
		uncovered: true,
		pattern: /()([^]+)/,
		...more,
		make: (what) => ({
			...more.headers?.(what),
			[header]: what.secret,
		}),
	};
}

// It signs a time and a token, and no more.
const mailgun = {
	name: 'mailgun',
	with: 'as documented',
	entry: { preset: 'mailgun', unsafe_body: true },
	secrets: ['mailgun-key', 'mailgun-key-2'],
	uncovered: true,
	window: 28800,
	bodies: (n) =>
		bodies({
			'signature': {},
			'event-data': { event: 'opened', id: n },
		}),
	within: ({ n, body, secret, time }) =>
		body.replace(
			/"signature":\s*\{\}/,
			`"signature": ${JSON.stringify({
				timestamp: `${time}`,
				token: n,
				signature: hmac(
					'sha256',
					secret,
					'hex',
					time + n,
				),
			})}`,
		),
	id: (n) => n,
	type: 'opened',
	changes: [
		[
			'a bit of the signature',
			flipWithin(/("signature":")(\w+)/, flipSignature),
		],
		[
			'a bit of the time',
			flipWithin(/(timestamp":")(\d+)/, flipDigit),
		],
		[
			'a bit of the token',
			flipWithin(/(token":")([^"]+)/, flipDigit),
		],
	],
};

export default [
	token('gitlab', 'X-Gitlab-Token', {
		event: (n) => ({ object_kind: 'push', after: n }),
		headers: ({ n }) => ({
			'Idempotency-Key': n,
			'X-Gitlab-Event': 'Push Hook',
			'X-Gitlab-Event-UUID': 'of-several',
		}),
		id: (n) => n,
	}),
	mailgun,
	token('okta', 'Authorization', {
		event: (n) => ({
			eventId: n,
			eventType: 'com.okta.event_hook',
		}),
		id: (n) => n,
		type: 'com.okta.event_hook',
	}),
];
