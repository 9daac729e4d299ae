// Who signs the body, with or without its URL, by a secret. What the fields of
// a sender are stands in senders.mjs.
import crypto from 'node:crypto';
import { sign, verify } from '@octokit/webhooks-methods';
import notion from '@notionhq/client';
import Razorpay from 'razorpay';
import '@shopify/shopify-api/adapters/node';
import { shopifyApi } from '@shopify/shopify-api';
import { WebhooksHelper } from 'square';
import twilio from 'twilio';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { FORM, bodies, escaped, form, hmac } from './tools.mjs';

function shopify(name, prefix, entry) {
	const id = `${prefix}Webhook-Id`;
	const judge = ({ body, headers, url, secret }) =>
		shopifyApi({
			apiKey: 'key',
			apiSecretKey: secret,
			apiVersion: '2025-01',
			isEmbeddedApp: false,
			hostName: 'hooks.example.com',
			logger: { level: 0 },
		})
			.webhooks.validate({
				rawBody: body,
				rawRequest: { method: 'POST', url, headers },
			})
			.then((result) => result.valid);

	return {
		name,
		with: '@shopify/shopify-api',
		entry,
		secrets: ['shpss_0123456789abcdef'],
		signature: `${prefix}Hmac-Sha256`,
		event: (n) => ({
			admin_graphql_api_id: `gid://shopify/Order/${n}`,
		}),
		id: (n) => n,
		type: 'orders/create',
		make: ({ n, body, secret }) => ({
			[`${prefix}Topic`]: 'orders/create',
			[`${prefix}Shop-Domain`]: 'sample.myshopify.com',
			[`${prefix}API-Version`]: '2025-01',
			[`${prefix}Event-Id`]: `event-of-${n}`,
			[id]: n,
			[`${prefix}Hmac-Sha256`]: hmac(
				'sha256',
				secret,
				'base64',
				body,
			),
		}),
		judge,
	};
}

// The fields as frameworks give them: several of one name as a list.
function fields(body) {
	const all = {};

	for (const [key, value] of new URLSearchParams(body))
		all[key] = key in all ? [all[key], value].flat() : value;
	return all;
}

function twilioSender(name, more) {
	return {
		name,
		with: 'twilio',
		entry: { preset: 'twilio' },
		secrets: ['12345678901234567890123456789012'],
		query: '?from=npm&x=%20y',
		signature: 'X-Twilio-Signature',
		contentType: FORM,
		id: (n) => n,
		make: ({ n, body, secret, url }) => ({
			'I-Twilio-Idempotency-Token': n,
			'X-Twilio-Signature': twilio.getExpectedTwilioSignature(
				secret,
				url,
				fields(body),
			),
		}),
		judge: ({ body, headers, url, secret }) =>
			twilio.validateRequest(
				secret,
				headers['x-twilio-signature'],
				url,
				fields(body),
			),
		...more,
	};
}

// JSON is signed by a digest in the URL.
function twilioJson(name, query) {
	return twilioSender(name, {
		query,
		contentType: 'application/json',
		sign: false,
		event: (n) => ({ EventSid: n }),
		address: (url, body) =>
			url +
			(url.includes('?') ? '&' : '?') +
			`bodySHA256=${twilio.getExpectedBodyHash(body)}`,
		make: ({ n, secret, url }) => ({
			'I-Twilio-Idempotency-Token': n,
			'X-Twilio-Signature': twilio.getExpectedTwilioSignature(
				secret,
				url,
				{},
			),
		}),
		judge: ({ body, headers, url, secret }) =>
			twilio.validateRequestWithBody(
				secret,
				headers['x-twilio-signature'],
				url,
				body,
			),
	});
}

const whatsapp = (secret) =>
	new WhatsAppAPI({
		token: 'token',
		v: 'v23.0',
		appSecret: secret,
		ponyfill: { subtle: crypto.webcrypto.subtle },
	});

const github = {
	name: 'github',
	with: '@octokit/webhooks-methods',
	entry: { preset: 'github' },
	secrets: ["It's a Secret to Everybody", 'the-next-secret'],
	signature: 'X-Hub-Signature-256',
	event: (n) => ({ action: 'opened', issue: { node_id: n } }),
	id: (n) => n,
	type: 'issues',
	make: async ({ n, body, secret }) => ({
		'X-GitHub-Delivery': n,
		'X-GitHub-Event': 'issues',
		'X-Hub-Signature': 'sha1=' + hmac('sha1', secret, 'hex', body),
		'X-Hub-Signature-256': await sign(secret, body),
	}),
	judge: ({ body, headers, secret }) =>
		verify(secret, body, headers['x-hub-signature-256']),
};

