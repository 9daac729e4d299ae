// CloudEvents by the SDK of its authors. "make": prints what it sends, a JSON
// list of {name, headers, body}. "read": reads a JSON list of {headers, body} and
// prints what it finds: for each a list of events, or an error.
'use strict';
const fs = require('fs');
const { createRequire } = require('module');
const { CloudEvent, HTTP } = createRequire(process.argv[2] + '/')('cloudevents');

const EVENT = {
	source: 'https://sender.example/s?a=b', type: 'com.example.made',
	time: '2026-01-02T03:04:05.678Z', subject: 'it', ext: 'e',
	data: { text: 'd\u00e9', id: 'not this' },
};

function make() {
	const event = (id) => new CloudEvent({ ...EVENT, id });
	const sent = (name, message) => ({ name, headers: message.headers,
		body: typeof message.body === 'string' ? message.body :
			JSON.stringify(message.body) });
	return [sent('structured', HTTP.structured(event('structured-1'))),
		sent('binary', HTTP.binary(event('binary-1')))];
}

function read(message) {
	try {
		return [].concat(HTTP.toEvent(message)).map((e) => e.toJSON());
	} catch (e) {
		return `${e.name}: ${e.message}`;
	}
}

const out = process.argv[3] === 'make' ? make() :
	JSON.parse(fs.readFileSync(0, 'utf8')).map(read);
process.stdout.write(JSON.stringify(out));
