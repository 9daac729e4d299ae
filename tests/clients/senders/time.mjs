// Who signs a time beside the body, by a secret. What the fields of a sender
// are stands in senders.mjs.
import { Signature } from '@hubspot/api-client';
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import Mux from '@mux/mux-node';
import { Paddle } from '@paddle/paddle-node-sdk';
import bolt from '@slack/bolt/dist/receivers/verify-request.js';
import { EventSubHttpListener } from '@twurple/eventsub-http';
import box from 'box-node-sdk';
import Stripe from 'stripe';
import { FORM, form, hmac } from './tools.mjs';

const stripe = new Stripe('sk_test_none');
const mux = new Mux({
	tokenId: 'none',
	tokenSecret: 'none',
	webhookSecret: 'none',
});
const rfc3339 = (time) => new Date(time * 1000).toISOString();

const slack = {
	// Its signer is not in the package, its verifier is.
	name: 'slack',
	with: '@slack/bolt',
	entry: { preset: 'slack' },
	secrets: ['8f742231b10e8888abcd99yyyzzz85a5', 'rolled-85a5'],
	signature: 'X-Slack-Signature',
	timestamp: ['X-Slack-Request-Timestamp', /()(\d+)/],
	window: 300,
	judges: ['old'],
	event: (n) => ({
		type: 'event_callback',
		event_id: n,
		event: { type: 'message' },
	}),
	id: (n) => n,
	type: 'message',
	make: ({ body, secret, time }) => ({
		'X-Slack-Request-Timestamp': `${time}`,
		'X-Slack-Signature':
			'v0=' +
			hmac('sha256', secret, 'hex', `v0:${time}:${body}`),
	}),
	judge: ({ body, headers, secret }) =>
		bolt.isValidSlackRequest({
			signingSecret: secret,
			body,
			headers,
		}),
};

