// What is tried of each sender: all that it may send, and what others might.
import { bodies, flipDigit, flipLast, flipSignature, flipToken, withBody,
	withHeader } from './tools.mjs';

const ALL = /()([^]+)/;

export function withoutSignature(sender, request) {
	const headers = { ...request.headers };

	delete headers[sender.signature];
	return { ...request, headers };
}

// After one of these a request is not genuine any more: [name, what is done,
// whether this sender signs such a thing].
const CHANGES = [
	['a bit of the body',
		(r) => withBody(r, 0.5), (s) => !s.uncovered],
	['a bit at the end of the body',
		(r) => withBody(r, 1), (s) => !s.uncovered],
	['a bit of the signature',
		(r, { signature, pattern = ALL }) =>
			withHeader(r, signature, pattern, flipSignature),
		(s) => s.signature],
	['a bit of the claims',
		(r, { claims }) => withHeader(r, ...claims, flipToken),
		(s) => s.claims],
	['a bit of the time',
		(r, { timestamp }) => withHeader(r, ...timestamp, flipDigit),
		(s) => s.timestamp],
	['a bit of the id',
		(r, { signedId }) => withHeader(r, signedId, ALL, flipLast),
		(s) => s.signedId],
	['no signature',
		(r, sender) => withoutSignature(sender, r),
		(s) => s.signature],
];

// The deliveries of a sender, in order. Of each: name, how it is made, whether
// it is to be taken, whether the package has a say, and the change to it.
export default function deliveries(sender) {
	const { window, secrets, stranger = 'a-stranger', margin = 60,
		judges = [] } = sender;
	const signed = CHANGES.filter(([, , can]) => can(sender));
	const list = [];
	const add = (name, taken, how, more) => list.push({ name, taken, how,
		asked: true, change: (request) => request, ...more });

	for (const i of (sender.bodies ?? bodies)('', 0).keys())
		add(`body ${i + 1}`, true, { which: i });
	if (secrets.length > 1)
		add('by its second secret', true,
			{ secrets: secrets.slice(1), known: secrets[1] });
	if (sender.several) {
		add('by both secrets', true, { secrets });
		add('by one that is gone, and one that is not', true,
			{ secrets: [stranger, secrets[0]] });
	}
	add("by a stranger's secret", false, { secrets: [stranger] });
	for (const [name, change] of [...signed, ...sender.changes ?? []])
		add(name, false, {}, { change: (r) => change(r, sender) });
	if (window) {
		add('late, but in time', true, { ago: window - margin },
			{ asked: !sender.strict });
		add('too old', false, { ago: window + margin },
			{ asked: judges.includes('old') });
		add('ahead of time', false, { ago: -window - margin },
			{ asked: judges.includes('ahead') });
	}
	return list;
}