export default [
	github,
	{
		// A webhook may be set to send forms.
		...github,
		name: 'github-form',
		contentType: FORM,
		bodies: (n) => [form({ payload: `{"action":"${n}"}` })],
	},
	{
		name: 'notion',
		with: '@notionhq/client',
		entry: { preset: 'notion' },
		secrets: ['secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'],
		signature: 'X-Notion-Signature',
		event: (n) => ({ id: n, type: 'page.created' }),
		id: (n) => n,
		type: 'page.created',
		make: async ({ body, secret }) => ({
			'X-Notion-Signature': await notion.signWebhookPayload({
				body,
				verificationToken: secret,
			}),
		}),
		judge: ({ body, headers, secret }) =>
			notion.verifyWebhookSignature({
				body,
				signature: headers['x-notion-signature'],
				verificationToken: secret,
			}),
	},
	{
		name: 'razorpay',
		with: 'razorpay',
		entry: { preset: 'razorpay' },
		secrets: ['razor-secret'],
		signature: 'X-Razorpay-Signature',
		event: (n) => ({
			entity: 'event',
			event: 'payment.captured',
			payload: { payment: { entity: { id: n } } },
		}),
		id: (n) => n,
		type: 'payment.captured',
		make: ({ n, body, secret }) => ({
			'x-razorpay-event-id': n,
			'X-Razorpay-Signature': hmac(
				'sha256',
				secret,
				'hex',
				body,
			),
		}),
		judge: ({ body, headers, secret }) =>
			Razorpay.validateWebhookSignature(
				body,
				headers['x-razorpay-signature'],
				secret,
			),
	},
	shopify('shopify', 'X-Shopify-', { preset: 'shopify' }),
	shopify('shopify-events', 'shopify-', { preset: 'shopify-events' }),
	{
		name: 'square',
		with: 'square',
		entry: { preset: 'square' },
		secrets: ['square-signature-key'],
		signature: 'x-square-hmacsha256-signature',
		event: (n) => ({ event_id: n, type: 'payment.created' }),
		id: (n) => n,
		type: 'payment.created',
		make: ({ body, secret, url }) => ({
			'x-square-hmacsha256-signature': hmac(
				'sha256',
				secret,
				'base64',
				url + body,
			),
		}),
		judge: ({ body, headers, secret, url }) =>
			WebhooksHelper.isValidWebhookEventSignature(
				body,
				headers['x-square-hmacsha256-signature'],
				secret,
				url,
			),
	},
	twilioSender('twilio', {
		bodies: (n) => [
			form({ MessageSid: n, From: '+14158675309', None: '' }),
			form({
				'a': '1',
				'Sid': n,
				'B': '2',
				'a b': 'c',
				'é': '',
			}),
		],
	}),
	// One name several times: the values sorted, each of them once.
	twilioSender('twilio-many', {
		bodies: (n) => [
			`Sid=${n}&MediaUrl=b&MediaUrl=a&Z=1`,
			`Sid=${n}&MediaUrl=b&MediaUrl=a&MediaUrl=b&Z=1`,
		],
	}),
	// It may sign the port that nobody writes.
	twilioSender('twilio-port', {
		bodies: (n) => [form({ CallSid: n })],
		address: (url) => url.replace('.com/', '.com:443/'),
	}),
	twilioJson('twilio-json', ''),
	twilioJson('twilio-json-query', '?from=npm'),
	// A query for this call alone, that is in no setting.
	twilioSender('twilio-call', {
		query: '',
		sign: false,
		bodies: (n) => [form({ CallSid: n, AccountSid: 'AC1' })],
		address: (url) => `${url}?customer=42&x=%20y`,
		changes: [
			['another query', (r) => ({ ...r,
				url: r.url.replace('=42', '=43') })],
			['no query', (r) => ({ ...r, url: r.url.split('?')[0] })],
		],
	}),
	{
		name: 'meta',
		with: 'whatsapp-api-js',
		entry: { preset: 'meta' },
		secrets: ['meta-app-secret', 'meta-app-secret-2'],
		signature: 'X-Hub-Signature-256',
		// It sends ASCII, and signs that; the package makes ASCII of
		// whatever it is given.
		bodies: (n) =>
			bodies({
				object: 'whatsapp_business_account',
				entry: [{ id: n, changes: [] }],
			}).map(escaped),
		type: 'whatsapp_business_account',
		make: ({ body, secret }) => ({
			'X-Hub-Signature-256':
				'sha256=' + hmac('sha256', secret, 'hex', body),
		}),
		judge: ({ body, headers, secret }) =>
			whatsapp(secret).verifyRequestSignature(
				body,
				headers['x-hub-signature-256'],
			),
	},
];