export default [
	{
		name: 'stripe',
		with: 'stripe',
		entry: { preset: 'stripe' },
		secrets: ['whsec_test_secret', 'whsec_test_rolled'],
		several: true,
		signature: 'Stripe-Signature',
		timestamp: ['Stripe-Signature', /(t=)(\d+)/],
		window: 300,
		judges: ['old'],
		event: (n) => ({
			id: n,
			object: 'event',
			type: 'charge.failed',
		}),
		id: (n) => n,
		type: 'charge.failed',
		make: ({ body, secrets, time }) => {
			const [first, ...more] = secrets.map((secret) =>
				stripe.webhooks.generateTestHeaderString({
					payload: body,
					secret,
					timestamp: time,
				}),
			);
			// Of the others only their v1; and a test mode's v0.
			return {
				'Stripe-Signature':
					[
						first,
						...more.map((one) =>
							one.replace(
								/^t=\d+,/,
								'',
							),
						),
					].join(',') + `,v0=${'0'.repeat(64)}`,
			};
		},
		pattern: /(v1=)(\w+)/,
		judge: ({ body, headers, secret }) =>
			!!stripe.webhooks.constructEvent(
				body,
				headers['stripe-signature'],
				secret,
			),
	},
	slack,
	{
		// Commands and buttons come as forms, and have no id.
		...slack,
		name: 'slack-command',
		contentType: FORM,
		bodies: (n) => [form({ command: '/do', text: n })],
		id: undefined,
		type: undefined,
	},
	{
		name: 'hubspot',
		with: '@hubspot/api-client',
		entry: { preset: 'hubspot' },
		secrets: ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'],
		signature: 'X-HubSpot-Signature-v3',
		query: '?from=npm',
		timestamp: ['X-HubSpot-Request-Timestamp', /()(\d{10})/],
		window: 300,
		judges: ['old'],
		event: (n) => ({ eventId: n }),
		make: ({ body, secret, time, url }) => ({
			'X-HubSpot-Request-Timestamp': `${time}000`,
			'X-HubSpot-Signature': '0'.repeat(64),
			'X-HubSpot-Signature-v3': Signature.getSignature(
				'POST',
				'v3',
				{
					clientSecret: secret,
					url,
					requestBody: body,
					timestamp: `${time}000`,
				},
			),
		}),
		judge: ({ body, headers, secret, url }) =>
			Signature.isValid({
				method: 'POST',
				signatureVersion: 'v3',
				url,
				clientSecret: secret,
				requestBody: body,
				signature: headers['x-hubspot-signature-v3'],
				timestamp: Number(
					headers['x-hubspot-request-timestamp'],
				),
			}),
	},
	{
		name: 'paddle',
		with: '@paddle/paddle-node-sdk',
		entry: { preset: 'paddle' },
		secrets: ['pdl_ntfset_01', 'pdl_ntfset_02'],
		signature: 'Paddle-Signature',
		timestamp: ['Paddle-Signature', /(ts=)(\d+)/],
		window: 300,
		judges: ['old'],
		strict: true,
		event: (n) => ({ event_id: n, event_type: 'customer.created' }),
		id: (n) => n,
		type: 'customer.created',
		make: ({ body, secret, time }) => ({
			'Paddle-Signature':
				`ts=${time};h1=` +
				hmac(
					'sha256',
					secret,
					'hex',
					`${time}:${body}`,
				),
		}),
		judge: ({ body, headers, secret }) =>
			new Paddle('none').webhooks.isSignatureValid(
				body,
				secret,
				headers['paddle-signature'],
			),
	},
	{
		// The time is in the body.
		name: 'linear',
		with: '@linear/sdk',
		entry: { preset: 'linear' },
		secrets: ['lin_wh_0123456789'],
		signature: 'Linear-Signature',
		window: 60,
		margin: 20,
		judges: ['old', 'ahead'],
		event: (n, time) => ({
			action: 'create',
			type: 'Issue',
			webhookTimestamp: time * 1000,
		}),
		id: (n) => n,
		type: 'Issue',
		make: ({ n, body, secret }) => ({
			'Linear-Delivery': n,
			'Linear-Event': 'Issue',
			'Linear-Signature': hmac('sha256', secret, 'hex', body),
		}),
		judge: ({ body, headers, secret }) =>
			new LinearWebhookClient(secret).verify(
				Buffer.from(body),
				headers['linear-signature'],
			),
	},
	{
		name: 'mux',
		with: '@mux/mux-node',
		entry: { preset: 'mux' },
		secrets: ['mux-secret', 'mux-secret-2'],
		several: true,
		signature: 'Mux-Signature',
		timestamp: ['Mux-Signature', /(t=)(\d+)/],
		window: 300,
		judges: ['old'],
		event: (n) => ({ id: n, type: 'video.asset.ready' }),
		id: (n) => n,
		type: 'video.asset.ready',
		make: ({ body, secrets, time }) => ({
			'Mux-Signature': [
				`t=${time}`,
				...secrets.map(
					(secret) =>
						'v1=' +
						hmac(
							'sha256',
							secret,
							'hex',
							`${time}.${body}`,
						),
				),
			].join(','),
		}),
		judge: async ({ body, headers, secret }) => {
			await mux.webhooks.verifySignature(
				body,
				headers,
				secret,
			);
			return true;
		},
	},
	{
		name: 'twitch',
		with: '@twurple/eventsub-http',
		entry: { preset: 'twitch' },
		secrets: ['s3cRe7-of-ten'],
		signature: 'Twitch-Eventsub-Message-Signature',
		timestamp: ['Twitch-Eventsub-Message-Timestamp', /()(.*:\d\d)/],
		signedId: 'Twitch-Eventsub-Message-Id',
		window: 600,
		event: (n) => ({
			subscription: { type: 'channel.follow' },
			event: { n },
		}),
		id: (n) => n,
		type: 'channel.follow',
		make: ({ n, body, secret, time }) => ({
			'Twitch-Eventsub-Message-Id': n,
			'Twitch-Eventsub-Message-Type': 'notification',
			// With nanoseconds, as it sends them.
			'Twitch-Eventsub-Message-Timestamp': rfc3339(
				time,
			).replace('000Z', '634234626Z'),
			'Twitch-Eventsub-Message-Signature':
				'sha256=' +
				hmac(
					'sha256',
					secret,
					'hex',
					n +
						rfc3339(time).replace(
							'000Z',
							'634234626Z',
						) +
						body,
				),
		}),
		// No method of the package's own takes a request alone.
		judge: ({ body, headers, secret }) => {
			const of = (name) =>
				headers[`twitch-eventsub-message-${name}`];
			return EventSubHttpListener.prototype._verifyData.call(
				{ _secret: secret },
				of('id'),
				of('timestamp'),
				body,
				of('signature'),
			);
		},
	},
	{
		// One header for each of the two keys; either of them will do.
		name: 'box',
		with: 'box-node-sdk',
		entry: { preset: 'box' },
		secrets: ['box-primary', 'box-secondary'],
		signature: 'BOX-SIGNATURE-PRIMARY',
		timestamp: ['BOX-DELIVERY-TIMESTAMP', /()(.*:\d\d)/],
		window: 600,
		judges: ['old'],
		event: (n) => ({
			type: 'webhook_event',
			id: n,
			trigger: 'FILE.UPLOADED',
		}),
		id: (n) => n,
		type: 'FILE.UPLOADED',
		make: ({ body, secret, time }) => {
			const at = rfc3339(time).replace('.000Z', '-00:00');
			return {
				'BOX-DELIVERY-ID': 'a-try',
				'BOX-DELIVERY-TIMESTAMP': at,
				'BOX-SIGNATURE-ALGORITHM': 'HmacSHA256',
				'BOX-SIGNATURE-VERSION': '1',
				'BOX-SIGNATURE-PRIMARY': hmac(
					'sha256',
					secret,
					'base64',
					body + at,
				),
				'BOX-SIGNATURE-SECONDARY': hmac(
					'sha256',
					'gone',
					'base64',
					body + at,
				),
			};
		},
		judge: ({ body, headers, secret }) =>
			box.validateWebhookMessage(
				body,
				headers,
				secret,
				'other',
			),
	},
];
