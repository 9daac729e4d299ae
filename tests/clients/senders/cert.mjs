// Whose key is in a certificate at a URL that each request names. Here that is
// a server of the test's own, with certificates that openssl makes anew each
// time. What the fields of a sender are stands in senders.mjs.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import MessageValidator from 'sns-validator';
import { bodies, flipDigit, flipLast, flipSignature, flipWithin }
	from './tools.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hookdir-certs-'));

// A certificate and its key, as PEM, and in files of this name.
function certificate(name, host, issuer) {
	const file = path.join(dir, name);
	const by = issuer ? ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`,
		'-addext', 'basicConstraints=critical,CA:FALSE'] : [];

	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
		'-nodes', '-days', '2', '-subj', `/CN=${host}`, '-addext',
		`subjectAltName=DNS:${host}`, '-keyout', `${file}.key`,
		'-out', `${file}.pem`, ...by], { cwd: dir, stdio: 'pipe' });
	return { key: fs.readFileSync(`${file}.key`),
		cert: fs.readFileSync(`${file}.pem`) };
}

const ca = certificate('ca', 'ca.invalid');
const signers = {
	'/sns.pem': certificate('sns', 'sns.amazonaws.com', 'ca'),
	'/paypal': certificate('paypal',
		'messageverificationcerts.paypal.com', 'ca'),
};
const stranger = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const server = https.createServer(certificate('localhost', 'localhost', 'ca'),
	(request, answer) => answer.end(signers[request.url]?.cert));

fs.rmSync(dir, { recursive: true });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
https.globalAgent.options.ca = ca.cert;

const at = `https://localhost:${server.address().port}`;
const topic = 'arn:aws:sns:us-west-2:123456789012:It';
const place = { certificate_allowed_urls: [`${at}/*`, `${at}/*.pem`],
	jwks_ca_file: 'clients-ca.pem' };
const files = { 'clients-ca.pem': ca.cert.toString() };

function sign(key, text) {
	return crypto.sign('sha256', Buffer.from(text), key).toString('base64');
}

// What SNS signs of a message, in this order; a confirmation has other members.
const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp',
	'TopicArn', 'Type'];
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp',
	'Token', 'TopicArn', 'Type'];

function signedMembers(message) {
	const names = message.Type === 'Notification' ? NOTIFICATION :
		CONFIRMATION;
	return names.filter((name) => name in message);
}

function sns(name, type, more) {
	const made = (n) => ({ Type: type, MessageId: n,
		TopicArn: topic, ...more,
		Message: 'quiet-body-text\n\u00e9\u{1f600}"<&>',
		Timestamp: new Date().toISOString(), SignatureVersion: '2',
		SigningCertURL: `${at}/sns.pem`,
		UnsubscribeURL: `${at}/none` });
	const withSignature = ({ body, secret }) => {
		const message = JSON.parse(body);
		const text = signedMembers(message)
			.map((member) => `${member}\n${message[member]}\n`);

		return JSON.stringify({ ...message,
			Signature: sign(secret.key, text.join('')) }, null, 2);
	};
	const judge = ({ body }) => new Promise((resolve, reject) =>
		new MessageValidator(/^localhost:\d+$/).validate(body,
			(error) => error ? reject(error) : resolve(true)));
	const member = (which) => new RegExp(`("${which}": ")([^"\\\\]+)`);

	return {
		name,
		with: 'sns-validator',
		entry: { preset: 'aws-sns', topic_arn: topic, ...place },
		files,
		secrets: [{ key: signers['/sns.pem'].key }],
		stranger: { key: stranger.privateKey },
		contentType: 'text/plain; charset=UTF-8',
		sign: false,
		// Some members are signed, and others are not.
		uncovered: true,
		bodies: (n) => [JSON.stringify(made(n))],
		within: withSignature,
		make: () => ({ 'x-amz-sns-message-type': type }),
		judge,
		// In one spelling, whichever it came in.
		stored: (body) => {
			const message = JSON.parse(body);
			const pairs = signedMembers(message)
				.map((which) => [which, message[which]]);

			return JSON.stringify(Object.fromEntries(pairs))
				.replaceAll('\\n', '\\u000a');
		},
		changes: [
			['a bit of the signature',
				flipWithin(member('Signature'), flipSignature)],
			['a bit of the time',
				flipWithin(member('Timestamp'), flipDigit)],
			['a bit of the id',
				flipWithin(member('MessageId'), flipLast)],
			['a bit of the message',
				flipWithin(member('Message'), flipLast)],
			['a bit of the topic',
				flipWithin(member('TopicArn'), flipLast)],
		],
		id: (n) => n,
		type,
	};
}

function crc32(body) {
	let crc = ~0;

	for (const byte of Buffer.from(body)) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++)
			crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

const WEBHOOK = '8PT597110X687430L';

const paypal = {
	name: 'paypal',
	with: 'as documented',
	entry: { preset: 'paypal', webhook_id: WEBHOOK, ...place },
	files,
	secrets: [{ key: signers['/paypal'].key }],
	stranger: { key: stranger.privateKey },
	signature: 'Paypal-Transmission-Sig',
	timestamp: ['Paypal-Transmission-Time', /()(.*:\d\d)/],
	signedId: 'Paypal-Transmission-Id',
	window: 259200,
	event: (n) => ({ id: n, event_type: 'PAYMENT.SALE.COMPLETED' }),
	id: (n) => n,
	type: 'PAYMENT.SALE.COMPLETED',
	make: ({ n, body, secret, time }) => {
		const date = new Date(time * 1000).toISOString()
			.replace('.000', '');
		const text = [`try-${n}`, date, WEBHOOK, crc32(body)];

		return {
			'Paypal-Transmission-Id': text[0],
			'Paypal-Transmission-Time': date,
			'Paypal-Cert-Url': `${at}/paypal`,
			'Paypal-Auth-Algo': 'SHA256withRSA',
			'Paypal-Transmission-Sig':
				sign(secret.key, text.join('|')),
		};
	},
};

export default [
	sns('aws-sns', 'Notification', { Subject: 'A subject' }),
	sns('aws-sns-bare', 'Notification', {}),
	sns('aws-sns-new', 'SubscriptionConfirmation',
		{ Token: '2336412f37', SubscribeURL: `${at}/confirm?a=b&c=d` }),
	paypal,
];
