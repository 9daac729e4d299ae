// Who has no preset: the settings say it in words. What the fields of a sender
// are stands in senders.mjs.
import * as sanity from '@sanity/webhook';
import { WorkOS } from '@workos-inc/node';
import Cronofy from 'cronofy';
import { bodies, hmac } from './tools.mjs';

const workos = new WorkOS('sk_test_none');

export default [
	{
		// A signature for each of its secrets.
		name: 'cronofy',
		with: 'cronofy',
		entry: {
			signature: 'Cronofy-HMAC-SHA256',
			separator: ',',
			signature_encoding: 'base64',
		},
		secrets: ['CRN_first', 'CRN_second'],
		several: true,
		signature: 'Cronofy-HMAC-SHA256',
		event: (n) => ({ notification: { type: 'change', n } }),
		make: ({ body, secrets }) => ({
			'Cronofy-HMAC-SHA256': secrets
				.map((key) =>
					hmac('sha256', key, 'base64', body),
				)
				.join(','),
		}),
		judge: ({ body, headers, secret }) =>
			new Cronofy({}).hmacValid({
				hmac: headers['cronofy-hmac-sha256'],
				body,
				client_secret: secret,
			}),
	},
	{
		// Milliseconds, and base64 of the other alphabet.
		name: 'sanity',
		sign: false,
		with: '@sanity/webhook',
		entry: {
			signature: 'sanity-webhook-signature',
			prefix: 'v1=',
			separator: ',',
			timestamp: 'element:t=',
			signed_payload: '{ts}.{body}',
			id: 'json:_id',
		},
		secrets: ['sanity-secret'],
		signature: 'sanity-webhook-signature',
		timestamp: ['sanity-webhook-signature', /(t=)(\d{10})/],
		window: 300,
		event: (n) => ({ _id: n }),
		id: (n) => n,
		make: async ({ body, secret, time }) => ({
			'sanity-webhook-signature':
				await sanity.encodeSignatureHeader(
					body,
					time * 1000,
					secret,
				),
		}),
		judge: ({ body, headers, secret }) =>
			sanity.isValidSignature(
				body,
				headers['sanity-webhook-signature'],
				secret,
			),
	},
	{
		// Milliseconds, and a space behind the comma. It signs what
		// JSON.stringify makes of the body, so that is what it sends.
		name: 'workos',
		sign: false,
		with: '@workos-inc/node',
		entry: {
			signature: 'WorkOS-Signature',
			prefix: 'v1=',
			separator: ',',
			timestamp: 'element:t=',
			signed_payload: '{ts}.{body}',
			id: 'json:id',
			type: 'json:event',
			tolerance: 180,
		},
		secrets: ['workos-secret'],
		signature: 'WorkOS-Signature',
		timestamp: ['WorkOS-Signature', /(t=)(\d{10})/],
		window: 180,
		judges: ['old'],
		bodies: (n) =>
			bodies({ id: n, event: 'dsync.user.created' }).slice(
				0,
				1,
			),
		id: (n) => n,
		type: 'dsync.user.created',
		make: async ({ body, secret, time }) => ({
			'WorkOS-Signature':
				`t=${time}000, v1=` +
				(await workos.webhooks.computeSignature(
					`${time}000`,
					JSON.parse(body),
					secret,
				)),
		}),
		judge: ({ body, headers, secret }) =>
			workos.webhooks.verifyHeader({
				payload: JSON.parse(body),
				secret,
				sigHeader: headers['workos-signature'],
			}),
	},
];
