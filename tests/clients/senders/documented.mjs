// Who has no package that signs or verifies: their documentation, in Node's
// crypto. hookdir alone judges here. What the fields of a sender are stands in
// senders.mjs.
import {
	bodies,
	flipDigit,
	flipSignature,
	flipWithin,
	hmac,
} from './tools.mjs';

const rfc3339 = (time) => new Date(time * 1000).toISOString();

// A sender of this preset, whose header is a MAC as text makes it of a
// delivery; more: the fields that it has beside, headers those unsigned.
function mac(name, signature, digest, encoding, more) {
	const {
		prefix = '',
		text = ({ body }) => body,
		headers = () => ({}),
		...rest
	} = more;

	return {
		name,
		with: 'as documented',
		entry: { preset: name },
		secrets: [`${name}-secret`, `${name}-secret-2`],
		signature,
		make: (what) => ({
			...headers(what),
			[signature]:
				prefix +
				hmac(digest, what.secret, encoding, text(what)),
		}),
		...rest,
	};
}

// The header is "t=…,v1=…" or the like.
function dated(name, header, text, more) {
	return {
		name,
		with: 'as documented',
		entry: { preset: name },
		secrets: [`${name}-secret`, `${name}-secret-2`],
		several: true,
		signature: header,
		timestamp: [header, /(t=)(\d+)/],
		make: ({ body, time, secrets }) => ({
			[header]: [
				`t=${time}`,
				...secrets.map(
					(secret) =>
						'v1=' +
						hmac(
							'sha256',
							secret,
							'hex',
							text(time, body),
						),
				),
			].join(','),
		}),
		...more,
	};
}

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
	entry: { preset: 'mailgun' },
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
			flipWithin(/(ture":")(\w+)/, flipSignature),
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
	mac('asana', 'X-Hook-Signature', 'sha256', 'hex', {
		event: (n) => ({ events: [{ resource: { gid: n } }] }),
	}),
	mac('bitbucket', 'X-Hub-Signature', 'sha256', 'hex', {
		prefix: 'sha256=',
		event: (n) => ({ push: { changes: [n] } }),
		headers: ({ n }) => ({
			'X-Request-UUID': n,
			'X-Attempt-Number': '1',
			'X-Event-Key': 'repo:push',
		}),
		id: (n) => n,
		type: 'repo:push',
	}),
	dated(
		'calendly',
		'Calendly-Webhook-Signature',
		(time, body) => `${time}.${body}`,
		{
			window: 180,
			event: (n) => ({
				event: 'invitee.created',
				payload: { uri: n },
			}),
			type: 'invitee.created',
		},
	),
	mac('circleci', 'circleci-signature', 'sha256', 'hex', {
		prefix: 'v1=',
		headers: () => ({
			'circleci-event-type': 'workflow-completed',
		}),
		event: (n) => ({ id: n, type: 'workflow-completed' }),
		id: (n) => n,
		type: 'workflow-completed',
	}),
	{
		...mac(
			'docusign',
			'X-DocuSign-Signature-1',
			'sha256',
			'base64',
			{
				event: (n) => ({
					event: 'envelope-sent',
					data: { envelopeId: n },
				}),
				type: 'envelope-sent',
			},
		),
		// A header for each of its keys.
		several: true,
		make: ({ body, secrets }) => ({
			'X-Authorization-Digest': 'HMACSHA256',
			...Object.fromEntries(
				secrets.map((secret, i) => [
					`X-DocuSign-Signature-${i + 1}`,
					hmac('sha256', secret, 'base64', body),
				]),
			),
		}),
	},
	mac('gitea', 'X-Gitea-Signature', 'sha256', 'hex', {
		event: (n) => ({ ref: 'refs/heads/main', after: n }),
		headers: ({ n, body, secret }) => ({
			'X-Gitea-Delivery': n,
			'X-Gitea-Event': 'push',
			'X-Gogs-Event': 'push',
			'X-GitHub-Delivery': n,
			'X-GitHub-Event': 'push',
			'X-Hub-Signature':
				'sha1=' + hmac('sha1', secret, 'hex', body),
		}),
		id: (n) => n,
		type: 'push',
	}),
	token('gitlab', 'X-Gitlab-Token', {
		event: (n) => ({ object_kind: 'push', after: n }),
		headers: ({ n }) => ({
			'Idempotency-Key': n,
			'X-Gitlab-Event': 'Push Hook',
			'X-Gitlab-Event-UUID': 'of-several',
		}),
		id: (n) => n,
	}),
	mac('intercom', 'X-Hub-Signature', 'sha1', 'hex', {
		prefix: 'sha1=',
		event: (n) => ({
			type: 'notification_event',
			id: n,
			topic: 'ticket.created',
		}),
		id: (n) => n,
		type: 'ticket.created',
	}),
	mac('lemonsqueezy', 'X-Signature', 'sha256', 'hex', {
		event: (n) => ({
			meta: { event_name: 'order_created' },
			data: { id: n },
		}),
		headers: () => ({ 'X-Event-Name': 'order_created' }),
		type: 'order_created',
	}),
	token('okta', 'Authorization', {
		event: (n) => ({
			eventId: n,
			eventType: 'com.okta.event_hook',
		}),
		id: (n) => n,
		type: 'com.okta.event_hook',
	}),
	{
		...mac('pagerduty', 'X-PagerDuty-Signature', 'sha256', 'hex', {
			event: (n) => ({
				event: {
					id: n,
					event_type: 'incident.resolved',
				},
			}),
			id: (n) => n,
			type: 'incident.resolved',
		}),
		several: true,
		refused: 403,
		make: ({ body, secrets }) => ({
			'X-PagerDuty-Signature': secrets
				.map(
					(secret) =>
						'v1=' +
						hmac(
							'sha256',
							secret,
							'hex',
							body,
						),
				)
				.join(','),
		}),
	},
	mailgun,
	mac('paystack', 'x-paystack-signature', 'sha512', 'hex', {
		event: (n) => ({
			event: 'charge.success',
			data: { reference: n },
		}),
		type: 'charge.success',
	}),
	mac('sentry', 'Sentry-Hook-Signature', 'sha256', 'hex', {
		event: (n) => ({
			action: 'created',
			data: { issue: { id: n } },
		}),
		headers: ({ n, time }) => ({
			'Request-ID': n,
			'Sentry-Hook-Resource': 'issue',
			'Sentry-Hook-Timestamp': `${time}`,
		}),
		id: (n) => n,
		type: 'issue',
	}),
	mac('trello', 'X-Trello-Webhook', 'sha1', 'base64', {
		text: ({ body, url }) => body + url,
		event: (n) => ({ action: { id: n, type: 'updateCard' } }),
		type: 'updateCard',
	}),
	mac('typeform', 'Typeform-Signature', 'sha256', 'base64', {
		prefix: 'sha256=',
		event: (n) => ({ event_id: n, event_type: 'form_response' }),
		id: (n) => n,
		type: 'form_response',
	}),
	mac('vercel', 'x-vercel-signature', 'sha1', 'hex', {
		event: (n) => ({ id: n, type: 'deployment.created' }),
		id: (n) => n,
		type: 'deployment.created',
	}),
	mac('webflow', 'x-webflow-signature', 'sha256', 'hex', {
		timestamp: ['x-webflow-timestamp', /()(\d{10})/],
		window: 300,
		text: ({ body, time }) => `${time}000:${body}`,
		headers: ({ time }) => ({
			'x-webflow-timestamp': `${time}000`,
		}),
		event: (n) => ({
			triggerType: 'form_submission',
			payload: { id: n },
		}),
		type: 'form_submission',
	}),
	mac('woocommerce', 'X-WC-Webhook-Signature', 'sha256', 'base64', {
		event: (n) => ({ id: 1, order_key: n }),
		headers: () => ({
			'X-WC-Webhook-Topic': 'order.created',
			'X-WC-Webhook-Delivery-ID': 'of-this-second',
		}),
		type: 'order.created',
	}),
	mac('x', 'X-Twitter-Webhooks-Signature', 'sha256', 'base64', {
		prefix: 'sha256=',
		event: (n) => ({ for_user_id: n }),
	}),
	mac('xero', 'x-xero-signature', 'sha256', 'base64', {
		secrets: ['dGV4dCBhcyBpdCBzdGFuZHM='],
		event: (n) => ({ events: [{ resourceId: n }] }),
	}),
	mac('zendesk', 'X-Zendesk-Webhook-Signature', 'sha256', 'base64', {
		timestamp: [
			'X-Zendesk-Webhook-Signature-Timestamp',
			/()(.*:\d\d)/,
		],
		window: 300,
		text: ({ body, time }) => rfc3339(time) + body,
		headers: ({ n, time }) => ({
			'X-Zendesk-Webhook-Invocation-Id': n,
			'X-Zendesk-Webhook-Signature-Timestamp': rfc3339(time),
		}),
		event: (n) => ({ id: 'of-a-ticket', type: 'ticket.solved', n }),
		id: (n) => n,
		type: 'ticket.solved',
	}),
	mac('zoom', 'x-zm-signature', 'sha256', 'hex', {
		prefix: 'v0=',
		window: 300,
		timestamp: ['x-zm-request-timestamp', /()(\d+)/],
		text: ({ body, time }) => `v0:${time}:${body}`,
		headers: ({ time }) => ({
			'x-zm-request-timestamp': `${time}`,
		}),
		event: (n) => ({
			event: 'meeting.started',
			payload: { object: { uuid: n } },
		}),
		type: 'meeting.started',
	}),
];
