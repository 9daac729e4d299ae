// Who signs by a private key, of which the settings have the other half. What
// the fields of a sender are stands in senders.mjs; its secrets are key pairs
// here, made anew each time.
import crypto from 'node:crypto';
import { verifyKey } from 'discord-interactions';
import sendgrid from '@sendgrid/eventwebhook';
import Telnyx from 'telnyx';
import { bodies } from './tools.mjs';

const PEM = { type: 'pkcs8', format: 'pem' };
const pairs = (n, ...how) =>
	Array.from({ length: n }, () => crypto.generateKeyPairSync(...how));
const ed25519 = () => pairs(3, 'ed25519');
const der = (key) => key.export({ type: 'spki', format: 'der' });
// The 32 bytes alone, which is how such keys are shown to customers.
const bare = (key) => der(key).subarray(-32);

function keyed(sender, [first, second, stranger], spelled) {
	return {
		...sender,
		secrets: [first, second],
		stranger,
		files: {
			[`${sender.name}.pem`]: first.privateKey.export(PEM),
		},
		sign: ['--key', `${sender.name}.pem`],
		entry: {
			...sender.entry,
			public_key: [first, second].map((pair) =>
				spelled(pair.publicKey),
			),
		},
	};
}

const discord = keyed(
	{
		name: 'discord',
		with: 'discord-interactions',
		entry: { preset: 'discord' },
		accepted: 204,
		window: 300,
		signature: 'X-Signature-Ed25519',
		timestamp: ['X-Signature-Timestamp', /()(\d+)/],
		event: (n) => ({
			application_id: n,
			type: 1,
			event: { type: 'APPLICATION_AUTHORIZED' },
		}),
		type: 'APPLICATION_AUTHORIZED',
		make: ({ body, secret, time }) => ({
			'X-Signature-Timestamp': `${time}`,
			'X-Signature-Ed25519': crypto
				.sign(
					null,
					Buffer.from(time + body),
					secret.privateKey,
				)
				.toString('hex'),
		}),
		judge: ({ body, headers, secret }) =>
			verifyKey(
				body,
				headers['x-signature-ed25519'],
				headers['x-signature-timestamp'],
				bare(secret.publicKey).toString('hex'),
			),
	},
	ed25519(),
	(key) => bare(key).toString('hex'),
);

const telnyx = keyed(
	{
		name: 'telnyx',
		with: 'telnyx',
		entry: { preset: 'telnyx' },
		signature: 'telnyx-signature-ed25519',
		timestamp: ['telnyx-timestamp', /()(\d+)/],
		window: 300,
		judges: ['old'],
		event: (n) => ({ data: { id: n, event_type: 'call.hangup' } }),
		id: (n) => n,
		type: 'call.hangup',
		make: ({ body, secret, time }) => ({
			'telnyx-timestamp': `${time}`,
			'telnyx-signature-ed25519': crypto
				.sign(
					null,
					Buffer.from(`${time}|${body}`),
					secret.privateKey,
				)
				.toString('base64'),
		}),
		judge: ({ body, headers, secret }) =>
			!!new Telnyx('none').webhooks.constructEvent(
				body,
				Buffer.from(
					headers['telnyx-signature-ed25519'],
					'base64',
				),
				headers['telnyx-timestamp'],
				bare(secret.publicKey),
			),
	},
	ed25519(),
	(key) => bare(key).toString('base64'),
);

const mail = keyed(
	{
		name: 'sendgrid',
		with: '@sendgrid/eventwebhook',
		entry: { preset: 'sendgrid' },
		window: 86400,
		signature: 'X-Twilio-Email-Event-Webhook-Signature',
		timestamp: [
			'X-Twilio-Email-Event-Webhook-Timestamp',
			/()(\d+)/,
		],
		// A list, and a line end behind it.
		bodies: (n) =>
			bodies({ sg_event_id: n, event: 'delivered' }).map(
				(text) => `[${text.trim()}]\r\n`,
			),
		make: ({ body, secret, time }) => ({
			'X-Twilio-Email-Event-Webhook-Timestamp': `${time}`,
			'X-Twilio-Email-Event-Webhook-Signature': crypto
				.sign(
					'sha256',
					Buffer.from(time + body),
					secret.privateKey,
				)
				.toString('base64'),
		}),
		judge: ({ body, headers, secret }) => {
			const hook = new sendgrid.EventWebhook();
			return hook.verifySignature(
				hook.convertPublicKeyToECDSA(
					der(secret.publicKey).toString(
						'base64',
					),
				),
				body,
				headers[
					'x-twilio-email-event-webhook-signature'
				],
				headers[
					'x-twilio-email-event-webhook-timestamp'
				],
			);
		},
	},
	pairs(3, 'ec', { namedCurve: 'P-256' }),
	(key) => der(key).toString('base64'),
);

export default [discord, telnyx, mail];
